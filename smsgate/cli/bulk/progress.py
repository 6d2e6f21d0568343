"""How far a run is: a bar on a terminal, else a line every few seconds."""

import contextlib
import sys
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
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.output import say

_LINE_PAUSE = 5.0  # seconds
_LOOKS = 10  # at the numbers, each second, where there is a bar

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
    console: Console

    def update(self) -> None:
        """Do nothing: the bar looks at the numbers by itself."""

    def note(self, words: Text, /) -> None:
        self.console.print(words)


@attrs.define(eq=False)
class _Drawing:
    tally: Tally
    now: Now
    progress: Progress
    task: TaskID
    _start: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._start = self.now()

    def __call__(self) -> RenderableType:
        done, todo = self.tally.done, self.tally.todo
        rate = done / max(self.now() - self._start, 1e-3)
        left = str(timedelta(seconds=round((todo - done) / rate))) if rate else "-:--:--"
        self.progress.update(self.task, completed=done, rate=f"{rate:,.0f}/s", left=left)
        return Group(self.progress, show.counts(self.tally))


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
        TextColumn("{task.fields[left]}"),
        console=console,
        get_time=now,
    )
    drawing = _Drawing(tally, now, progress, progress.add_task("", total=tally.todo))
    with Live(console=console, get_renderable=drawing, transient=True, refresh_per_second=_LOOKS):
        yield _Bar(console)


@contextlib.contextmanager
def patience(words: str) -> Iterator[None]:
    """Let a terminal show that something is going on, while nothing can be counted."""
    console = Console(file=sys.stderr)
    with console.status(words) if console.is_terminal else contextlib.nullcontext():
        yield
