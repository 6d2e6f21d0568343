"""``status.php``: what became of one message or of many. A message is (id, phone)."""

from collections.abc import Mapping, Sequence

import attrs

from smsgate.money import parse_price
from smsgate.providers.smsc.account import SmscAccount, a_minute
from smsgate.providers.smsc.answers import integer, moment, read_question, text
from smsgate.providers.smsc.codes import NOT_FAILURES, REASONS, STATUS_REASONS, STATUSES
from smsgate.receipt import Ref
from smsgate.report import Reason, Report, Status
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.lists import join

_LOCAL = 7  # digits of a phone that nobody writes otherwise


def encode_status(account: SmscAccount, refs: Sequence[Ref]) -> HttpRequest:
    """Ask about *refs* in one request, with cost and words (``all=1``)."""
    request = account.request(
        "status",
        phone=join(",", [ref.phone for ref in refs]),
        id=join(",", [ref.ids[0] for ref in refs]),
        all="1",
    )
    keys = [("status", ref.phone, ref.ids[0]) for ref in refs]
    return attrs.evolve(request, rates=a_minute(account.statuses_per_minute, keys))


def decode_status(reply: HttpReply, refs: Sequence[Ref]) -> list[Report]:
    """
    Decode one report for each of *refs*, in their order.

    A single answer names no id, and the phone at most. A message that the answer leaves out
    is `Status.UNKNOWN`: nothing was said of it.
    """
    match read_question(reply):
        case dict(entry) if len(refs) == 1 and "status" in entry and _may_be_of(refs[0], entry):
            return [_report(entry, refs[0])]
        case list(entries):
            found = {_key(entry): entry for entry in entries if isinstance(entry, dict)}
            return [_report(found.get((ref.ids[0], ref.phone), {}), ref) for ref in refs]
        case _:
            raise reply.unreadable()


def _may_be_of(ref: Ref, entry: Mapping[str, object]) -> bool:
    """Whether *entry* is on the phone of *ref*, as far as it says: SMSC may write 8 for 7."""
    digits = "".join(filter(str.isdecimal, text(entry.get("phone")) or ""))[-_LOCAL:]
    return len(digits) < _LOCAL or ref.phone.endswith(digits)


def _key(entry: Mapping[str, object]) -> tuple[str | None, str | None]:
    phone = text(entry.get("phone"))
    return text(entry.get("id")), phone and phone.removeprefix("+")


def _report(entry: Mapping[str, object], ref: Ref) -> Report:
    code, error = integer(entry.get("status")), integer(entry.get("err"))
    return Report(
        status=_status(code, error),
        phone=ref.phone,
        reason=_reason(code, error),
        code=text(entry.get("status")),
        text=text(entry.get("status_name")),
        reason_code=text(entry.get("err")),
        at=moment(entry.get("last_timestamp")),
        cost=parse_price(entry.get("cost")),
    )


def _status(code: int | None, error: int | None) -> Status:
    status = Status.UNKNOWN if code is None else STATUSES.get(code, Status.UNKNOWN)
    return Status.NO_REPORT if status.is_failure and error in NOT_FAILURES else status


def _reason(code: int | None, error: int | None) -> Reason:
    if error:
        return REASONS.get(error, Reason.UNKNOWN)

    return Reason.NONE if code is None else STATUS_REASONS.get(code, Reason.NONE)
