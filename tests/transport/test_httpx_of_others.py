"""httpx clients that we do not choose: what they do to a request is ours to answer for."""

import asyncio
import contextlib
import gzip

import httpx
import pytest
from support.sockets import dead_port, http_answer, raw_server, read_request

from smsgate import OutcomeUnknown, Unreachable
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
