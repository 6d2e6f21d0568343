"""Clients and proxies that we do not choose: what they do to a request is ours to answer for."""

import asyncio
import contextlib

import httpx
import pytest
from support.sockets import dead_port, http_answer, raw_server, read_request

from smsgate import OutcomeUnknown, Unreachable
from smsgate.transport.httpx import HttpxTransport
from smsgate.wire.http import HttpRequest

REQUEST = HttpRequest("/sys/send.php", b"phones=77011234567")


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Read whatever comes, and never answer."""
    await reader.read()


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


async def test_a_proxy_that_does_not_answer_is_given_as_long_as_a_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may be dialling a dead host; nothing has left, and a mirror should have its chance."""
    async with raw_server(silence) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        transport = HttpxTransport(connect_timeout=0.1)
        with pytest.raises(Unreachable, match="ReadTimeout"):
            await transport.exchange("https://smsc.invalid", REQUEST, seconds=30.0)

        await transport.aclose()


async def test_an_answer_may_take_longer_than_a_connection() -> None:
    """Once the request has left, the time is that of the whole exchange."""

    async def think(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(0.3)
        writer.write(http_answer(b"yes"))

    async with raw_server(think) as address:
        transport = HttpxTransport(connect_timeout=0.1)
        reply = await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
        await transport.aclose()

    assert reply.body == b"yes"
