"""
One account's line to its provider: so many requests at once, cut by their deadline alone.

A request runs in a task that the line owns. A caller who is cancelled stops waiting for
it; the exchange itself goes on to its end. That keeps the connection pool whole (httpx
0.28 loses a slot for each request cancelled in a crowd) and lets no message vanish
half-sent. Only its own deadline cuts an exchange: when a caller is told that the outcome
is unknown, nothing of it leaves any more, and its turn is free again. No cancel scope
stays open between calls, so a line may be opened in one task and closed in another.
"""

import asyncio
from collections.abc import Sequence

import attrs

from smsgate.errors import InvalidArgument, OutcomeUnknown, SmsGateError, Unreachable
from smsgate.policy.mirrors import exchange_on_mirrors
from smsgate.transport import Transport, open_transport
from smsgate.wire.http import HttpReply, HttpRequest

_LAST_SECONDS = 1.0  # for a cancelled exchange to let go of its connection


@attrs.define(kw_only=True, eq=False)
class Line:
    """
    Carries requests for one account.

    *timeout* is how many seconds an exchange may take, all mirrors together, once it has
    its turn. A transport handed in stays the caller's to close.
    """

    base_urls: Sequence[str]
    max_in_flight: int
    timeout: float
    transport: Transport | None = None
    _own_transport: Transport | None = attrs.field(init=False, default=None)
    _turns: asyncio.Semaphore = attrs.field(init=False)
    _under_way: set[asyncio.Task[HttpReply]] = attrs.field(init=False, factory=set)
    _is_closed: bool = attrs.field(init=False, default=False)
    _loop: asyncio.AbstractEventLoop | None = attrs.field(init=False, default=None)

    @_turns.default
    def _make_turns(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.max_in_flight)

    def open(self) -> Transport:
        """Return the transport, opening our own on first use."""
        if self._is_closed:
            raise Unreachable("the gateway is closed")

        if self.transport is not None:
            return self.transport

        if not self._own_transport:
            self._own_transport = open_transport(
                timeout=self.timeout,
                connect_timeout=self.timeout / (2 * len(self.base_urls) + 1),
                max_connections=self.max_in_flight,
            )

        return self._own_transport

    async def exchange(self, request: HttpRequest) -> HttpReply:
        """
        Wait for a turn, send *request*, and wait for the reply.

        Cancelled before its turn, nothing is sent. Raises `Unreachable` on proof that
        nothing left, and `OutcomeUnknown` when no answer came in time.
        """
        self._check_loop()
        await self._turns.acquire()
        if self._is_closed:
            self._turns.release()
            raise Unreachable("the gateway is closed")

        task = asyncio.create_task(self._finish(request))
        self._under_way.add(task)
        task.add_done_callback(self._end_turn)
        await asyncio.wait({task})
        if task.cancelled():
            raise OutcomeUnknown("the exchange was cut off before its answer came")

        return task.result()

    def _check_loop(self) -> None:
        """Refuse a second event loop: connections and turns are bound to the first."""
        loop = asyncio.get_running_loop()
        if self._loop is not None and self._loop is not loop:
            raise InvalidArgument("a gateway belongs to one event loop; open another in this one")

        self._loop = loop

    async def _finish(self, request: HttpRequest) -> HttpReply:
        deadline = asyncio.timeout(self.timeout)
        try:
            async with deadline:
                return await exchange_on_mirrors(self.open(), self.base_urls, request)
        except SmsGateError:
            raise
        except Exception as exc:  # noqa: BLE001 - a transport that breaks its word
            if deadline.expired():
                raise OutcomeUnknown(f"no answer within {self.timeout:g} seconds") from None

            raise OutcomeUnknown(f"the transport failed ({type(exc).__name__})") from None

    def _end_turn(self, task: asyncio.Task[HttpReply]) -> None:
        self._turns.release()
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # seen: nobody may be left to hear it

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
