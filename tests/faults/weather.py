"""
Bad weather for a soak: any fault on any request, and addresses that die and come back.

Everything is drawn from one `random.Random`, and everything that happened is kept.
"""

import asyncio
import contextlib
import socket
from collections import defaultdict
from collections.abc import Collection
from contextvars import ContextVar
from functools import cache
from itertools import count
from random import Random

import attrs
from faults import deeds
from faults.doors import Place
from faults.exchange import Exchange
from faults.server import FaultServer
from faults.table import FAULTS, Door, Fault, Phase
from faults.trigger import Aim, Trigger
from faults.wire import LIMIT

from smsgate.wire.http import HttpRequest

MARK = "x-passage"  #: the header by which the server's log finds the client's
_LEAVES_SOMETHING = {deeds.twice, deeds.length_too_short}  #: on the connection, for the next one
_connection: ContextVar[int] = ContextVar("connection")


@attrs.frozen
class Strike:
    """One fault, or a death, at the address *number*, on the passage *mark* if it is known."""

    name: str
    number: int
    at: float
    mark: str | None = None
    is_readable: bool = False


@attrs.define(kw_only=True)
class Dice(Trigger):
    """Strikes whenever it likes, with whatever may happen at that point."""

    random: Random
    chance: float
    strikes: list[Strike] = attrs.field(factory=list)
    passages: dict[str, int] = attrs.field(factory=dict)  #: the connection of each, by its mark
    leftovers: dict[int, list[Strike]] = attrs.field(factory=lambda: defaultdict(list))

    def pull(
        self, phases: Collection[Phase], number: int, request: HttpRequest | None = None
    ) -> Fault | None:
        """Throw; see `Trigger.pull`."""
        mark = request.headers.get(MARK) if request else None
        if mark:
            self.passages[mark] = _connection.get()

        if not self.armed or self.random.random() >= self.chance:
            return None

        fault = self.random.choice(_faults_in(frozenset(phases)))
        now = asyncio.get_running_loop().time()
        self.strikes.append(Strike(fault.name, number, now, mark, fault.is_readable))
        if fault.deed in _LEAVES_SOMETHING:
            self.leftovers[_connection.get()].append(self.strikes[-1])

        return fault


@cache
def _faults_in(phases: frozenset[Phase]) -> list[Fault]:
    return [fault for fault in FAULTS.values() if fault.phase in phases]


@attrs.define(kw_only=True)
class _Exchange(Exchange):
    """One that hangs only for as long as the client does: there are too many to keep."""

    async def hang(self) -> None:
        """Say nothing more, until the client hangs up or the faults end."""
        gone, over = asyncio.create_task(self._gone()), asyncio.create_task(self.over.wait())
        await asyncio.wait({gone, over}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        over.cancel()
        self.close()

    async def _gone(self) -> None:
        with contextlib.suppress(OSError):
            while await self.reader.read(LIMIT):
                """What it still has to say, nobody hears."""


@attrs.define
class _MortalPlace(Place):
    """An address that can die, with all who are talking to it, and come back on its port."""

    talking: set[asyncio.StreamWriter] = attrs.field(init=False, factory=set)
    _returning: asyncio.Lock = attrs.field(init=False, factory=asyncio.Lock)

    async def open(self) -> None:
        """Take a port for good, so that nobody else is there while it is dead; and listen."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._socket.bind((self._host, 0))
        await self.repair()

    async def repair(self) -> None:
        """Come back, if it is dead."""
        host, port = self._socket.getsockname()
        async with self._returning:
            self._server = self._server or await asyncio.start_server(
                self.serve, host, port, limit=LIMIT, backlog=1024, reuse_port=True
            )

    async def die(self) -> None:
        """Listen no more, and hang up on everybody."""
        server, self._server = self._server, None
        if not server:
            return

        for listening in server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())

        await asyncio.sleep(0)  # asyncio forgets a connection that is just being let in
        server.close()
        for writer in self.talking:
            writer.transport.abort()


@attrs.define
class Weather:
    """
    What becomes of *server*: it is to have been opened, and has no fault of its own.

    A request goes wrong with some *chance*. At every `tick` an address may die, with the
    chance *death*, or come back, with the chance *life*.
    """

    server: FaultServer
    random: Random
    chance: float
    death: float = 0.004
    life: float = 0.012
    deaths: int = attrs.field(init=False, default=0)
    _dice: Dice = attrs.field(init=False)
    _places: list[_MortalPlace] = attrs.field(init=False, factory=list)

    @_dice.default
    def _make_dice(self) -> Dice:
        return Dice(
            fault=None,
            faulty=None,
            aim=Aim.EVERYTHING,
            when=None,
            first=None,
            armed=True,
            random=self.random,
            chance=self.chance,
        )

    @property
    def strikes(self) -> list[Strike]:
        """Everything that happened."""
        return self._dice.strikes

    def left_for(self, mark: str, ended: float) -> list[str]:
        """
        Name what faults had left on the connection of the passage *mark*, before it *ended*.

        Marks are in the order of the callers; who waited longer for a connection may have
        a lower one than who used it before.
        """
        dice = self._dice
        left = dice.leftovers.get(dice.passages.get(mark, -1), [])
        return [strike.name for strike in left if strike.mark != mark and strike.at <= ended]

    def has_seen(self, mark: str) -> bool:
        """Whether at least the head of the passage *mark* came to an address."""
        return mark in self._dice.passages

    async def break_out(self) -> None:
        """Put mortal addresses in the place of the server's own."""
        self.server.trigger = self._dice
        for number, place in enumerate(self.server._places):
            await place.close()
            self._places.append(_MortalPlace(Door.OPEN, lambda *_: None))
            self._places[-1].serve = self._at(number)
            await self._places[-1].open()

        self.server._places[:] = self._places

    def _at(self, number: int) -> "_Serve":
        """Make what the address *number* does with a connection; see `FaultServer`."""
        return _Serve(self.server, number, self._places[number].talking)

    async def tick(self) -> None:
        """Let an address die, or come back, or neither."""
        fate = self.random.random()
        number = self.random.randrange(len(self._places))
        if fate < self.death and self._places[number]._server:
            self.deaths += 1
            await self._places[number].die()
            now = asyncio.get_running_loop().time()
            self.strikes.append(Strike("the address dies", number, now))
        elif fate > 1 - self.life:
            await self._places[number].repair()


_numbers = count(1)  # of connections


@attrs.frozen
class _Serve:
    """What an address does with a connection."""

    server: FaultServer
    number: int
    talking: set[asyncio.StreamWriter]

    async def _talk(self, exchange: Exchange, connection: int) -> None:
        _connection.set(connection)
        await self.server._talk(self.number, exchange)

    def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = _Exchange(reader=reader, writer=writer, over=self.server._over)
        talk = asyncio.create_task(self._talk(exchange, next(_numbers)))
        self.talking.add(writer)
        self.server._talks.add(talk)
        talk.add_done_callback(self.server._talks.discard)
        talk.add_done_callback(lambda _: self.talking.discard(writer))
