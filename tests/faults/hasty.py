"""
An event loop on which nobody waits: when nothing moves, it is at once as late as need be.

Sockets are real, and client and server live in this one loop. So when none of them has
anything to read, write or do, everybody waits for time alone, and time may be skipped to
the next thing that is to happen. A hanging server costs milliseconds, and the outcome
does not depend on how fast the machine is.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

Answer = TypeVar("Answer")
_GRACE = 0.001  # seconds of real time for the kernel to deliver what was written


class _Selector(selectors.DefaultSelector):
    """Waits a moment at most, and counts the seconds that it should have waited longer."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout if timeout is None else min(timeout, _GRACE))
        if not ready and timeout is not None:
            self.skipped += max(0.0, timeout - _GRACE)

        return ready


class HastyLoop(asyncio.SelectorEventLoop):
    """The loop; its time runs ahead of the machine's."""

    def __init__(self) -> None:
        self._hasty = _Selector()
        super().__init__(self._hasty)

    def time(self) -> float:
        """Tell the time, with what was skipped."""
        return super().time() + self._hasty.skipped


class LoopClock:
    """A `smsgate.policy.clock.Clock` that goes by the loop it runs on."""

    def now(self) -> float:
        """Tell the time."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float, /) -> None:
        """Let *seconds* pass."""
        await asyncio.sleep(seconds)


def run_hastily(action: Coroutine[object, object, Answer]) -> Answer:
    """Run *action* on a loop of its own on which nobody waits."""
    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        return runner.run(action)
