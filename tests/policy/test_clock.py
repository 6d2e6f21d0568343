"""The machine's own time, and the seconds that callers hand in."""

import time
from math import inf, nan

import pytest

from smsgate import InvalidArgument
from smsgate.policy.clock import SYSTEM_CLOCK, check_deadline


async def test_time_passes() -> None:
    """Seconds of a clock that nobody sets back, and sleeping lets at least so many pass."""
    before = SYSTEM_CLOCK.now()
    await SYSTEM_CLOCK.sleep(0.001)

    assert before + 0.001 <= SYSTEM_CLOCK.now() <= time.monotonic()


@pytest.mark.parametrize("seconds", [5, 0.25, 0, -1.0, inf], ids=str)
def test_a_deadline_is_a_number(seconds: float) -> None:
    """Nothing and less is one too: it is only too late."""
    assert check_deadline(seconds) == seconds


@pytest.mark.parametrize("seconds", [nan, "5", None, True, 5j], ids=repr)
def test_a_deadline_that_is_none(seconds: object) -> None:
    """Settings come from files and forms; the error says what was found in them."""
    with pytest.raises(InvalidArgument, match=f"must be a number of seconds, not {seconds!r}"):
        check_deadline(seconds)
