"""
Plain sends that come at once, gathered into few requests.

Whoever comes while nothing is under way leaves at once, alone. Whoever comes while others
are under way waits a moment for others of his kind, and shares their request. Each has
his own receipt or error, and whoever stops waiting takes only himself out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from math import inf

import attrs

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.message import LOCAL_DIGITS, Message
from smsgate.policy.clock import Clock
from smsgate.policy.sorter import MOST_CHARACTERS, BatchSize, Kind
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

HandIn = Callable[[Sequence[Message], float], Awaitable[Sequence[Result]]]
_AS_LONG = 4  # times the wait: deadlines so far apart may share a request


def _end(message: Message) -> str:
    """Give the digits by which phones differ, as in `smsgate.policy.sorter`."""
    return message.phone[-LOCAL_DIGITS:]


@attrs.define(eq=False)
class _Parcel:
    """What will share a request: who waits for which message, and the earliest deadline."""

    by: float
    waiting: dict[str, tuple[Message, asyncio.Future[Result]]] = attrs.field(
        init=False, factory=dict
    )  # by the end of the phone
    characters: int = attrs.field(init=False, default=0)
    carrying: asyncio.Task[None] | None = attrs.field(init=False, default=None)

    def put(self, message: Message) -> asyncio.Future[Result]:
        """Put *message* in; the future will hold what became of it."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.waiting[_end(message)] = message, future
        self.characters += len(message.text)
        return future

    def leave(self, message: Message) -> None:
        """Take out who waits no more; when nobody does and it is not under way, it never goes."""
        if not self.carrying:
            del self.waiting[_end(message)]
        elif all(future.cancelled() for _, future in self.waiting.values()):
            self.carrying.cancel()


@attrs.define(eq=False)
class Gathering:
    """
    Gathers messages of one *kind* for *seconds*, up to the *size* of a batch.

    *hand_in* gives one result a message, before a moment on the *clock*.
    """

    kind: Kind
    size: BatchSize
    seconds: float
    clock: Clock
    hand_in: HandIn
    _parcels: dict[Hashable, _Parcel] = attrs.field(init=False, factory=dict)
    _tasks: set[asyncio.Task[None]] = attrs.field(init=False, factory=set)

    async def send(self, message: Message, by: float) -> Result:
        """
        Share a request with others of the same kind, and with a deadline close to *by*.

        Gives the receipt of *message*, or the error that says what became of it.
        """
        kind = self.kind(message)
        if kind is None:
            [result] = await self.hand_in([message], by)
            return result

        about_by = by if by == inf else by // (self.seconds * _AS_LONG)
        parcel, future = self._join(message, (kind, about_by), by)
        try:
            result = await future
        except asyncio.CancelledError:
            parcel.leave(message)
            raise

        return result if isinstance(result, Receipt) else result.copy()  # others have it, too

    def _join(
        self, message: Message, key: Hashable, by: float
    ) -> tuple[_Parcel, asyncio.Future[Result]]:
        parcel = self._parcels.get(key)
        if parcel and _end(message) in parcel.waiting:  # no phone twice in a request
            self._close(key, parcel)
            parcel = None

        if not parcel:
            parcel = self._parcels[key] = _Parcel(by)
            self._start(self._close_in_time(key, parcel))

        parcel.by = min(by, parcel.by)
        future = parcel.put(message)
        if len(parcel.waiting) >= self.size.most or parcel.characters >= MOST_CHARACTERS:
            self._close(key, parcel)

        return parcel, future

    async def _close_in_time(self, key: Hashable, parcel: _Parcel) -> None:
        await self.clock.sleep(max(0.0, min(self.seconds, parcel.by - self.clock.now())))
        self._close(key, parcel)

    def _close(self, key: Hashable, parcel: _Parcel) -> None:
        if self._parcels.get(key) is parcel:
            del self._parcels[key]
            parcel.carrying = self._start(self._carry(parcel))

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _carry(self, parcel: _Parcel) -> None:
        messages = [message for message, _ in parcel.waiting.values()]
        try:
            results = await self.hand_in(messages, parcel.by) if messages else ()
        except SmsGateError as error:  # what could not even be encoded
            results = [error] * len(messages)
        except Exception as bug:  # noqa: BLE001 - nobody may wait for ever
            unclear = OutcomeUnknown(f"smsgate itself failed ({type(bug).__name__})")
            unclear.__cause__ = bug
            results = [unclear] * len(messages)

        for (_, future), result in zip(parcel.waiting.values(), results, strict=True):
            if not future.done():
                future.set_result(result)
