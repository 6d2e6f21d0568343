"""What SMSClub can carry, and which of its ids is whose."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidMessage, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.providers.smsclub.letters import allot, check, count_parts, kind
from smsgate.receipt import Receipt

PHONE = "380990000001"


def batch_of(*texts: str) -> list[Message]:
    """Make a message of each text, to phones and with ids that tell them apart."""
    return [Message(f"38099000000{n}", text, id=f"m{n}") for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("a" * 160, 1, id="ascii-fills-one"),
        pytest.param("a" * 161, 2, id="ascii-overflows-one"),
        pytest.param("a" * 306, 2, id="ascii-fills-two"),
        pytest.param("a" * 307, 3, id="ascii-overflows-two"),
        pytest.param("a" * 1071, 7, id="ascii-at-the-limit"),
        pytest.param("a" * 1072, 8, id="ascii-over-the-limit"),
        pytest.param("{" * 160, 1, id="braces-are-ascii"),
        pytest.param("я" * 70, 1, id="cyrillic-fills-one"),
        pytest.param("я" * 71, 2, id="cyrillic-overflows-one"),
        pytest.param("я" * 134, 2, id="cyrillic-fills-two"),
        pytest.param("я" * 135, 3, id="cyrillic-overflows-two"),
        pytest.param("я" * 469, 7, id="cyrillic-at-the-limit"),
        pytest.param("я" * 470, 8, id="cyrillic-over-the-limit"),
        pytest.param("\x7f" + "a" * 70, 2, id="delete-is-outside-the-range"),
        pytest.param("\U0001f600" * 36, 2, id="an-emoji-takes-two-places"),
    ],
)
def test_parts_are_counted_by_the_providers_own_rule(text: str, parts: int) -> None:
    """1071 is seven times 153 and 469 seven times 67: the page's limits give the rule."""
    assert count_parts(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 1072, id="ascii"),
        pytest.param("я" * 470, id="cyrillic"),
        pytest.param("é" * 470, id="letters-that-gsm-has-and-ascii-lacks"),
        pytest.param("{" * 536, id="ascii-that-takes-two-places-on-the-air"),
        pytest.param("`" * 470, id="ascii-that-gsm-lacks"),
    ],
)
def test_more_than_seven_parts_are_refused(text: str) -> None:
    """Nobody knows what the gates do over the limit, so the stricter count holds."""
    with pytest.raises(InvalidMessage, match="parts"):
        check(Message(PHONE, text), "Shop")


@pytest.mark.parametrize("text", ["a" * 1071, "я" * 469, "{" * 535, "`" * 469])
def test_seven_parts_are_taken(text: str) -> None:
    """The limit itself is allowed."""
    check(Message(PHONE, text), "Shop")


@pytest.mark.parametrize("sender", ["SMS CLUB", "Shop.ua", "a_b-c", "12345678901"])
def test_a_senders_letters_are_latin(sender: str) -> None:
    """Letters, digits and spaces are documented; official code lets ``. _ -`` pass too."""
    check(Message(PHONE, "hi", sender=sender), None)
    check(Message(PHONE, "hi"), sender)


@pytest.mark.parametrize(
    ("sender", "hint"),
    [
        pytest.param(None, "needs one", id="none"),
        pytest.param("123456789012", "11 characters", id="too-long"),
        pytest.param("Ім'я", r"U\+0406", id="cyrillic"),
        pytest.param("Shop;x", r"U\+003B", id="separator"),
        pytest.param("A&to=1", r"U\+0026", id="form-syntax"),
        pytest.param("a]]>", r"U\+005D", id="end-of-cdata"),
    ],
)
def test_a_sender_that_no_gate_knows_is_refused(sender: str | None, hint: str) -> None:
    """The error names the character, whether the sender is the message's or the gateway's."""
    with pytest.raises(InvalidMessage, match=hint):
        check(Message(PHONE, "hi", sender=sender), None)

    with pytest.raises(InvalidMessage, match=hint):
        check(Message(PHONE, "hi"), sender)


def test_no_gate_waits() -> None:
    """There is no word for a later time, so it is refused rather than dropped."""
    later = datetime(2030, 1, 1, tzinfo=UTC)

    with pytest.raises(InvalidMessage, match="send_at"):
        check(Message(PHONE, "hi", send_at=later), "Shop")


def test_one_message_has_every_id() -> None:
    """Alone in its request, a message owns what comes back, however many ids that is."""
    [message] = batch_of("short")

    [receipt] = allot("smsclub+xml", ["000101", "000102", "000103"], [message])

    assert receipt == Receipt(
        gateway="smsclub+xml",
        id="000101",
        phone=message.phone,
        parts=3,
        part_ids=("000101", "000102", "000103"),
        message_id="m0",
    )


@given(
    texts=st.lists(st.text("aя{", min_size=1, max_size=400), min_size=2, max_size=6),
    start=st.integers(0, 999_000),
)
def test_ids_that_add_up_go_to_their_recipients_in_order(texts: list[str], start: int) -> None:
    """All parts of the first recipient, then all of the second's: nothing lost or shared."""
    batch = batch_of(*texts)
    counts = [count_parts(text) for text in texts]
    ids = [f"{start + n:06}" for n in range(sum(counts))]

    receipts = [r for r in allot("smsclub+xml", ids, batch) if isinstance(r, Receipt)]

    assert [id_ for receipt in receipts for id_ in receipt.part_ids] == ids
    assert [len(receipt.part_ids) for receipt in receipts] == counts
    assert [receipt.message_id for receipt in receipts] == [message.id for message in batch]
    assert [receipt.phone for receipt in receipts] == [message.phone for message in batch]
    assert [receipt.id for receipt in receipts] == [receipt.part_ids[0] for receipt in receipts]


def test_too_few_ids_leave_everybody_unknown() -> None:
    """Somebody was dropped and nobody knows who: a second send could be a second SMS."""
    results = allot("smsclub+xml", ["000101", "000102"], batch_of("short", "я" * 71))

    assert [type(result) for result in results] == [OutcomeUnknown, OutcomeUnknown]
    assert str(results[0]) == (
        "for 2 messages of 3 parts the ids do not add up, "
        "so somebody may have been left out: 000101, 000102"
    )


@pytest.mark.parametrize("ids", [["000101", "000101"], ["000101"] * 4])
def test_one_id_twice_is_nobodys(ids: list[str]) -> None:
    """It cannot name two messages, so nothing that came with it is believed."""
    results = allot("smsclub+xml", ids, batch_of("a", "a"))

    assert [type(result) for result in results] == [OutcomeUnknown, OutcomeUnknown]


@pytest.mark.parametrize(
    ("text", "may"), [("x" * 150 + "[]{}^~|\\", False), ("x" * 158 + "[]", False), ("[]{}", True)]
)
def test_a_text_of_uncertain_length_travels_alone(text: str, may: bool) -> None:
    """Nobody knows whether ``[`` takes one place or two, so the parts cannot be counted."""
    one, other = batch_of(text, text)

    assert (kind(one) is not None) is may
    assert kind(one) == kind(other)


@pytest.mark.parametrize(
    ("phone", "may"),
    [
        ("380971234567", True),
        ("+380971234567", True),
        ("971234567", False),
        ("38097123456", False),
        ("3809712345678", False),
        ("77011234567", False),
    ],
)
def test_a_phone_of_another_form_travels_alone(phone: str, *, may: bool) -> None:
    """Left out without a word, it would make all others unknown."""
    assert (kind(Message(phone, "x")) is not None) is may


def test_too_many_ids_are_nobodys_own() -> None:
    """Each receipt says that nobody can tell whose the ids are."""
    ids = ("000101", "000102", "000103", "000104")
    results = allot("smsclub+xml", ids, batch_of("a", "a"))

    receipts = [result for result in results if isinstance(result, Receipt)]

    assert [receipt.id for receipt in receipts] == ["", ""]
    assert [receipt.part_ids for receipt in receipts] == [(), ()]
    assert {receipt.shared_ids for receipt in receipts} == {ids}
    assert [receipt.message_id for receipt in receipts] == ["m0", "m1"]
    assert [receipt.parts for receipt in receipts] == [None, None]


@pytest.mark.parametrize(("count", "kind"), [(3, OutcomeUnknown), (4, Receipt)])
def test_one_text_has_as_many_parts_for_everybody(count: int, kind: type) -> None:
    """Three ids for two copies of one text: somebody has all of them, or one too few."""
    ids = [f"00010{n}" for n in range(count)]

    results = allot("smsclub+xml", ids, batch_of("a", "a"))

    assert [type(result) for result in results] == [kind, kind]


@pytest.mark.parametrize("texts", [["a"], ["a", "b"]])
def test_a_yes_without_ids_proves_nothing(texts: list[str]) -> None:
    """It may have gone out and it may not: unknown, for one message as for several."""
    with pytest.raises(SmsGateError) as caught:
        allot("smsclub+xml", [], batch_of(*texts))

    assert isinstance(caught.value, OutcomeUnknown)
