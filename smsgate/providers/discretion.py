"""
No error tells what is private, not even when the provider's own words repeat it.

Only an error that carries foreign words is touched: a refusal, or whatever else has a
code of the provider's. A phone may come back in any of its forms; a short text counts
only where it stands as words of its own, so that it leaves other words whole.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote_plus

from smsgate.errors import Refused, SmsGateError
from smsgate.message import LOCAL_DIGITS

_HIDDEN = "…"
_SHORTEST = 4  # nobody's secret
_LONG = 16  # by chance, no such text stands inside other words
_LONGEST = 500  # characters of somebody's explanation


def make_discreet(
    error: SmsGateError, *, secrets: Iterable[str], phones: Iterable[str], texts: Iterable[str]
) -> None:
    """Hide what is private in the words and the code of *error*, and cut what is too long."""
    if not isinstance(error, Refused) and error.code is None:
        return

    known = _forms(secrets) | {phone[-LOCAL_DIGITS:] for phone in phones}
    error.args = (_cut(_hide(_hide(str(error), known), _forms(texts), is_text=True)),)
    if error.code is not None:
        error.code = _cut(_hide(error.code, known))


def _forms(values: Iterable[str]) -> set[str]:
    return {form for value in values for form in (value, quote_plus(value))}


def _hide(words: str, values: Iterable[str], *, is_text: bool = False) -> str:
    for value in sorted((v for v in values if len(v) >= _SHORTEST), key=len, reverse=True):
        is_word = is_text and len(value) < _LONG
        pattern = rf"(?<!\w){re.escape(value)}(?!\w)" if is_word else re.escape(value)
        words = re.sub(pattern, _HIDDEN, words)

    return words


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + _HIDDEN
