"""The rates of one login: so many requests under a key in any so many seconds."""

from collections.abc import Sequence

from hypothesis import given, strategies as st

from smsgate.policy.limits import Limits
from smsgate.wire.http import Rate

FIVE = Rate(("status", "1"), 5, 60.0)
OTHER = Rate(("status", "2"), 5, 60.0)
BROAD = Rate(("any call",), 2, 1.0)
START = 1000.0


def book(limits: Limits, count: int, *rates: Rate, now: float = START) -> list[float]:
    """Book *count* requests that count for *rates*, and give how long each waits."""
    return [limits.book(rates, now) - now for _ in range(count)]


def test_without_a_rate_nobody_waits() -> None:
    """Most requests count for nothing."""
    assert book(Limits(), 3) == [0.0] * 3


def test_the_sixth_waits_for_the_first_to_be_over() -> None:
    """Five a minute: five go at once, five a minute later, and the next after two."""
    assert book(Limits(), 11, FIVE) == [0.0] * 5 + [60.0] * 5 + [120.0]


def test_only_so_long_as_is_left() -> None:
    """What is over counts no more; and one over makes one place."""
    limits = Limits()
    book(limits, 1, FIVE)
    book(limits, 4, FIVE, now=START + 50)

    assert book(limits, 2, FIVE, now=START + 59) == [1.0, 51.0]


def test_it_is_over_at_the_very_moment() -> None:
    """A minute later to the second is a minute later."""
    limits = Limits()
    book(limits, 5, FIVE)

    assert book(limits, 6, FIVE, now=START + 60) == [0.0] * 5 + [60.0]


def test_keys_know_nothing_of_each_other() -> None:
    """Five questions about one message say nothing of another."""
    limits = Limits()
    book(limits, 5, FIVE)

    assert book(limits, 6, OTHER) == [0.0] * 5 + [60.0]


def test_several_rates_take_the_latest() -> None:
    """A request that counts for many waits for all of them, and then counts for all."""
    limits = Limits()
    book(limits, 5, FIVE)

    assert book(limits, 3, BROAD, FIVE) == [60.0] * 2 + [61.0]
    assert book(limits, 3, FIVE) == [60.0] * 2 + [120.0]


def test_one_that_waits_for_something_else_holds_up_nobody() -> None:
    """It is booked for later; whoever fits in before goes before."""
    limits = Limits()
    book(limits, 5, FIVE)
    book(limits, 1, BROAD, FIVE)

    assert book(limits, 3, BROAD) == [0.0, 1.0, 2.0]


def test_a_place_given_back_is_had_again() -> None:
    """A request that did not go does not count."""
    limits = Limits()
    book(limits, 5, FIVE)
    limits.unbook([FIVE], START)

    assert book(limits, 2, FIVE) == [0.0, 60.0]


def test_a_place_in_the_queue_is_had_again() -> None:
    """Who leaves while waiting leaves his place to the next one who comes."""
    limits = Limits()
    book(limits, 10, FIVE)
    limits.unbook([FIVE], START + 60)

    assert book(limits, 2, FIVE) == [60.0, 120.0]


def test_given_back_for_each_of_its_rates() -> None:
    """A place in one queue is a place in every queue."""
    limits = Limits()
    book(limits, 5, FIVE, OTHER)
    limits.unbook([FIVE, OTHER], START)

    assert book(limits, 2, FIVE) == [0.0, 60.0]
    assert book(limits, 2, OTHER) == [0.0, 60.0]


def test_given_back_when_it_is_forgotten() -> None:
    """Long afterwards, or twice: nobody gets a place out of that."""
    limits = Limits()
    moment = limits.book([BROAD], START)
    limits.unbook([BROAD], moment)
    limits.unbook([BROAD], moment)
    limits.book([FIVE], START + 100)
    limits.unbook([BROAD], moment)

    assert book(limits, 3, BROAD, now=START + 100) == [0.0, 0.0, 1.0]


def test_memory_is_bounded() -> None:
    """A hundred thousand messages asked about, a hundred a second: a minute's worth is kept."""
    limits = Limits()
    for number in range(100_000):
        limits.book([Rate(("status", str(number)), 5, 60.0)], START + number / 100)

    assert len(limits._booked) <= 6_001


def test_what_is_used_all_the_time_does_not_grow() -> None:
    """Of a key that is never idle only what still counts is kept, and the idle ones go."""
    limits = Limits()
    for number in range(10_000):
        limits.book([BROAD, Rate(("status", str(number)), 5, 1.0)], START + number)

    assert sum(len(moments) for moments in limits._booked.values()) <= 4


def test_places_given_back_leave_nothing_behind() -> None:
    """Questions that were cancelled while they waited cost no memory either."""
    limits = Limits()
    for number in range(1_000):
        rates = [Rate(("status", str(number)), 5, 60.0)]
        limits.unbook(rates, limits.book(rates, START))

    limits.book([BROAD], START)

    assert list(limits._booked) == [BROAD]


RATES = (Rate(("a",), 1, 3.0), Rate(("b",), 2, 10.0), Rate(("c",), 5, 60.0))
COUNTS_FOR = st.lists(st.sampled_from(RATES), min_size=1, unique=True)
PASSES = st.integers(0, 12).map(float)  # whole seconds, so that sums are exact
BOOKINGS = st.lists(st.tuples(PASSES, COUNTS_FOR), max_size=60)
STEPS = st.lists(
    st.tuples(PASSES, COUNTS_FOR | st.integers(0, 30)),  # a number gives an earlier one back
    max_size=60,
)


def in_a_window(rate: Rate, moments: Sequence[float]) -> int:
    """Count the most of *moments* that fall into one window of *rate*."""
    return max(
        (sum(start <= moment < start + rate.seconds for moment in moments) for start in moments),
        default=0,
    )


@given(STEPS)
def test_no_window_holds_too_many(steps: list[tuple[float, list[Rate] | int]]) -> None:
    """Whatever is booked, waited for and given back: never more than the rate in a window."""
    limits, now = Limits(), START
    booked: list[tuple[list[Rate], float]] = []
    for seconds, step in steps:
        now += seconds
        if isinstance(step, list):
            booked.append((step, limits.book(step, now)))
            assert booked[-1][1] >= now
        elif step < len(booked):
            limits.unbook(*booked.pop(step))

    for rate in RATES:
        moments = [moment for rates, moment in booked if rate in rates]
        assert in_a_window(rate, moments) <= rate.most


@given(BOOKINGS)
def test_equals_are_served_in_the_order_they_came(
    bookings: list[tuple[float, list[Rate]]],
) -> None:
    """Of two requests that count for the same, the earlier one goes first."""
    limits, now = Limits(), START
    last: dict[frozenset[Rate], float] = {}
    for seconds, rates in bookings:
        now += seconds
        moment = limits.book(rates, now)
        assert moment >= last.get(frozenset(rates), 0.0)
        last[frozenset(rates)] = moment


@given(BOOKINGS, st.sampled_from(RATES))
def test_nobody_waits_without_need(bookings: list[tuple[float, list[Rate]]], rate: Rate) -> None:
    """With one rate alone, everybody goes at the first moment that there is."""
    limits, now, moments = Limits(), START, [-1e9] * rate.most
    for seconds, _ in bookings:
        now += seconds
        moments.append(limits.book([rate], now))

        assert moments[-1] == max(now, moments[-1 - rate.most] + rate.seconds)
