"""The words a person reads."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from smsgate.cli import words
from smsgate.errors import (
    AuthenticationFailed,
    InvalidMessage,
    OutcomeUnknown,
    SmsGateError,
    Unreachable,
)
from smsgate.money import Balance
from smsgate.receipt import Receipt
from smsgate.report import Reason, Report, Status

PHONE = "77011234567"


@pytest.mark.parametrize(
    ("receipt", "line"),
    [
        pytest.param(
            Receipt(gateway="smsc", id="1", phone=PHONE, parts=1, cost=Decimal("3.20")),
            "smsc:77011234567:1  accepted  1 part  cost 3.20",
            id="everything",
        ),
        pytest.param(
            Receipt(gateway="smsc", id="1", phone=PHONE, parts=2, cost=Decimal(0)),
            "smsc:77011234567:1  accepted  2 parts  cost 0",
            id="free-of-charge",
        ),
        pytest.param(
            Receipt(gateway="smsc", id="1", phone=PHONE, message_id="order\n7"),
            "smsc:77011234567:1  accepted  id order 7",
            id="own-id",
        ),
    ],
)
def test_receipt_line(receipt: Receipt, line: str) -> None:
    """The ref comes first; what the provider did not say is left out."""
    assert words.receipt_line(receipt).plain == line


@pytest.mark.parametrize(
    ("report", "line"),
    [
        pytest.param(
            Report(
                status=Status.DELIVERED,
                phone=PHONE,
                at=datetime(2025, 3, 5, 1, 8, 51, tzinfo=UTC),
                cost=Decimal("3.20"),
            ),
            "ref  delivered  2025-03-05 01:08:51+00:00  cost 3.20",
            id="delivered",
        ),
        pytest.param(
            Report(status=Status.REJECTED, phone=PHONE, reason=Reason.SPAM, code="6"),
            "ref  rejected  spam filter",
            id="with-a-reason",
        ),
        pytest.param(
            Report(status=Status.UNKNOWN, phone=PHONE, code="77", text="Lost in\nspace"),
            "ref  unknown  77, Lost in space",
            id="a-word-that-nobody-knows",
        ),
    ],
)
def test_report_line(report: Report, line: str) -> None:
    """The status comes first, then why; the raw word only where ours says nothing."""
    assert words.report_line("ref", report).plain == line


@pytest.mark.parametrize(
    ("status", "style"),
    [(Status.READ, "green"), (Status.EXPIRED, "red"), (Status.NO_REPORT, "yellow")],
)
def test_status_style(status: Status, style: str) -> None:
    """Green has arrived, red never will, yellow is neither."""
    assert words.status_style(status) == style


def test_balance_line() -> None:
    """Zero is an amount; what is not known is left out."""
    broke = Balance(amount=Decimal(0), currency="KZT", credit=Decimal(50))

    assert words.balance_line(broke).plain == "0 KZT  credit 50"
    assert words.balance_line(Balance(amount=Decimal("1.5"))).plain == "1.5"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(
            AuthenticationFailed("smsc: no (error 2)"),
            "not sent: smsc: no (error 2); check the login, the password or the key",
            id="with-advice",
        ),
        pytest.param(InvalidMessage("text: empty"), "not sent: text: empty", id="without"),
        pytest.param(
            Unreachable("no connection"),
            "not sent: no connection; nothing left this machine",
            id="proof",
        ),
        pytest.param(
            OutcomeUnknown("no answer"),
            "unknown: no answer; the message may be on its way, so do not send it again before "
            "you know",
            id="unknown",
        ),
        pytest.param(
            OutcomeUnknown("no answer", ref="smsc:77011234567:1"),
            "unknown: no answer; the message may be on its way: ask with smsgate status before "
            "you send it again",
            id="unknown-but-to-be-asked-about",
        ),
    ],
)
def test_unsent_sentence(error: SmsGateError, sentence: str) -> None:
    """The fate comes first, then the reason, then what to do."""
    assert words.unsent_sentence(error).plain == sentence


def test_what_other_gateways_said_is_told_as_well() -> None:
    """The last of several gateways may say the least about why nothing was sent."""
    error = Unreachable("no connection")
    error.add_note("before that: gateways[0]: no\nmoney")

    assert words.unsent_sentence(error).plain == (
        "not sent: no connection; nothing left this machine; before that: gateways[0]: no money"
    )


def test_unanswered_sentence() -> None:
    """A lost answer to a question puts no message at risk."""
    sentence = words.unanswered_sentence(OutcomeUnknown("no answer within 30 seconds"))

    assert sentence.plain == "no answer: no answer within 30 seconds"


@given(st.text())
def test_one_line_is_one_printable_line(text: str) -> None:
    """Whatever a provider says, it cannot repaint the terminal or fake a second line."""
    assert words.one_line(text).isprintable()


def test_defect_names_the_place_and_not_the_words() -> None:
    """What a broken line of ours said may hold private text; where it is does not."""
    try:
        raise ValueError("hunter2")  # noqa: TRY301 - a defect, to look at
    except ValueError as bug:
        sentence = words.defect_sentence(bug).plain

    assert "ValueError at " in sentence
    assert "test_words.py:" in sentence
    assert "hunter2" not in sentence
