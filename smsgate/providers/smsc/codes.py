"""
SMSC's vocabulary, as tables: status codes, delivery errors, refusals.

Source: the "status" and "send" pages of the HTTP API. Codes that no table has are
kept raw and never raise.
"""

from collections.abc import Mapping

from smsgate.errors import (
    AddressBlocked,
    AuthenticationFailed,
    ContentRefused,
    DuplicateRequest,
    InsufficientFunds,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
    Throttled,
)
from smsgate.report import Reason, Status

STATUSES: Mapping[int, Status] = {
    -3: Status.NOT_FOUND,
    -2: Status.PAUSED,
    -1: Status.QUEUED,
    0: Status.SENT,
    1: Status.DELIVERED,
    2: Status.READ,
    3: Status.EXPIRED,
    4: Status.CLICKED,
    6: Status.REJECTED,
    20: Status.UNDELIVERABLE,
    22: Status.UNDELIVERABLE,
    23: Status.REJECTED,
    24: Status.FAILED,
    25: Status.UNDELIVERABLE,
}

STATUS_REASONS: Mapping[int, Reason] = {
    6: Reason.SPAM,
    22: Reason.NO_SUCH_NUMBER,
    23: Reason.NUMBER_FORBIDDEN,
    24: Reason.FUNDS,
    25: Reason.NO_ROUTE,
}  #: what a status says by itself, when no delivery error says more

TEST_MODE = 200
OPERATOR_BUSY = 220
NO_REPORT = 245
NOT_FAILURES = frozenset({TEST_MODE, NO_REPORT})  #: errors beside which no status is a failure
HARMLESS = frozenset({0, OPERATOR_BUSY})  #: errors that by themselves say nothing bad

REASONS: Mapping[int, Reason] = {
    0: Reason.NONE,
    1: Reason.NO_SUCH_NUMBER,
    2: Reason.MAILBOX,
    3: Reason.MAILBOX,
    4: Reason.MAILBOX,
    6: Reason.UNREACHABLE,
    11: Reason.SERVICE_OFF,
    12: Reason.HANDSET,
    13: Reason.NUMBER_BLOCKED,
    21: Reason.SERVICE_OFF,
    TEST_MODE: Reason.TEST_MODE,
    219: Reason.SIM_REPLACED,
    OPERATOR_BUSY: Reason.OPERATOR_BUSY,
    237: Reason.NO_ANSWER,
    238: Reason.TEMPLATE,
    239: Reason.SETTINGS,
    240: Reason.BUSY,
    241: Reason.CONTENT,
    242: Reason.ANSWERING_MACHINE,
    243: Reason.CONTRACT,
    244: Reason.CONTENT,
    NO_REPORT: Reason.NO_REPORT,
    246: Reason.LIMIT,
    247: Reason.LIMIT,
    248: Reason.NO_ROUTE,
    249: Reason.NO_SUCH_NUMBER,
    250: Reason.SETTINGS,
    251: Reason.LIMIT,
    252: Reason.NUMBER_FORBIDDEN,
    253: Reason.SPAM,
    254: Reason.SENDER,
    255: Reason.OPERATOR_REJECTED,
}

REFUSALS: Mapping[int, type[Refused]] = {
    1: Refused,
    2: AuthenticationFailed,
    3: InsufficientFunds,
    4: AddressBlocked,
    5: Refused,
    6: ContentRefused,
    7: RecipientRefused,
    8: RecipientRefused,
    10: Refused,
}

PHONE_REFUSALS: Mapping[Status | None, type[Refused]] = {
    Status.FAILED: InsufficientFunds
}  #: status 24 on the line of one phone; any other failure is `RecipientRefused`

TOO_OFTEN = 9
_CONCURRENCY = "concurrent"  # the one text that is looked into: code 9 has two meanings
_MOMENT = 1.0  # seconds: a turn is free as soon as any other request has its answer


def refusal(code: int, text: str) -> SmsGateError:
    """
    Make the error for ``error_code`` and ``error``.

    Code 9 is two things, told apart by its text alone: too many requests at once, else
    an identical request within the minute. A code that is not documented proves
    nothing, so it is `OutcomeUnknown`.
    """
    said = f"smsc: {text} (error {code})"
    if code == TOO_OFTEN and _CONCURRENCY in text.lower():
        return Throttled(said, code=str(code), retry_after=_MOMENT)

    if code == TOO_OFTEN:
        return DuplicateRequest(said, code=str(code))

    return REFUSALS.get(code, OutcomeUnknown)(said, code=str(code))
