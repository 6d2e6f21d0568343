"""What httpx does, pinned: which of its errors prove that nothing left, and which do not."""

import asyncio
import logging
import traceback
from collections.abc import Callable

import httpx
import pytest
import respx
from support.sockets import dead_port, http_answer, raw_server, read_request
from support.transports import settle

from smsgate import OutcomeUnknown, Unreachable
from smsgate.transport import open_transport
from smsgate.transport.httpx import HttpxTransport
from smsgate.wire.http import HttpReply, HttpRequest

REQUEST = HttpRequest(
    "/sys/send.php",
    b"psw=HUNTER2&phones=77011234567&mes=SECRETTEXT",
    {"content-type": "application/x-www-form-urlencoded", "authorization": "Bearer HUNTER2"},
)
PRIVATE = ("HUNTER2", "77011234567", "SECRETTEXT")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


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


async def test_no_turn_of_ours_is_proof() -> None:
    """Whoever waits in front of the pool until its time is over has sent nothing."""
    async with raw_server(silence) as address, httpx.AsyncClient(trust_env=False) as client:
        transport = HttpxTransport(client, max_connections=1)
        first = asyncio.create_task(transport.exchange(f"http://{address}", REQUEST, seconds=0.1))
        await settle()
        with pytest.raises(Unreachable, match="TimeoutError"):
            await transport.exchange(f"http://{address}", REQUEST, seconds=0.01)

        with pytest.raises(OutcomeUnknown, match="TimeoutError"):
            await first


async def test_a_deadline_while_connecting_is_proof() -> None:
    """The handshake never ends, so not a byte of the request is written."""
    async with raw_server(silence) as address, httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(Unreachable, match="ConnectTimeout"):
            await HttpxTransport(client).exchange(f"https://{address}", REQUEST, seconds=0.5)


async def test_a_name_that_nobody_has_is_proof() -> None:
    """Without an address there is nobody to connect to."""
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(Unreachable, match="ConnectError"):
            await HttpxTransport(client).exchange("http://smsc.invalid", REQUEST, seconds=30.0)


async def exchange(address: str, *, scheme: str = "http") -> HttpReply:
    """Send `REQUEST` to a raw server, giving up on a silent one at once."""
    timeout = httpx.Timeout(30, read=0.05)
    async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
        return await HttpxTransport(client).exchange(f"{scheme}://{address}", REQUEST, seconds=30.0)


async def test_a_refused_connection_is_proof() -> None:
    """Nobody listens, so nobody can have read it."""
    with dead_port() as address, pytest.raises(Unreachable, match="ConnectError"):
        await exchange(address)


async def test_a_failed_handshake_is_proof() -> None:
    """Without TLS not a byte of the request is written."""
    heard: list[bytes] = []

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(5))
        writer.write(b"this is not TLS\r\n")

    async with raw_server(plain) as address:
        with pytest.raises(Unreachable, match="ConnectError"):
            await exchange(address, scheme="https")

    assert b"POST" not in heard[0]


async def test_a_proxy_that_opens_no_tunnel_is_proof() -> None:
    """The request itself was never written, only the wish for a tunnel."""
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await read_request(reader))[0])
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")

    async with raw_server(proxy) as address, httpx.AsyncClient(proxy=f"http://{address}") as client:
        with pytest.raises(Unreachable, match="ProxyError"):
            await HttpxTransport(client).exchange("https://smsc.invalid", REQUEST, seconds=30.0)

    assert [head.split()[0] for head in heads] == [b"CONNECT"]


async def close_at_once(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Accept, and hang up."""


async def close_after_reading(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Read the request, and hang up."""
    await read_request(reader)


async def half_a_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, begin an answer, and hang up."""
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-")


async def half_a_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, promise more than there is, and hang up."""
    await read_request(reader)
    writer.write(http_answer(b'{"id": 4107, "cnt": 1}')[:-4])


async def another_protocol(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, and answer with its own text in some other language."""
    _, body = await read_request(reader)
    writer.write(body + b"\r\n\r\n")


async def bad_compression(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, and claim that plain text is compressed."""
    await read_request(reader)
    writer.write(http_answer(b"SECRETTEXT", headers="content-encoding: gzip\r\n"))


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Read the request, and never answer."""
    await read_request(reader)
    await reader.read()


@pytest.mark.parametrize(
    ("behave", "name"),
    [
        (close_at_once, "(RemoteProtocol|Read|Write)Error"),
        (close_after_reading, "RemoteProtocolError"),
        (half_a_head, "RemoteProtocolError"),
        (half_a_body, "RemoteProtocolError"),
        (another_protocol, "RemoteProtocolError"),
        (bad_compression, "DecodingError"),
        (silence, "ReadTimeout"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_after_the_connection_nothing_is_proof(
    behave: Callable[..., asyncio.Future[None]], name: str
) -> None:
    """However the line breaks, the provider may have read the request; and nothing is quoted."""
    async with raw_server(behave) as address:
        with pytest.raises(OutcomeUnknown, match=rf"^no answer from http://{address} \({name}\)$"):
            await exchange(address)


async def test_a_header_that_cannot_be_written_is_not_quoted() -> None:
    """The client's own error quotes the header, token and all; ours does not."""
    request = HttpRequest("/", b"", {"authorization": "Bearer HUNTER2\r\n"})
    async with raw_server(silence) as address, httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(OutcomeUnknown) as caught:
            await HttpxTransport(client).exchange(f"http://{address}", request, seconds=30.0)

    assert "HUNTER2" not in "".join(traceback.format_exception(caught.value))


async def test_a_whole_exchange() -> None:
    """The request arrives as written, and the reply comes back byte for byte."""
    heard: list[tuple[bytes, bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await read_request(reader))
        writer.write(http_answer(b"\xff\x00", status="402 Pay", headers="X-Odd: Yes\r\n"))

    async with raw_server(serve) as address:
        reply = await exchange(address)

    head, body = heard[0]
    assert head.startswith(b"POST /sys/send.php HTTP/1.1\r\n")
    assert b"authorization: Bearer HUNTER2\r\n" in head
    assert body == REQUEST.body
    assert (reply.status, reply.body, reply.headers["x-odd"]) == (402, b"\xff\x00", "Yes")


async def test_no_redirect_is_followed() -> None:
    """A redirect followed would be the same message sent twice."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heard.append((await read_request(reader))[0])
            writer.write(http_answer(b"", status="307 Elsewhere", headers="location: /\r\n"))

    async with (
        raw_server(serve) as address,
        httpx.AsyncClient(follow_redirects=True, trust_env=False) as client,
    ):
        reply = await HttpxTransport(client).exchange(f"http://{address}", REQUEST, seconds=30.0)

    assert (reply.status, len(heard)) == (307, 1)


async def test_the_clients_auth_is_not_used() -> None:
    """An auth flow may send a request twice, and would show the provider a foreign password."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heard.append((await read_request(reader))[0])
            challenge = 'www-authenticate: Digest realm="a", nonce="b"\r\n'
            writer.write(http_answer(b"", status="401 Who", headers=challenge))

    async with (
        raw_server(serve) as address,
        httpx.AsyncClient(auth=httpx.DigestAuth("me", "pw"), trust_env=False) as client,
    ):
        request = HttpRequest("/", b"x")
        reply = await HttpxTransport(client).exchange(f"http://{address}", request, seconds=30.0)

    assert (reply.status, len(heard)) == (401, 1)
    assert b"authorization" not in heard[0].lower()


async def test_a_client_of_yours_stays_yours() -> None:
    """Closing the transport does not take the client from those who share it."""
    async with httpx.AsyncClient() as client:
        await HttpxTransport(client).aclose()

        assert not client.is_closed


async def test_our_own_client_is_closed() -> None:
    """Closing lets go of the connection: the server sees its end."""
    is_gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(b"ok"))
        await reader.read()
        is_gone.set()

    async with raw_server(serve) as address:
        transport = open_transport(connect_timeout=5, max_connections=1)
        await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
        await transport.aclose()
        await is_gone.wait()
        with pytest.raises(Unreachable, match="the HTTP client is closed"):
            await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)


async def test_the_log_keeps_secrets(caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG httpx and its floors log every step; none of it may be private."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(b"SECRETTEXT"))

    caplog.set_level(logging.DEBUG)
    async with raw_server(serve) as address:
        await exchange(address)

    assert "/sys/send.php" in caplog.text
    assert [secret for secret in PRIVATE if secret in caplog.text] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_no_proxy_between_this_machine_and_itself(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """A proxy in the environment must not stand before the simulator."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(b"direct"))

    with dead_port() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy}")

        async with raw_server(serve) as address:
            transport = HttpxTransport()
            reply = await transport.exchange(
                f"http://{host}:{address.rpartition(':')[2]}", REQUEST, seconds=30.0
            )
            with pytest.raises(Unreachable):
                await transport.exchange("http://smsc.invalid", REQUEST, seconds=30.0)

            await transport.aclose()

    assert reply.body == b"direct"


def test_an_environment_that_makes_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says where to look, is one of ours, and does not quote the proxy's login."""
    monkeypatch.setenv("ALL_PROXY", "carrier://me:HUNTER2@127.0.0.1")

    with pytest.raises(Unreachable, match="look at HTTP_PROXY") as caught:
        HttpxTransport()

    assert "HUNTER2" not in "".join(traceback.format_exception(caught.value))
