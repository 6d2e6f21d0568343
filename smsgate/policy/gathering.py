"""
Plain sends that come at once, gathered into few requests.

Whoever comes while nothing is under way leaves at once, alone. Whoever comes while others
are under way waits a moment for others of his kind, and while no request is free for up to
half of the time he has, and shares theirs. Each has his own receipt or error, and whoever
stops waiting takes only himself out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from math import floor, inf, log

import attrs

from smsgate.errors import Unreachable
from smsgate.message import Message
from smsgate.policy.clock import Clock, within
from smsgate.policy.group import BatchSize, Group, Kind
from smsgate.policy.results import hand_in_soundly, results_of
from smsgate.wire.codec import Result

HandInBy = Callable[[Sequence[Message], float], Awaitable[Sequence[Result]]]
_AS_LONG = 4  # times the wait: who has less time goes alone
_ALIKE = 3 / 4  # of the time that anybody has is left to all who share his request
_HALF = 1 / 2  # of the time there is: then a parcel goes, whether or not a request is free


@attrs.define(eq=False)
class _Parcel:
    """What will share a request: who waits for which message, and until when."""

    lingering: asyncio.Task[None]  #: until nobody else is waited for
    opened: float
    group: Group = attrs.field(init=False, factory=Group)
    waiting: dict[str, asyncio.Future[Result]] = attrs.field(init=False, factory=dict)  #: by phone
    deadlines: dict[str, float] = attrs.field(init=False, factory=dict)  #: the same
    earliest: float = attrs.field(init=False, default=inf)  #: of them, with those who left
    _latest: float = attrs.field(init=False, default=-inf)
    carrying: asyncio.Task[Sequence[Result]] = attrs.field(init=False)
    has_left: bool = attrs.field(init=False, default=False)

    def take(self, message: Message, by: float, now: float) -> bool:
        """Take *message* in; False if it has to share another request."""
        earliest, latest = min(by, self.earliest), max(by, self._latest)
        if earliest - now < (latest - now) * _ALIKE or not self.group.take(message):
            return False

        self.earliest, self._latest = earliest, latest
        self.waiting[message.phone] = asyncio.get_running_loop().create_future()
        self.deadlines[message.phone] = by
        return True

    def leave(self, message: Message) -> None:
        """Take out who waits no more; when nobody does and it has left, it may yet be stopped."""
        if not self.has_left:
            self.group.leave(message)
            del self.waiting[message.phone], self.deadlines[message.phone]
        elif all(future.cancelled() for future in self.waiting.values()):
            self.carrying.cancel()

    def tell(self, task: asyncio.Task[Sequence[Result]]) -> None:
        """Give each who still waits what *task* found out about his message."""
        if self.has_left:
            results = results_of(task, len(self.waiting))
        else:
            results = [Unreachable("it was cancelled before it could leave") for _ in self.waiting]

        for future, result in zip(self.waiting.values(), results, strict=True):
            if not future.done():
                future.set_result(result)


@attrs.define(eq=False)
class Gathering:
    """
    Gathers messages of one *kind* for *seconds*, up to the *size* of a batch.

    *hand_in* gives one result a message, before a moment on the *clock*. While *at_once*
    batches are under way, what has gathered waits, and takes in more.
    """

    kind: Kind
    size: BatchSize
    seconds: float
    clock: Clock
    hand_in: HandInBy
    at_once: int
    _open: dict[Hashable, _Parcel] = attrs.field(init=False, factory=dict)
    _free: asyncio.Semaphore = attrs.field(init=False)

    @_free.default
    def _make_free(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.at_once)

    async def send(self, message: Message, by: float) -> Result:
        """
        Share a request with others of the same kind, and with a deadline close to *by*.

        What must go alone, or has no time to wait, leaves at once. Gives the receipt of
        *message*, or the error that says what became of it.
        """
        kind, now = self.kind(message), self.clock.now()
        if kind is None or by - now < self.seconds * _AS_LONG:
            [result] = await self.hand_in([message], by)
            return result

        key = kind, _scale(by - now)
        parcel = self._join(key, message, by, now)
        try:
            return await parcel.waiting[message.phone]
        except asyncio.CancelledError:
            parcel.leave(message)
            raise

    def _join(self, key: Hashable, message: Message, by: float, now: float) -> _Parcel:
        parcel = self._open.get(key)
        if not parcel or not parcel.take(message, by, now):
            parcel = self._begin(key, now)
            parcel.take(message, by, now)

        if self.size.is_reached(parcel.group):
            self._close(key, parcel)

        return parcel

    def _begin(self, key: Hashable, now: float) -> _Parcel:
        if earlier := self._open.get(key):
            self._close(key, earlier)

        parcel = _Parcel(asyncio.create_task(self.clock.sleep(self.seconds)), now)
        self._open[key] = parcel
        parcel.carrying = asyncio.create_task(self._carry(key, parcel))
        parcel.carrying.add_done_callback(lambda _: self._close(key, parcel))  # it may not begin
        parcel.carrying.add_done_callback(parcel.tell)
        return parcel

    def _close(self, key: Hashable, parcel: _Parcel) -> None:
        """Let nobody else into *parcel*, and wait for nobody."""
        parcel.lingering.cancel()
        if self._open.get(key) is parcel:
            del self._open[key]

    async def _carry(self, key: Hashable, parcel: _Parcel) -> Sequence[Result]:
        """Hand *parcel* in when it has waited long enough; never, if everybody has left it."""
        is_free = False
        try:
            await asyncio.wait({parcel.lingering})
            is_free = await self._one_is_free(parcel)
            self._close(key, parcel)
            return await self._hand_in(parcel)
        finally:
            if is_free:
                self._free.release()

    async def _one_is_free(self, parcel: _Parcel) -> bool:
        """Wait for a request that is free; false if none is for half the time there is."""
        try:
            time = parcel.earliest - parcel.opened
            async with within(self.clock, parcel.opened + time * _HALF):
                return await self._free.acquire()
        except TimeoutError:
            return False

    async def _hand_in(self, parcel: _Parcel) -> Sequence[Result]:
        messages = [*parcel.group.by_phone.values()]
        if not messages:
            return []

        parcel.has_left, by = True, min(parcel.deadlines.values())
        return await hand_in_soundly(lambda batch: self.hand_in(batch, by), messages)


def _scale(seconds: float) -> float:
    """Tell apart who has so many *seconds* from all who may not share with him."""
    return seconds if seconds == inf else floor(log(seconds, 1 / _ALIKE))
