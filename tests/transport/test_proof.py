"""Every transport, over real sockets: what is proof that nothing left, and what never is."""

import asyncio
import gc
import logging
import traceback

import pytest
from support.sockets import Behaviour, dead_port, raw_server
from support.transports import settle
from transport import servers
from transport.clients import PRIVATE, REQUEST, Client, send

from smsgate import OutcomeUnknown, Unreachable
from smsgate.wire.http import HttpRequest


async def test_no_turn_of_ours_is_proof(client: Client) -> None:
    """Whoever waits in front of the pool until its time is over has sent nothing."""
    async with (
        raw_server(servers.silence) as address,
        client.yours(max_connections=1) as transport,
    ):
        first = asyncio.create_task(transport.exchange(f"http://{address}", REQUEST, seconds=0.1))
        await settle()
        with pytest.raises(Unreachable, match="TimeoutError"):
            await transport.exchange(f"http://{address}", REQUEST, seconds=0.01)

        with pytest.raises(OutcomeUnknown, match="TimeoutError"):
            await first


async def test_a_deadline_while_connecting_is_proof(client: Client) -> None:
    """The handshake never ends, so not a byte of the request is written."""
    async with raw_server(servers.silence) as address, client.yours() as transport:
        with pytest.raises(Unreachable, match=r"Connect(ion)?Timeout"):
            await transport.exchange(f"https://{address}", REQUEST, seconds=0.5)


async def test_a_connection_has_a_time_of_its_own(client: Client) -> None:
    """It is over long before the exchange is, so that a mirror has its chance."""
    transport = client.own(connect_timeout=0.1)
    async with raw_server(servers.silence) as address, asyncio.timeout(5):
        with pytest.raises(Unreachable, match=r"Connect(ion)?Timeout"):
            await transport.exchange(f"https://{address}", REQUEST, seconds=30.0)

    await transport.aclose()


async def test_a_name_that_nobody_has_is_proof(client: Client) -> None:
    """Without an address there is nobody to connect to."""
    async with client.yours() as transport:
        with pytest.raises(Unreachable, match="Connect"):
            await transport.exchange("http://smsc.invalid", REQUEST, seconds=30.0)


async def test_a_refused_connection_is_proof(client: Client) -> None:
    """Nobody listens, so nobody can have read it."""
    with dead_port() as address, pytest.raises(Unreachable, match=r"Connect\w*Error: "):
        await send(client, address)


async def test_a_failed_handshake_is_proof(client: Client) -> None:
    """Without TLS not a byte of the request is written."""
    heard: list[bytes] = []

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(5))
        writer.write(b"this is not TLS\r\n")

    async with raw_server(plain) as address:
        with pytest.raises(Unreachable, match="Connect"):
            await send(client, address, scheme="https")

    assert b"POST" not in heard[0]


@pytest.mark.parametrize(
    "behave",
    [
        servers.close_at_once,
        servers.close_after_reading,
        servers.half_a_head,
        servers.half_a_body,
        servers.another_protocol,
        servers.bad_compression,
        servers.silence,
    ],
    ids=lambda behave: behave.__name__,
)
async def test_after_the_connection_nothing_is_proof(
    client: Client, behave: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    """However the line breaks, the provider may have read the request; and nothing is quoted."""
    caplog.set_level(logging.DEBUG)
    async with raw_server(behave) as address:
        no_answer = rf"^no answer from http://{address} \(\w+\)$"
        with pytest.raises(OutcomeUnknown, match=no_answer) as caught:
            await send(client, address)

    told = "".join(traceback.format_exception(caught.value))
    del caught
    gc.collect()  # what nobody has heard of is logged when it goes

    assert [secret for secret in PRIVATE if secret in told + caplog.text] == []


async def test_a_header_that_cannot_be_written_is_not_quoted(client: Client) -> None:
    """The client's own error quotes the header, token and all; ours does not."""
    request = HttpRequest("/", b"", {"authorization": "Bearer HUNTER2\r\n"})
    async with raw_server(servers.silence) as address, client.yours() as transport:
        with pytest.raises(OutcomeUnknown) as caught:
            await transport.exchange(f"http://{address}", request, seconds=30.0)

    assert "HUNTER2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("is_cancelled", [False, True], ids=["out-of-time", "cancelled"])
async def test_nothing_leaves_afterwards(client: Client, *, is_cancelled: bool) -> None:
    """What waits in a buffer when it is cut is thrown away, not sent once the server reads."""
    begun, go, done, heard = asyncio.Event(), asyncio.Event(), asyncio.Event(), bytearray()

    async def late(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        begun.set()
        await go.wait()
        try:
            while more := await reader.read(2**20):
                heard.extend(more)
        finally:
            done.set()

    request = HttpRequest("/", b"x" * 10**6)
    async with servers.narrow(late) as base_url, client.yours(buffer=2**12) as transport:
        seconds = 30.0 if is_cancelled else 0.2
        sending = asyncio.create_task(transport.exchange(base_url, request, seconds=seconds))
        await begun.wait()
        await settle()
        if is_cancelled:
            sending.cancel()

        [ending] = await asyncio.gather(sending, return_exceptions=True)
        go.set()
        await done.wait()

    assert isinstance(ending, asyncio.CancelledError if is_cancelled else OutcomeUnknown)
    assert len(heard) < len(request.body)
