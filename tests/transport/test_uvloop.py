"""The other event loop, which most web servers run: its sockets are not those of asyncio."""

import asyncio
import json

import pytest
from support.sockets import http_answer, raw_server, read_request
from transport.clients import REQUEST, Client

from smsgate import Message, RecipientRefused, SmscGateway
from smsgate.wire.http import HttpRequest, parse_form

uvloop = pytest.importorskip("uvloop", reason="uvloop is not installed")
PHONES = "77010000001", "77010000002"


def test_a_connection_is_hung_up(client: Client) -> None:
    """Each request goes on a connection of its own."""
    talks: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(0)
        place = len(talks) - 1
        while True:
            await read_request(reader)
            talks[place] += 1
            writer.write(http_answer(b"no"))

    async def main() -> None:
        async with raw_server(serve) as address, client.yours() as transport:
            for _ in range(3):
                reply = await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)
                assert reply.hang_up
                await reply.hang_up()

    uvloop.run(main())

    assert talks == [1, 1, 1]


def test_a_refusal_that_comes_twice_is_not_the_next_ones(client: Client) -> None:
    """What the provider took is never told as refused."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            form = parse_form(HttpRequest("/", (await read_request(reader))[1]))
            is_bad = form["phones"] == PHONES[0]
            said = {"error": "no", "error_code": 7} if is_bad else {"id": form["id"], "cnt": 1}
            writer.write(http_answer(json.dumps(said).encode()) * (2 if is_bad else 1))

    async def main() -> None:
        async with raw_server(serve) as address, client.yours() as transport:
            url = f"http://{address}"
            gateway = SmscGateway(login="me", password="x", base_url=url, transport=transport)
            with pytest.raises(RecipientRefused):
                await gateway.send(Message(PHONES[0], "x"))

            receipt = await gateway.send(Message(PHONES[1], "x"))
            assert receipt.phone == PHONES[1]
            await gateway.aclose()

    uvloop.run(main())
