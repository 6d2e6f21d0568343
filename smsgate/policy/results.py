"""What became of a batch, whatever became of the task that handed it in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

HandIn = Callable[[Sequence[Message]], Awaitable[Sequence[Result]]]


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
    if task.cancelled():
        shared: SmsGateError = OutcomeUnknown("it was cancelled from outside")
    elif isinstance(failure, SmsGateError):
        shared = failure
    elif failure:
        shared = OutcomeUnknown(f"smsgate itself failed ({type(failure).__name__})")
        shared.__cause__ = failure
    else:
        return task.result()

    return [shared.copy() for _ in range(count)]
