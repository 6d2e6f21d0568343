"""What a message will cost, before it is sent: by the part, or as the provider says."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from decimal import Decimal
from math import inf
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
from smsgate.money import PhoneQuote, Quote
from smsgate.policy.clock import SYSTEM_CLOCK
from smsgate.policy.group import BatchSize
from smsgate.policy.halves import may_be_of_one
from smsgate.policy.searches import Searches
from smsgate.text import count_gsm_parts

_OF_THE_ACCOUNT = (
    AddressBlocked,
    AuthenticationFailed,
    DuplicateRequest,
    InsufficientFunds,
    Throttled,
)
_MOST = 500  # messages in one question
_TOO_MUCH = 64  # questions refused, and none answered in between


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


#: Gives a price a message; raises `SmsGateError` when no price can be had at all: a plain
#: `Refused` when so much was refused that no more is asked.
FindPrices: TypeAlias = Callable[[Sequence[Message]], Awaitable[Sequence[Price]]]
Ask: TypeAlias = Callable[[Sequence[Message]], Awaitable[Quote]]
_Told: TypeAlias = Price | SmsGateError  # of one message, in an answer


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
    return Quotes(ask).find


@attrs.define(eq=False)
class Quotes:
    """
    What the provider answers to one who *ask*s for prices.

    A question that is refused for what may be one message's fault is put again by halves,
    as a send would be, and within the same bounds. After that, or when there is no answer
    for another reason, no more is asked.
    """

    ask: Ask
    _size: BatchSize = attrs.field(init=False, factory=lambda: BatchSize(_MOST))
    _searches: Searches[Price] = attrs.field(init=False)
    _refused: int = attrs.field(init=False, default=0)  # questions, since one was answered
    _end: SmsGateError | None = attrs.field(init=False, default=None)  # since then none is asked

    @_searches.default
    def _make_searches(self) -> Searches[Price]:
        return Searches(SYSTEM_CLOCK, self._size)

    async def find(self, messages: Sequence[Message]) -> Sequence[Price]:
        """Find the price of each of *messages*."""
        prices: dict[int, Price] = {}
        for group in _with_phones_once(messages, self._size):
            prices.update(zip(map(id, group), await self._prices_of(group), strict=True))

        return [prices[id(message)] for message in messages]

    async def _prices_of(self, group: Sequence[Message]) -> Sequence[Price]:
        told = await self._ask(group)
        if refusal := may_be_of_one(told, group):
            length = _length(group)
            search = await self._searches.run(group, refusal, self._ask, length=length, until=inf)
            if search.untold:
                raise self._give_up(refusal)

            told = search.results

        return [Price(error=one) if isinstance(one, SmsGateError) else one for one in told]

    async def _ask(self, group: Sequence[Message]) -> Sequence[_Told]:
        """Ask one question; on what its answer leaves out, one for each message."""
        if self._end:
            raise self._end.copy()

        try:
            quote = await self.ask(group)
        except SmsGateError as error:
            if _may_be_of_a_message(error):
                return self._take_refusal(error, group)

            self._end = error
            raise

        self._refused = 0
        told = [_told(quote, message, is_alone=len(group) == 1) for message in group]
        self._searches.learn(told, _length(group))
        pairs = zip(group, told, strict=True)
        return [one if _is_told(one) else (await self._ask([m]))[0] for m, one in pairs]

    def _take_refusal(self, error: SmsGateError, group: Sequence[Message]) -> Sequence[_Told]:
        self._refused += 1
        if self._refused >= _TOO_MUCH:
            raise self._give_up(error)

        is_for_all = len(group) > 1 and isinstance(error, InvalidMessage)
        return [Refused(str(error)) if is_for_all else error] * len(group)

    def _give_up(self, error: SmsGateError) -> Refused:
        self._end = given_up = Refused(f"the provider refuses: {error}", code=error.code)
        return given_up.copy()


def _may_be_of_a_message(error: SmsGateError) -> bool:
    is_refusal = isinstance(error, InvalidMessage | Refused)
    return is_refusal and not isinstance(error, _OF_THE_ACCOUNT)


def _told(quote: Quote, message: Message, *, is_alone: bool) -> _Told:
    said = quote.by_phone.get(message.phone, PhoneQuote())
    if isinstance(said.error, InvalidMessage | Refused):
        return said.error

    return Price(quote.cost if is_alone else said.cost, said.operator)


def _is_told(one: _Told) -> bool:
    return isinstance(one, SmsGateError) or one.cost is not None


def _length(group: Sequence[Message]) -> int:
    return sum(len(message.text) for message in group)


def _with_phones_once(messages: Sequence[Message], size: BatchSize) -> Iterator[Sequence[Message]]:
    """Deal *messages* out so that no group has a phone twice: a quote is told by phone."""
    rest = messages
    while rest:
        by_phone: dict[str, Message] = {}
        for message in rest:
            if len(by_phone) < size.most:
                by_phone.setdefault(message.phone, message)

        taken = {id(message) for message in by_phone.values()}
        rest = [message for message in rest if id(message) not in taken]
        yield list(by_phone.values())
