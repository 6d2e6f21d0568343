"""SMSC's vocabulary, written down here a second time from its documents."""

from collections.abc import Mapping

import pytest
from support.replies import reply

from smsgate import (
    AddressBlocked,
    AuthenticationFailed,
    ContentRefused,
    DuplicateRequest,
    InsufficientFunds,
    OutcomeUnknown,
    Reason,
    RecipientRefused,
    Ref,
    Refused,
    Report,
    SmsGateError,
    Status,
    Throttled,
)
from smsgate.providers.smsc.answers import read
from smsgate.providers.smsc.status import decode_status
from smsgate.wire.http import HttpReply
from smsgate.wire.json import dumps

REF = Ref("smsc", "77011234567", ("4107",))

# The "status" page: code, what it means, whether asking again can teach anything.
STATUSES = [
    (-3, Status.NOT_FOUND, False, "no such id and phone; also right after a send"),
    (-2, Status.PAUSED, False, "stopped"),
    (-1, Status.QUEUED, False, "waiting"),
    (0, Status.SENT, False, "handed to the operator"),
    (1, Status.DELIVERED, True, "delivered"),
    (2, Status.READ, True, "read"),
    (3, Status.EXPIRED, True, "expired"),
    (4, Status.CLICKED, True, "short link clicked"),
    (6, Status.REJECTED, True, "taken as spam"),
    (20, Status.UNDELIVERABLE, True, "cannot be delivered"),
    (22, Status.UNDELIVERABLE, True, "wrong number"),
    (23, Status.REJECTED, True, "forbidden"),
    (24, Status.FAILED, True, "not enough money"),
    (25, Status.UNDELIVERABLE, True, "unreachable, or no route"),
]

# The same page: ``err``, what it means.
ERRORS = [
    (0, Reason.NONE, "none"),
    (1, Reason.NO_SUCH_NUMBER, "no such subscriber"),
    (2, Reason.MAILBOX, "mailbox full"),
    (3, Reason.MAILBOX, "mail server not found"),
    (4, Reason.MAILBOX, "mailbox blocked"),
    (6, Reason.UNREACHABLE, "out of network"),
    (11, Reason.SERVICE_OFF, "service not enabled"),
    (12, Reason.HANDSET, "handset or SIM error"),
    (13, Reason.NUMBER_BLOCKED, "subscriber blocked"),
    (21, Reason.SERVICE_OFF, "service not supported"),
    (200, Reason.TEST_MODE, "virtual sending"),
    (219, Reason.SIM_REPLACED, "SIM replaced"),
    (220, Reason.OPERATOR_BUSY, "operator's queue is full"),
    (237, Reason.NO_ANSWER, "no answer to a call"),
    (238, Reason.TEMPLATE, "no template"),
    (239, Reason.SETTINGS, "IP not allowed"),
    (240, Reason.BUSY, "busy"),
    (241, Reason.CONTENT, "audio conversion failed"),
    (242, Reason.ANSWERING_MACHINE, "answering machine"),
    (243, Reason.CONTRACT, "no contract for bulk"),
    (244, Reason.CONTENT, "mailing forbidden, or a bad link"),
    (245, Reason.NO_REPORT, "no status in 24 hours"),
    (246, Reason.LIMIT, "time of day"),
    (247, Reason.LIMIT, "daily limit"),
    (248, Reason.NO_ROUTE, "no route"),
    (249, Reason.NO_SUCH_NUMBER, "bad number format"),
    (250, Reason.SETTINGS, "forbidden by account settings"),
    (251, Reason.LIMIT, "per-number limit"),
    (252, Reason.NUMBER_FORBIDDEN, "number forbidden"),
    (253, Reason.SPAM, "spam filter"),
    (254, Reason.SENDER, "sender not registered"),
    (255, Reason.OPERATOR_REJECTED, "rejected by the operator"),
]

# The "send" page: ``error_code``.
REFUSALS = [
    (1, Refused, "bad parameters"),
    (2, AuthenticationFailed, "bad login, password or key, or IP not allowed"),
    (3, InsufficientFunds, "no money"),
    (4, AddressBlocked, "IP blocked for a time"),
    (5, Refused, "bad date"),
    (6, ContentRefused, "text or sender forbidden"),
    (7, RecipientRefused, "bad number"),
    (8, RecipientRefused, "cannot be delivered to this number"),
    (10, Refused, "wrong captcha"),
]


def report(**entry: object) -> Report:
    """Decode a status answer about one message."""
    [found] = decode_status(HttpReply(dumps(entry)), [REF])
    return found


@pytest.mark.parametrize(
    ("code", "status", "is_final"),
    [pytest.param(code, *row, id=f"{code} {means}") for code, *row, means in STATUSES],
)
@pytest.mark.parametrize("written", [int, str])
def test_every_status(written: type, code: int, status: Status, *, is_final: bool) -> None:
    """Each documented code has its place, and its raw form is kept."""
    found = report(status=written(code), err=0)

    assert (found.status, found.code) == (status, str(code))
    assert found.status.is_final == is_final


@pytest.mark.parametrize("code", [5, 7, 21, 26, 99, -4, 10**6])
def test_a_status_of_tomorrow(code: int) -> None:
    """A code that no page has is open, never raises, and is kept raw."""
    found = report(status=code, err=0)

    assert (found.status, found.code, found.status.is_final) == (Status.UNKNOWN, str(code), False)


@pytest.mark.parametrize(
    ("error", "reason"),
    [pytest.param(error, reason, id=f"{error} {means}") for error, reason, means in ERRORS],
)
def test_every_delivery_error(error: int, reason: Reason) -> None:
    """Each documented reason has its word, and its raw form is kept."""
    found = report(status=20, err=error)

    assert (found.reason, found.reason_code) == (reason, str(error))


@pytest.mark.parametrize("error", [5, 201, 256, -1])
def test_a_delivery_error_of_tomorrow(error: int) -> None:
    """A reason that no page has is unknown, never raises, and is kept raw."""
    found = report(status=20, err=error)

    assert (found.status, found.reason) == (Status.UNDELIVERABLE, Reason.UNKNOWN)
    assert found.reason_code == str(error)


@pytest.mark.parametrize("error", [200, 245], ids=["test-mode", "no-report"])
@pytest.mark.parametrize("status", [code for code, *_ in STATUSES])
def test_two_errors_are_no_failures(status: int, error: int) -> None:
    """Test mode and a silent operator must not be filed as "failed"."""
    found = report(status=status, err=error)

    assert not found.status.is_failure
    assert found.code == str(status)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (6, Reason.SPAM),
        (22, Reason.NO_SUCH_NUMBER),
        (23, Reason.NUMBER_FORBIDDEN),
        (24, Reason.FUNDS),
        (25, Reason.NO_ROUTE),
        (1, Reason.NONE),
        (99, Reason.NONE),
    ],
)
@pytest.mark.parametrize("rest", [{}, {"err": 0}, {"err": ""}], ids=["no-err", "zero", "empty"])
def test_a_status_is_a_reason_by_itself(
    status: int, reason: Reason, rest: Mapping[str, object]
) -> None:
    """Where no delivery error says more, the status itself may say why."""
    assert report(status=status, **rest).reason is reason


@pytest.mark.parametrize(
    ("code", "kind"),
    [pytest.param(code, kind, id=f"{code} {means}") for code, kind, means in REFUSALS],
)
@pytest.mark.parametrize("http_status", [200, 403, 500])
@pytest.mark.parametrize("written", [int, str])
def test_every_refusal(
    written: type, http_status: int, code: int, kind: type[SmsGateError]
) -> None:
    """A documented no is a no, whatever the HTTP status around it."""
    body = dumps({"error": "because", "error_code": written(code)})
    with pytest.raises(SmsGateError, match=rf"^smsc: because \(error {code}\)$") as caught:
        read(HttpReply(body, http_status))

    assert type(caught.value) is kind
    assert caught.value.code == str(code)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("send-too-many-at-once", Throttled),
        ("send-duplicate", DuplicateRequest),
        ("send-undocumented-error", OutcomeUnknown),
        ("send-no-money", InsufficientFunds),
        ("send-wrong-login", AuthenticationFailed),
    ],
)
def test_recorded_refusals(name: str, kind: type[SmsGateError]) -> None:
    """Code 9 is two things, told apart by its text; a code of tomorrow proves nothing."""
    with pytest.raises(SmsGateError) as caught:
        read(reply(f"smsc/{name}.json"))

    assert type(caught.value) is kind


@pytest.mark.parametrize("text", ["", None, [], {"a": "b"}, True])
def test_a_refusal_without_words(text: object) -> None:
    """The code alone is enough; what is no text is not quoted."""
    with pytest.raises(InsufficientFunds, match=r"^smsc: no explanation \(error 3\)$"):
        read(HttpReply(dumps({"error": text, "error_code": 3})))
