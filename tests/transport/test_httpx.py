"""What is httpx's own: the names of its errors, its pool, its auth, its log."""

import asyncio
import logging

import httpx
import pytest
import respx
from support.sockets import http_answer, raw_server, read_request
from support.transports import settle
from transport import servers
from transport.clients import PRIVATE, REQUEST

from smsgate import OutcomeUnknown, Unreachable
from smsgate.transport import open_transport
from smsgate.transport.httpx import HttpxTransport
from smsgate.wire.http import HttpRequest


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(httpx.ConnectError, id="name-or-route-or-tls"),
        pytest.param(httpx.ConnectTimeout, id="no-connection-in-time"),
        pytest.param(httpx.ProxyError, id="proxy-opens-no-tunnel"),
        pytest.param(httpx.PoolTimeout, id="no-turn-in-its-pool"),
        pytest.param(httpx.WriteTimeout, id="stuck-while-writing"),
        pytest.param(httpx.WriteError, id="broken-while-writing"),
        pytest.param(httpx.ReadTimeout, id="no-answer-in-time"),
        pytest.param(httpx.ReadError, id="broken-while-reading"),
        pytest.param(httpx.CloseError, id="broken-while-closing"),
        pytest.param(httpx.RemoteProtocolError, id="not-http"),
        pytest.param(httpx.LocalProtocolError, id="our-own-not-http"),
        pytest.param(httpx.DecodingError, id="bad-compression"),
        pytest.param(httpx.TooManyRedirects, id="redirects"),
        pytest.param(httpx.UnsupportedProtocol, id="scheme"),
        pytest.param(OSError, id="anything-else"),
    ],
)
async def test_no_error_is_proof_by_its_name(error: type[Exception]) -> None:
    """
    A transport that shows no trace proves nothing, whatever it calls its errors.

    httpx-aiohttp says ConnectTimeout when a server hung up after it had read the request.
    """
    async with respx.mock, httpx.AsyncClient() as client:
        respx.post("https://smsc.kz/sys/send.php").mock(side_effect=error)

        with pytest.raises(OutcomeUnknown, match=rf"https://smsc.kz \({error.__name__}"):
            await HttpxTransport(client).exchange("https://smsc.kz", REQUEST, seconds=30.0)


async def test_a_mock_has_no_connection_to_end() -> None:
    """There is nothing to hang up where nothing was opened."""
    async with respx.mock, httpx.AsyncClient() as client:
        respx.post("https://smsc.kz/sys/send.php").respond(200)
        reply = await HttpxTransport(client).exchange("https://smsc.kz", REQUEST, seconds=30.0)

    assert reply.hang_up is None


async def test_no_turn_in_the_pool_is_proof() -> None:
    """It is the one wait that the trace does not show; nothing is written from a queue."""
    is_slow = False

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            if not is_slow:
                writer.write(http_answer(b"yes"))

    async with raw_server(serve) as address:
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
            transport = HttpxTransport(client)
            await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
            is_slow = True
            busy = asyncio.create_task(client.get(f"http://{address}", timeout=0.5))
            await settle()
            with pytest.raises(Unreachable, match="see max_connections"):
                await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)

            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)


async def test_no_redirect_is_followed() -> None:
    """Not by a client either that follows them everywhere else."""
    heard: list[tuple[bytes, bytes]] = []
    answer = http_answer(b"", status="307 Elsewhere", headers="location: /\r\n")

    async with (
        raw_server(servers.answering(answer, heard)) as address,
        httpx.AsyncClient(follow_redirects=True, trust_env=False) as client,
    ):
        reply = await HttpxTransport(client).exchange(f"http://{address}", REQUEST, seconds=30.0)

    assert (reply.status, len(heard)) == (307, 1)


async def test_the_clients_auth_is_not_used() -> None:
    """An auth flow may send a request twice, and would show the provider a foreign password."""
    heard: list[tuple[bytes, bytes]] = []
    challenge = 'www-authenticate: Digest realm="a", nonce="b"\r\n'
    answer = http_answer(b"", status="401 Who", headers=challenge)

    async with (
        raw_server(servers.answering(answer, heard)) as address,
        httpx.AsyncClient(auth=httpx.DigestAuth("me", "pw"), trust_env=False) as client,
    ):
        request = HttpRequest("/", b"x")
        reply = await HttpxTransport(client).exchange(f"http://{address}", request, seconds=30.0)

    [(head, _)] = heard
    assert reply.status == 401
    assert b"authorization" not in head.lower()


async def test_the_log_keeps_secrets(caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG httpx and its floors log every step; none of it may be private."""
    caplog.set_level(logging.DEBUG)
    async with raw_server(servers.answering(http_answer(b"SECRETTEXT"), [])) as address:
        transport = open_transport(connect_timeout=5, max_connections=1)
        await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
        await transport.aclose()

    assert "send_request_headers" in caplog.text
    assert [secret for secret in PRIVATE if secret in caplog.text] == []
