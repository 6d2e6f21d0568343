"""
The judge of a cell: was what the caller was told true, and was it all that can be known?

`best` is worked out from the fault alone, from what the provider had when it struck and
what could still be asked. It knows nothing of how the library goes about it.
"""

import enum
from collections import Counter
from collections.abc import Iterator

import attrs
from faults import deeds
from faults.cells import SMSC, Cancel, Cell, Mirrors, Operation
from faults.table import Phase
from faults.trial import MESSAGES, Story, ref_of
from faults.trigger import Aim

from smsgate.errors import SmsGateError
from smsgate.outcome import Accepted, NotSent, Outcome, Unknown
from smsgate.report import Report, Status


class Told(enum.Enum):
    """What a caller is told."""

    ACCEPTED = "accepted"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"
    REPORT = "a report"
    ERROR = "an error"


_KINDS = {Accepted: Told.ACCEPTED, NotSent: Told.NOT_SENT, Unknown: Told.UNKNOWN}


def told(outcome: Outcome) -> Told:
    """Say in a word how a send ended."""
    return _KINDS[type(outcome)]


def best(cell: Cell) -> Told:
    """Find out what is the most that anybody could tell the caller about any message."""
    fault, has_mirror = cell.fault, cell.mirrors is Mirrors.GOOD
    if fault.phase is Phase.ADDRESS:
        return Told.ACCEPTED if has_mirror else Told.NOT_SENT

    if fault.phase is Phase.REFUSED:
        return Told.NOT_SENT

    if fault.is_readable:
        return Told.ACCEPTED

    can_ask = cell.scheme == SMSC and (cell.aim is Aim.SENDS or has_mirror)
    if fault.has_message:
        return Told.ACCEPTED if can_ask else Told.UNKNOWN

    # A provider that counted the first attempt calls the next one a repetition.
    can_repeat = cell.repeats and has_mirror and fault.phase is not Phase.ACCEPTING
    return Told.ACCEPTED if can_repeat else Told.UNKNOWN


def best_answer(cell: Cell) -> Told:
    """Find out whether a question can be answered."""
    can_be = cell.fault.is_readable or cell.mirrors is Mirrors.GOOD
    return Told.REPORT if can_be else Told.ERROR


@attrs.frozen
class Ending:
    """
    How a cell ended: what was told of each message, or in answer to the question.

    ``wrongs`` are sentences, one for everything that was untrue, less than could be
    known, or broken afterwards.
    """

    cell: Cell
    told: tuple[Told, ...]
    copies: int
    wrongs: tuple[str, ...]


def _is_in_doubt(cell: Cell) -> bool:
    """
    Whether an answer may be taken for one of an earlier request.

    SMSC's answers have an id of ours in them. Those of SMSClub do not say what they
    answer, so after one that came twice a message may be unknown; never anything false.
    """
    return cell.fault.deed is deeds.twice and cell.scheme != SMSC


def judge(cell: Cell, story: Story) -> Ending:
    """Hold *story* against the truth."""
    words = [told(outcome) for outcome in story.outcomes]
    words += [_kind(story.answer)] if story.answer else []
    copies = [story.copies.get(message, 0) for message in MESSAGES[cell.operation]]
    wrongs = tuple(f"{cell}: {wrong}" for wrong in _wrongs(cell, story))
    return Ending(cell, tuple(words), max(copies), wrongs)


def _kind(answer: Report | SmsGateError) -> Told:
    return Told.REPORT if isinstance(answer, Report) else Told.ERROR


def _wrongs(cell: Cell, story: Story) -> Iterator[str]:
    if not story.is_over:
        yield "it hangs"
        return

    for copies in story.copies.values():
        if copies > 1:
            yield f"{copies} copies of one message"

    for outcome in story.outcomes:
        yield from _untrue(story, outcome)

    if story.later is not None:
        yield from (f"the gateway is spoilt: {wrong}" for wrong in _untrue(story, story.later))
        if told(story.later) is not Told.ACCEPTED and not _is_in_doubt(cell):
            yield f"the gateway is spoilt: the next message is {told(story.later).value}"

    yield from _of_a_cancelled(cell, story) if story.is_cancelled else _less_than_best(cell, story)


def _untrue(story: Story, outcome: Outcome) -> Iterator[str]:
    """Compare what was told with what the provider has."""
    has_it = story.copies[outcome.message] > 0
    if told(outcome) is not Told.UNKNOWN and has_it != isinstance(outcome, Accepted):
        yield f"told {told(outcome).value}, and the provider {'has' if has_it else 'lacks'} it"

    if outcome.message in story.strangers:
        yield "told accepted, with the id of another message"

    report = story.reports.get(outcome.message)
    if report and (report.status is not Status.QUEUED) == has_it:
        yield f"told {told(outcome).value}, and its ref leads to {report.status.value}"


def _less_than_best(cell: Cell, story: Story) -> Iterator[str]:
    if cell.operation is Operation.STATUS:
        yield from _less_than_best_answer(cell, story)
        return

    if Counter(outcome.message for outcome in story.outcomes) != Counter(MESSAGES[cell.operation]):
        yield f"{len(story.outcomes)} outcomes"

    for outcome in story.outcomes:
        is_told_all = told(outcome) is best(cell)
        if not is_told_all and not (_is_in_doubt(cell) and isinstance(outcome, Unknown)):
            yield f"told {told(outcome).value}, could be {best(cell).value}"

        if cell.scheme == SMSC and isinstance(outcome, Unknown) and not ref_of(outcome):
            yield "told unknown, without a ref"


def _less_than_best_answer(cell: Cell, story: Story) -> Iterator[str]:
    if isinstance(story.answer, Report) and story.answer.status is not Status.QUEUED:
        yield f"told that it is {story.answer.status.value}"

    heard = _kind(story.answer) if story.answer else None
    if heard is not best_answer(cell):
        yield f"told {heard.value if heard else 'nothing'}, could be {best_answer(cell).value}"


def _of_a_cancelled(cell: Cell, story: Story) -> Iterator[str]:
    if cell.cancel is Cancel.TURN and story.asked:
        yield "cancelled before its turn, and sent"
