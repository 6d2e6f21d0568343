"""
What one provider's answer means for asking another: the decisions of failover, all pure.

A message may go to another provider on proof that this one has not got it. That is not
enough: the other must also be able to do better, and nobody may have got a copy earlier.
"""

from collections.abc import Mapping, Sequence

import attrs

from smsgate.errors import (
    AddressBlocked,
    AuthenticationFailed,
    DeadlineExceeded,
    DuplicateRequest,
    Fate,
    InsufficientFunds,
    InvalidArgument,
    OutcomeUnknown,
    SmsGateError,
    Throttled,
    Unreachable,
)


@attrs.frozen
class Verdict:
    """Whether the message may go to another provider, and whether this one is set aside."""

    moves_on: bool
    sets_aside: bool


# Everything else is about the message: another provider may take it, and this one may
# take the next.
_VERDICTS: Mapping[type[SmsGateError], Verdict] = {
    Unreachable: Verdict(moves_on=True, sets_aside=True),
    AuthenticationFailed: Verdict(moves_on=True, sets_aside=True),
    AddressBlocked: Verdict(moves_on=True, sets_aside=True),
    InsufficientFunds: Verdict(moves_on=True, sets_aside=True),
    Throttled: Verdict(moves_on=True, sets_aside=True),
    # A copy may be on its way: this message waits, the next ones go elsewhere.
    OutcomeUnknown: Verdict(moves_on=False, sets_aside=True),
    # An earlier copy may be out, and another provider would not know of it.
    DuplicateRequest: Verdict(moves_on=False, sets_aside=False),
    # Too late for anybody. Set aside, or one that swallows connections would cost every
    # message its time, and no message would ever reach the next provider.
    DeadlineExceeded: Verdict(moves_on=False, sets_aside=True),
    # A mistake in the settings: to go round it would hide it.
    InvalidArgument: Verdict(moves_on=False, sets_aside=False),
}


def verdict_on(error: SmsGateError) -> Verdict:
    """Judge *error*; of a kind that is several kinds, the strictest decides."""
    verdicts = [_VERDICTS[kind] for kind in type(error).__mro__ if kind in _VERDICTS]
    return Verdict(
        moves_on=error.fate is Fate.NOT_SENT and all(verdict.moves_on for verdict in verdicts),
        sets_aside=any(verdict.sets_aside for verdict in verdicts),
    )


def with_notes(error: SmsGateError, notes: Sequence[str]) -> SmsGateError:
    """Copy *error* and note *notes* on the copy: the messages of a request share one error."""
    if not notes:
        return error

    told = error.copy()
    told.__notes__ = [*notes, *_notes_of(error)]
    told.__cause__ = error
    return told


def words_of(name: str, error: SmsGateError) -> list[str]:
    """
    Note down what the gateway called *name* said, after what was noted before.

    `kinds_noted` reads it.
    """
    return [*_notes_of(error), f"{name}: {type(error).__name__}: {error}"]


def kinds_noted(error: SmsGateError) -> list[str]:
    """Read back what kinds of errors those gave who were asked before: see `words_of`."""
    return [note.partition(": ")[2].partition(": ")[0] for note in _notes_of(error)]


def _notes_of(error: SmsGateError) -> Sequence[str]:
    return getattr(error, "__notes__", ())
