"""The ways that people send many messages without smsgate."""

import asyncio
import http.client
import socket
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

import httpx

from benchmarks.bulk.campaign import Pair
from benchmarks.bulk.measuring import Server, Stopwatch, Way
from benchmarks.bulk.wires import Wire

CONNECTIONS = 14
_PIECE = 1 << 18  # bytes
_END_OF_HEAD = b"\r\n\r\n"


def one_by_one(server: Server, wire: Wire, pairs: Iterable[Pair]) -> Way:
    """As the official clients do: a connection for each message, one after another."""
    address = urlsplit(server.url).netloc

    async def way(watch: Stopwatch) -> None:
        with watch:
            for pair in pairs:
                connection = http.client.HTTPConnection(address)
                connection.request("POST", wire.path, wire.write([pair]), dict(wire.headers))
                assert wire.taken(connection.getresponse().read()) == 1
                connection.close()

    return way


def gathered(server: Server, wire: Wire, pairs: Iterable[Pair]) -> Way:
    """`asyncio.gather` over bare httpx, with as many connections as the account may have."""

    async def way(watch: Stopwatch) -> None:
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(base_url=server.url, timeout=None, limits=limits) as client:

            async def send(pair: Pair) -> None:
                body = wire.write([pair])
                answer = await client.post(wire.path, content=body, headers=dict(wire.headers))
                assert wire.taken(answer.content) == 1

            with watch:
                await asyncio.gather(*(send(pair) for pair in pairs))

    return way


def by_hand(server: Server, wire: Wire, pairs: Iterable[Pair], rows: int) -> Way:
    """So many *rows* a request, over raw sockets: nothing done that need not be."""

    async def way(watch: Stopwatch) -> None:
        sockets = [_connect(server) for _ in range(CONNECTIONS)]
        with watch:
            batches = _batches(pairs, rows)
            await asyncio.gather(*(_work(one, wire, batches) for one in sockets))

        for one in sockets:
            one.close()

    return way


def _connect(server: Server) -> socket.socket:
    url = urlsplit(server.url)
    one = socket.create_connection((url.hostname, url.port))
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.setblocking(False)
    return one


def _batches(pairs: Iterable[Pair], rows: int) -> Iterator[Sequence[Pair]]:
    left = iter(pairs)
    return iter(lambda: list(islice(left, rows)), [])


async def _work(one: socket.socket, wire: Wire, batches: Iterator[Sequence[Pair]]) -> None:
    loop = asyncio.get_running_loop()
    head = f"POST {wire.path} HTTP/1.1\r\nhost: localhost\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in wire.headers.items())
    for batch in batches:
        body = wire.write(batch)
        lengths = f"{head}content-length: {len(body)}\r\n\r\n"
        await loop.sock_sendall(one, lengths.encode() + body)
        assert wire.taken(await _answer(one)) == len(batch)


async def _answer(one: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    came = b""
    while _END_OF_HEAD not in came:
        came += await loop.sock_recv(one, _PIECE)

    head, _, body = came.partition(_END_OF_HEAD)
    _, _, length = head.partition(b"content-length: ")
    while len(body) < int(length.partition(b"\r\n")[0]):
        body += await loop.sock_recv(one, _PIECE)

    return body
