"""Whose answer it is: a copy that comes late is told to nobody, and moves no other answer."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence

import attrs
import pytest
from support.clock import NapClock
from support.gateways import SCHEMES, gateway_over
from support.sockets import http_answer, raw_server, read_request
from support.transports import ScriptedTransport, always

from smsgate import (
    Message,
    OutcomeUnknown,
    SmscGateway,
    SmsGateError,
    Status,
)
from smsgate.transport import Transport
from smsgate.transport.aiohttp import AiohttpTransport
from smsgate.transport.httpx import HttpxTransport
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

BUSY = {"error": "too many concurrent requests", "error_code": 9}
REFUSED = {"error": "parameters error", "error_code": 1}
TRANSPORTS = pytest.mark.parametrize("make", [HttpxTransport, AiohttpTransport])


def phone(number: int) -> str:
    """Make a phone."""
    return f"7701000000{number}"


def messages(*numbers: int) -> list[Message]:
    """Make messages, each with a text of its own."""
    return [Message(phone(number), f"text {number}") for number in numbers]


@attrs.define
class Smsc:
    """
    Keeps every connection in step but the first.

    There the answer to the first request comes again, late: as the answer to the second.
    That to the second, which is *slow*, comes when the third request is there.
    """

    slow: object
    sent: Counter[str] = attrs.field(init=False, factory=Counter)
    late: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)
    _is_first: bool = attrs.field(init=False, default=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes on one connection."""

        async def read() -> bytes:
            head, body = await read_request(reader)
            return self._answer(HttpRequest(head.split()[1].decode(), body))

        if self._is_first:
            self._is_first = False
            first = await read()
            writer.write(first)
            await read_request(reader)
            await asyncio.sleep(0.02)  # it is late
            writer.write(first)
            self.late.set()
            third = await read()
            writer.write(http_answer(json.dumps(self.slow).encode()) + third)
            await writer.drain()
            return

        while True:
            writer.write(await read())

    def _answer(self, request: HttpRequest) -> bytes:
        form = parse_form(request)
        if "/status" in request.path:
            pairs = zip(form["id"].split(","), form["phone"].split(","), strict=True)
            found: object = [{"id": i, "phone": p, "status": 0, "err": 0} for i, p in pairs]
        else:
            rows = form["list"].split("\n") if "list" in form else form["phones"].split(",")
            phones = [row.partition(":")[0] for row in rows]
            self.sent.update(phones)
            found = {"id": form["id"], "cnt": 1, "phones": [{"phone": p} for p in phones]}

        return http_answer(json.dumps(found).encode())


@contextlib.asynccontextmanager
async def gateway_to(smsc: Smsc, make: Callable[[], Transport]) -> AsyncIterator[SmscGateway]:
    """Open a gateway to *smsc*."""
    transport = make()
    async with raw_server(smsc.serve) as address:
        async with SmscGateway(
            login="late", password="x", base_url=f"http://{address}", transport=transport
        ) as gateway:
            yield gateway

        await transport.aclose()


@TRANSPORTS
@pytest.mark.parametrize("third", [(4,), (4, 5)], ids=["one", "batch"])
async def test_answer_to_a_send_that_comes_again(
    make: Callable[[], Transport], third: Sequence[int]
) -> None:
    """A batch takes it for its own, and nothing of it fits; the next must not take what follows."""
    smsc = Smsc(REFUSED)

    async def send(*numbers: int) -> set[str]:
        return {type(outcome).__name__ async for outcome in gateway.send_many(messages(*numbers))}

    async with gateway_to(smsc, make) as gateway:
        await gateway.send(*messages(1))
        second = asyncio.create_task(send(2, 3))
        await smsc.late.wait()
        told = await send(*third)
        second.cancel()

    assert told == {"Accepted"}
    assert set(smsc.sent.values()) == {1}


@TRANSPORTS
async def test_answer_to_a_question_that_comes_again(make: Callable[[], Transport]) -> None:
    """It fits the same question, asked again; what follows it is not told of a message."""
    smsc = Smsc(BUSY)
    refs = [f"smsc:{phone(number)}:id-{number}" for number in (1, 2)]
    async with gateway_to(smsc, make) as gateway:
        for _ in range(2):
            reports = await gateway.statuses(refs)
            assert {report.status for report in reports} == {Status.SENT}

        await gateway.send(*messages(4))

    assert smsc.sent == Counter({phone(4): 1})


async def test_refusal_that_names_another_request() -> None:
    """It refuses that one: this one may be on its way."""
    refusal = {"error": "message is denied", "error_code": 6, "id": "first"}
    ids = iter(["first", "second"])

    def answer(_: str, request: HttpRequest) -> HttpReply:
        return HttpReply(b"[]" if "/status" in request.path else json.dumps(refusal).encode())

    gateway = SmscGateway(
        login="swapped",
        password="x",
        transport=ScriptedTransport(answer),
        id_factory=lambda: next(ids),
        clock=NapClock(),
    )
    with pytest.raises(SmsGateError, match="message is denied"):
        await gateway.send(*messages(1))

    with pytest.raises(OutcomeUnknown, match="the answer is that to another request"):
        await gateway.send(*messages(2))


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_connection_is_closed_after_every_question(scheme: str) -> None:
    """Also after that which a lost message asks, and whether one is asked about or many."""
    wire = always(OutcomeUnknown("silence"))
    gateway = gateway_over(wire, scheme)
    refs = [f"{scheme}:{phone(number)}:id{number}" for number in (1, 2)]
    for ask in (
        lambda: gateway.status(refs[0]),
        lambda: gateway.statuses(refs),
        gateway.balance,
        lambda: gateway.send(*messages(1)),
    ):
        with pytest.raises(SmsGateError):
            await ask()

    [*questions] = [request for _, request in wire.asked if not request.own_id]

    assert len(questions) >= 7
    assert {request.headers["connection"] for request in questions} == {"close"}
