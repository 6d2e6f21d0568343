"""
What every answer of the HTTP gate has in common: values, or a refusal in words.

A list stands between two markers, and only both of them, in order, make a yes. What
separates its items is ``<br/>`` on the gateway page, and a line break, or both, in what
clients saw. The charset is not stated: UTF-8 first, then windows-1251.
"""

import re

from smsgate.errors import Refused
from smsgate.wire.http import HttpReply

_START, _END = "=IDS START=", "=IDS END="
_BREAK = re.compile(r"<br\s*/?>|[\r\n]+", re.IGNORECASE)
_CHARSETS = ("utf-8-sig", "cp1251")
_RUSSIAN_WORD = re.compile("[а-яёіїєґ]{3,}")
_FEWEST_WORDS = 2
_LONGEST_REFUSAL = 300


def read_list(reply: HttpReply) -> list[str]:
    """Read what stands between the markers; raises `Refused` or `OutcomeUnknown`."""
    _, _, rest = _read(reply).partition(_START)
    inside, end, _ = rest.rpartition(_END)
    if end:
        return _split(inside)

    raise reply.unreadable()


def read_values(reply: HttpReply) -> list[str]:
    """Read values that have no markers; raises `Refused` or `OutcomeUnknown`."""
    return _split(_read(reply))


def is_refusal(said: str) -> bool:
    """
    Whether *said*, a whole body, is the gate's own "no".

    The page promises a Russian text and shows none, so this asks for a short sentence:
    Russian words, nothing unprintable, no markup, no marker. Whatever a server says by
    itself (a PHP warning, a page) is no such thing. Nor is binary rubbish: read as
    windows-1251 it has Cyrillic letters too, but hardly words in small ones.
    """
    return (
        len(said) <= _LONGEST_REFUSAL
        and not any(sign in said for sign in ("<", _START, _END))
        and "".join(said.split()).isprintable()
        and len(_RUSSIAN_WORD.findall(said)) >= _FEWEST_WORDS
    )


def _read(reply: HttpReply) -> str:
    said = _decode(reply).strip()
    if not reply.is_ok:
        raise reply.unreadable()

    if is_refusal(said):
        raise Refused(f"smsclub: {said}")

    return said


def _decode(reply: HttpReply) -> str:
    for charset in _CHARSETS:
        try:
            return reply.body.decode(charset)
        except UnicodeDecodeError:
            continue

    raise reply.unreadable()


def _split(said: str) -> list[str]:
    return [item.strip() for item in _BREAK.split(said) if item.strip()]
