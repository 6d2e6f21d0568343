"""Why no more rows are handed in, and who may say so: Ctrl-C, a signal, or the run itself."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from types import FrameType

import attrs

from smsgate.cli.bulk.rows import Withheld

_HANG_UP = "SIGHUP"  # of a terminal that is gone; Windows has none
_LONGEST_SLEEP = 0.25  # seconds, of a loop that is to hear a signal
_SIGNALS = tuple(one for one in signal.Signals if one.name in {"SIGINT", "SIGTERM", _HANG_UP})


@attrs.define
class Stop:
    """Whether to go on: *reason* is why a row is not handed in any more, *words* say it alone."""

    reason: Withheld | None = None
    words: str | None = None
    is_by_hand: bool = False

    def because(self, why: Withheld) -> None:
        """Hand in nothing more. The first reason is the one that counts."""
        if not self.reason:
            words = f"the run had stopped: {why.why}"
            self.reason = attrs.evolve(why, why=words, is_as_good=True)
            self.words = why.why

    def by_hand(self) -> None:
        """Hand in nothing more, because somebody wants it so."""
        self.is_by_hand = True
        self.because(Withheld("Stopped", "by hand"))


def _break_off() -> None:
    raise KeyboardInterrupt


def break_off_on_signals() -> None:
    """
    Let Ctrl-C, SIGTERM and SIGHUP break off, while nothing has been sent.

    Also where a parent ignores Ctrl-C, as a shell does for what it starts in the background.
    """
    for number in _SIGNALS:
        if not _is_of_no_interest(number):
            signal.signal(number, signal.default_int_handler)


def heed_signals(stop: Stop, tell: Callable[[], None]) -> None:
    """
    Let the first Ctrl-C, SIGTERM or SIGHUP *stop*, and *tell* so; let the second one break off.

    For a coroutine of the main thread. They are heeded until `ignore_signals`: the loop may
    still have long to wait. A terminal that goes away says so several times, but no person
    is impatient then; and to break off what breaks off already would lose what it has to say.
    """
    loop = asyncio.get_running_loop()
    # Each is taken once, also where a signal comes while another one is being heeded.
    wish, order = iter([tell]), iter([_break_off])

    def heed(number: int, _: FrameType | None) -> None:
        said = next(wish, None)
        if not said and signal.Signals(number).name != _HANG_UP:
            said = next(order, None)

        # It may have broken into anything, a write for one, so all else is left to the loop.
        with contextlib.suppress(RuntimeError):  # it is closed: nothing is left to be stopped
            if said:
                loop.call_soon_threadsafe(said)
                stop.by_hand()

    def stay_awake() -> None:
        loop.call_later(_LONGEST_SLEEP, stay_awake)

    # A signal that comes just before the loop falls asleep does not wake it: Python has looked
    # for signals by then, and the system has delivered it. It is heard when the loop wakes.
    stay_awake()
    for number in _SIGNALS:
        if not _is_of_no_interest(number):
            signal.signal(number, heed)


def ignore_signals() -> None:
    """Let nothing stop the telling of how it ended, until the process ends."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _is_of_no_interest(number: signal.Signals) -> bool:
    """Whether ``nohup`` started us: then the end of the terminal is no reason to stop."""
    return number.name == _HANG_UP and signal.getsignal(number) is signal.SIG_IGN
