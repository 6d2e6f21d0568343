"""Lines to try, callers to cancel, and a server that answers."""

import asyncio
from collections.abc import Awaitable, Sequence
from math import inf

from support.sockets import http_answer, read_request

from smsgate import SmsGateError
from smsgate.policy.clock import Clock, SystemClock
from smsgate.policy.limits import Limits
from smsgate.policy.line import Line
from smsgate.policy.rota import Rota
from smsgate.policy.servers import Decode, Servers
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest

REQUEST = HttpRequest("/sys/send.php")
YES = HttpReply(b"yes")


def line_over(
    transport: Transport | None,
    *,
    max_in_flight: int = 2,
    timeout: float = 30.0,
    base_urls: Sequence[str] = ("http://one",),
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Line:
    """Make a line over *transport*, with limits of its own."""
    servers = Servers(
        mirrors=Rota(base_urls, set_aside=60.0, keeps=True),
        timeout=timeout,
        connect_timeout=5.0,
        max_connections=max_in_flight,
        clock=clock or SystemClock(),
        transport=transport,
    )
    return Line(servers=servers, limits=limits or Limits(), max_in_flight=max_in_flight)


async def carry(
    line: Line,
    request: HttpRequest = REQUEST,
    *,
    decode: Decode[HttpReply] = lambda reply: reply,
    by: float = inf,
) -> HttpReply:
    """Carry *request* over *line* as a gateway does, and give the reply as it is."""
    return await line.run(
        lambda turn: line.exchange(turn, request, decode, by=by), rates=request.rates, by=by
    )


def begin(line: Line, count: int) -> list[asyncio.Task[HttpReply]]:
    """Let *count* callers ask at once."""
    return [asyncio.create_task(carry(line)) for _ in range(count)]


async def outcome(caller: Awaitable[HttpReply]) -> str:
    """Wait for a caller and say in a word how it ended."""
    try:
        await caller
    except (SmsGateError, asyncio.CancelledError) as error:
        return type(error).__name__

    return "answered"


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request on a connection."""
    while True:
        await read_request(reader)
        writer.write(http_answer(b"yes"))
