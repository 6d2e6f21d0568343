"""What became of a batch, whatever became of the task that handed it in."""

import asyncio
from collections.abc import Sequence

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result


def results_of(task: asyncio.Task[Sequence[Result]], count: int) -> Sequence[Result]:
    """
    Give one result for each of *count* messages, once *task* has ended.

    Cancelled from outside, or broken by a bug, it may have handed them in. Each message
    has an error of its own: whoever raises it adds to it.
    """
    return [r if isinstance(r, Receipt) else r.copy() for r in _shared(task, count)]


def _shared(task: asyncio.Task[Sequence[Result]], count: int) -> Sequence[Result]:
    if task.cancelled():
        return [OutcomeUnknown("it was cancelled from outside")] * count

    failure = task.exception()
    if isinstance(failure, SmsGateError):
        return [failure] * count

    if failure:
        unclear = OutcomeUnknown(f"smsgate itself failed ({type(failure).__name__})")
        unclear.__cause__ = failure
        return [unclear] * count

    return task.result()
