"""
One exchange as the server sees it, and the stations at which a test can hold it.

A station is where a caller may be cancelled: the test holds the exchange there, waits
until it has arrived, does what it likes, and lets it go on.
"""

import asyncio
import enum
import socket
import struct

import attrs
from faults.wire import write_reply

from smsgate.wire.http import HttpReply

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time: closing is a reset


class Station(enum.Enum):
    """How far an exchange has come."""

    READING = "the request is being read"
    WAITING = "the answer is awaited"
    ANSWERING = "the answer is being read"


@attrs.define
class Gate:
    """Holds the first exchange that comes to its station, until it is opened."""

    station: Station
    arrived: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)
    _opened: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)

    def open(self) -> None:
        """Let whoever waits here go on, and nobody wait any more."""
        self._opened.set()

    async def pass_by(self, station: Station) -> None:
        """Wait here, if this is the station and nobody waited before."""
        if station is self.station and not self.arrived.is_set():
            self.arrived.set()
            await self._opened.wait()


@attrs.define(kw_only=True)
class Exchange:
    """
    A connection with, at most, one request on it, and what a fault can do to it.

    ``reply`` is what the provider answers; before it was asked there is none to give.
    ``elsewhere`` is the same path at another address, ``over`` is set when the faults end,
    ``goes_on`` says whether the client wants to ask more on this connection.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    over: asyncio.Event
    gate: Gate | None = None
    elsewhere: str = ""
    goes_on: bool = True
    reply: HttpReply = attrs.field(factory=lambda: HttpReply(b""))

    async def reach(self, station: Station) -> None:
        """Come to *station*, and wait there if a test wants it."""
        if self.gate:
            await self.gate.pass_by(station)

    async def say(self, words: bytes) -> None:
        """Write *words*; a test may hold the exchange when half of them are out."""
        middle = len(words) // 2 if self.gate else 0
        if middle:
            self.writer.write(words[:middle])
            await self.reach(Station.ANSWERING)

        self.writer.write(words[middle:])
        await self.writer.drain()

    async def answer(self, reply: HttpReply, *, length: int | None = None) -> None:
        """Write *reply* instead of the provider's."""
        await self.say(write_reply(reply, length=length, closes=not self.goes_on))

    async def hang(self) -> None:
        """Do nothing until the faults end, then hang up."""
        await self.over.wait()
        self.close()

    @property
    def is_closed(self) -> bool:
        """Whether one side has hung up."""
        return self.writer.is_closing()

    def close(self) -> None:
        """Hang up."""
        self.writer.close()

    def reset(self) -> None:
        """Hang up as a machine does that never heard of the connection."""
        held: socket.socket = self.writer.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.writer.transport.abort()
