"""What SMSC says of each phone in a request, when ``op=1`` asked for it."""

from collections.abc import Mapping, Set as AbstractSet

from smsgate.errors import OutcomeUnknown, RecipientRefused, SmsGateError
from smsgate.providers.smsc.answers import integer
from smsgate.providers.smsc.codes import (
    HARMLESS,
    NOT_FAILURES,
    PHONE_REFUSALS,
    REASONS,
    STATUSES,
)

Line = Mapping[str, object]  #: what is said of one phone
UNCLEAR: Line = {"status": "unclear"}  #: stands where nobody can tell what it says of a phone


def by_phone(answer: object) -> dict[str, Line]:
    """Sort the lines by phone; two on one phone that contradict each other are unclear."""
    listed = list(answer.values()) if isinstance(answer, dict) else answer  # PHP, with gaps
    lines = [line for line in listed if isinstance(line, dict)] if isinstance(listed, list) else []
    found: dict[str, Line] = {}
    for line in lines:
        phone = str(line.get("phone")).removeprefix("+")
        other = found.setdefault(phone, line)
        if other is not line and (refusal(other) is None) != (refusal(line) is None):
            found[phone] = UNCLEAR

    return found


def line_of(phone: str, lines: Mapping[str, Line]) -> Line:
    """Find the line of *phone*, the only one that was asked for: a lone line is its own."""
    if len(lines) == 1:
        [line] = lines.values()
        return line

    return lines.get(phone) or absent_line(lines, {phone})


def absent_line(lines: Mapping[str, Line], phones: AbstractSet[str]) -> Line:
    """
    Make the line of a phone that has none.

    It says nothing, and that is a yes, when nobody has a line. Where others have theirs,
    as ``op=1`` demands, it may have been left out: SMSC takes so many rows as nobody
    knows. But SMSC may also rewrite a phone, so a line on one that nobody wrote is that
    of a phone without a line: of any of them, when it is a refusal.
    """
    lacking, strange = phones - lines.keys(), lines.keys() - phones
    has_strange_refusal = any(refusal(lines[phone]) for phone in strange)
    is_left_out = bool(lines) and len(strange) < len(lacking)
    return UNCLEAR if has_strange_refusal or is_left_out else {}


def refusal(line: Line) -> SmsGateError | None:
    """Read the line on one phone: ``status`` and ``error`` stand only on bad ones."""
    if "status" not in line and "error" not in line:
        return None

    code, error = integer(line.get("status")), integer(line.get("error"))
    if (code is None and line.get("status")) or (error is None and line.get("error")):
        return OutcomeUnknown("smsc: what it says of this phone is unreadable, or nothing")

    status = STATUSES.get(code) if code is not None else None
    if error in NOT_FAILURES or (status and not status.is_failure):
        return None

    if code is None and error in {None, *HARMLESS}:
        return None

    is_documented = status is not None or error in REASONS.keys() - HARMLESS
    kind = PHONE_REFUSALS.get(status, RecipientRefused) if is_documented else OutcomeUnknown
    return kind(f"smsc: status {code}, error {error} for this phone", code=str(error or code))
