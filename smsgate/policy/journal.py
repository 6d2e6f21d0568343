"""
What is put on record: one line for each message handed in, on the logger ``smsgate``.

Accepted and not sent are INFO, unknown is a WARNING. Each record has ``gateway``,
``fate``, ``ref`` (its phone hidden), ``message_id`` (your own), ``code`` and ``seconds``,
so that a structured log can be searched. Neither text nor phone is ever in it.
"""

import logging
from collections.abc import Iterable

from smsgate.errors import Fate, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

log = logging.getLogger("smsgate")
log.addHandler(logging.NullHandler())  # silent until the application sets up its logging
_ACCEPTED = "accepted"


def note_all(gateway: str, pairs: Iterable[tuple[Message, Result]], seconds: float) -> None:
    """Put on record what became of each message after so many *seconds*."""
    is_full = log.isEnabledFor(logging.INFO)  # or else a million receipts are looked at in vain
    for message, result in pairs:
        if is_full or not isinstance(result, Receipt):
            note(gateway, message, result, seconds)


def note(gateway: str, message: Message, result: Result, seconds: float) -> None:
    """Put on record what became of *message* after so many *seconds*."""
    fate = _ACCEPTED if isinstance(result, Receipt) else result.fate.value
    level = logging.WARNING if fate == Fate.UNKNOWN.value else logging.INFO
    if not log.isEnabledFor(level):
        return

    ref, error = _ref_of(result), result if isinstance(result, SmsGateError) else None
    said = f": {error}" if error else ""
    extra = {
        "gateway": gateway,
        "fate": fate,
        "ref": ref,
        "message_id": message.id,
        "code": error and error.code,
        "seconds": round(seconds, 3),
    }
    what = " ".join(filter(None, [gateway, fate, ref]))
    log.log(level, "%s in %.3f s%s", what, seconds, said, extra=extra)


def _ref_of(result: Result) -> str | None:
    """Write the ref of a receipt, or of what can be asked about, with its phone hidden."""
    known = result.ref if isinstance(result, Receipt | OutcomeUnknown) else None
    if not known:
        return None

    gateway, phone, ids = known.split(":")
    return f"{gateway}:…{phone[-2:]}:{ids}"
