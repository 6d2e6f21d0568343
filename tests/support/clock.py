"""Time, at the test's command."""

import asyncio

import attrs


@attrs.define
class FakeClock:
    """Stands still until it is told to move. Called, it gives unix seconds."""

    now: float = 1_741_172_531.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass at once."""
        self.now += seconds


@attrs.define
class NapClock:
    """A `smsgate.policy.clock.Clock` on which sleeping takes no time; it keeps the naps."""

    time: float = 1000.0
    naps: list[float] = attrs.field(init=False, factory=list)

    def now(self) -> float:
        """Tell the time."""
        return self.time

    async def sleep(self, seconds: float, /) -> None:
        """Let *seconds* pass at once, and the other tasks run."""
        self.naps.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)
