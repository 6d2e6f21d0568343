"""Time, for whatever waits: handed in, so that a test never has to."""

import asyncio
import time
from math import inf, isnan
from typing import Protocol

from smsgate.errors import InvalidArgument


def check_deadline(seconds: object) -> float:
    """
    Return a caller's *seconds* if they are a number.

    Raises `InvalidArgument`. Less than nothing is a number: it is only too late.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or isnan(seconds):
        raise InvalidArgument(f"deadline: must be a number of seconds, not {seconds!r}")

    return seconds


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> float:
        """Tell the seconds since some moment; never set back."""

    async def sleep(self, seconds: float, /) -> None:
        """Let *seconds* pass."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """See `Clock.now`."""
        return time.monotonic()

    async def sleep(self, seconds: float, /) -> None:
        """See `Clock.sleep`."""
        await asyncio.sleep(seconds)


def within(clock: Clock, by: float) -> asyncio.Timeout:
    """Let a block last until the moment *by* on *clock*; then it raises `TimeoutError`."""
    return asyncio.timeout(None if by == inf else by - clock.now())


SYSTEM_CLOCK = SystemClock()
