"""Three ways to end, and which is which."""

import pytest

from smsgate import (
    Accepted,
    InvalidMessage,
    Message,
    NotSent,
    Outcome,
    OutcomeUnknown,
    Receipt,
    Refused,
    SmsGateError,
    Unknown,
    Unreachable,
)
from smsgate.outcome import outcome_of

MESSAGE = Message("77011234567", "hello", id="order-1")
RECEIPT = Receipt(gateway="smsc", id="41", phone="77011234567")


def test_a_receipt_is_accepted() -> None:
    """Only a receipt is a yes."""
    assert outcome_of(MESSAGE, RECEIPT) == Accepted(MESSAGE, RECEIPT)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Refused("no"), NotSent),
        (Unreachable("nobody there"), NotSent),
        (InvalidMessage("too long"), NotSent),
        (OutcomeUnknown("silence"), Unknown),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_an_error_is_sorted_by_its_fate(
    error: SmsGateError, kind: type[NotSent] | type[Unknown]
) -> None:
    """What may be on its way is never filed with what may be sent again."""
    assert outcome_of(MESSAGE, error) == kind(MESSAGE, error)


def test_outcomes_can_be_matched() -> None:
    """A caller takes an outcome apart in one ``match``."""
    outcome: Outcome = outcome_of(MESSAGE, RECEIPT)
    match outcome:
        case Accepted(message=message, receipt=receipt):
            found = message.id, receipt.id
        case NotSent() | Unknown():
            found = None, ""

    assert found == ("order-1", "41")
