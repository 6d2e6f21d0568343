"""
Where a phone is, and whose: for a table of what a campaign costs.

The operator is the provider's word if it has one, else what the number began as: people
take their numbers along to another operator.
"""

from importlib.util import find_spec

import attrs

UNKNOWN = "?"
_LEADING = 4  # digits; enough to tell most countries and operators apart


@attrs.frozen(order=True)
class Place:
    """A country, and an operator in it."""

    country: str
    operator: str


@attrs.frozen
class Atlas:
    """Names places, as far as `phonenumbers` is installed to know them."""

    is_complete: bool = attrs.field(factory=lambda: find_spec("phonenumbers") is not None)

    def find(self, phone: str, operator: str | None) -> Place:
        """Name the place of *phone*, the provider having named *operator*, or nobody."""
        country, carrier = _look_up(phone) if self.is_complete else (UNKNOWN, "")
        return Place(country, operator or carrier or f"+{phone[:_LEADING]}…")


def _look_up(phone: str) -> tuple[str, str]:
    import phonenumbers  # noqa: PLC0415 - it needs the extra
    from phonenumbers import carrier, geocoder  # noqa: PLC0415 - they take a second

    try:
        number = phonenumbers.parse(f"+{phone}")
    except phonenumbers.NumberParseException:
        return UNKNOWN, ""

    country = geocoder.country_name_for_number(number, "en")
    return country or UNKNOWN, carrier.name_for_number(number, "en")
