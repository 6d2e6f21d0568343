"""httpx clients that we do not choose: what they do to a request is ours to answer for."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from support.sockets import dead_port, http_answer, raw_server, read_request
from support.transports import settle

from smsgate import InvalidArgument, OutcomeUnknown, Unreachable
from smsgate.transport.httpx import HttpxTransport
from smsgate.wire.http import HttpRequest

REQUEST = HttpRequest("/sys/send.php", b"phones=77011234567")


class Stubborn(httpx.AsyncHTTPTransport):
    """A transport that tries again after any failure, as some are installed to do."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Try three times."""
        for _ in range(2):
            with contextlib.suppress(httpx.TransportError):
                return await super().handle_async_request(request)

        return await super().handle_async_request(request)


async def test_a_client_that_tries_again_is_stopped() -> None:
    """It would send the message three times, and tell of one."""
    heard: list[bytes] = []

    async def take_and_hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        heard.append((await read_request(reader))[1])

    client = httpx.AsyncClient(transport=Stubborn())
    async with raw_server(take_and_hang_up) as address, client:
        with pytest.raises(OutcomeUnknown, match="about to send it again"):
            await HttpxTransport(client).exchange(f"http://{address}", REQUEST, seconds=30.0)

    assert len(heard) == 1


async def test_a_client_may_try_to_connect_again() -> None:
    """Nothing has left by then."""
    with dead_port() as address:
        async with httpx.AsyncClient(transport=Stubborn()) as client:
            with pytest.raises(Unreachable):
                await HttpxTransport(client).exchange(f"http://{address}", REQUEST, seconds=30.0)


@pytest.mark.parametrize("is_read", [False, True], ids=["unread", "read-by-a-hook"])
async def test_an_answer_is_unpacked_once(*, is_read: bool) -> None:
    """Also when a hook of the client, one that logs answers, has read it before."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(gzip.compress(b"yes"), headers="content-encoding: gzip\r\n"))

    async def read(response: httpx.Response) -> None:
        await response.aread()

    client = httpx.AsyncClient(event_hooks={"response": [read] if is_read else []})
    async with raw_server(serve) as address, client:
        reply = await HttpxTransport(client).exchange(f"http://{address}", REQUEST, seconds=30.0)

    assert reply.body == b"yes"


async def test_an_answer_that_a_hook_read_in_part_is_unknown() -> None:
    """The rest of it could be read as something else."""
    parts: list[AsyncIterator[bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(b"yes"))

    async def peek(response: httpx.Response) -> None:
        parts.append(response.aiter_raw())
        await anext(parts[0])

    client = httpx.AsyncClient(event_hooks={"response": [peek]})
    async with raw_server(serve) as address, client:
        with pytest.raises(OutcomeUnknown, match="StreamConsumed"):
            await HttpxTransport(client).exchange(f"http://{address}", REQUEST, seconds=30.0)


async def test_nothing_else_of_yours_is_sent() -> None:
    """Your headers, cookies and query are for others; ours alone make the request."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heads.append((await read_request(reader))[0])
            writer.write(http_answer(b"ok", headers="set-cookie: theirs=1\r\n"))

    client = httpx.AsyncClient(
        headers={"authorization": "Bearer yours"}, cookies={"yours": "1"}, params={"yours": "1"}
    )
    async with raw_server(serve) as address, client:
        transport = HttpxTransport(client)
        for _ in range(2):  # the second time there would be a cookie of the server's
            await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)

    assert [head for head in heads if b"yours" in head or b"cookie" in head.lower()] == []


class Reluctant(httpx.AsyncByteStream, httpx.AsyncBaseTransport):
    """A transport whose first answer is never quite closed."""

    def __init__(self) -> None:
        self.closings = 0

    async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
        """Answer."""
        return httpx.Response(200, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"yes"

    async def aclose(self) -> None:
        """Close, or not."""
        self.closings += 1
        if self.closings == 1:
            await asyncio.Event().wait()


async def test_what_is_slow_to_come_back_holds_nobody_up() -> None:
    """Its turn is given to others, and the transport can be closed."""
    transport = HttpxTransport(httpx.AsyncClient(transport=Reluctant()), max_connections=1)

    bodies = [
        (await transport.exchange("http://127.0.0.1:9", REQUEST, seconds=30.0)).body
        for _ in range(3)
    ]
    await transport.aclose()

    assert bodies == [b"yes"] * 3


@pytest.mark.parametrize("factory", [None, getattr(asyncio, "eager_task_factory", None)])
async def test_nothing_comes_back_before_its_answer_is_judged(factory: Any) -> None:
    """Nor where a loop runs a task as soon as it is made (Python 3.12)."""
    asyncio.get_running_loop().set_task_factory(factory)
    wire = Reluctant()
    wire.closings = 1  # the next one takes no time
    transport = HttpxTransport(httpx.AsyncClient(transport=wire))
    await transport.exchange("http://127.0.0.1:9", REQUEST, seconds=30.0)
    closings = wire.closings
    await transport.aclose()

    assert (closings, wire.closings) == (1, 2)


async def test_what_comes_back_is_not_lost_when_all_is_cancelled() -> None:
    """A supervisor that cancels every task costs no turn and no connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(http_answer(b"yes"))

    async with raw_server(serve) as address:
        transport = HttpxTransport(max_connections=1)
        await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
        for _ in range(3):
            await settle()
            before = asyncio.all_tasks()
            await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
            for task in asyncio.all_tasks() - before:
                task.cancel()

        await transport.aclose()


async def test_a_stream_without_a_socket_is_closed() -> None:
    """Whatever a client's transport is made of, what is hung up is not used again."""
    closed = []

    class Stream:
        def get_extra_info(self, _: str) -> None:
            """Know nothing."""

        async def aclose(self) -> None:
            closed.append(self)

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"no", extensions={"network_stream": Stream()})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    reply = await HttpxTransport(client).exchange("http://127.0.0.1:9", REQUEST, seconds=30.0)
    assert reply.hang_up
    await reply.hang_up()

    assert len(closed) == 1


@pytest.mark.parametrize("client", ["", object(), httpx.Client()])
def test_what_is_no_client_is_refused(client: object) -> None:
    """It would make every outcome unknown."""
    with pytest.raises(InvalidArgument, match=r"client: must be an httpx\.AsyncClient"):
        HttpxTransport(client)  # type: ignore[arg-type]
