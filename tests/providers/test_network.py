"""The imaginary phone network: it forgets nothing, and time alone moves it."""

from decimal import Decimal

import pytest
from support.clock import FakeClock

from smsgate.providers.network import Network, Sms, magic


def sms(clock: FakeClock, *ids: str, phone: str = "77011234567", provider: str = "one") -> Sms:
    """Make a message that was accepted just now."""
    return Sms(
        provider=provider,
        ids=ids,
        phone=phone,
        text="hello",
        sender=None,
        cost=Decimal("3.20"),
        accepted_at=clock(),
        end="over",
    )


def test_ids_are_never_repeated(network: Network) -> None:
    """An id that came twice would answer for the wrong message."""
    ids = [network.new_id() for _ in range(1000)]

    assert len(set(ids)) == 1000


def test_money_is_kept_by_provider(network: Network, clock: FakeClock) -> None:
    """What is spent with one provider is not missing with the next."""
    network.accept(sms(clock, "1"))
    network.accept(sms(clock, "2"))

    assert (network.left("one"), network.left("two")) == (Decimal("993.60"), Decimal(1000))


def test_the_last_with_an_id_is_found(network: Network, clock: FakeClock) -> None:
    """An id may come again, with another phone or with the same: then the last counts."""
    first, other, last = sms(clock, "1"), sms(clock, "1", phone="77017654321"), sms(clock, "1")
    for each in (first, other, last):
        network.accept(each)

    assert network.find("one", "1") is last
    assert network.find("one", "1", "77011234567") is last
    assert network.find("one", "1", "77017654321") is other


@pytest.mark.parametrize(
    ("provider", "id_", "phone"),
    [("two", "1", None), ("one", "3", None), ("one", "1", "77017654321")],
    ids=["of-another-provider", "unknown-id", "unknown-phone"],
)
def test_what_is_not_found(
    network: Network, clock: FakeClock, provider: str, id_: str, phone: str | None
) -> None:
    """Nobody answers for a message that was never accepted."""
    network.accept(sms(clock, "1", "2"))

    assert network.find(provider, id_, phone) is None
    assert network.find("one", "2") is not None


@pytest.mark.parametrize(
    ("pace", "seconds", "stage"),
    [
        pytest.param(1.0, 0.0, "queued", id="at-once"),
        pytest.param(1.0, 0.9, "queued", id="in-the-first-second"),
        pytest.param(1.0, 1.0, "sent", id="in-the-second"),
        pytest.param(1.0, 2.0, "over", id="at-the-end"),
        pytest.param(1.0, 1e9, "over", id="long-after"),
        pytest.param(60.0, 90.0, "sent", id="slow"),
        pytest.param(0.0, 0.0, "over", id="no-time-at-all"),
        pytest.param(1.0, -5.0, "queued", id="clock-set-back"),
    ],
)
def test_stages(clock: FakeClock, pace: float, seconds: float, stage: str) -> None:
    """A message is queued for one pace, sent for another, and then at its end for ever."""
    network = Network(clock=clock, pace=pace)
    message = sms(clock, "1")
    clock.advance(seconds)

    assert network.stage(message, "queued", "sent") == stage


@pytest.mark.parametrize(
    ("phone", "word"), [("77011239001", "no"), ("9001", "no"), ("77011234567", None), ("1", None)]
)
def test_magic(phone: str, word: str | None) -> None:
    """The last four digits of a phone choose what becomes of its message."""
    assert magic(phone, {"9001": "no"}) == word


@pytest.mark.parametrize(
    ("window", "seconds", "is_repetition"),
    [
        pytest.param(0.0, 0.0, False, id="no-such-rule"),
        pytest.param(60.0, 0.0, True, id="at-once"),
        pytest.param(60.0, 59.9, True, id="within-the-window"),
        pytest.param(60.0, 60.0, False, id="after-it"),
        pytest.param(60.0, -5.0, True, id="clock-set-back"),
    ],
)
def test_repetitions(
    clock: FakeClock, window: float, seconds: float, *, is_repetition: bool
) -> None:
    """A request is a repetition for as long as the window says, and no other request is."""
    network = Network(clock=clock, duplicate_window=window)

    assert not network.is_repetition("one")
    clock.advance(seconds)
    assert not network.is_repetition("other")
    assert network.is_repetition("one") == is_repetition


def test_a_repetition_makes_the_window_no_longer(clock: FakeClock) -> None:
    """Somebody who keeps asking is not kept out for ever."""
    network = Network(clock=clock, duplicate_window=60.0)
    answers = []
    for _ in range(4):
        answers.append(network.is_repetition("one"))
        clock.advance(30.0)

    assert answers == [False, True, False, True]


def test_what_left_the_window_is_forgotten(clock: FakeClock) -> None:
    """A day of requests costs no more memory than a minute of them."""
    network = Network(clock=clock, duplicate_window=60.0)
    for number in range(1000):
        network.is_repetition(number)
        clock.advance(1.0)

    assert len(network._asked) == 60
