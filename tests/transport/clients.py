"""The transports there are, each over a client of its own and over one of yours."""

import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import aiohttp
import attrs
import httpcore
import httpx

from smsgate.transport import Transport
from smsgate.transport._connections import Connections
from smsgate.transport._proxies import Proxies
from smsgate.transport.aiohttp import AiohttpTransport
from smsgate.transport.httpx import HttpxTransport
from smsgate.wire.http import HttpReply, HttpRequest

REQUEST = HttpRequest(
    "/sys/send.php",
    b"psw=HUNTER2&phones=77011234567&mes=SECRETTEXT",
    {"content-type": "application/x-www-form-urlencoded", "authorization": "Bearer HUNTER2"},
)
_BUFFER = 2**18  # bytes
PRIVATE = ("HUNTER2", "77011234567", "SECRETTEXT")


@attrs.frozen
class Client:
    """
    One transport by its *name*: *own* makes it over its own client.

    *yours* opens one over a client of yours, which waits *read* seconds for an answer,
    goes through *proxy*, has so many connections, and the kernel take *buffer* bytes.
    """

    name: str
    own: Callable[..., Transport]
    yours: Callable[..., contextlib.AbstractAsyncContextManager[Transport]]

    def __str__(self) -> str:
        return self.name


@contextlib.asynccontextmanager
async def _over_httpx(
    library: ModuleType = httpx,
    *,
    read: float | None = None,
    proxy: str | None = None,
    max_connections: int = 100,
    buffer: int = _BUFFER,
) -> AsyncIterator[Transport]:
    client = library.AsyncClient(
        timeout=library.Timeout(30, read=read),
        transport=library.AsyncHTTPTransport(
            proxy=proxy, socket_options=[(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)]
        ),
        trust_env=False,
    )
    async with client:
        yield HttpxTransport(client, max_connections=max_connections)


@contextlib.asynccontextmanager
async def _over_aiohttp(
    *,
    read: float | None = None,
    proxy: str | None = None,
    max_connections: int = 100,
    buffer: int = _BUFFER,
) -> AsyncIterator[Transport]:
    def open_socket(address: aiohttp.AddrInfoType) -> socket.socket:
        opened = socket.socket(*address[:3])
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        return opened

    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(sock_read=read),
        connector=aiohttp.TCPConnector(socket_factory=open_socket),
        proxy=proxy,
    )
    async with session:
        yield AiohttpTransport(session, max_connections=max_connections)


@attrs.define(eq=False)
class _Narrow(Connections):
    """Connections of our own of which the kernel takes *buffer* bytes."""

    buffer: int

    def _open(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        option = (socket.SOL_SOCKET, socket.SO_SNDBUF, self.buffer)
        return httpcore.AsyncHTTPConnection(origin, socket_options=[option])


@contextlib.asynccontextmanager
async def _over_our_own(
    *,
    read: float | None = None,
    proxy: str | None = None,
    max_connections: int = 100,
    buffer: int | None = None,
) -> AsyncIterator[Transport]:
    proxies = Proxies({"http": proxy, "https": proxy} if proxy else {})
    trust = ssl.create_default_context()
    transport = HttpxTransport(max_connections=max_connections)
    transport._phases["read"] = read
    chosen = _Narrow(proxies, trust, buffer) if buffer else Connections(proxies, trust)
    transport._ours = transport._client._transport = chosen
    try:
        yield transport
    finally:
        await transport.aclose()


OTHERS = [
    Client("httpx", HttpxTransport, _over_httpx),
    Client("aiohttp", AiohttpTransport, _over_aiohttp),
]
if find_spec("httpx2"):
    second = import_module("httpx2")
    OTHERS.append(Client("httpx2", HttpxTransport, partial(_over_httpx, second)))

CLIENTS = [Client("ours", HttpxTransport, _over_our_own), *OTHERS]


async def send(client: Client, address: str, *, scheme: str = "http") -> HttpReply:
    """Send `REQUEST` to a raw server, giving up on a silent one at once."""
    async with client.yours(read=0.05) as transport:
        return await transport.exchange(f"{scheme}://{address}", REQUEST, seconds=30.0)
