"""What an answer means for the next provider: a table, and every error is in it."""

import types
from collections.abc import Sequence

import pytest

from smsgate import (
    AddressBlocked,
    AuthenticationFailed,
    ContentRefused,
    DeadlineExceeded,
    DuplicateRequest,
    Fate,
    InsufficientFunds,
    InvalidArgument,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
    Throttled,
    Unreachable,
    Unsupported,
)
from smsgate.policy.elsewhere import Verdict, kinds_noted, verdict_on, with_notes, words_of

MOVES = Verdict(moves_on=True, sets_aside=False)
MOVES_AND_RESTS = Verdict(moves_on=True, sets_aside=True)
STOPS = Verdict(moves_on=False, sets_aside=False)
STOPS_AND_RESTS = Verdict(moves_on=False, sets_aside=True)

VERDICTS: dict[type[SmsGateError], Verdict] = {
    Unreachable: MOVES_AND_RESTS,
    AuthenticationFailed: MOVES_AND_RESTS,
    AddressBlocked: MOVES_AND_RESTS,
    InsufficientFunds: MOVES_AND_RESTS,
    Throttled: MOVES_AND_RESTS,
    SmsGateError: MOVES,
    Refused: MOVES,
    RecipientRefused: MOVES,
    ContentRefused: MOVES,
    InvalidMessage: MOVES,
    Unsupported: MOVES,
    DuplicateRequest: STOPS,
    InvalidArgument: STOPS,
    OutcomeUnknown: STOPS_AND_RESTS,
    DeadlineExceeded: STOPS_AND_RESTS,
}


def kinds(kind: type[SmsGateError]) -> list[type[SmsGateError]]:
    """List *kind* and all that smsgate makes of it."""
    below = [each for sub in kind.__subclasses__() for each in kinds(sub)]
    return [each for each in (kind, *below) if each.__module__ == "smsgate.errors"]


@pytest.mark.parametrize("kind", kinds(SmsGateError))
def test_every_error_has_a_verdict(kind: type[SmsGateError]) -> None:
    """A new error in the tree has to be thought about."""
    assert verdict_on(kind("no")) == VERDICTS[kind]


@pytest.mark.parametrize(
    ("bases", "fate", "verdict"),
    [
        pytest.param([Refused], Fate.NOT_SENT, MOVES, id="a-refusal-is-not-sent"),
        pytest.param([SmsGateError], Fate.UNKNOWN, STOPS, id="unknown-stops"),
        pytest.param(
            [InsufficientFunds], Fate.UNKNOWN, STOPS_AND_RESTS, id="unknown-stops-whatever-its-kind"
        ),
        pytest.param(
            [Throttled, DuplicateRequest],
            Fate.NOT_SENT,
            STOPS_AND_RESTS,
            id="the-strictest-kind-decides",
        ),
    ],
)
def test_errors_of_somebody_elses(
    bases: Sequence[type[SmsGateError]], fate: Fate, verdict: Verdict
) -> None:
    """What nobody here has heard of is judged by its fate and by its kind."""
    theirs = types.new_class("Theirs", tuple(bases), exec_body=lambda body: body.update(fate=fate))
    error: object = theirs("?")

    assert isinstance(error, SmsGateError)
    assert verdict_on(error) == verdict


def test_notes_go_on_a_copy() -> None:
    """One error may be the answer to many messages, each with a history of its own."""
    error = Throttled("slow down", code="9", retry_after=2.5)
    error.add_note("of its own")

    told = with_notes(error, ["first: no"])

    assert isinstance(told, Throttled)
    assert (str(told), told.code, told.retry_after) == ("slow down", "9", 2.5)
    assert told.__notes__ == ["first: no", "of its own"]
    assert told.__cause__ is error
    assert error.__notes__ == ["of its own"]


def test_without_notes_there_is_no_copy() -> None:
    """The only gateway's own error is what its caller sees."""
    error = Refused("no")

    assert with_notes(error, []) is error


def test_words_keep_what_was_noted_before() -> None:
    """What others said before comes first, then who said what."""
    error = with_notes(InsufficientFunds("no money"), ["one: no"])

    assert words_of("two", error) == ["one: no", "two: InsufficientFunds: no money"]


def test_kinds_are_read_back() -> None:
    """From the notes, which may be somebody's own as well."""
    notes = [*words_of("one", Refused("no: none")), *words_of("two", Throttled("slow"))]

    assert kinds_noted(with_notes(Refused("no"), notes)) == ["Refused", "Throttled"]
    assert kinds_noted(with_notes(Refused("no"), ["mine"])) == [""]
    assert kinds_noted(Refused("no")) == []
