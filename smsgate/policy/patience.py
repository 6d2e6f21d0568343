"""Waiting out a provider that is too busy: what it asks for, longer each time, within limits."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from smsgate.errors import Throttled
from smsgate.policy.clock import Clock

Answer = TypeVar("Answer")
_SECOND = 1.0


def pause_after(error: Throttled, tries: int) -> float:
    """Decide how many seconds to wait after *error*, the outcome of try number *tries*."""
    return (error.retry_after or _SECOND) * 2.0 ** (tries - 1)


async def until_let_in(
    attempt: Callable[[int], Awaitable[Answer]], *, clock: Clock, until: float
) -> Answer:
    """
    Call *attempt* with 1, 2, 3... until it is not `Throttled`; that is proof each time.

    Raises `Throttled` when waiting on would take longer than *until*.
    """
    tries = 0
    while True:
        tries += 1
        try:
            return await attempt(tries)
        except Throttled as error:
            pause = pause_after(error, tries)
            if clock.now() + pause >= until:
                raise

            await clock.sleep(pause)
