"""No error tells what is private, not even when the provider's own words repeat it."""

from collections.abc import Iterable
from urllib.parse import quote_plus

from smsgate.errors import SmsGateError

_HIDDEN = "…"
_SHORTEST = 4  # a shorter value stands in ordinary words, too
_LOCAL = 9  # the digits of a phone that all of its forms end with
_LONGEST = 500  # characters of somebody's explanation


def make_discreet(error: SmsGateError, private: Iterable[str]) -> None:
    """Hide each of *private* in the words and the code of *error*, and cut what is too long."""
    known = {form for value in private for form in (value, quote_plus(value), value[-_LOCAL:])}
    values = sorted((v for v in known if len(v) >= _SHORTEST), key=len, reverse=True)
    error.args = tuple(_hide(str(words), values)[:_LONGEST] for words in error.args)
    error.code = error.code and _hide(error.code, values)[:_LONGEST]


def _hide(words: str, values: Iterable[str]) -> str:
    for value in values:
        words = words.replace(value, _HIDDEN)

    return words
