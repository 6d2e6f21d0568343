"""What a message will cost, before it is sent: by the part, or as the provider says."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Protocol, TypeAlias, runtime_checkable

import attrs

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
class Quotes(Protocol):
    """A gateway that tells prices."""

    async def quote(self, messages: Sequence[Message], /) -> Quote:
        """Ask what *messages* would cost, without sending them."""


@attrs.frozen
class Price:
    """The price of one message; *cost* None is not known, *error* says why there is none."""

    cost: Decimal | None = None
    operator: str | None = None
    error: SmsGateError | None = None


Pricing: TypeAlias = Callable[[Message], Price]  #: what a message costs, known at once


class Prices(Protocol):
    """Whoever can be asked for prices."""

    async def of(self, messages: Sequence[Message], /) -> Sequence[Price]:
        """Give a price a message; raises `SmsGateError` when no price can be had at all."""


@attrs.frozen
class PartPrice:
    """Every part costs the same."""

    amount: Decimal

    def __call__(self, message: Message) -> Price:
        """See `Pricing`."""
        return Price(self.amount * count_gsm_parts(message.text))


def no_price(_: Message) -> Price:
    """See `Pricing`; nobody knows what anything costs."""
    return Price()


@attrs.frozen
class FoundOut:
    """Prices that were asked for beforehand; messages come in the same order again."""

    prices: Iterator[Price]

    def __call__(self, _: Message) -> Price:
        """See `Pricing`."""
        return next(self.prices, Price())


@attrs.frozen
class Calculated:
    """Prices for which nobody has to be asked."""

    pricing: Pricing

    async def of(self, messages: Sequence[Message], /) -> Sequence[Price]:
        """See `Prices.of`."""
        return [self.pricing(message) for message in messages]


@attrs.frozen
class Quoted:
    """
    Prices as the provider tells them, many with one question.

    A question that is refused for what may be one message's fault is halved and put again.
    """

    gateway: Quotes

    async def of(self, messages: Sequence[Message], /) -> Sequence[Price]:
        """See `Prices.of`."""
        prices: dict[int, Price] = {}
        for group in _with_phones_once(messages):
            quoted = await self._of_group(group)
            prices.update(zip(map(id, group), quoted, strict=True))

        return [prices[id(message)] for message in messages]

    async def _of_group(self, group: Sequence[Message]) -> Sequence[Price]:
        try:
            quote = await self.gateway.quote(group)
        except (InvalidMessage, Refused) as error:
            if isinstance(error, _OF_THE_ACCOUNT):
                raise

            return [Price(error=error)] if len(group) == 1 else await self._of_halves(group)

        prices = [_price(quote, message) for message in group]
        if len(group) == 1:
            return [attrs.evolve(prices[0], cost=quote.cost)]

        is_whole = all(price.error or price.cost is not None for price in prices)
        return prices if is_whole else await self._of_halves(group)

    async def _of_halves(self, group: Sequence[Message]) -> Sequence[Price]:
        middle = len(group) // 2
        return [*await self._of_group(group[:middle]), *await self._of_group(group[middle:])]


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


def quoted_by(gateway: Gateway) -> Prices:
    """Let *gateway* tell prices, if it is one that can."""
    return Quoted(gateway) if isinstance(gateway, Quotes) else Calculated(no_price)
