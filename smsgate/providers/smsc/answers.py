"""What every SMSC answer with ``fmt=3`` has in common: an object, a list, or an error."""

from datetime import UTC, datetime

from smsgate.errors import DuplicateRequest, OutcomeUnknown, Throttled
from smsgate.providers.smsc.codes import refusal
from smsgate.wire.http import HttpReply
from smsgate.wire.json import decode_json

_MINUTE = 60.0


def read(reply: HttpReply) -> object:
    """
    Decode an answer; raises the documented refusal, or `OutcomeUnknown`.

    A refusal counts whatever the HTTP status. A yes only counts with HTTP 200. Either may
    name the request that it answers.
    """
    answer = decode_json(reply)
    named = text(answer.get("id")) if isinstance(answer, dict) else None
    if named and reply.is_anothers(named):
        raise OutcomeUnknown("the answer is that to another request")

    if isinstance(answer, dict) and {"error", "error_code"} & answer.keys():
        code = integer(answer.get("error_code"))
        if code is None:
            raise reply.unreadable()

        raise refusal(code, text(answer.get("error")) or "no explanation")

    if not reply.is_ok:
        raise reply.unreadable()

    return answer


def read_question(reply: HttpReply) -> object:
    """Decode as `read` does; to a question "duplicate" says that it was put too often."""
    try:
        return read(reply)
    except DuplicateRequest as refused:
        error = Throttled(str(refused), code=refused.code, retry_after=_MINUTE)

    raise error


def integer(value: object) -> int | None:
    """Read a whole number, or the text of one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None

    try:
        return int(value)
    except ValueError:
        return None


def text(value: object) -> str | None:
    """Read a text or a number as text; None when there is nothing in it."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None

    return str(value) or None


def moment(timestamp: object) -> datetime | None:
    """Read unix seconds; None for 0, for nonsense, and for the far side of time."""
    seconds = integer(timestamp)
    if not seconds:
        return None

    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
