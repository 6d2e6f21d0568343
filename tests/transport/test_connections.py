"""Every transport: when a connection is kept, when it is not, and who may close it."""

import asyncio

import pytest
from support.sockets import http_answer, raw_server, read_request
from support.transports import settle
from transport import servers
from transport.clients import OTHERS, REQUEST, Client

from smsgate import Unreachable
from smsgate.wire.http import HttpRequest


@pytest.mark.parametrize("client", OTHERS, ids=str)
async def test_a_client_of_yours_stays_yours(client: Client) -> None:
    """Closing the transport does not take the client from those who share it."""
    async with (
        raw_server(servers.answering(http_answer(b"ok"), [])) as address,
        client.yours() as transport,
    ):
        await transport.aclose()
        reply = await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)

    assert reply.body == b"ok"


async def test_a_closed_client_sends_nothing(client: Client) -> None:
    """Whoever closed it is told, and not left to guess what became of his message."""
    async with client.yours() as transport:
        """Open, and close again."""

    with pytest.raises(Unreachable, match="the HTTP client is closed"):
        await transport.exchange("http://127.0.0.1:9", REQUEST, seconds=30.0)


async def test_our_own_client_is_closed(client: Client) -> None:
    """Closing lets go of the connection: the server sees its end."""
    is_gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(b"ok"))
        await reader.read()
        is_gone.set()

    async with raw_server(serve) as address:
        transport = client.own(connect_timeout=5, max_connections=1)
        await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
        await transport.aclose()
        await is_gone.wait()
        with pytest.raises(Unreachable, match="the HTTP client is closed"):
            await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)


async def test_a_connection_is_kept(client: Client) -> None:
    """The second request spares the handshake, and knows nothing of the first."""
    talks: list[list[bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append([])
        while True:
            talks[-1].append((await read_request(reader))[1])
            writer.write(http_answer(b"yes"))

    async with raw_server(serve) as address, client.yours() as transport:
        for number in (b"1", b"2"):
            await transport.exchange(f"http://{address}", HttpRequest("/", number), seconds=30.0)

    assert talks == [[b"1", b"2"]]


@pytest.mark.parametrize("is_asked", [False, True], ids=["hang-up", "connection-close"])
async def test_a_connection_is_not_kept_if_it_must_not_be(
    client: Client, *, is_asked: bool
) -> None:
    """Hung up, or asked to close: the next request goes on another, whatever the server says."""
    talks: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(writer)
        while True:
            await read_request(reader)
            writer.write(http_answer(b"no"))

    request = REQUEST.alone() if is_asked else REQUEST
    async with raw_server(serve) as address, client.yours() as transport:
        for _ in range(2):
            reply = await transport.exchange(f"http://{address}", request, seconds=30.0)
            if reply.hang_up and not is_asked:
                await reply.hang_up()

    assert len(talks) == 2


async def test_nobody_is_on_a_connection_that_is_hung_up(client: Client) -> None:
    """Two answers at once end their connections: the requests behind them go on others."""
    talks: list[bytes] = []
    both = asyncio.Barrier(2)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            talks.append((await read_request(reader))[1])
            await both.wait()
            writer.write(http_answer(b"no"))

    async def ask(number: int) -> None:
        request = HttpRequest("/", b"%d" % number)
        reply = await transport.exchange(f"http://{address}", request, seconds=30.0)
        assert reply.hang_up
        await reply.hang_up()

    async with raw_server(serve) as address:
        transport = client.own(connect_timeout=5, max_connections=2)
        await asyncio.gather(*map(ask, range(40)))
        await transport.aclose()

    assert sorted(talks) == sorted(b"%d" % number for number in range(40))


@pytest.mark.parametrize("is_seen", [False, True], ids=["just-now", "long-ago"])
async def test_what_was_left_over_is_no_answer(client: Client, *, is_seen: bool) -> None:
    """A second answer to the first request is not taken for the answer to the next."""
    talks: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(writer)
        while True:
            _, body = await read_request(reader)
            writer.write(http_answer(body))

    async with raw_server(serve) as address, client.yours() as transport:
        await transport.exchange(f"http://{address}", HttpRequest("/", b"1"), seconds=30.0)
        talks[0].write(http_answer(b"1"))
        if is_seen:
            await settle()

        reply = await transport.exchange(f"http://{address}", HttpRequest("/", b"2"), seconds=30.0)

    assert (reply.body, len(talks)) == (b"2", 2)


async def test_what_follows_an_answer_is_no_answer(client: Client) -> None:
    """It came in one piece with the answer before, so it was read already."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            _, body = await read_request(reader)
            writer.write(http_answer(body) + http_answer(b"NO"))

    async with raw_server(serve) as address, client.yours() as yours:
        for transport in (yours, client.own()):
            for said in (b"1", b"2"):
                request = HttpRequest("/", said)
                reply = await transport.exchange(f"http://{address}", request, seconds=30.0)
                assert reply.body == said

            await transport.aclose()
