"""Why no more rows are handed in, and who may say so: Ctrl-C, a signal, or the run itself."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

import attrs

from smsgate.cli.bulk.rows import Withheld

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@attrs.define
class Stop:
    """Whether to go on: *reason* is why a row is not handed in any more, *words* say it alone."""

    reason: Withheld | None = None
    words: str | None = None
    is_by_hand: bool = False

    def because(self, kind: str, words: str) -> None:
        """Hand in nothing more. The first reason is the one that counts."""
        if not self.reason:
            self.reason = Withheld(kind, f"the run had stopped: {words}")
            self.words = words

    def by_hand(self) -> None:
        """Hand in nothing more, because somebody wants it so."""
        self.is_by_hand = True
        self.because("Stopped", "by hand")


def _break_off() -> None:
    raise KeyboardInterrupt


def heed_signals(stop: Stop, tell: Callable[[], None]) -> None:
    """
    Let the first Ctrl-C or SIGTERM *stop*, and *tell* so; let the second one break off.

    To be called in a coroutine of the main thread, inside `signals_restored`.
    """
    loop = asyncio.get_running_loop()

    def heed(_: int, __: FrameType | None) -> None:
        # It may have broken into anything, a write for one, so all else is left to the loop.
        loop.call_soon_threadsafe(_break_off if stop.is_by_hand else tell)
        stop.by_hand()

    for number in _SIGNALS:
        signal.signal(number, heed)


@contextlib.contextmanager
def signals_restored() -> Iterator[None]:
    """Let signals mean afterwards what they did before; for around the event loop."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
