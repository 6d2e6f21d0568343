"""The connections of our own: which of them is lent, and which never again."""

import asyncio

import pytest
from support.sockets import http_answer, raw_server, read_request
from support.transports import settle
from transport.clients import REQUEST

from smsgate import Unreachable
from smsgate.transport._proxies import Proxies
from smsgate.transport.httpx import HttpxTransport


async def _use(transport: HttpxTransport, address: str, count: int) -> None:
    exchanges = (transport.exchange(f"http://{address}", REQUEST, seconds=5) for _ in range(count))
    await asyncio.gather(*exchanges)


async def test_the_one_used_last_is_lent_first() -> None:
    """The others may grow old; one of them that the server hung up on is passed over."""
    talks: list[tuple[asyncio.StreamWriter, list[bytes]]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard: list[bytes] = []
        talks.append((writer, heard))
        while True:
            heard.append((await read_request(reader))[0])
            writer.write(http_answer(b"ok"))

    async with raw_server(serve) as address:
        transport = HttpxTransport()
        await _use(transport, address, 2)
        await _use(transport, address, 1)
        assert [len(heard) for _, heard in talks] == [1, 2]

        talks[1][0].close()
        await settle()
        await _use(transport, address, 1)
        assert [len(heard) for _, heard in talks] == [2, 2]

        talks[0][0].close()
        await settle()
        await _use(transport, address, 1)
        await transport.aclose()

    assert [len(heard) for _, heard in talks] == [2, 2, 1]


async def test_one_under_way_when_it_is_closed_is_closed_afterwards() -> None:
    """Its answer still counts."""
    begun, is_gone = asyncio.Event(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        begun.set()
        await settle()
        writer.write(http_answer(b"ok"))
        await reader.read()
        is_gone.set()

    async with raw_server(serve) as address:
        transport = HttpxTransport()
        sending = asyncio.create_task(_use(transport, address, 1))
        await begun.wait()
        await transport.aclose()
        await sending
        await is_gone.wait()


def test_certificates_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said at once, and where to look."""
    monkeypatch.setenv("SSL_CERT_FILE", __file__)

    with pytest.raises(Unreachable, match="look at SSL_CERT_FILE"):
        HttpxTransport()


async def test_what_fails_before_a_connection_is_sought_is_proof() -> None:
    """On a connection of our own nothing is written unseen."""

    class Broken(Proxies):
        def before(self, base_url: str) -> str | None:
            raise LookupError

    transport = HttpxTransport()
    assert transport._ours
    transport._ours._proxies = Broken()
    with pytest.raises(Unreachable, match="LookupError"):
        await transport.exchange("http://127.0.0.1:9", REQUEST, seconds=5)

    await transport.aclose()
