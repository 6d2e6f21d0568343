"""Money, as the providers write it: always `Decimal`, never a float."""

from decimal import Decimal, InvalidOperation

import attrs


@attrs.frozen(kw_only=True)
class Balance:
    """What is left on the account; ``credit`` may be spent on top of ``amount``."""

    amount: Decimal
    currency: str | None = None
    credit: Decimal | None = None


def parse_money(value: object, /) -> Decimal | None:
    """Read a number or the text of one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None

    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None

    return amount if amount.is_finite() else None
