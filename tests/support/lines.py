"""Lines to try, callers to cancel, and a server that answers."""

import asyncio
from collections.abc import Awaitable

from support.sockets import http_answer, read_request

from smsgate import SmsGateError
from smsgate.policy.line import Line
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest

REQUEST = HttpRequest("/sys/send.php")
YES = HttpReply(b"yes")


def line_over(
    transport: Transport | None,
    *,
    max_in_flight: int = 2,
    timeout: float = 30.0,
    base_url: str = "http://one",
) -> Line:
    """Make a line over *transport*."""
    return Line(
        base_urls=[base_url],
        max_in_flight=max_in_flight,
        timeout=timeout,
        transport=transport,
    )


def begin(line: Line, count: int) -> list[asyncio.Task[HttpReply]]:
    """Let *count* callers ask at once."""
    return [asyncio.create_task(line.exchange(REQUEST)) for _ in range(count)]


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
