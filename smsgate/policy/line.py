"""
One account's line to its provider: turns, mirrors, and exchanges that nobody cuts short.

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
from smsgate.policy.clock import Clock
from smsgate.policy.journal import log
from smsgate.policy.limits import Limits, Turn
from smsgate.policy.rota import Rota
from smsgate.transport import Transport, open_transport
from smsgate.wire.http import HttpReply, HttpRequest, Rate

Answer = TypeVar("Answer")
Decode = Callable[[HttpReply], Answer]
_BRIEF = 1.0  # seconds
_LAST_SECONDS = 1.0  # for a cancelled exchange to let go of its connection
_SERVER_ERROR = 500


@attrs.define(kw_only=True, eq=False)
class Line:
    """
    Carries requests for one account.

    *mirrors* are base URLs. *timeout* is how many seconds an exchange may take, all
    mirrors together, once it has its turn. A transport handed in stays the caller's.
    Every ``by`` here is a moment on the *clock*: the caller's own deadline, if any.
    """

    mirrors: Rota[str]
    limits: Limits
    max_in_flight: int
    timeout: float
    connect_timeout: float
    clock: Clock
    transport: Transport | None = None
    _own_transport: Transport | None = attrs.field(init=False, default=None)
    _under_way: set[asyncio.Task[object]] = attrs.field(init=False, factory=set)
    _is_closed: bool = attrs.field(init=False, default=False)
    _loop: asyncio.AbstractEventLoop | None = attrs.field(init=False, default=None)

    def open(self) -> Transport:
        """Open our own transport, if there is to be one; `Unreachable` once it is closed."""
        self._check_open()
        return self._open()

    def _open(self) -> Transport:
        if self.transport is not None:
            return self.transport

        if not self._own_transport:
            # So short that every mirror can be tried, and one of them answer, within the timeout.
            share = self.timeout / (len(self.mirrors.items) + 1)
            self._own_transport = open_transport(
                connect_timeout=min(self.connect_timeout, share),
                max_connections=self.max_in_flight,
            )

        return self._own_transport

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
        self._check_loop()
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

    def _check_loop(self) -> None:
        """Refuse a second event loop: connections belong to the first."""
        loop = asyncio.get_running_loop()
        if self._loop is not None and self._loop is not loop:
            raise InvalidArgument("a gateway belongs to one event loop; open another in this one")

        self._loop = loop

    async def turn(self, *, rates: Sequence[Rate] = (), by: float = inf) -> Turn:
        """
        Wait until the account's *rates* allow another request, and for a turn.

        A wait of a second is spent with the turn in hand, so that what was booked leaves at
        its moment. A longer one comes before the turn: it would hold up everybody else.
        """
        if self.clock.now() >= by:
            raise DeadlineExceeded("its turn does not come before the deadline")

        if not rates:
            return await self._turn_in_time(by)

        async with self._booked([rate for rate in rates if rate.seconds > _BRIEF], by):
            turn = await self._turn_in_time(by)
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

    async def _turn_in_time(self, by: float) -> Turn:
        if by == inf:
            return await self.limits.turn(self.max_in_flight)

        try:
            async with asyncio.timeout(by - self.clock.now()):
                return await self.limits.turn(self.max_in_flight)
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
        """
        Use up *turn*: send *request* to the first mirror that can be reached, and *decode*.

        Moves on to the next mirror only from `Unreachable`: after anything else the
        request may have arrived, and a second copy would be a second SMS. It may take
        *seconds*, or *timeout* if that is less.
        """
        try:
            return await self._on_mirrors(request, decode, by, min(seconds, self.timeout))
        finally:
            turn.release()

    async def _on_mirrors(
        self, request: HttpRequest, decode: Decode[Answer], by: float, seconds: float
    ) -> Answer:
        now = self.clock.now()
        until = min(by, now + seconds)
        failure = Unreachable("no server was tried")
        for base_url in self.mirrors.in_order(now):
            left = until - self.clock.now()
            if left <= 0:
                break

            try:
                return await self._on(base_url, request, decode, left)
            except Unreachable as error:
                failure = error

        if self.clock.now() >= by:
            raise DeadlineExceeded(f"the deadline passed before it could leave: {failure}")

        raise failure

    async def _on(
        self, base_url: str, request: HttpRequest, decode: Decode[Answer], left: float
    ) -> Answer:
        try:
            answer = await self._once(base_url, request, decode, left)
        except (Unreachable, OutcomeUnknown) as error:
            self.mirrors.failed(base_url, self.clock.now())
            log.warning("%s failed: %s", base_url, error, extra={"server": base_url})
            raise

        self.mirrors.worked(base_url)
        return answer

    async def _once(
        self, base_url: str, request: HttpRequest, decode: Decode[Answer], left: float
    ) -> Answer:
        try:
            reply = await self._open().exchange(base_url, request, seconds=left)
            return await _read(reply, decode)
        except SmsGateError:
            raise
        except Exception as exc:  # noqa: BLE001 - somebody broke their word: it may have left
            error = OutcomeUnknown(f"the exchange failed ({type(exc).__name__})")

        raise error

    async def aclose(self) -> None:
        """Wait for what is under way, about *timeout* at most, then close our own transport."""
        self._is_closed = True
        await self._wait(self.timeout)
        for task in self._under_way:
            task.cancel()

        await self._wait(_LAST_SECONDS)
        if self._own_transport:
            await self._own_transport.aclose()
            self._own_transport = None

    async def _wait(self, seconds: float) -> None:
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=seconds)


async def _read(reply: HttpReply, decode: Decode[Answer]) -> Answer:
    """Decode *reply*; after anything but a clean yes its connection is not used again."""
    try:
        return decode(reply)
    except Exception:
        if reply.hang_up:
            await reply.hang_up()

        raise
