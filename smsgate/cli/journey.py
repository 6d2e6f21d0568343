"""One message of the demo, followed from its gateway to its end."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Self

import attrs

from smsgate.errors import SmsGateError
from smsgate.message import Message
from smsgate.opening import open_gateway
from smsgate.receipt import Receipt
from smsgate.report import Status

_PATIENCE = 15.0  # seconds; a simulated message needs far less


@attrs.frozen(kw_only=True)
class Watch:
    """The time: how late it is, in seconds, and how to wait."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@attrs.frozen(kw_only=True)
class Journey:
    """How far the message through the gateway *scheme* has come, and in how many seconds."""

    scheme: str
    receipt: Receipt | None = None
    statuses: tuple[Status, ...] = ()
    error: SmsGateError | None = None
    seconds: float = 0.0

    @property
    def status(self) -> Status | None:
        """The last status seen."""
        return self.statuses[-1] if self.statuses else None

    @property
    def is_over(self) -> bool:
        """Whether its fate is sealed."""
        return self.status is not None and self.status.is_final

    @property
    def is_delivered(self) -> bool:
        """Whether the phone has it."""
        return self.status is not None and self.status.is_delivered

    def at(self, status: Status, seconds: float) -> Self:
        """Come to *status*; to see the same one again is no new stop."""
        stops = self.statuses if status is self.status else (*self.statuses, status)
        return attrs.evolve(self, statuses=stops, seconds=seconds)


async def travel(
    scheme: str, dsn: str, message: Message, *, interval: float, watch: Watch
) -> AsyncIterator[Journey]:
    """
    Send *message* through the gateway at *dsn*, ask after it every *interval* seconds, and
    yield each step: accepted, every new status, and the error if one ends it.
    """
    start = watch.now()
    journey = Journey(scheme=scheme)
    try:
        async with open_gateway(dsn) as gateway:
            receipt = await gateway.send(message)
            journey = attrs.evolve(journey, receipt=receipt, seconds=watch.now() - start)
            yield journey

            while not journey.is_over and journey.seconds < _PATIENCE:
                await watch.sleep(interval)
                report = await gateway.status(receipt)
                before, journey = journey, journey.at(report.status, watch.now() - start)
                if journey.status is not before.status:
                    yield journey
    except SmsGateError as error:
        yield attrs.evolve(journey, error=error, seconds=watch.now() - start)
