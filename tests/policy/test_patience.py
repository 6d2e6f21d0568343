"""A provider that is too busy is waited for, longer each time, within limits."""

from math import inf

import attrs
import pytest
from support.clock import NapClock

from smsgate import OutcomeUnknown, Refused, SmsGateError, Throttled, Unreachable
from smsgate.policy.patience import pause_after, until_let_in

BUSY = Throttled("busy", retry_after=2.0)


@attrs.define
class Attempts:
    """Fails with *errors* in turn, then says yes; keeps the numbers it was called with."""

    errors: list[SmsGateError]
    numbers: list[int] = attrs.field(init=False, factory=list)

    async def __call__(self, number: int) -> str:
        """Make one attempt."""
        self.numbers.append(number)
        if self.errors:
            raise self.errors.pop(0)

        return "yes"


@pytest.mark.parametrize(
    ("retry_after", "tries", "seconds"),
    [
        pytest.param(None, 1, 1.0, id="nothing-said"),
        pytest.param(0.0, 1, 1.0, id="no-time-at-all"),
        pytest.param(60.0, 1, 60.0, id="as-it-asks"),
        pytest.param(0.5, 2, 1.0, id="twice-as-long"),
        pytest.param(None, 4, 8.0, id="longer-and-longer"),
    ],
)
def test_how_long_to_wait(retry_after: float | None, tries: int, seconds: float) -> None:
    """At first as long as it asks, or a second; then twice as long each time."""
    assert pause_after(Throttled("busy", retry_after=retry_after), tries) == seconds


async def test_nobody_waits_for_nothing() -> None:
    """Let in at once, no time passes."""
    clock, attempt = NapClock(), Attempts([])

    assert await until_let_in(attempt, clock=clock, until=0.0) == "yes"
    assert (attempt.numbers, clock.naps) == ([1], [])


async def test_one_comes_again_until_one_is_let_in() -> None:
    """Throttled is proof that nothing was taken, so it may be tried again, and again."""
    clock, attempt = NapClock(), Attempts([BUSY] * 3)

    assert await until_let_in(attempt, clock=clock, until=inf) == "yes"
    assert (attempt.numbers, clock.naps) == ([1, 2, 3, 4], [2.0, 4.0, 8.0])


@pytest.mark.parametrize(("seconds", "naps"), [(2.0, []), (2.1, [2.0]), (6.1, [2.0, 4.0])])
async def test_patience_has_an_end(seconds: float, naps: list[float]) -> None:
    """What would not be over in time is not begun; the caller hears how long it would be."""
    clock = NapClock()

    with pytest.raises(Throttled) as caught:
        await until_let_in(Attempts([BUSY] * 9), clock=clock, until=clock.now() + seconds)

    assert (clock.naps, caught.value.retry_after) == (naps, 2.0)


@pytest.mark.parametrize(
    "error", [Refused("no"), Unreachable("down"), OutcomeUnknown("silence")], ids=repr
)
async def test_nothing_else_is_waited_for(error: SmsGateError) -> None:
    """Another no stays a no; and what may have arrived is not for this one to repeat."""
    clock, attempt = NapClock(), Attempts([BUSY, error])

    with pytest.raises(type(error)) as caught:
        await until_let_in(attempt, clock=clock, until=inf)

    assert caught.value is error
    assert (attempt.numbers, clock.naps) == ([1, 2], [2.0])
