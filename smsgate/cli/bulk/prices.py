"""What a message will cost, before it is sent: by the part, or as the provider says."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Protocol, TypeAlias, runtime_checkable

import attrs

from smsgate.cli.bulk.rows import Withheld
from smsgate.errors import (
    AddressBlocked,
    AuthenticationFailed,
    DuplicateRequest,
    InsufficientFunds,
    InvalidMessage,
    Refused,
    SmsGateError,
    Throttled,
)
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.money import Quote
from smsgate.text import count_gsm_parts

_OF_THE_ACCOUNT = (
    AddressBlocked,
    AuthenticationFailed,
    DuplicateRequest,
    InsufficientFunds,
    Throttled,
)


@runtime_checkable
class Teller(Gateway, Protocol):
    """A gateway that tells prices."""

    async def quote(self, messages: Sequence[Message], /) -> Quote:
        """Ask what *messages* would cost, without sending them."""


@attrs.frozen
class Price:
    """The price of one message; *cost* None is not known, *error* says why there is none."""

    cost: Decimal | None = None
    operator: str | None = None
    error: SmsGateError | None = None

    @property
    def refusal(self) -> Withheld | None:
        """Why the message must not go, if whoever knows prices refused it."""
        return Withheld.by(self.error) if self.error else None


#: Gives a price a message; raises `SmsGateError` when no price can be had at all.
FindPrices: TypeAlias = Callable[[Sequence[Message]], Awaitable[Sequence[Price]]]
Ask: TypeAlias = Callable[[Sequence[Message]], Awaitable[Quote]]


def price_of_parts(amount: Decimal | None, message: Message) -> Price:
    """Calculate a price, *amount* being that of a part; without one nobody knows."""
    return Price(None if amount is None else amount * count_gsm_parts(message.text))


def by_parts(amount: Decimal | None) -> FindPrices:
    """Find prices without asking anybody: every part costs *amount*."""

    async def find(messages: Sequence[Message]) -> Sequence[Price]:
        return [price_of_parts(amount, message) for message in messages]

    return find


def quoted(ask: Ask) -> FindPrices:
    """Find prices as the provider tells them, many with one question."""

    async def find(messages: Sequence[Message]) -> Sequence[Price]:
        prices: dict[int, Price] = {}
        for group in _with_phones_once(messages):
            prices.update(zip(map(id, group), await _ask_about(ask, group), strict=True))

        return [prices[id(message)] for message in messages]

    return find


async def _ask_about(ask: Ask, group: Sequence[Message]) -> Sequence[Price]:
    """Ask one question; one that is refused for what may be one message's fault is halved."""
    try:
        quote = await ask(group)
    except (InvalidMessage, Refused) as error:
        if isinstance(error, _OF_THE_ACCOUNT):
            raise

        return [Price(error=error)] if len(group) == 1 else await _ask_apart(ask, _halves(group))

    prices = [_price(quote, message) for message in group]
    if len(group) == 1:
        return [attrs.evolve(prices[0], cost=quote.cost)]

    are_told = [price.error or price.cost is not None for price in prices]
    if all(are_told):
        return prices

    return await _ask_apart(ask, _halves(group) if any(are_told) else [[one] for one in group])


async def _ask_apart(ask: Ask, groups: Iterable[Sequence[Message]]) -> Sequence[Price]:
    return [price for group in groups for price in await _ask_about(ask, group)]


def _halves(group: Sequence[Message]) -> Sequence[Sequence[Message]]:
    middle = len(group) // 2
    return group[:middle], group[middle:]


def _price(quote: Quote, message: Message) -> Price:
    said = quote.by_phone.get(message.phone)
    if not said:
        return Price()

    is_refused = isinstance(said.error, InvalidMessage | Refused)
    return Price(said.cost, said.operator, said.error if is_refused else None)


def _with_phones_once(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Deal *messages* out so that no group has a phone twice: a quote is told by phone."""
    rest = messages
    while rest:
        by_phone: dict[str, Message] = {}
        for message in rest:
            by_phone.setdefault(message.phone, message)

        taken = {id(message) for message in by_phone.values()}
        rest = [message for message in rest if id(message) not in taken]
        yield list(by_phone.values())
