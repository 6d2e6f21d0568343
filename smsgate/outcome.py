"""The three ways a send can end. `Unknown` is a first-class result, not a failure."""

import attrs

from smsgate.errors import Fate, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt


@attrs.frozen
class Accepted:
    """The provider has the message."""

    message: Message
    receipt: Receipt


@attrs.frozen
class NotSent:
    """Proof that no provider has the message: it may be sent again."""

    message: Message
    error: SmsGateError


@attrs.frozen
class Unknown:
    """The message may be on its way: do not send it again blindly."""

    message: Message
    error: SmsGateError


Outcome = Accepted | NotSent | Unknown


def outcome_of(message: Message, result: Receipt | SmsGateError, /) -> Outcome:
    """Pair *message* with what became of it."""
    if isinstance(result, Receipt):
        return Accepted(message, result)

    return NotSent(message, result) if result.fate is Fate.NOT_SENT else Unknown(message, result)


def result_of(outcome: Outcome, /) -> Receipt | SmsGateError:
    """Take out of *outcome* what became of its message."""
    return outcome.receipt if isinstance(outcome, Accepted) else outcome.error
