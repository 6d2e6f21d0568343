"""
A provider's server and its mirrors, which all go wrong as they are told.

The addresses share one provider: whatever any of them accepts is in ``network.sent``,
once for each copy. Below HTTP everything is real: sockets that refuse, reset, hang or
say half of what they should.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Self

import attrs
from faults.doors import Place
from faults.exchange import Exchange, Gate, Station
from faults.provider import MortalNetwork, Provider
from faults.table import Fault, Phase
from faults.trigger import Aim, Trigger
from faults.wire import BadRequest, Head, read_head, read_request

from smsgate.wire.http import HttpReply, HttpRequest

_BAD_REQUEST = HttpReply(b"", 400)
_AFTER_READING = {Phase.READ, Phase.ACCEPTING, Phase.REFUSED, Phase.ACCEPTED}


@attrs.define(kw_only=True, eq=False)
class FaultServer:
    """
    One provider on ``1 + mirrors`` addresses, used with ``async with``.

    The addresses in *faulty* (all of them, for None) commit *fault* on the requests that
    *aim* and *when* choose, on the first *first* of them if that is given; not before
    `arm` if *armed* is False, and never after `heal`. See `Provider` for the rest.
    """

    fault: Fault | None = None
    mirrors: int = 0
    faulty: Collection[int] | None = (0,)
    aim: Aim = Aim.EVERYTHING
    when: Callable[[HttpRequest], bool] | None = None
    first: int | None = None
    armed: bool = True
    most_in_flight: int = 14
    latency: float = 0.0
    duplicate_window: float = 0.0
    clock: Callable[[], float] = time.time
    provider: Provider = attrs.field(init=False)
    trigger: Trigger = attrs.field(init=False)
    asked_at: Counter[int] = attrs.field(init=False, factory=Counter)  #: requests, by address
    _gate: Gate | None = attrs.field(init=False, default=None)
    _over: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)
    _places: list[Place] = attrs.field(init=False, factory=list)
    _talks: set[asyncio.Task[None]] = attrs.field(init=False, factory=set)

    @provider.default
    def _make_provider(self) -> Provider:
        return Provider(
            most_in_flight=self.most_in_flight,
            latency=self.latency,
            duplicate_window=self.duplicate_window,
            clock=self.clock,
        )

    @trigger.default
    def _make_trigger(self) -> Trigger:
        return Trigger(
            fault=self.fault,
            faulty=self.faulty,
            aim=self.aim,
            when=self.when,
            first=self.first,
            armed=self.armed,
        )

    @property
    def base_urls(self) -> list[str]:
        """The main address, then the mirrors."""
        return [place.base_url for place in self._places]

    @property
    def base_url(self) -> str:
        """The main address."""
        return self.base_urls[0]

    @property
    def network(self) -> MortalNetwork:
        """The phone network; its ``sent`` lists every copy that was accepted."""
        return self.provider.network

    def copies(self, phone: str, text: str) -> int:
        """Count how often one message was accepted."""
        return sum((sms.phone, sms.text) == (phone, text) for sms in self.network.sent)

    def arm(self) -> None:
        """Let the fault strike from now on."""
        self.trigger.armed = True

    def hold(self, station: Station) -> Gate:
        """Hold the next exchange that comes to *station*."""
        self._gate = Gate(station)
        return self._gate

    async def heal(self) -> None:
        """End all faults: what hangs hangs up, and shut doors open if they can."""
        self.trigger.armed = False
        self._over.set()
        for place in self._places:
            await place.repair()

    async def digest(self) -> None:
        """
        Wait until everything that ever reached an address has been dealt with.

        For a server that is healed, and clients that have closed their connections.
        """
        for place in self._places:
            await place.knock()

        while self._talks:
            await asyncio.wait(self._talks)

    async def __aenter__(self) -> Self:
        """Open the addresses."""
        for number in range(1 + self.mirrors):
            door = self.trigger.door_of(number)
            self._places.append(Place(door, self._at(number)))
            await self._places[-1].open()

        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of them, whatever is under way."""
        self._over.set()
        for place in self._places:
            await place.close()

        talks = list(self._talks)
        for talk in talks:
            talk.cancel()

        await asyncio.gather(*talks, return_exceptions=True)

    def _at(self, number: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        """Make what the address *number* does with a connection."""

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            exchange = Exchange(reader=reader, writer=writer, over=self._over)
            talk = asyncio.create_task(self._talk(number, exchange))
            self._talks.add(talk)
            talk.add_done_callback(self._talks.discard)

        return begin

    async def _talk(self, number: int, exchange: Exchange) -> None:
        """Answer one request after the other, until somebody hangs up."""
        try:
            fault = self.trigger.pull({Phase.CONNECTED}, number)
            if fault:
                await fault.deed(exchange)

            while not exchange.is_closed and (head := await read_head(exchange.reader)):
                await self._read(number, exchange, head)
        except BadRequest:
            await exchange.answer(_BAD_REQUEST)
        except (OSError, EOFError):
            """They hung up."""
        finally:
            exchange.close()

    async def _read(self, number: int, exchange: Exchange, head: Head) -> None:
        """Read one request and deal with it, unless the fault strikes in the middle."""
        exchange.gate, exchange.goes_on = self._gate, head.goes_on
        exchange.elsewhere = self.base_urls[(number + 1) % len(self._places)] + head.target
        await exchange.reach(Station.READING)
        fault = self.trigger.pull({Phase.READING}, number, head.as_request())
        if fault:
            await fault.deed(exchange)
            return

        request = await read_request(head, exchange.reader, exchange.writer)
        self.asked_at[number] += 1
        login = self.provider.enter(request)
        try:
            await self._deal_with(number, exchange, request, login)
        finally:
            self.provider.leave(login)

        if not head.goes_on:
            exchange.close()

    async def _deal_with(
        self, number: int, exchange: Exchange, request: HttpRequest, login: str
    ) -> None:
        """Take one request as far as the fault lets it come, and answer."""
        fault = self.trigger.pull(_AFTER_READING, number, request)
        phase = fault.phase if fault else Phase.ACCEPTED
        if phase is Phase.ACCEPTED:
            exchange.reply = await self.provider.answer(request, login)
        elif phase is Phase.REFUSED:
            exchange.reply = await self.provider.refuse(request, login)
        elif phase is Phase.ACCEPTING:
            await self.provider.die_of(request, login)

        await exchange.reach(Station.WAITING)
        await (fault.deed(exchange) if fault else exchange.answer(exchange.reply))
