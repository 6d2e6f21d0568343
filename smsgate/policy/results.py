"""What became of a batch, whatever became of the task that handed it in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

Answer = TypeVar("Answer")
_KINDS = (Receipt, SmsGateError)
HandIn = Callable[[Sequence[Message]], Awaitable[Sequence[Result]]]


async def hand_in_soundly(hand_in: HandIn, batch: Sequence[Message]) -> Sequence[Result]:
    """
    Hand in *batch*, and give one result a message, each with an error of its own.

    Raises what *hand_in* raises, and `TypeError` if it gives anything else.
    """
    results = await hand_in(batch)
    is_sound = all(isinstance(result, _KINDS) for result in results)
    if not is_sound or len(results) != len(batch):
        raise TypeError("there must be one receipt or error for each message")

    return [result if isinstance(result, Receipt) else result.copy() for result in results]


def results_of(task: asyncio.Task[Sequence[Result]], count: int) -> Sequence[Result]:
    """Give one result for each of *count* messages, once *task* has ended."""
    if task.cancelled() or task.exception():
        return [error_of(task).copy() for _ in range(count)]

    return task.result()


def error_of(task: asyncio.Future[Answer]) -> SmsGateError:
    """
    Tell what became of the messages of whom *task* said nothing, once it has ended.

    Cancelled from outside, or broken by a bug, it may have handed them in.
    """
    failure = None if task.cancelled() else task.exception()
    if isinstance(failure, SmsGateError):
        return failure

    if failure is None:
        return OutcomeUnknown("it was cancelled from outside")

    error = OutcomeUnknown(f"smsgate itself failed ({type(failure).__name__})")
    error.__cause__ = failure
    return error


def bug_of(task: asyncio.Future[Answer]) -> BaseException | None:
    """Find what broke *task*, once it has ended; no `SmsGateError` is a bug."""
    failure = None if task.cancelled() else task.exception()
    return None if isinstance(failure, SmsGateError) else failure
