"""
What one login may do at once and within a minute, shared by all its gateways in a process.

The gateways of a login may live in several event loops, so turns are handed over by
threads' means; within a loop nothing blocks. First come, first served: nobody overtakes,
and nobody polls.
"""

import asyncio
import bisect
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeAlias

import attrs

from smsgate.wire.http import Rate


@attrs.define(eq=False)
class Turn:
    """The right to have one request under way; give it back once, or as often as you like."""

    _limits: "Limits"
    loop: asyncio.AbstractEventLoop

    def release(self) -> None:
        """Let the next one have it."""
        self._limits.end_turn(self)


@attrs.define(eq=False)
class _Waiter:
    """Somebody in the queue: wakes up in its own event loop."""

    most: int
    turn: Turn
    woken: asyncio.Future[None]

    def is_woken(self) -> bool:
        """Wake it; false if its event loop is no more."""
        try:
            self.turn.loop.call_soon_threadsafe(self._wake)
        except RuntimeError:
            return False

        return True

    def _wake(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)


_Queue: TypeAlias = OrderedDict[_Waiter, None]  # out of whose middle many may leave at once


@attrs.define(eq=False)
class Limits:
    """One login's turns, and what it has booked of its rates."""

    _taken: set[Turn] = attrs.field(init=False, factory=set, repr=False)
    _urgent: _Queue = attrs.field(init=False, factory=OrderedDict)
    _others: _Queue = attrs.field(init=False, factory=OrderedDict)
    _booked: OrderedDict[Rate, list[float]] = attrs.field(
        init=False, factory=OrderedDict, repr=False
    )
    _lock: threading.RLock = attrs.field(init=False, factory=threading.RLock)

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way, of an event loop that is still there."""
        return all(turn.loop.is_closed() for turn in tuple(self._taken))

    async def turn(self, most: int, *, is_urgent: bool = False) -> Turn:
        """
        Wait until fewer than *most* requests are under way, and nobody came before us.

        Who *is_urgent* goes before all who wait: he has sent, and has to know what became of it.
        """
        loop = asyncio.get_running_loop()
        turn = Turn(self, loop)
        with self._lock:
            if len(self._taken) >= most:
                self._take_back_lost()

            is_next = not self._urgent and (is_urgent or not self._others)
            if is_next and len(self._taken) < most:
                self._taken.add(turn)
                return turn

            waiter = _Waiter(most, turn, loop.create_future())
            queue = self._urgent if is_urgent else self._others
            queue[waiter] = None

        try:
            await waiter.woken
        except BaseException:  # cancelled, or its event loop is gone
            self._leave(waiter, queue)
            raise

        return turn

    def _take_back_lost(self) -> None:
        """
        Take back the turns of event loops that were closed: their tasks may never end.

        Nobody is told of a closed loop, so it is for the next one who comes to see.
        """
        lost = {turn for turn in tuple(self._taken) if turn.loop.is_closed()}
        if lost:
            self._taken -= lost
            self._admit()

    def _leave(self, waiter: _Waiter, queue: _Queue) -> None:
        """Leave the *queue*, or give back the turn that came too late."""
        with self._lock:
            queue.pop(waiter, None)  # unless it was passed over
            waiter.turn.release()

    def end_turn(self, turn: Turn) -> None:
        """End *turn*, if it is one still: see `Turn.release`."""
        with self._lock:
            self._taken.discard(turn)
            self._admit()

    def begin_anew(self) -> None:
        """Have no request under way, nobody waiting, and a lock that nobody holds."""
        self._lock = threading.RLock()
        self._taken.clear()
        self._urgent.clear()
        self._others.clear()

    def _admit(self) -> None:
        while queue := self._urgent or self._others:
            waiter = next(iter(queue))
            if len(self._taken) >= waiter.most:
                break

            del queue[waiter]
            if waiter.is_woken():
                self._taken.add(waiter.turn)

    def book(self, rates: Sequence[Rate], now: float) -> float:
        """
        Book the first moment at which a request that counts for *rates* may go.

        It is *now* or later. `unbook` it if the request does not go after all.
        """
        if not rates:
            return now

        with self._lock:
            self._forget(now)
            moment = max(now, *(self._next_moment(rate, now) for rate in rates))
            for rate in rates:
                bisect.insort(self._booked.setdefault(rate, []), moment)
                self._booked.move_to_end(rate)

            return moment

    def _forget(self, now: float) -> None:
        """Forget the rates, least recently used first, that nothing recent counts for."""
        while self._booked:
            rate, moments = next(iter(self._booked.items()))
            if moments and moments[-1] + rate.seconds > now:
                break

            del self._booked[rate]

    def _next_moment(self, rate: Rate, now: float) -> float:
        moments = self._booked.get(rate, [])
        del moments[: bisect.bisect_right(moments, now - rate.seconds)]
        return moments[-rate.most] + rate.seconds if len(moments) >= rate.most else now

    def unbook(self, rates: Sequence[Rate], moment: float) -> None:
        """Give back what `book` gave."""
        with self._lock:
            for rate in rates:
                moments = self._booked.get(rate, [])
                if moment in moments:  # it may be forgotten by now
                    moments.remove(moment)


_all: dict[str, Limits] = {}


def limits_of(login: str) -> Limits:
    """Find the limits of *login*: the same for everybody in this process."""
    name = hashlib.sha256(login.encode()).hexdigest()  # a login may be a secret token
    return _all.setdefault(name, Limits())  # atomic, so there is never a second one


def forget_limits() -> None:
    """Start afresh, as a new process does: for tests."""
    _all.clear()


def _begin_anew() -> None:
    """Take back every turn, in a forked process: it could not give back its parent's."""
    for limits in _all.values():
        limits.begin_anew()


_at_fork: Callable[..., None] = getattr(os, "register_at_fork", lambda **_: None)  # no Windows
_at_fork(after_in_child=_begin_anew)
