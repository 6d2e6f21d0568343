"""What a bulk holds while it runs: what is under way, however many messages there are."""

import json
import tracemalloc
from collections.abc import Iterator

from support.transports import ScriptedTransport

from smsgate import Accepted, Message, SmscGateway
from smsgate.wire.http import HttpReply, HttpRequest, parse_form


class Forgetful(ScriptedTransport):
    """Keeps nothing of what it was asked."""

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float
    ) -> HttpReply:
        """Answer, and forget."""
        reply = await super().exchange(base_url, request, seconds=seconds)
        self.asked.clear()
        return reply


def take(_: str, request: HttpRequest) -> HttpReply:
    """Take a request as SMSC does."""
    return HttpReply(json.dumps({"id": parse_form(request)["id"], "cnt": 1}).encode())


def many(count: int) -> Iterator[Message]:
    """Write messages one after the other."""
    return (Message(f"7701{n:07}", "hello", id=f"m{n}") for n in range(count))


async def peak_of(count: int) -> int:
    """Send *count* messages; give the most bytes that were held beyond those before."""
    accepted, before = 0, tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    gateway = SmscGateway(api_key="key", transport=Forgetful(take), batch_size=50, max_in_flight=4)
    async for outcome in gateway.send_many(many(count)):
        accepted += isinstance(outcome, Accepted)

    assert accepted == count
    return tracemalloc.get_traced_memory()[1] - before


async def test_memory_is_flat() -> None:
    """Ten times as many messages take no more of it; one that is held takes hundreds of bytes."""
    tracemalloc.start()
    try:
        few, ten_times = await peak_of(5_000), await peak_of(50_000)
    finally:
        tracemalloc.stop()

    assert ten_times - few < 45_000 * 10
