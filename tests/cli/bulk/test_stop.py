"""Stopping: the first reason counts, the first signal asks, the second breaks off."""

import asyncio
import signal

import pytest

from smsgate.cli.bulk.rows import Withheld
from smsgate.cli.bulk.stop import Stop, signals_heeded

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
    """One is a wish, two are an order; afterwards there is nothing left to be stopped."""
    stop, said = Stop(), list[Withheld | None]()

    async def run() -> None:
        told = asyncio.Event()
        with signals_heeded(stop, told.set):
            signal.raise_signal(number)
            await told.wait()
            said.append(stop.reason)
            signal.raise_signal(number)
            await asyncio.Event().wait()

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run())

    assert said == [Withheld("Stopped", "the run had stopped: by hand", is_as_good=True)]
    assert {signal.getsignal(each) for each in SIGNALS} == {signal.SIG_IGN}


async def test_run_that_outlives_its_terminal() -> None:
    """Whoever begins it with ``nohup`` wants it to go on; Ctrl-C is another matter."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stop = Stop()
    with signals_heeded(stop, lambda: None):
        signal.raise_signal(signal.SIGHUP)

        assert not stop.is_by_hand

        signal.raise_signal(signal.SIGINT)

        assert stop.is_by_hand
