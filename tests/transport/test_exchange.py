"""Every transport: a request arrives as it was written, and so does its answer."""

import asyncio
import gzip
import logging

import pytest
from support.sockets import http_answer, raw_server, read_request
from transport import servers
from transport.clients import PRIVATE, REQUEST, Client, send

from smsgate import OutcomeUnknown
from smsgate.wire.http import HttpRequest


async def test_a_whole_exchange(client: Client) -> None:
    """The request arrives as written, and the reply comes back byte for byte."""
    heard: list[tuple[bytes, bytes]] = []
    answer = http_answer(b"\xff\x00", status="402 Pay", headers="X-Odd: Yes\r\n")

    async with raw_server(servers.answering(answer, heard)) as address:
        reply = await send(client, address)

    head, body = heard[0]
    assert head.startswith(b"POST /sys/send.php HTTP/1.1\r\n")
    assert b"authorization: Bearer HUNTER2\r\n" in head
    assert body == REQUEST.body
    assert (reply.status, reply.body, reply.headers["x-odd"]) == (402, b"\xff\x00", "Yes")


@pytest.mark.parametrize("size", [0, 3 * 2**20], ids=["none", "3-MiB"])
async def test_a_body_of_any_size(client: Client, size: int) -> None:
    """A batch of a thousand long texts goes as quietly as no body at all."""
    heard: list[tuple[bytes, bytes]] = []
    request = HttpRequest("/a?b=%2F%20c", b"x" * size)

    async with (
        raw_server(servers.answering(http_answer(b"ok"), heard)) as address,
        client.yours() as transport,
    ):
        await transport.exchange(f"http://{address}", request, seconds=30.0)

    [(head, body)] = heard
    assert head.startswith(b"POST /a?b=%2F%20c HTTP/1.1\r\n")
    assert len(body) == size


async def test_no_redirect_is_followed(client: Client) -> None:
    """A redirect followed would be the same message sent twice."""
    heard: list[tuple[bytes, bytes]] = []
    answer = http_answer(b"", status="307 Elsewhere", headers="location: /\r\n")

    async with raw_server(servers.answering(answer, heard)) as address:
        reply = await send(client, address)

    assert (reply.status, len(heard)) == (307, 1)


async def test_an_answer_may_take_longer_than_a_connection(client: Client) -> None:
    """Once the request has left, the time is that of the whole exchange."""

    async def think(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(0.3)
        writer.write(http_answer(b"yes"))

    async with raw_server(think) as address:
        transport = client.own(connect_timeout=0.1)
        reply = await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
        await transport.aclose()

    assert reply.body == b"yes"


async def test_the_log_keeps_secrets(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG clients log what they do; none of it may be private, not even from a cookie."""
    cookies = "set-cookie: SECRETTEXT@[]=HUNTER2; expires=SECRETTEXT\r\n"
    caplog.set_level(logging.DEBUG)

    async with raw_server(
        servers.answering(http_answer(b"SECRETTEXT", headers=cookies), [])
    ) as address:
        await send(client, address)

    assert [secret for secret in PRIVATE if secret in caplog.text] == []


async def test_a_client_of_our_own_keeps_no_cookie(client: Client) -> None:
    """PHP answers one request of a session after the other: fourteen at once would be one."""
    heard: list[tuple[bytes, bytes]] = []
    answer = http_answer(b"ok", headers="set-cookie: PHPSESSID=1; path=/\r\n")

    async with raw_server(servers.answering(answer, heard)) as address:
        transport = client.own()
        for _ in range(2):
            await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)

        await transport.aclose()

    assert [head for head, _ in heard if b"cookie" in head.lower()] == []


async def test_an_answer_without_an_end_is_cut(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not fill the memory, nor take all the time there is."""
    monkeypatch.setattr("smsgate.transport._body.LARGEST", 2**20)

    async with raw_server(servers.endless) as address:
        with pytest.raises(OutcomeUnknown, match="has more than 1048576 bytes"):
            await send(client, address)


async def test_an_answer_that_unpacks_without_an_end_is_cut(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A little that was packed may be more than there is room for."""
    monkeypatch.setattr("smsgate.transport._body.LARGEST", 2**20)
    packed = gzip.compress(b" " * 2**22)
    answer = http_answer(packed, headers="content-encoding: gzip\r\n")

    async with raw_server(servers.answering(answer, [])) as address:
        with pytest.raises(OutcomeUnknown, match="has more than 1048576 bytes"):
            await send(client, address)


async def test_a_packed_answer_is_unpacked(client: Client) -> None:
    """Whoever packs it unasked."""
    answer = http_answer(gzip.compress(b"yes" * 1000), headers="content-encoding: gzip\r\n")

    async with raw_server(servers.answering(answer, [])) as address:
        reply = await send(client, address)

    assert reply.body == b"yes" * 1000
