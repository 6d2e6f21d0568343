"""What became of a batch, whatever became of the task that handed it in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import attrs

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

HandIn = Callable[[Sequence[Message]], Awaitable[Sequence[Result]]]


@attrs.define(eq=False)
class BrokenOff(Exception):
    """
    Something broke in the midst of a batch: the cause of this.

    *known* is what became of each message, None where nobody knows.
    """

    known: Sequence[Result | None]


async def hand_in_soundly(hand_in: HandIn, batch: Sequence[Message]) -> Sequence[Result]:
    """
    Hand in *batch*, and give one result a message, each with an error of its own.

    Raises what *hand_in* raises, and `TypeError` if it gives anything else.
    """
    results = await hand_in(batch)
    is_sound = all(isinstance(result, Receipt | SmsGateError) for result in results)
    if not is_sound or len(results) != len(batch):
        raise TypeError("there must be one receipt or error for each message")

    return [result if isinstance(result, Receipt) else result.copy() for result in results]


def results_of(task: asyncio.Task[Sequence[Result]], count: int) -> Sequence[Result]:
    """
    Give one result for each of *count* messages, once *task* has ended.

    Cancelled from outside, or broken by a bug, it may have handed them in.
    """
    failure = None if task.cancelled() else task.exception()
    if failure is None and not task.cancelled():
        return task.result()

    known = failure.known if isinstance(failure, BrokenOff) else [None] * count
    shared = failure if isinstance(failure, SmsGateError) else _unknown(bug_of(task))
    return [result or shared.copy() for result in known]


def bug_of(task: asyncio.Task[Sequence[Result]]) -> BaseException | None:
    """Find what broke *task*, once it has ended; no `SmsGateError` is a bug."""
    failure = None if task.cancelled() else task.exception()
    if isinstance(failure, BrokenOff):
        return failure.__cause__

    return None if isinstance(failure, SmsGateError) else failure


def _unknown(bug: BaseException | None) -> SmsGateError:
    if bug is None:
        return OutcomeUnknown("it was cancelled from outside")

    error = OutcomeUnknown(f"smsgate itself failed ({type(bug).__name__})")
    error.__cause__ = bug
    return error
