"""How far a run is: a bar on a terminal, else a line every few seconds."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import attrs
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from smsgate.cli.bulk import show
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.output import say

_BAR_PAUSE = 0.1  # seconds between two looks at the numbers
_LINE_PAUSE = 5.0

Now = Callable[[], float]


class Display(Protocol):
    """Where a run shows how far it is."""

    def update(self) -> None:
        """Show the numbers, if it is time to."""

    def note(self, words: Text, /) -> None:
        """Say something beside them."""


@attrs.define(eq=False)
class _Lines:
    tally: Tally
    now: Now
    _start: float = attrs.field(init=False)
    _next: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._start = self.now()
        self._next = self._start + _LINE_PAUSE

    def update(self) -> None:
        now = self.now()
        if now >= self._next:
            self._next = now + _LINE_PAUSE
            say(show.line_of_progress(self.tally, self.tally.done / (now - self._start)))

    def note(self, words: Text, /) -> None:
        say(words)


@attrs.define(eq=False)
class _Bar:
    tally: Tally
    now: Now
    live: Live
    progress: Progress
    task: TaskID
    _next: float = attrs.field(init=False, default=0.0)

    def update(self) -> None:
        now = self.now()
        if now >= self._next:
            self._next = now + _BAR_PAUSE
            self.draw()

    def draw(self) -> None:
        self.progress.update(self.task, completed=self.tally.done)
        speed = self.progress.tasks[0].speed or 0.0
        self.progress.update(self.task, rate=f"{speed:,.0f}/s")
        self.live.update(Group(self.progress, show.counts(self.tally)))

    def note(self, words: Text, /) -> None:
        self.live.console.print(words)


@contextlib.contextmanager
def display(tally: Tally, *, now: Now = time.monotonic) -> Iterator[Display]:
    """Show *tally* until the block ends; what is shown on a terminal goes away with it."""
    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        yield _Lines(tally, now)
        return

    progress = Progress(
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        get_time=now,
    )
    task = progress.add_task("", total=tally.total, rate="")
    with Live(console=console, transient=True, refresh_per_second=10) as live:
        bar = _Bar(tally, now, live, progress, task)
        bar.draw()
        yield bar


@contextlib.contextmanager
def patience(words: str) -> Iterator[None]:
    """Let a terminal show that something is going on, while nothing can be counted."""
    console = Console(file=sys.stderr)
    with console.status(words) if console.is_terminal else contextlib.nullcontext():
        yield
