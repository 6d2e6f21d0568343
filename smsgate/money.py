"""Money, as the providers write it: always `Decimal`, never a float."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeVar

import attrs

from smsgate.errors import SmsGateError

Amount = TypeVar("Amount", int, Decimal)
_MOST = 10**15  # that a message or a campaign can cost, in whatever money


@attrs.frozen(kw_only=True)
class Balance:
    """What is left on the account; ``credit`` may be spent on top of ``amount``."""

    amount: Decimal
    currency: str | None = None
    credit: Decimal | None = None


@attrs.frozen(kw_only=True)
class PhoneQuote:
    """
    What messages to one phone would cost; None for what the provider did not say.

    ``operator`` is the code of country and network (MCC and MNC), as the provider writes
    it. ``error`` tells why it would not take the phone.
    """

    cost: Decimal | None = None
    operator: str | None = None
    error: SmsGateError | None = None

    def __add__(self, other: "PhoneQuote", /) -> "PhoneQuote":
        """Add what another message to the phone would cost."""
        return PhoneQuote(
            cost=_add(self.cost, other.cost),
            operator=self.operator or other.operator,
            error=self.error or other.error,
        )


@attrs.frozen(kw_only=True)
class Quote:
    """
    What messages would cost, were they sent.

    ``cost`` is that of all, in the account's money; ``parts`` is how many parts the
    provider would bill, None when it did not say.
    """

    cost: Decimal = Decimal(0)
    parts: int | None = 0
    by_phone: Mapping[str, PhoneQuote] = attrs.field(factory=dict, repr=False)


def add_up(quotes: Iterable[Quote], /) -> Quote:
    """Make one quote of *quotes*, in which a phone may come more than once."""
    cost, parts, by_phone = Decimal(0), _add(0, 0), dict[str, PhoneQuote]()
    for quote in quotes:
        cost, parts = cost + quote.cost, _add(parts, quote.parts)
        for phone, more in quote.by_phone.items():
            by_phone[phone] = by_phone[phone] + more if phone in by_phone else more

    return Quote(cost=cost, parts=parts, by_phone=by_phone)


def _add(one: Amount | None, other: Amount | None) -> Amount | None:
    return None if one is None or other is None else one + other


def parse_money(value: object, /) -> Decimal | None:
    """Read a number or the text of one; None for anything else."""
    if isinstance(value, str):
        return _parsed(value)

    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None

    return _finite(value)


def parse_price(value: object, /) -> Decimal | None:
    """Read what something costs; None also for less than nothing, and for more than there is."""
    price = parse_money(value)
    return price if price is not None and 0 <= price <= _MOST else None


@lru_cache  # a campaign has few prices
def _parsed(text: str) -> Decimal | None:
    try:
        return _finite(text)
    except InvalidOperation:
        return None


def _finite(value: str | int | Decimal) -> Decimal | None:
    amount = Decimal(value)
    return amount if amount.is_finite() else None
