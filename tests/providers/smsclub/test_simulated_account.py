"""What the simulated ends of SMSClub's gates share."""

from decimal import Decimal

import pytest
from support.clock import FakeClock

from smsgate.providers.network import LOGIN, PASSWORD, TOKEN, Network
from smsgate.providers.smsclub.simulated_account import (
    PRICE,
    PROVIDER,
    Letter,
    accept,
    accept_one,
    is_known,
    maintenance,
    refusal,
    refusal_of_all,
    word,
)

USUAL = Letter("380990000001", "hi")
NOBODY = Letter("380990009005", "hi")


@pytest.mark.parametrize(
    ("username", "secret", "answer"),
    [
        (LOGIN, PASSWORD, True),
        (LOGIN, TOKEN, True),
        (LOGIN, "wrong", False),
        ("wrong", PASSWORD, False),
        ("", "", False),
    ],
)
def test_the_simulator_has_one_account(username: str, secret: str, answer: bool) -> None:
    """Its password and its token both open it, and nothing else does."""
    assert is_known(username, secret) is answer


@pytest.mark.parametrize("digits", ["9001", "9002", "9003", "9005"])
def test_a_magic_phone_is_refused(network: Network, digits: str) -> None:
    """The last four digits choose the refusal, in words, as the gates have no codes."""
    phone = f"38099000{digits}"

    reason = refusal_of_all(network, [Letter(phone, "hi")])

    assert reason
    assert reason == refusal(phone)


@pytest.mark.parametrize("digits", ["9001", "9002", "9003"])
def test_one_refused_phone_spoils_the_request(network: Network, digits: str) -> None:
    """A text gate says yes or no to a request as a whole."""
    assert refusal_of_all(network, [USUAL, Letter(f"38099000{digits}", "hi")])


def test_a_request_for_nobody_is_refused(network: Network) -> None:
    """Without a recipient there is nothing to take."""
    assert refusal_of_all(network, [])


def test_a_phone_is_left_out_without_a_word(network: Network) -> None:
    """Among others, one number vanishes: the answer has no ids for it and says nothing."""
    letters = [USUAL, NOBODY, Letter("380990000002", "hi")]

    assert refusal_of_all(network, letters) is None
    assert len(accept(network, letters, "Shop")) == 2
    assert [sms.phone for sms in network.sent] == ["380990000001", "380990000002"]


def test_one_id_too_many(network: Network) -> None:
    """A gate that counts parts differently from us can be had for the asking."""
    assert len(accept(network, [Letter("380990009006", "hi")], "Shop")) == 2


def test_a_part_has_an_id_and_a_price(network: Network) -> None:
    """Ids come one a part, in the order of the letters, and every part is charged."""
    ids = accept(network, [Letter("380990000001", "я" * 71), USUAL], "Shop")

    assert [sms.ids for sms in network.sent] == [tuple(ids[:2]), tuple(ids[2:])]
    assert len(set(ids)) == 3
    assert network.left(PROVIDER) == network.funds - 3 * PRICE


def test_a_gate_may_give_one_id_for_all_parts(network: Network) -> None:
    """Told how many ids to give, the book gives as many; the parts are charged all the same."""
    ids = accept_one(network, Letter("380990000001", "я" * 71), "Shop", ids=1)

    assert len(ids) == 1
    assert network.left(PROVIDER) == network.funds - 2 * PRICE


@pytest.mark.parametrize(("funds", "is_refused"), [("0.8999", True), ("0.9000", False)])
def test_money_ends(clock: FakeClock, funds: str, is_refused: bool) -> None:
    """What costs more than is left is refused; the last coin may be spent."""
    network = Network(clock=clock, funds=Decimal(funds))

    assert bool(refusal_of_all(network, [Letter("380990000001", "я" * 71)])) is is_refused


@pytest.mark.parametrize(
    ("phone", "end"),
    [
        ("380990000001", "DELIVRD"),
        ("380990002001", "FAILED"),
        ("380990002002", "EXPIRED"),
        ("380990002003", "UNDELIV"),
        ("380990002004", "NOREPORT"),
        ("380990002005", "REJECTD"),
        ("380990002006", "DELETED"),
        ("380990002008", "MYSTERY"),
    ],
)
def test_a_message_reaches_the_end_that_its_phone_says(
    network: Network, clock: FakeClock, phone: str, end: str
) -> None:
    """Queued for a pace, on the way for a pace, then at its end for good."""
    [id_] = accept(network, [Letter(phone, "hi")], "Shop")
    words = []
    for _ in range(4):
        words.append(word(network, id_))
        clock.advance(network.pace)

    assert words == ["ACCEPTE", "ENROUTE", end, end]


def test_a_message_may_stay_where_it_is(network: Network, clock: FakeClock) -> None:
    """One that is never more than accepted does not seem to be on its way in between."""
    [id_] = accept(network, [Letter("380990002007", "hi")], "Shop")
    before = word(network, id_)
    clock.advance(network.pace)

    assert (before, word(network, id_)) == ("ACCEPTE", "ACCEPTE")


def test_an_id_that_nobody_has(network: Network) -> None:
    """It has no word: how that is put is the gate's business."""
    assert word(network, "999") is None


def test_a_tired_server_answers_with_a_page() -> None:
    """A page with HTTP 200 after the message was taken: the hardest answer to read."""
    page = maintenance([USUAL, Letter("380990009500", "hi")])

    assert page
    assert page.is_ok
    assert b"<html>" in page.body
    assert maintenance([USUAL]) is None
