"""Several gateways behind one, many messages, and what became of them."""

from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable

from support.clock import NapClock

from smsgate import Accepted, FailoverGateway, Gateway, Message, Outcome

Messages = Iterable[Message] | AsyncIterable[Message]
Shape = Callable[[Iterable[Message]], Messages]


def phone(number: int) -> str:
    """Make a phone of *number*."""
    return f"7701{number:07}"


def failover(*gateways: Gateway, clock: NapClock | None = None) -> FailoverGateway:
    """Make a failover of *gateways* that sets aside for a minute."""
    return FailoverGateway(gateways, clock=clock or NapClock())


async def streamed(messages: Iterable[Message]) -> AsyncIterator[Message]:
    """Give *messages* as a stream, all of which is at hand."""
    for message in messages:
        yield message


SHAPES: list[Shape] = [list, streamed]


async def settle(gateway: Gateway, messages: Messages) -> list[Outcome]:
    """Hand in *messages* and collect what became of them."""
    return [outcome async for outcome in gateway.send_many(messages)]


def heads(outcomes: Iterable[Outcome]) -> Counter[str]:
    """Count the outcomes by their kind, and the receipts by their gateway."""
    return Counter(
        outcome.receipt.gateway if isinstance(outcome, Accepted) else type(outcome).__name__
        for outcome in outcomes
    )
