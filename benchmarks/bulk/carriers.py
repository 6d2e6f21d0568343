"""
Requests a second through the httpx and the aiohttp transport, one message each.

The server answers at once. *send* is the whole of `Gateway.send`, *exchange* the
transport alone. Run it as ``python -m benchmarks.bulk.carriers``.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence

from benchmarks.bulk.campaign import Campaign
from benchmarks.bulk.measuring import Server, Stopwatch, Way, is_quick, serving, show, take_turns
from benchmarks.bulk.ours import Letters, OpenTransport, transports
from benchmarks.bulk.wires import SMSC
from smsgate import Message
from smsgate.providers.http_gateway import HttpGateway
from smsgate.transport import Transport
from smsgate.wire.http import HttpRequest

_LEVELS = (1, 4, 14)
_SECONDS = 30.0
Errand = Callable[[], Coroutine[object, object, object]]


async def _with(workers: int, errands: Iterable[Errand], watch: Stopwatch) -> None:
    """Do all *errands*, so many at once."""
    left = iter(errands)

    async def work() -> None:
        for errand in left:
            await errand()

    with watch:
        await asyncio.gather(*(work() for _ in range(workers)))


def exchanges(server: Server, workers: int, requests: int, opened: OpenTransport) -> Way:
    """Use the transport alone."""

    async def way(watch: Stopwatch) -> None:
        transport = opened()
        ready = [
            HttpRequest(SMSC.path, SMSC.write([pair]), SMSC.headers) for pair in Campaign(requests)
        ]
        await _with(workers, [_exchange(transport, server, one) for one in ready], watch)
        await transport.aclose()

    return way


def _exchange(transport: Transport, server: Server, request: HttpRequest) -> Errand:
    return lambda: transport.exchange(server.url, request, seconds=_SECONDS)


def sends(server: Server, workers: int, requests: int, opened: OpenTransport) -> Way:
    """Use the whole gateway."""

    async def way(watch: Stopwatch) -> None:
        transport = opened()
        async with SMSC.open(server.url, SMSC.usual_rows, transport) as gateway:
            ready = list(Letters(Campaign(requests)))
            await _with(workers, [_send(gateway, message) for message in ready], watch)

        await transport.aclose()

    return way


def _send(gateway: HttpGateway, message: Message) -> Errand:
    return lambda: gateway.send(message)


_KINDS: Mapping[str, Callable[[Server, int, int, OpenTransport], Way]] = {
    "exchange": exchanges,
    "send": sends,
}


def _row(server: Server, kind: str, workers: int, requests: int, turns: int) -> Sequence[str]:
    ways = {
        name: (requests, _KINDS[kind](server, workers, requests, opened))
        for name, opened in transports().items()
    }
    taken = take_turns(server, ways, turns)
    rates = [one.rate for one in taken.values()]
    known = [f"{rate:,.0f}" for rate in rates] + ["-"] * (2 - len(rates))
    return f"{kind}, {workers} in flight", *known, f"{rates[-1] / rates[0]:.2f}"


def main() -> None:
    """Compare them at each level."""
    requests, turns = (200, 1) if is_quick("httpx against aiohttp") else (4_000, 5)
    with serving(0) as server:
        rows = [
            _row(server, kind, workers, requests, turns) for kind in _KINDS for workers in _LEVELS
        ]

    show("Requests a second", ("", "httpx", "aiohttp", "ratio"), rows)


if __name__ == "__main__":
    main()
