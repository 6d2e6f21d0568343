"""
Everything smsgate raises, and what became of the message each time.

::

    SmsGateError
    ├── InvalidArgument           a DSN, a setting or a ref that cannot be understood
    ├── InvalidMessage            our own no, before the wire: the message must change
    ├── Unsupported               this provider has no such feature
    ├── Unreachable               proof that nothing left: safe to send elsewhere
    ├── DeadlineExceeded          its time ran out before anything left: too late to send
    ├── Refused                   the provider read the request and said no
    │   ├── AuthenticationFailed  login, password, key, or a foreign IP address
    │   ├── AddressBlocked        our IP address is blocked for a time: stop all traffic
    │   ├── InsufficientFunds     top up
    │   ├── Throttled             too many requests: wait
    │   ├── DuplicateRequest      the same request again too soon
    │   ├── RecipientRefused      this number, not this account
    │   └── ContentRefused        this text or this sender name
    └── OutcomeUnknown            the message may be on its way: never resend blindly
"""

import enum
from typing import ClassVar, Self


class Fate(enum.Enum):
    """What became of the message, as far as we can know."""

    NOT_SENT = "not sent"  #: nothing left, or the provider read it and said no
    UNKNOWN = "unknown"  #: it may be on its way to a phone


class SmsGateError(Exception):
    """
    The root of the tree: catch it to catch everything smsgate raises.

    ``code`` is the provider's own code, as text, when it gave one.
    """

    fate: ClassVar[Fate] = Fate.NOT_SENT

    def __init__(self, explanation: str, /, *, code: str | None = None) -> None:
        super().__init__(explanation)
        self.code = code

    def copy(self) -> Self:
        """Make another of the same, with the same cause: it can be raised, and added to, apart."""
        other = type(self).__new__(type(self), *self.args)  # whatever its own __init__ takes
        other.__dict__.update(vars(self))
        if notes := getattr(self, "__notes__", None):
            other.__notes__ = [*notes]

        other.__cause__ = self.__cause__
        return other


class InvalidArgument(SmsGateError, ValueError):
    """A DSN, a setting or a ref that cannot be understood."""


class InvalidMessage(SmsGateError, ValueError):
    """The message cannot be carried as it is; nothing was sent."""


class Unsupported(SmsGateError):
    """This provider has no such feature; nothing was sent."""


class Unreachable(SmsGateError):
    """No connection came about, so not one byte of the request left."""


class DeadlineExceeded(SmsGateError):
    """The deadline passed before one byte of the request left; nothing was sent."""


class Refused(SmsGateError):
    """The provider read the request and said no; nothing was sent."""


class AuthenticationFailed(Refused):
    """Wrong login, password, key or token, or an IP address off the allow-list."""


class AddressBlocked(Refused):
    """The provider blocked our IP address for a time; more traffic makes it longer."""


class InsufficientFunds(Refused):
    """The account has no money for this message."""


class Throttled(Refused):
    """Too many requests at once or too soon; ``retry_after`` is in seconds, if known."""

    def __init__(
        self, explanation: str, /, *, code: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(explanation, code=code)
        self.retry_after = retry_after


class DuplicateRequest(Refused):
    """The provider saw an identical request moments ago and refused this one."""


class RecipientRefused(Refused):
    """The provider will not send to this number."""


class ContentRefused(Refused):
    """The provider will not send this text, or not under this sender name."""


class OutcomeUnknown(SmsGateError):
    """
    No readable answer came after the request left.

    A message may be on its way, so it must not be sent again blindly. When a
    question (a status, a balance) ends this way, nothing was learned. ``ref``,
    when the provider can be asked by it, goes to `Gateway.status` later.
    """

    fate = Fate.UNKNOWN

    def __init__(
        self, explanation: str, /, *, code: str | None = None, ref: str | None = None
    ) -> None:
        super().__init__(explanation, code=code)
        self.ref = ref
