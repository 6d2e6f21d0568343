"""
What a person reads: one line for a result, one sentence for an error.

What a provider said is shown on one line and without control characters, which could
otherwise repaint a terminal.
"""

import traceback
from collections.abc import Mapping
from decimal import Decimal

from rich.text import Text

from smsgate.errors import (
    AddressBlocked,
    AuthenticationFailed,
    DuplicateRequest,
    Fate,
    InsufficientFunds,
    OutcomeUnknown,
    SmsGateError,
    Throttled,
    Unreachable,
)
from smsgate.money import Balance
from smsgate.receipt import Receipt
from smsgate.report import Reason, Report, Status

_ADVICE: Mapping[type[SmsGateError], str] = {
    AuthenticationFailed: "check the login, the password or the key",
    AddressBlocked: "wait, and send nothing from this address meanwhile",
    InsufficientFunds: "top up the account",
    Throttled: "wait a little",
    DuplicateRequest: "wait a minute",
    Unreachable: "nothing left this machine",
}
_MAY_ARRIVE = "the message may be on its way, so do not send it again before you know"
_ASK = "the message may be on its way: ask with smsgate status before you send it again"
_FATE_STYLES: Mapping[Fate, str] = {Fate.NOT_SENT: "bold red", Fate.UNKNOWN: "bold yellow"}


def receipt_line(receipt: Receipt) -> Text:
    """Say what was accepted, the ref first: it is there to be copied."""
    return _line(
        (receipt.ref, "bold"),
        ("accepted", "green"),
        (_parts(receipt.parts), ""),
        (_priced("cost", receipt.cost), ""),
        (f"id {receipt.message_id}" if receipt.message_id else "", ""),
    )


def report_line(ref: str, report: Report) -> Text:
    """Say what became of the message at *ref*, why, and when."""
    return _line(
        (ref, "bold"),
        (report.status.value, status_style(report.status)),
        (_reason(report), ""),
        (report.at.isoformat(" ", "seconds") if report.at else "", "dim"),
        (_priced("cost", report.cost), ""),
    )


def status_style(status: Status) -> str:
    """Choose the colour of *status*: arrived, failed, or neither yet."""
    if status.is_delivered:
        return "green"

    return "red" if status.is_failure else "yellow"


def balance_line(balance: Balance) -> Text:
    """Say what is left, and what may be spent on credit."""
    money = " ".join(filter(None, [str(balance.amount), balance.currency]))
    return _line((money, "bold"), (_priced("credit", balance.credit), ""))


def unsent_sentence(error: SmsGateError) -> Text:
    """Say why a send did not end well, what became of the message, and what to do."""
    return _sentence(error, error.fate.value, _advice_on_sending(error))


def unanswered_sentence(error: SmsGateError) -> Text:
    """Say why a question has no answer."""
    return _sentence(error, "no answer", advice_on(error))


def unknown_line(ref: str) -> Text:
    """Say where to ask about a message of unknown fate."""
    return _line((ref, "bold"), ("unknown", "yellow"))


def usage_sentence(explanation: str) -> Text:
    """Say what is wrong with the command line."""
    return Text.assemble(("usage", "bold red"), f": {one_line(explanation)}")


def defect_sentence(bug: BaseException) -> Text:
    """Say that smsgate itself failed and where; what it said could hold private text."""
    place = traceback.extract_tb(bug.__traceback__)[-1]
    return Text.assemble(
        ("unknown", "bold yellow"),
        f": smsgate itself failed ({type(bug).__name__} at {place.filename}:{place.lineno}, please "
        f"report it); if it was sending, {_MAY_ARRIVE}",
    )


def advice_on(error: SmsGateError) -> str:
    """Say what somebody can do about *error*, if anything."""
    return _ADVICE.get(type(error), "")


def one_line(text: str) -> str:
    """Fold *text* into one line, and show what is not printable as its code."""
    folded = " ".join(text.split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in folded)


def counted(count: int, thing: str) -> str:
    """Say how many, in a way that large numbers can be read: ``1 row``, ``12,500 rows``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _sentence(error: SmsGateError, lead: str, advice: str) -> Text:
    notes = [one_line(note) for note in getattr(error, "__notes__", ())]  # of other gateways
    said = "; ".join(filter(None, [one_line(str(error)), advice, *notes]))
    return Text.assemble((lead, _FATE_STYLES[error.fate]), f": {said}")


def _advice_on_sending(error: SmsGateError) -> str:
    if isinstance(error, OutcomeUnknown):
        return _ASK if error.ref else _MAY_ARRIVE

    return advice_on(error)


def _line(*words: tuple[str, str]) -> Text:
    return Text("  ").join(Text(one_line(word), style) for word, style in words if word)


def _parts(count: int | None) -> str:
    return counted(count, "part") if count else ""


def _priced(thing: str, amount: Decimal | None) -> str:
    return f"{thing} {amount}" if amount is not None else ""


def _reason(report: Report) -> str:
    said = [report.code, report.text] if report.status is Status.UNKNOWN else []
    reason = report.reason.value if report.reason is not Reason.NONE else None
    return ", ".join(filter(None, [reason, *said]))
