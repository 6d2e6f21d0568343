"""
Many messages, handed in by as many requests at once as the account allows.

What is held is bounded: the batches under way, those that fill up, and outcomes that
nobody has fetched yet. When the caller is slow to fetch, no more messages are taken; when
his messages are slow to come and a request is free, what is there goes as it is.
"""

import asyncio
import time
from collections import deque
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Sequence,
)

import attrs

from smsgate.errors import InvalidMessage, SmsGateError
from smsgate.message import Message
from smsgate.outcome import Outcome, outcome_of
from smsgate.policy.sorter import Sorter
from smsgate.policy.source import Source, source_of
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

_MOST_UNFETCHED = 1000  # outcomes
_LONGEST_TAKE = 0.02  # seconds of an iterable's own work before others have their turn


@attrs.define(kw_only=True, eq=False)
class Bulk:
    """
    One run through *messages*: each that is taken has exactly one outcome.

    *check* raises `InvalidMessage`; *hand_in* gives one result a message of a batch, or
    raises that of all of them, for *at_once* batches at the same time.
    """

    messages: Iterable[Message] | AsyncIterable[Message]
    sorter: Sorter
    hand_in: Callable[[Sequence[Message]], Awaitable[Sequence[Result]]]
    at_once: int
    check: Callable[[Message], None] = lambda _: None
    _source: Source = attrs.field(init=False)
    _settled: deque[Outcome] = attrs.field(init=False, factory=deque)
    _under_way: set[asyncio.Task[None]] = attrs.field(init=False, factory=set)
    _news: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)
    _bug: BaseException | None = attrs.field(init=False, default=None)

    async def outcomes(self) -> AsyncIterator[Outcome]:
        """Yield what became of each message as it is known; raise what broke, if anything did."""
        self._source = source_of(self.messages, self._news.set)
        try:
            while not self._is_over():
                self._news.clear()
                while not self._settled and self._launch():  # noqa: ASYNC110 - it lets others go
                    await asyncio.sleep(0)  # each leaves before the next is written

                if not self._settled and not self._is_over():
                    await self._news.wait()

                while self._settled:
                    yield self._settled.popleft()
        finally:
            self._source.close()
            for task in self._under_way:
                task.cancel()  # it never begins, or is finished all the same

        if failure := self._bug or self._source.broken:
            raise failure

    def _is_over(self) -> bool:
        is_idle = not self._under_way and not self._settled
        return is_idle and self._source.is_over and self.sorter.is_empty

    def _launch(self) -> bool:
        """Hand in one more batch, if there is room; false when there is nothing to do here."""
        if len(self._under_way) >= self.at_once:
            return False

        is_tired = self._gather()
        if self.sorter.ready:
            task = asyncio.create_task(self._settle(self.sorter.ready.popleft()))
            self._under_way.add(task)
            task.add_done_callback(self._end)
            return True

        return is_tired

    def _gather(self) -> bool:
        """
        Take messages until a batch is full; when none comes just now, what waits is one.

        True if it took too long: what is under way needs its turn, too.
        """
        until = time.monotonic() + _LONGEST_TAKE
        while not self.sorter.ready and len(self._settled) < _MOST_UNFETCHED:
            message = self._source.next()
            if message is None:
                self.sorter.close_oldest()
                break

            self._take(message)
            if time.monotonic() > until:
                return True

        return False

    def _take(self, message: Message) -> None:
        try:
            self.check(message)
        except InvalidMessage as error:
            self._settled.append(outcome_of(message, error))
        else:
            self.sorter.put(message)

    async def _settle(self, batch: Sequence[Message]) -> None:
        try:
            results = await self.hand_in(batch)
        except SmsGateError as error:
            results = [error] * len(batch)

        self._settled.extend(map(outcome_of, batch, _each_his_own(results)))

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._news.set()
        if not task.cancelled() and task.exception():  # a bug: first settle what was taken
            self._bug = task.exception()
            self._source.close()


def _each_his_own(results: Sequence[Result]) -> Iterator[Result]:
    """Copy errors: several messages may share one, and whoever raises it adds to it."""
    return (r if isinstance(r, Receipt) else r.copy() for r in results)
