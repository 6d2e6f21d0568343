"""Stopping: the first reason counts, the first signal asks, the second breaks off."""

import _thread
import asyncio
import operator
import selectors
import signal
import time
from functools import partial

import pytest

from smsgate.cli.bulk.rows import Withheld
from smsgate.cli.bulk.stop import Stop, break_off_on_signals, heed_signals, ignore_signals

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def test_first_reason_counts() -> None:
    """What follows is only a consequence. Every row that it keeps back is as good as before."""
    stop = Stop()
    stop.because(Withheld("ContentRefused", "no such sender", advice="choose another"))
    stop.by_hand()

    words = "the run had stopped: no such sender"

    assert stop.is_by_hand
    assert stop.words == "no such sender"
    assert stop.reason == Withheld(
        "ContentRefused", words, is_as_good=True, advice="choose another"
    )


@pytest.mark.parametrize("number", SIGNALS)
def test_signals(number: signal.Signals) -> None:
    """One is a wish, two are an order; in the end there is nothing left to be stopped."""
    stop, said = Stop(), list[Withheld | None]()

    async def run() -> None:
        told = asyncio.Event()
        heed_signals(stop, told.set)
        signal.raise_signal(number)
        await told.wait()
        said.append(stop.reason)
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run())

    signal.raise_signal(number)  # the loop is closed by now
    ignore_signals()

    assert said == [Withheld("Stopped", "the run had stopped: by hand", is_as_good=True)]
    assert {signal.getsignal(each) for each in SIGNALS} == {signal.SIG_IGN}


class Sleepy(selectors.EpollSelector):
    """Falls asleep once with a signal that nobody has looked at yet, and that wakes nobody."""

    comes: signal.Signals | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for sockets, as an event loop asks for it."""
        if not self.comes or timeout == 0:
            return super().select(timeout)

        assert timeout
        assert timeout < 1

        # Within one call of C's: Python looks for signals between its own instructions only.
        come = partial(_thread.interrupt_main, self.comes)
        list(map(operator.call, (come, partial(time.sleep, timeout))))
        self.comes = None
        return []


@pytest.mark.parametrize("number", SIGNALS[:2])
def test_signal_that_comes_when_the_loop_falls_asleep(number: signal.Signals) -> None:
    """It is heard soon: not only when something else wakes the loop, an answer for one."""
    stop, selector = Stop(), Sleepy()

    async def run() -> None:
        heed_signals(stop, lambda: None)
        signal.raise_signal(signal.SIGINT)
        selector.comes = number
        await asyncio.Event().wait()

    loops = partial(asyncio.SelectorEventLoop, selector)
    with pytest.raises(KeyboardInterrupt), asyncio.Runner(loop_factory=loops) as runner:
        runner.run(run())

    assert selector.comes is None


async def test_signal_while_another_is_heeded() -> None:
    """A terminal that goes away may say so twice at the very same moment: it is one wish."""
    told = list[str]()
    second = iter([signal.SIGHUP])

    class Interrupted(Stop):
        def by_hand(self) -> None:
            for number in second:
                signal.raise_signal(number)

            super().by_hand()

    stop = Interrupted()
    heed_signals(stop, lambda: told.append("stopping"))
    signal.raise_signal(signal.SIGHUP)
    await asyncio.sleep(0)

    assert (stop.is_by_hand, told) == (True, ["stopping"])


def test_more_than_two() -> None:
    """Who leans on Ctrl-C is heard, and what breaks off comes to its end all the same."""
    stop, ended = Stop(), list[str]()

    async def run() -> None:
        heed_signals(stop, lambda: None)
        try:
            for _ in range(4):
                signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0)
            ended.append("well")

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run())

    assert ended == ["well"]


@pytest.mark.parametrize("number", SIGNALS)
def test_before_anything_is_sent(number: signal.Signals) -> None:
    """One is enough, also for Ctrl-C in a shell that has its background ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    break_off_on_signals()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


async def test_run_that_outlives_its_terminal() -> None:
    """Whoever begins it with ``nohup`` wants it to go on; Ctrl-C is another matter."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stop = Stop()
    heed_signals(stop, lambda: None)
    signal.raise_signal(signal.SIGHUP)
    assert not stop.is_by_hand

    signal.raise_signal(signal.SIGINT)
    assert stop.is_by_hand


async def test_terminal_that_goes_away_is_not_impatient() -> None:
    """It says so several times: bash tells its jobs, and the kernel tells them again."""
    stop, told = Stop(), list[str]()
    heed_signals(stop, lambda: told.append("stopping"))
    for _ in range(3):
        signal.raise_signal(signal.SIGHUP)

    await asyncio.sleep(0)

    assert (stop.is_by_hand, told) == (True, ["stopping"])
