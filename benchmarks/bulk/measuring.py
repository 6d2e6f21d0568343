"""The server in its process, the watch, and the turns that several ways take."""

import argparse
import asyncio
import contextlib
import gc
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

_ROOT = Path(__file__).parents[2]


@attrs.frozen(kw_only=True)
class Count:
    """What the server says of a run. *cpu* is its own, in seconds."""

    messages: int
    doubles: int
    strange: int
    requests: int
    turned_away: int
    most_at_once: int
    cpu: float


@attrs.frozen
class Server:
    """A server that answers each send after *latency* seconds."""

    url: str
    latency: float

    def count(self) -> Count:
        """Ask what came since it was last asked."""
        with urllib.request.urlopen(f"{self.url}/count") as answer:
            return Count(**json.load(answer))


@contextlib.contextmanager
def serving(latency: float) -> Iterator[Server]:
    """Run a server in a process of its own until the block ends."""
    command = [sys.executable, "-m", "benchmarks.bulk.server", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        try:
            assert process.stdout
            yield Server(process.stdout.readline().strip(), latency)
        finally:
            process.terminate()


@attrs.define
class Stopwatch:
    """Measures a block: *seconds*, and those in which this process was busy (*cpu*)."""

    seconds: float = 0.0
    cpu: float = 0.0

    def __enter__(self) -> Self:
        gc.collect()  # what others left behind is not for this one to tidy up
        self.seconds, self.cpu = -time.perf_counter(), -time.process_time()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.seconds += time.perf_counter()
        self.cpu += time.process_time()


@attrs.frozen
class Taken:
    """What *messages* took of the client, and of the server."""

    messages: int
    seconds: float
    cpu: float
    server: Count

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def each(self) -> float:
        """Microseconds of the client's processor for one message."""
        return self.cpu / self.messages * 1e6


Way = Callable[
    [Stopwatch], Coroutine[object, object, None]
]  #: it starts the watch when all is set up


class WentWrong(Exception):
    """Somebody got no message, or two, or another one: then no time is worth printing."""


def run(server: Server, messages: int, way: Way) -> Taken:
    """Go *way* in an event loop of its own, and let the server say that all arrived."""
    server.count()
    watch = Stopwatch()
    asyncio.run(way(watch))
    count = server.count()
    if (count.messages, count.doubles, count.strange) != (messages, 0, 0):
        raise WentWrong(f"{messages} messages were sent: {count}")

    return Taken(messages, watch.seconds, watch.cpu, count)


def take_turns(
    server: Server, ways: Mapping[str, tuple[int, Way]], turns: int
) -> Mapping[str, Taken]:
    """Go each of *ways* once a turn; who was first is last in the next. Gives each `median`."""
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    order = list(ways)
    for _ in range(turns):
        for name in order:
            messages, way = ways[name]
            taken[name].append(run(server, messages, way))

        order.reverse()

    return {name: median(several) for name, several in taken.items()}


def median(several: Sequence[Taken]) -> Taken:
    """Find the one whose time is in the middle; its processor time is the middle of all."""
    middle = sorted(several, key=lambda taken: taken.seconds)[len(several) // 2]
    return attrs.evolve(middle, cpu=statistics.median(taken.cpu for taken in several))


def is_quick(description: str) -> bool:
    """Read the command line: ``--quick`` is for trying, its numbers mean little."""
    words = argparse.ArgumentParser(description=description)
    words.add_argument("--quick", action="store_true", help="small sizes, one turn")
    return bool(words.parse_args().quick)


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    print(f"\n{title}")
    for row in (head, *rows):
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("   ".join([row[0].ljust(widths[0]), *cells]), flush=True)
