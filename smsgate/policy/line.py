"""
One account's line to its provider: turns, and exchanges that nobody cuts short.

What is under way runs in tasks that the line owns. A caller who is cancelled stops
waiting; the exchange itself goes on to its end. That keeps the connection pool whole
(httpx 0.28 loses a slot for each request cancelled in a crowd) and lets no message vanish
half-sent. Only the clock cuts an exchange: when a caller is told that the outcome is
unknown, nothing of it leaves any more. No cancel scope stays open between calls, so a
line may be opened in one task and closed in another.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from math import inf
from typing import TypeVar

import attrs

from smsgate.errors import (
    DeadlineExceeded,
    InvalidArgument,
    OutcomeUnknown,
    SmsGateError,
    Unreachable,
)
from smsgate.policy.clock import Clock, within
from smsgate.policy.journal import log
from smsgate.policy.limits import Limits, Turn
from smsgate.policy.servers import Decode, Servers
from smsgate.wire.http import HttpRequest, Rate

Answer = TypeVar("Answer")
_BRIEF = 1.0  # seconds
_LAST_SECONDS = 1.0  # for a cancelled exchange to let go of its connection


@attrs.define(kw_only=True, eq=False)
class Line:
    """
    Carries requests for one account to its *servers*, within its *limits*.

    Every ``by`` here is a moment on the *clock*: the caller's own deadline, if any.
    """

    servers: Servers
    limits: Limits
    max_in_flight: int
    _under_way: set[asyncio.Task[object]] = attrs.field(init=False, factory=set)
    _is_closed: bool = attrs.field(init=False, default=False)
    _closing: asyncio.Task[None] | None = attrs.field(init=False, default=None)
    _loop: asyncio.AbstractEventLoop | None = attrs.field(init=False, default=None)

    @property
    def clock(self) -> Clock:
        """The time that everything here goes by."""
        return self.servers.clock

    @property
    def timeout(self) -> float:
        """How many seconds an exchange may take, once it has its turn."""
        return self.servers.timeout

    def open(self) -> None:
        """Open the transport; `Unreachable` once the line is closed."""
        self._check_open()
        self.servers.open()

    async def run(
        self,
        errand: Callable[[Turn], Coroutine[object, object, Answer]],
        *,
        rates: Sequence[Rate] = (),
        by: float = inf,
    ) -> Answer:
        """
        Wait for a turn, then see *errand* through in a task of our own.

        Cancelled before its turn, the errand never begins. Raises `DeadlineExceeded` when
        its turn does not come in time, and whatever the errand raises.
        """
        self.check_loop()
        self._check_open()
        turn = await self.turn(rates=rates, by=by)
        try:
            self._check_open()
            task = asyncio.create_task(errand(turn))
        except SmsGateError:
            turn.release()
            raise

        self._under_way.add(task)
        task.add_done_callback(lambda task: self._end(task, turn))
        return await self._result(task)

    async def _result(self, task: asyncio.Task[Answer]) -> Answer:
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            log.info("the caller was cancelled; what it began is finished without it")
            raise

        if task.cancelled():
            raise OutcomeUnknown("the exchange was cut off before its answer came")

        return task.result()

    def _end(self, task: asyncio.Task[Answer], turn: Turn) -> None:
        turn.release()
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # seen: nobody may be left to hear it

    def _check_open(self) -> None:
        if self._is_closed:
            raise Unreachable("the gateway is closed")

    def check_loop(self) -> None:
        """Refuse a second event loop: connections belong to the first."""
        loop = asyncio.get_running_loop()
        if self._loop is not None and self._loop is not loop:
            raise InvalidArgument("a gateway belongs to one event loop; open another in this one")

        self._loop = loop

    async def turn(
        self, *, rates: Sequence[Rate] = (), by: float = inf, is_urgent: bool = False
    ) -> Turn:
        """
        Wait until the account's *rates* allow another request, and for a turn.

        Who has sent already *is_urgent*: behind a crowd his answer might come too late.

        A wait of a second is spent with the turn in hand, so that what was booked leaves at
        its moment. A longer one comes before the turn: it would hold up everybody else.
        """
        if self.clock.now() >= by:
            raise DeadlineExceeded("its turn does not come before the deadline")

        if not rates:
            return await self._turn_in_time(by, is_urgent=is_urgent)

        async with self._booked([rate for rate in rates if rate.seconds > _BRIEF], by):
            turn = await self._turn_in_time(by, is_urgent=is_urgent)
            try:
                async with self._booked([rate for rate in rates if rate.seconds <= _BRIEF], by):
                    return turn
            except BaseException:
                turn.release()
                raise

    @contextlib.asynccontextmanager
    async def _booked(self, rates: Sequence[Rate], by: float) -> AsyncIterator[None]:
        """Book the next moment that *rates* allow and wait for it; given back on failure."""
        moment = self.limits.book(rates, self.clock.now())
        try:
            await self._wait_until(moment, by)
            yield
        except BaseException:
            self.limits.unbook(rates, moment)
            raise

    async def _wait_until(self, moment: float, by: float) -> None:
        if moment > by:
            raise DeadlineExceeded("the account's rate leaves no room before the deadline")

        pause = moment - self.clock.now()
        if pause > 0:
            log.info("waiting %.1f s: the account's rate is used up", pause)
            await self.clock.sleep(pause)

    async def _turn_in_time(self, by: float, *, is_urgent: bool) -> Turn:
        try:
            async with within(self.clock, by):
                return await self.limits.turn(self.max_in_flight, is_urgent=is_urgent)
        except TimeoutError:
            raise DeadlineExceeded("the deadline passed while it waited for its turn") from None

    async def exchange(
        self,
        turn: Turn,
        request: HttpRequest,
        decode: Decode[Answer],
        *,
        by: float = inf,
        seconds: float = inf,
    ) -> Answer:
        """Use up *turn* for one exchange. See `Servers.exchange`."""
        try:
            return await self.servers.exchange(request, decode, by=by, seconds=seconds)
        finally:
            turn.release()

    async def aclose(self) -> None:
        """
        Wait for what is under way, about *timeout* at most, then let go of the servers.

        Cancelled, it goes on without its caller.
        """
        self._is_closed = True
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())

        if not self._closing.done():
            await asyncio.wait({self._closing})

        self._closing.result()

    async def _close(self) -> None:
        await self._wait(self.timeout)
        for task in self._under_way:
            task.cancel()

        await self._wait(_LAST_SECONDS)
        await self.servers.aclose()

    async def _wait(self, seconds: float) -> None:
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=seconds)
