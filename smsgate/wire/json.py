"""JSON bodies: money as `Decimal`, no surprise from a hostile depth or charset."""

import json
from decimal import Decimal, InvalidOperation

from smsgate.wire.http import HttpReply

_DECODER = json.JSONDecoder(strict=False, parse_float=Decimal)
_ESCAPE = b"\\u"


def decode_json(reply: HttpReply) -> object:
    """
    Decode a JSON body as UTF-8, whatever its header claims.

    Numbers with a point become `Decimal`. Raises `OutcomeUnknown` when it is no JSON.
    """
    try:
        return loads(reply.body)
    except ValueError:
        raise reply.unreadable() from None


def loads(body: bytes) -> object:
    """
    Decode JSON bytes, control characters allowed; raises `ValueError` for all else.

    Half a character (a lone surrogate) is no text: nobody could print or store it.
    """
    try:
        value: object = _DECODER.decode(body.decode("utf-8-sig"))
        if _ESCAPE in body:  # bytes that are UTF-8 hold no half of a character by themselves
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except (RecursionError, InvalidOperation):
        raise ValueError("nested too deep, or a number beyond Decimal") from None

    return value


def dumps(value: object) -> bytes:
    """Encode *value* compactly, as UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
