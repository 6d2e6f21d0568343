"""
Who gets what: one text in ``mes`` for ``phones``, or in ``list`` a text for each phone.

``list`` has a row a message, ``phones:text``, and the first colon splits it. A line feed
in a text is written as backslash and ``n``. How a backslash itself is written nobody
documents, nor what else might end a row, and ``sender[,tz]|`` may stand before the phones:
a text whose reading is in doubt for such a reason never rides in a row.
"""

import re
from collections.abc import Mapping, Sequence

import attrs

from smsgate.message import Message
from smsgate.wire.lists import join

LONGEST_TEXT = 1000
_LINE_FEED = "\\n"  # as it stands in a row: two characters
_SURE = re.compile(r"(?!\s)[^\\|\r\v\f\x1c-\x1e\x85\u2028\u2029]*+(?<!\s)")


def is_sure(text: str) -> bool:
    """
    Whether *text* can be read in one way only when it rides in a row.

    White space at its ends could be trimmed, and a line feed may count as two characters.
    """
    length = len(text) + text.count("\n")
    return _SURE.fullmatch(text) is not None and length <= LONGEST_TEXT


def encode_texts(batch: Sequence[Message]) -> Mapping[str, str]:
    """Write who in *batch* gets what; if the texts differ, each of them `is_sure`."""
    text = batch[0].text
    if all(message.text == text for message in batch):
        return {"phones": join(",", [message.to for message in batch]), "mes": text}

    rows = [f"{message.to}:{message.text}".replace("\n", _LINE_FEED) for message in batch]
    return {"list": "\n".join(rows)}


@attrs.frozen
class Row:
    """What SMSC's end reads in a row; a sender of its own is passed over."""

    phones: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)


def decode_rows(list_: str) -> Sequence[Row]:
    """Read the rows that a ``list`` has, the empty ones left out."""
    return [_decode_row(line) for line in re.split("\r?\n", list_) if line]


def _decode_row(line: str) -> Row:
    phones, _, text = line.partition(":")
    return Row(phones.rpartition("|")[2], text.replace(_LINE_FEED, "\n"))
