"""
Plain sends that come at once, gathered into few requests.

Whoever comes while nothing is under way leaves at once, alone. Whoever comes while others
are under way waits a moment for others of his kind, and shares their request. Each has
his own receipt or error, and whoever stops waiting takes only himself out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from math import inf

import attrs

from smsgate.message import Message, local_part
from smsgate.policy.clock import Clock
from smsgate.policy.results import hand_in_soundly, results_of
from smsgate.policy.sorter import BatchSize, Kind
from smsgate.wire.codec import Result

HandInBy = Callable[[Sequence[Message], float], Awaitable[Sequence[Result]]]
_AS_LONG = 4  # times the wait: who has less time goes alone; deadlines so close may share


@attrs.define(eq=False)
class _Parcel:
    """What will share a request: who waits for which message, and the earliest deadline."""

    by: float
    waiting: dict[str, tuple[Message, asyncio.Future[Result]]] = attrs.field(
        init=False, factory=dict
    )  # by the local part of the phone, as in `smsgate.policy.sorter`
    characters: int = attrs.field(init=False, default=0)
    carrying: asyncio.Task[Sequence[Result]] | None = attrs.field(init=False, default=None)

    def put(self, message: Message) -> asyncio.Future[Result]:
        """Put *message* in; the future will hold what became of it."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.waiting[local_part(message.phone)] = message, future
        self.characters += len(message.text)
        return future

    def leave(self, message: Message) -> None:
        """Take out who waits no more; when nobody does and it is not under way, it never goes."""
        if not self.carrying:
            del self.waiting[local_part(message.phone)]
        elif all(future.cancelled() for _, future in self.waiting.values()):
            self.carrying.cancel()

    def tell(self, task: asyncio.Task[Sequence[Result]]) -> None:
        """Give each who still waits what *task* found out about his message."""
        results = results_of(task, len(self.waiting))
        for (_, future), result in zip(self.waiting.values(), results, strict=True):
            if not future.done():
                future.set_result(result)


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
    hand_in: HandInBy
    _parcels: dict[Hashable, _Parcel] = attrs.field(init=False, factory=dict)
    _waits: set[asyncio.Task[None]] = attrs.field(init=False, factory=set)

    async def send(self, message: Message, by: float) -> Result:
        """
        Share a request with others of the same kind, and with a deadline close to *by*.

        What must go alone, or has no time to wait, leaves at once. Gives the receipt of
        *message*, or the error that says what became of it.
        """
        kind = self.kind(message)
        if kind is None or by - self.clock.now() < self.seconds * _AS_LONG:
            [result] = await self.hand_in([message], by)
            return result

        about_by = by if by == inf else by // (self.seconds * _AS_LONG)
        parcel, future = self._join(message, (kind, about_by), by)
        try:
            return await future
        except asyncio.CancelledError:
            parcel.leave(message)
            raise

    def _join(
        self, message: Message, key: Hashable, by: float
    ) -> tuple[_Parcel, asyncio.Future[Result]]:
        parcel = self._parcels.get(key)
        if parcel and local_part(message.phone) in parcel.waiting:  # no phone twice in a request
            self._close(key, parcel)
            parcel = None

        if not parcel:
            parcel = self._parcels[key] = _Parcel(by)
            self._wait(key, parcel)

        parcel.by = min(by, parcel.by)
        future = parcel.put(message)
        if self.size.is_reached(len(parcel.waiting), parcel.characters):
            self._close(key, parcel)

        return parcel, future

    def _wait(self, key: Hashable, parcel: _Parcel) -> None:
        """Let *parcel* go in time, also when the wait is cancelled from outside."""
        task = asyncio.create_task(self.clock.sleep(self.seconds))
        self._waits.add(task)
        task.add_done_callback(self._waits.discard)
        task.add_done_callback(partial(self._close, key, parcel))

    def _close(self, key: Hashable, parcel: _Parcel, *_: object) -> None:
        """Let *parcel* go, unless it has gone, or everybody has left it."""
        if self._parcels.get(key) is not parcel:
            return

        del self._parcels[key]
        if parcel.waiting:
            messages = [message for message, _ in parcel.waiting.values()]
            work = hand_in_soundly(lambda batch: self.hand_in(batch, parcel.by), messages)
            parcel.carrying = asyncio.create_task(work)
            parcel.carrying.add_done_callback(parcel.tell)
