"""
Where the time of a bulk send goes: the functions that took most of it.

Run it as ``python -m benchmarks.bulk.profile``. cProfile makes small functions look dearer
than they are; ``py-spy record -- python -m benchmarks.bulk.profile --plain`` does not.
"""

import argparse
import asyncio
import cProfile
import pstats
from types import TracebackType
from typing import Self

from benchmarks.bulk.campaign import Campaign
from benchmarks.bulk.measuring import Stopwatch, serving
from benchmarks.bulk.ours import Letters, in_bulk, transports
from benchmarks.bulk.wires import SMSC

LATENCY = 0.01  # seconds
_SHOWN = 30


class Profiler(Stopwatch):
    """A watch that notes, too, where the time went."""

    def __enter__(self) -> Self:
        self.profile = cProfile.Profile()
        super().__enter__()
        self.profile.enable()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.profile.disable()
        super().__exit__(exc_type, exc, traceback)


def main() -> None:
    """Send, and tell what was busy."""
    words = argparse.ArgumentParser(description="The hottest functions of a bulk send")
    words.add_argument("--messages", type=int, default=100_000)
    words.add_argument("--rows", type=int, default=SMSC.usual_rows, help="of one request")
    words.add_argument("--transport", choices=["httpx", "aiohttp"], default="httpx")
    words.add_argument("--plain", action="store_true", help="without cProfile")
    chosen = words.parse_args()
    opened = transports()[chosen.transport]
    watch = Stopwatch() if chosen.plain else Profiler()
    with serving(LATENCY) as server:
        campaign = Letters(Campaign(chosen.messages))
        asyncio.run(in_bulk(server, SMSC, [campaign], chosen.rows, opened)(watch))

    if isinstance(watch, Profiler):
        pstats.Stats(watch.profile).sort_stats("tottime").print_stats(_SHOWN)

    print(f"{watch.cpu / chosen.messages * 1e6:.1f} us/message")


if __name__ == "__main__":
    main()
