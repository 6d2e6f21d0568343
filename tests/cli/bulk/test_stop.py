"""Stopping: the first reason counts, the first signal asks, the second breaks off."""

import asyncio
import signal

import pytest

from smsgate.cli.bulk.rows import Withheld
from smsgate.cli.bulk.stop import Stop, heed_signals, signals_restored


def test_first_reason_counts() -> None:
    """What follows is only a consequence."""
    stop = Stop()
    stop.because("CapReached", "no money left")
    stop.by_hand()

    assert stop.is_by_hand
    assert stop.words == "no money left"
    assert stop.reason == Withheld("CapReached", "the run had stopped: no money left")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals(number: signal.Signals) -> None:
    """One is a wish, two are an order; afterwards signals mean what they did before."""
    before = signal.getsignal(number)
    stop, said = Stop(), list[Withheld | None]()

    async def run() -> None:
        told = asyncio.Event()
        heed_signals(stop, told.set)
        signal.raise_signal(number)
        await told.wait()
        said.append(stop.reason)
        signal.raise_signal(number)
        await asyncio.Event().wait()

    with pytest.raises(KeyboardInterrupt), signals_restored():
        asyncio.run(run())

    assert said == [Withheld("Stopped", "the run had stopped: by hand")]
    assert signal.getsignal(number) == before
