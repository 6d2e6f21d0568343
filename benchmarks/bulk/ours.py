"""smsgate's own way, through either transport."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec

import attrs

from benchmarks.bulk.campaign import Pair
from benchmarks.bulk.measuring import Server, Stopwatch, Way
from benchmarks.bulk.wires import Wire
from smsgate import Accepted, Message
from smsgate.transport import Transport
from smsgate.transport.httpx import HttpxTransport

OpenTransport = Callable[[], Transport]
_CONNECTIONS = 14


def _open_httpx() -> Transport:
    return HttpxTransport(max_connections=_CONNECTIONS)


def _open_aiohttp() -> Transport:
    from smsgate.transport.aiohttp import AiohttpTransport  # noqa: PLC0415 - an extra

    return AiohttpTransport(max_connections=_CONNECTIONS)


def transports() -> Mapping[str, OpenTransport]:
    """Name those that can be opened here."""
    has_aiohttp = find_spec("aiohttp") is not None
    return {"httpx": _open_httpx} | ({"aiohttp": _open_aiohttp} if has_aiohttp else {})


@attrs.frozen
class Letters:
    """The messages of some pairs, made as they are asked for, anew each time."""

    pairs: Iterable[Pair]

    def __iter__(self) -> Iterator[Message]:
        """Make them."""
        return (Message(phone, text) for phone, text in self.pairs)


def in_bulk(
    server: Server,
    wire: Wire,
    campaigns: Sequence[Iterable[Message]],
    rows: int,
    open_transport: OpenTransport,
) -> Way:
    """`send_many`, with so many *rows* a request, for one campaign after another."""

    async def way(watch: Stopwatch) -> None:
        transport = open_transport()
        async with wire.open(server.url, rows, transport) as gateway:
            with watch:
                for messages in campaigns:
                    async for outcome in gateway.send_many(messages):
                        assert isinstance(outcome, Accepted), outcome

        await transport.aclose()

    return way
