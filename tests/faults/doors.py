"""How the addresses of the fault server open, and how those that do not are kept shut."""

import asyncio
import contextlib
import itertools
import socket
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
from faults.table import Door
from faults.wire import LIMIT

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]

# Longer than a name may be: no resolver asks the network about it, and none knows it.
_NOBODY = ".".join(["nowhere", *["x" * 63] * 4, "invalid"])
_CERTIFICATE = Path(__file__).with_name("self_signed.pem")  # of nobody, for nobody
# A closed connection keeps its port for a minute, and each address has some 28,000: a matrix
# needs more. All of 127/8 is this machine, to Linux.
_HOSTS = itertools.cycle(f"127.0.{n}.1" for n in range(1 if sys.platform != "linux" else 250))
_SECURE = frozenset({Door.PLAIN, Door.NO_CIPHER, Door.STRANGER})


@attrs.define
class Place:
    """One address. ``repair`` opens a door that was shut; some doors stay as they are."""

    door: Door
    serve: Serve
    _host: str = attrs.field(init=False, factory=_HOSTS.__next__)
    _socket: socket.socket = attrs.field(init=False, factory=socket.socket)
    _fillers: list[socket.socket] = attrs.field(init=False, factory=list)
    _server: asyncio.Server | None = attrs.field(init=False, default=None)

    @property
    def base_url(self) -> str:
        """Where a client is to go."""
        host, port = self._socket.getsockname()
        scheme = "https" if self.door in _SECURE else "http"
        return f"{scheme}://{_NOBODY if self.door is Door.NAMELESS else host}:{port}"

    async def open(self) -> None:
        """Take a port, and listen on it if the door is one that opens."""
        # asyncio does this for sockets of its own only; without it an answer may wait 40 ms.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.bind((self._host, 0))
        if self.door is Door.FULL:
            self._fill()
        elif self.door not in {Door.SHUT, Door.NAMELESS}:
            await self._listen()

    async def repair(self) -> None:
        """Serve on the port, if that is what was wrong."""
        for filler in self._fillers:
            filler.close()

        if self.door in {Door.SHUT, Door.FULL} and not self._server:
            await self._listen()

    def _fill(self) -> None:
        """Let strangers wait at the door until the kernel lets nobody join the queue."""
        self._socket.listen(0)
        for _ in range(2):
            filler = socket.socket()
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(self._socket.getsockname())

            self._fillers.append(filler)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self.serve, sock=self._socket, limit=LIMIT, backlog=1024, ssl=_security(self.door)
        )

    async def knock(self) -> None:
        """Wait until everybody who came before has been let in."""
        if self._server and self.door not in _SECURE:
            reader, writer = await asyncio.open_connection(*self._socket.getsockname())
            writer.write(b"?")  # nothing of HTTP begins so
            await reader.read()
            writer.close()

    async def close(self) -> None:
        """Let go of the port."""
        for filler in self._fillers:
            filler.close()

        if self._server:
            self._server.close()

        self._socket.close()


def _security(door: Door) -> ssl.SSLContext | None:
    if door not in {Door.NO_CIPHER, Door.STRANGER}:
        return None

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if door is Door.STRANGER:
        context.load_cert_chain(_CERTIFICATE)

    return context
