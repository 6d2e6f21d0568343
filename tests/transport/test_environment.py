"""Every transport: the proxies that the environment names, and those that make no sense."""

import asyncio
import contextlib
import traceback

import pytest
from support.sockets import dead_port, http_answer, raw_server, read_request
from transport import servers
from transport.clients import REQUEST, Client

from smsgate import Unreachable


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_no_proxy_between_this_machine_and_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """A proxy in the environment must not stand before the simulator."""
    with dead_port() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy}")

        async with raw_server(servers.answering(http_answer(b"direct"), [])) as address:
            transport = client.own()
            reply = await transport.exchange(
                f"http://{host}:{address.rpartition(':')[2]}", REQUEST, seconds=30.0
            )
            with pytest.raises(Unreachable):
                await transport.exchange("http://smsc.invalid", REQUEST, seconds=30.0)

            await transport.aclose()

    assert reply.body == b"direct"


@pytest.mark.parametrize("address", ["carrier://me:HUNTER2@127.0.0.1", "http://me:HUNTER2@a:b"])
def test_an_environment_that_makes_no_sense(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The error says where to look, is one of ours, and does not quote the proxy's login."""
    monkeypatch.setenv("ALL_PROXY", address)

    with pytest.raises(Unreachable, match="look at HTTP_PROXY") as caught:
        client.own()

    assert "HUNTER2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("kind", ["HTTP_PROXY", "ALL_PROXY"])
async def test_a_proxy_of_the_environment_carries_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Its login is shown to it alone."""
    heard: list[tuple[bytes, bytes]] = []
    async with raw_server(servers.answering(http_answer(b"by proxy"), heard)) as address:
        monkeypatch.setenv(kind, f"http://me:pw@{address}")
        monkeypatch.setenv("NO_PROXY", "other.invalid")
        transport = client.own()
        reply = await transport.exchange("http://smsc.invalid", REQUEST, seconds=30.0)
        with pytest.raises(Unreachable):
            await transport.exchange("http://other.invalid", REQUEST, seconds=30.0)

        await transport.aclose()

    [(head, body)] = heard
    assert head.startswith(b"POST http://smsc.invalid/sys/send.php HTTP/1.1\r\n")
    assert b"proxy-authorization: basic bwu6chc=" in head.lower()
    assert (reply.body, body) == (b"by proxy", REQUEST.body)


async def test_a_silent_proxy_is_given_as_long_as_a_connection(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be dialling a dead host; nothing has left, and a mirror should have its chance."""
    async with raw_server(servers.silence) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        transport = client.own(connect_timeout=0.1)
        with pytest.raises(Unreachable, match="Timeout"):
            await transport.exchange("https://smsc.invalid", REQUEST, seconds=30.0)

        await transport.aclose()


async def test_a_proxy_that_opens_no_tunnel_is_proof(client: Client) -> None:
    """The request itself was never written, only the wish for a tunnel."""
    heard: list[tuple[bytes, bytes]] = []
    proxy = servers.answering(b"HTTP/1.1 502 Bad Gateway\r\n\r\n", heard)

    async with raw_server(proxy) as address, client.yours(proxy=f"http://{address}") as transport:
        with pytest.raises(Unreachable, match="Proxy"):
            await transport.exchange("https://smsc.invalid", REQUEST, seconds=30.0)

    assert [head.split()[0] for head, _ in heard] == [b"CONNECT"]


async def test_tunnels_that_break_cost_no_connection(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often TLS failed behind a proxy: once it is well, requests are carried again."""
    is_well = False

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _ = await read_request(reader)
        if head.startswith(b"CONNECT"):
            writer.write(b"HTTP/1.1 200 Go\r\n\r\n")
        elif is_well:
            writer.write(http_answer(b"by proxy"))

    async with raw_server(proxy) as address:
        for kind in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(kind, f"http://{address}")

        transport = client.own(max_connections=2)
        for _ in range(4):
            with pytest.raises(Unreachable, match="Connect"):
                await transport.exchange("https://smsc.invalid", REQUEST, seconds=30.0)

        is_well = True
        reply = await transport.exchange("http://smsc.invalid", REQUEST, seconds=30.0)
        await transport.aclose()

    assert reply.body == b"by proxy"


async def test_what_is_cut_during_tls_is_closed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tunnel was slow, so the time is over in the midst of the handshake."""
    ended = asyncio.Event()

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(0.15)
        writer.write(b"HTTP/1.1 200 Go\r\n\r\n")
        with contextlib.suppress(ConnectionError):  # it may be gone before it hears this
            await reader.read()

        ended.set()

    async with raw_server(proxy) as address, asyncio.timeout(5):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        transport = client.own(max_connections=2)
        with pytest.raises(Unreachable):
            await transport.exchange("https://smsc.invalid", REQUEST, seconds=0.2)

        await ended.wait()
        await transport.aclose()
