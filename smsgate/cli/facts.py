"""
What ``--json`` prints, as values: one object for each message, ref or question.

The keys of each kind of object are always all there, null where there is nothing to say.
Money is text, so that no reader makes a float of it. An error names no phone.
"""

from collections.abc import Mapping, Sequence

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.money import Balance
from smsgate.receipt import Receipt
from smsgate.report import Report

Facts = Mapping[str, object]

_NO_ERROR: Facts = dict.fromkeys(("error", "kind", "code", "fate", "notes"))
_NO_RECEIPT: Facts = dict.fromkeys(
    ("ref", "gateway", "id", "part_ids", "message_id", "phone", "parts", "cost")
)
_NO_REPORT: Facts = dict.fromkeys(
    (
        *("status", "is_final", "is_delivered", "is_failure", "reason"),
        *("status_code", "status_text", "reason_code", "at", "phone", "cost"),
    )
)
_NO_BALANCE: Facts = dict.fromkeys(("amount", "currency", "credit"))


def of_sending(result: Receipt | SmsGateError) -> Facts:
    """Tell how a send ended; ``outcome`` is accepted, not sent or unknown."""
    if isinstance(result, SmsGateError):
        ref = result.ref if isinstance(result, OutcomeUnknown) else None
        outcome = {"outcome": result.fate.value, **_NO_RECEIPT, "ref": ref}
        return {**outcome, **_error(result)}

    return {"outcome": "accepted", **_receipt(result), **_NO_ERROR}


def of_asking(refs: Sequence[str], result: Sequence[Report] | SmsGateError) -> list[Facts]:
    """Tell what became of the message at each of *refs*, or why nobody knows."""
    if isinstance(result, SmsGateError):
        return [{"ref": ref, **_NO_REPORT, **_error(result)} for ref in refs]

    pairs = zip(refs, result, strict=True)
    return [{"ref": ref, **_report(report), **_NO_ERROR} for ref, report in pairs]


def of_balance(result: Balance | SmsGateError) -> Facts:
    """Tell what is left on the account."""
    if isinstance(result, SmsGateError):
        return {**_NO_BALANCE, **_error(result)}

    return {
        "amount": _text(result.amount),
        "currency": result.currency,
        "credit": _text(result.credit),
        **_NO_ERROR,
    }


def _receipt(receipt: Receipt) -> Facts:
    return {
        "ref": receipt.ref,
        "gateway": receipt.gateway,
        "id": receipt.id,
        "part_ids": list(receipt.part_ids),
        "message_id": receipt.message_id,
        "phone": receipt.phone,
        "parts": receipt.parts,
        "cost": _text(receipt.cost),
    }


def _report(report: Report) -> Facts:
    return {
        "status": report.status.value,
        "is_final": report.status.is_final,
        "is_delivered": report.status.is_delivered,
        "is_failure": report.status.is_failure,
        "reason": report.reason.value,
        "status_code": report.code,
        "status_text": report.text,
        "reason_code": report.reason_code,
        "at": report.at and report.at.isoformat(),
        "phone": report.phone,
        "cost": _text(report.cost),
    }


def _error(error: SmsGateError) -> Facts:
    return {
        "error": str(error),
        "kind": type(error).__name__,
        "code": error.code,
        "fate": error.fate.value,
        "notes": list(getattr(error, "__notes__", ())),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
