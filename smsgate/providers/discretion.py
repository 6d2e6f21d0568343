"""
No error tells what is private, not even when the provider's own words repeat it.

Only an error that carries foreign words is touched: a refusal, or whatever else has a
code of the provider's. A phone may come back in any of its forms; a short text counts
only where it stands as words of its own, so that it leaves other words whole.
"""

import contextlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote_plus

from smsgate.errors import Refused, SmsGateError
from smsgate.message import LOCAL_DIGITS

_CHARSETS = ("utf-8", "cp1251")
_HIDDEN = "…"
_SHORTEST = 4  # nobody's secret
_LONG = 16  # by chance, no such text stands inside other words
_LONGEST = 500  # characters of somebody's explanation


def make_discreet(
    errors: Iterable[SmsGateError],
    *,
    secrets: Iterable[str],
    phones: Iterable[str],
    texts: Iterable[str],
) -> None:
    """
    Hide what is private in the words and codes of *errors*, and cut what is too long.

    What they were raised in the place of, which may hold a whole answer, is let go of.
    """
    errors = list(errors)
    for error in errors:
        if error.__suppress_context__:
            error.__context__ = None

    foreign = [e for e in errors if isinstance(e, Refused) or e.code is not None]
    if not foreign:
        return

    names = {form: re.escape(form) for form in _forms(secrets)}
    names |= {end: end for end in (phone[-LOCAL_DIGITS:] for phone in phones)}
    in_codes, in_words = _any(names), _any({form: _word(form) for form in _forms(texts)} | names)
    for error in foreign:
        error.args = (_cut(in_words.sub(_HIDDEN, str(error))),)
        error.code = None if error.code is None else _cut(in_codes.sub(_HIDDEN, error.code))


def _forms(values: Iterable[str]) -> set[str]:
    """Write *values* in every form in which some provider is sent them."""
    return {form for value in values for form in (value, *_coded_forms(value))}


def _coded_forms(value: str) -> Iterator[str]:
    for charset in _CHARSETS:
        with contextlib.suppress(UnicodeEncodeError):
            written = value.encode(charset)
            coded = b64encode(written).decode()
            yield from (quote_plus(written), coded, quote_plus(coded))


def _word(text: str) -> str:
    escaped = re.escape(text)
    return escaped if len(text) >= _LONG else rf"(?<!\w){escaped}(?!\w)"


def _any(patterns: Mapping[str, str]) -> re.Pattern[str]:
    """Match any of *patterns*, by value; where several begin, the longest value wins."""
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join(patterns[v] for v in longest_first if len(v) >= _SHORTEST) or "(?!)")


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + _HIDDEN
