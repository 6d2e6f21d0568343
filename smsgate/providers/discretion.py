"""
No error tells what is private, not even when the provider's own words repeat it.

Only an error that carries foreign words is touched: a refusal, or whatever else has a
code of the provider's. A phone may come back in any of its forms; a short text counts
only where it stands as words of its own, so that it leaves other words whole.
"""

import contextlib
import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote_plus

import attrs

from smsgate.errors import Refused, SmsGateError
from smsgate.message import Message, local_part
from smsgate.wire.http import HttpReply

Answer = TypeVar("Answer")
_CHARSETS = ("utf-8", "cp1251")
_HIDDEN = "…"
_SHORTEST = 4  # nobody's secret
_LONG = 16  # by chance, no such text stands inside other words
_LONGEST = 500  # characters of somebody's explanation
_GAP = r"[\s().-]"  # between the digits of a phone
_GAPS = re.compile(f"{_GAP}+")
_APOSTROPHES = ("&#x27;", "&#039;", "&#39;", "&apos;")


@attrs.frozen
class Discretion:
    """Keeps private, in the errors of one account, its *secrets* and what messages hold."""

    secrets: Sequence[str] = attrs.field(repr=False)

    def over(
        self,
        decode: Callable[[HttpReply], Answer],
        messages: Sequence[Message] = (),
        phones: Iterable[str] = (),
    ) -> Callable[[HttpReply], Answer]:
        """Make a *decode* whose errors, raised or given, tell nothing of *messages* or *phones*."""

        def discreet(reply: HttpReply) -> Answer:
            try:
                answer = decode(reply)
            except SmsGateError as error:
                self._hide([error], messages, phones)
                raise

            if isinstance(answer, list | tuple):
                errors = [result for result in answer if isinstance(result, SmsGateError)]
                self._hide(errors, messages, phones)

            return answer

        return discreet

    def _hide(
        self, errors: Sequence[SmsGateError], messages: Sequence[Message], phones: Iterable[str]
    ) -> None:
        if errors:
            named = {*phones, *(message.phone for message in messages)}
            texts = {message.text for message in messages}
            make_discreet(errors, secrets=self.secrets, phones=named, texts=texts)


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

    said = _Said.by(foreign)
    names = {form: re.escape(form) for form in said.forms(secrets)}
    names |= said.ends(phones)
    private = {form: _word(form) for form in said.forms(texts)}
    in_codes, in_words = _any(names), _any(private | names)
    for error in foreign:
        error.args = (_cut(in_words.sub(_HIDDEN, str(error))),)
        error.code = None if error.code is None else _cut(in_codes.sub(_HIDDEN, error.code))


@attrs.frozen
class _Said:
    """All the words of some errors, and the length of the longest: a batch may have many texts."""

    words: str
    longest: int

    @classmethod
    def by(cls, errors: Sequence[SmsGateError]) -> "_Said":
        words = {word for error in errors for word in (str(error), error.code or "")}
        return cls("\n".join(words), max(map(len, words)))

    def forms(self, values: Iterable[str]) -> set[str]:
        """Find *values* in it, in any form in which some provider is sent them; none is shorter."""
        written = (form for value in values for form in _written_forms(value))
        coded = (
            form for short in written if len(short) <= self.longest for form in _coded_forms(short)
        )
        return {form for form in coded if form in self.words}

    def ends(self, phones: Iterable[str]) -> dict[str, str]:
        """Find the ends of *phones* in it, and how each is matched: its digits may be grouped."""
        squeezed = _GAPS.sub("", self.words)
        ends = (end for phone in phones if (end := local_part(phone)) in squeezed)
        are_plain = ((end, squeezed.count(end) == self.words.count(end)) for end in ends)
        return {end: end if is_plain else f"{_GAP}*+".join(end) for end, is_plain in are_plain}


def _written_forms(value: str) -> Iterator[str]:
    """Write *value* as it may come back: with other line ends, without its ends, a line of it."""
    yield from {value, value.replace("\n", "\r\n"), value.replace("\n", "\\n"), value.strip()}
    yield from value.splitlines()


def _coded_forms(value: str) -> Iterator[str]:
    yield value
    quoted = html.escape(value)
    yield html.escape(value, quote=False)
    yield from {quoted.replace("&#x27;", apostrophe) for apostrophe in _APOSTROPHES}
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
