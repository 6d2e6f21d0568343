"""
What every answer of the JSON gate has in common: ``success_request``, or an error.

PHP writes an empty map as ``[]``, and either map may be missing, a list or a sentence,
so whatever is no map is read as an empty one.
"""

import re
from collections.abc import Mapping

from smsgate.errors import (
    AuthenticationFailed,
    DuplicateRequest,
    OutcomeUnknown,
    Refused,
    SmsGateError,
    Throttled,
)
from smsgate.wire.http import HttpReply
from smsgate.wire.json import decode_json

_TOO_OFTEN = 429
_REFUSALS: Mapping[int, type[Refused]] = {
    400: Refused,
    401: AuthenticationFailed,
    403: AuthenticationFailed,
    _TOO_OFTEN: Throttled,
    453: DuplicateRequest,  # the provider's own number
}
_SECOND = 1.0
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def read(reply: HttpReply) -> Mapping[str, object]:
    """
    Decode what stands under ``success_request``; raises the documented error, or `OutcomeUnknown`.

    Under that name there may be a refusal too, so the caller looks at the HTTP status.
    """
    answer = entries(decode_json(reply))
    if "success_request" in answer:
        return entries(answer["success_request"])

    said = text(answer.get("message")) or text(answer.get("name"))
    if said:
        raise _error(reply, answer, said)

    raise reply.unreadable()


def read_success(reply: HttpReply) -> Mapping[str, object]:
    """Decode as `read` does, and take nothing but HTTP 200 for a success."""
    request = read(reply)
    if not reply.is_ok:
        raise reply.unreadable()

    return request


def _error(reply: HttpReply, answer: Mapping[str, object], said: str) -> SmsGateError:
    """
    Make the error of an answer that repeats its HTTP status.

    HTTP 200 may carry any; two that contradict each other prove nothing.
    """
    status = answer.get("status")
    number = status if isinstance(status, int) else reply.status
    if not reply.is_ok and number != reply.status:
        return reply.unreadable()

    explanation = f"smsclub: {said} (HTTP {number})"
    if number == _TOO_OFTEN:
        return Throttled(explanation, code=str(number), retry_after=_retry_after(reply))

    return _REFUSALS.get(number, OutcomeUnknown)(explanation, code=str(number))


def _retry_after(reply: HttpReply) -> float:
    """Read how many seconds to wait; the gate counts by the second if it does not say."""
    seconds = reply.headers.get("retry-after", "")
    return float(seconds) if _SECONDS.fullmatch(seconds) else _SECOND


def entries(value: object) -> Mapping[str, object]:
    """Read a map; anything else has no entries."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Read a text, a number, or several in a list; empty for anything else."""
    match value:
        case bool():
            return ""
        case str() | int():
            return str(value).strip()
        case list(several):
            return "; ".join(item.strip() for item in several if isinstance(item, str))
        case _:
            return ""
