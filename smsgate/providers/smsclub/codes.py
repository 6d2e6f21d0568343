"""
SMSClub's vocabulary: the SMPP words of its reports, shared by every gate.

Source: the status lists of the gateway page, which differ from gate to gate, so one
table holds them all. Words are compared without regard to case; one that is not here
is kept raw and never raises.
"""

from collections.abc import Iterable, Mapping

from smsgate.receipt import Ref
from smsgate.report import Report, Status, worst

STATUSES: Mapping[str, Status] = {
    "ACCEPTE": Status.QUEUED,  # as printed, cut to seven letters
    "ACCEPTD": Status.QUEUED,
    "ENROUTE": Status.SENT,
    "DELIVRD": Status.DELIVERED,
    "EXPIRED": Status.EXPIRED,
    "UNDELIV": Status.UNDELIVERABLE,
    "REJECTD": Status.REJECTED,
    "FAILED": Status.FAILED,
    "DELETED": Status.DELETED,
    "NOREPORT": Status.NO_REPORT,
    "НЕВЕРНО УКАЗАН ID": Status.NOT_FOUND,  # the XML gate's sentence in place of a word
}


def reports(refs: Iterable[Ref], words: Mapping[str, str]) -> list[Report]:
    """Sum up the *words* said of each part id into one report a message, in order."""
    return [_report(ref, words) for ref in refs]


def _report(ref: Ref, words: Mapping[str, str]) -> Report:
    parts = tuple(_part(ref.phone, words.get(id_)) for id_ in ref.ids)
    status = worst(part.status for part in parts)
    word = next(part.code for part in parts if part.status is status)
    return Report(status=status, phone=ref.phone, code=word, parts=parts)


def _part(phone: str, word: str | None) -> Report:
    """Read one word; None, an id that the answer leaves out, says nothing at all."""
    status = STATUSES.get((word or "").upper(), Status.UNKNOWN)
    return Report(status=status, phone=phone, code=word)
