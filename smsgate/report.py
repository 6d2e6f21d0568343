"""
What became of a message: one vocabulary for every provider.

The sources: SMSC's status and error tables, and the SMPP words of SMSClub. A word that
no table knows is `Status.UNKNOWN` or `Reason.UNKNOWN`, with the raw word kept.
"""

import enum
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import attrs

from smsgate.message import hide_phone


class Status(enum.Enum):
    """
    Where a message is.

    The members stand in the order in which the parts of one message are summed up:
    the first one found among the parts is the whole message's (see `worst`).
    """

    REJECTED = "rejected"  #: a filter, a black list or the operator would not have it
    UNDELIVERABLE = "undeliverable"  #: it cannot reach this phone
    FAILED = "failed"  #: it could not be sent
    EXPIRED = "expired"  #: its time ran out before the phone was reached
    DELETED = "deleted"  #: taken back before it arrived
    UNKNOWN = "unknown"  #: the provider used a word that we do not know
    NOT_FOUND = "not found"  #: the provider does not know it, or not yet
    PAUSED = "paused"  #: stopped by the account's owner
    QUEUED = "queued"  #: with the provider
    SENT = "sent"  #: with the operator
    NO_REPORT = "no report"  #: sent, and nobody will ever know more
    DELIVERED = "delivered"  #: on the phone; `READ` or `CLICKED` may still follow
    READ = "read"  #: opened
    CLICKED = "clicked"  #: the link in it was followed

    @property
    def is_final(self) -> bool:
        """Whether the fate is sealed, so that asking again would teach nothing."""
        return self not in _OPEN

    @property
    def is_delivered(self) -> bool:
        """Whether the phone has it."""
        return self in _DELIVERED

    @property
    def is_failure(self) -> bool:
        """Whether it is certain that the phone will not have it."""
        return self in _FAILURES


_OPEN = frozenset({Status.UNKNOWN, Status.NOT_FOUND, Status.PAUSED, Status.QUEUED, Status.SENT})
_DELIVERED = frozenset({Status.DELIVERED, Status.READ, Status.CLICKED})
_FAILURES = frozenset(Status) - _OPEN - _DELIVERED - {Status.NO_REPORT}
_ORDER = {status: place for place, status in enumerate(Status)}


class Reason(enum.Enum):
    """Why a message did not arrive, as far as the provider says."""

    NONE = "none"
    UNKNOWN = "unknown"
    NO_SUCH_NUMBER = "no such number"
    NUMBER_BLOCKED = "number blocked"
    NUMBER_FORBIDDEN = "number forbidden"
    UNREACHABLE = "out of network"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    ANSWERING_MACHINE = "answering machine"
    HANDSET = "handset or SIM error"
    SIM_REPLACED = "SIM replaced"
    SERVICE_OFF = "service not enabled or not supported"
    NO_ROUTE = "no route"
    OPERATOR_BUSY = "operator busy"
    OPERATOR_REJECTED = "rejected by the operator"
    NO_REPORT = "no report from the operator"
    LIMIT = "limit reached"
    SPAM = "spam filter"
    SENDER = "sender not registered"
    TEMPLATE = "no template"
    CONTRACT = "no contract for bulk messages"
    SETTINGS = "forbidden by the account's settings"
    CONTENT = "bad content"
    FUNDS = "no money"
    MAILBOX = "mailbox or mail server"
    TEST_MODE = "test mode"


@attrs.frozen(kw_only=True)
class Report:
    """
    What the provider said of one message, at one moment.

    ``code`` and ``text`` are the provider's own status, ``reason_code`` its own error;
    ``at`` is when the status last changed (aware). ``parts`` has a report for each part
    where the provider tells them apart; then ``status`` is the worst of them.
    """

    status: Status
    phone: str = attrs.field(repr=hide_phone)
    reason: Reason = Reason.NONE
    code: str | None = None
    text: str | None = None
    reason_code: str | None = None
    at: datetime | None = None
    cost: Decimal | None = None
    parts: tuple["Report", ...] = ()


def worst(statuses: Iterable[Status], /) -> Status:
    """Sum up the parts of one message: delivered only if every part is."""
    return min(statuses, key=_ORDER.__getitem__)
