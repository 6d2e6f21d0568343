"""How far a run is: a bar on a terminal, else a line every few seconds."""

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Protocol

import attrs
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from smsgate.cli.bulk import show
from smsgate.cli.bulk.stop import Stop
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.output import say, screen
from smsgate.cli.words import counted

_LINE_PAUSE = 5.0  # seconds
_LOOKS = 10  # at the numbers, each second, where there is a bar
_STRIDE = 500  # rows between two looks at a count

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
            say(show.line_of_progress(self.tally, self.tally.tried / (now - self._start)))

    def note(self, words: Text, /) -> None:
        say(words)


@attrs.define(eq=False)
class _Bar:
    console: Console

    def update(self) -> None:
        """Do nothing: the bar looks at the numbers by itself."""

    def note(self, words: Text, /) -> None:
        self.console.print(words)


@attrs.define(eq=False)
class _Drawing:
    tally: Tally
    stop: Stop
    now: Now
    progress: Progress
    task: TaskID
    _start: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._start = self.now()

    def __call__(self) -> RenderableType:
        rate = self.tally.tried / max(self.now() - self._start, 1e-3)
        self.progress.update(
            self.task, completed=self.tally.done, rate=f"{rate:,.0f}/s", left=self._left(rate)
        )
        return Group(self.progress, show.counts(self.tally))

    def _left(self, rate: float) -> str:
        """Say how long it will take; of what is not sent any more nobody knows."""
        if not rate or self.stop.reason:
            return "-:--:--"

        return str(timedelta(seconds=round(self.tally.left / rate)))


@contextlib.contextmanager
def display(tally: Tally, stop: Stop, *, now: Now = time.monotonic) -> Iterator[Display]:
    """Show *tally* until the block ends; what is shown on a terminal goes away with it."""
    console = screen()
    if not (console and tally.todo):
        yield _Lines(tally, now)
        return

    progress = Progress(
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[left]}"),
        console=console,
        get_time=now,
    )
    task = progress.add_task("", total=tally.todo)
    drawing = _Drawing(tally, stop, now, progress, task)
    with Live(console=console, get_renderable=drawing, transient=True, refresh_per_second=_LOOKS):
        yield _Bar(console)


@contextlib.contextmanager
def patience(words: str) -> Iterator[Callable[[int], None]]:
    """Let a terminal show what is waited for, and how many rows have been dealt with."""
    console = screen()
    if not console:
        yield lambda _: None
        return

    with console.status(words) as status:

        def count(rows: int) -> None:
            if rows % _STRIDE == 0:
                status.update(f"{words}: {counted(rows, 'row')}")

        yield count
