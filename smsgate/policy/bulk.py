"""
Many messages, handed in by as many requests at once as the account allows.

What is held is bounded: the batches under way, those that fill up, and outcomes that
nobody has fetched yet. When the caller is slow to fetch, no more messages are taken; when
his messages are slow to come and a request is free, what is there goes as it is. Bad news
is told before anything more is handed in: he may decide by it that it is enough.
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
    Sequence,
)
from functools import partial

import attrs

from smsgate.errors import InvalidMessage, SmsGateError
from smsgate.message import Message
from smsgate.outcome import Accepted, Outcome, outcome_of
from smsgate.policy.results import HandIn, bug_of, error_of, hand_in_soundly
from smsgate.policy.sorter import Sorter
from smsgate.policy.source import LONGEST_TAKE, Source, source_of

_MOST_UNFETCHED = 1000  # outcomes

Tell = Callable[[Outcome], None]
Deal = Callable[
    [Sequence[Message], Tell], Awaitable[Sequence[Outcome]]
]  #: gives the outcomes that it has not told


def all_at_once(hand_in: HandIn) -> Deal:
    """Make a `Deal` of *hand_in*, which knows everything when it is done."""

    async def deal(batch: Sequence[Message], _: Tell) -> Sequence[Outcome]:
        return list(map(outcome_of, batch, await hand_in_soundly(hand_in, batch)))

    return deal


@attrs.define(kw_only=True, eq=False)
class Bulk:
    """
    One run through *messages*: each that is taken has exactly one outcome.

    *check* raises `InvalidMessage`; *deal* hands in a batch, *at_once* of them at the same
    time. It may tell outcomes as they are known; it gives the others, or raises theirs.
    """

    messages: Iterable[Message] | AsyncIterable[Message]
    sorter: Sorter
    deal: Deal
    at_once: int
    check: Callable[[Message], None] = lambda _: None
    _source: Source = attrs.field(init=False)
    _settled: deque[Outcome] = attrs.field(init=False, factory=deque)
    _bad_news: int = attrs.field(init=False, default=0)  # of what is settled
    _under_way: set[asyncio.Future[Sequence[Outcome]]] = attrs.field(init=False, factory=set)
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
                    yield self._fetch()
                    if not self._bad_news and self._launch():  # he need not be quick
                        await asyncio.sleep(0)
        finally:
            self._source.close()
            for task in self._under_way:
                task.cancel()  # it never begins, or is finished all the same

            await self._source.closed()

        failure = self._source.broken if self._bug is None else self._bug
        if failure is not None:  # one may be false
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
            batch, told = self.sorter.ready.popleft(), list[Outcome]()
            task = asyncio.ensure_future(self.deal(batch, partial(self._tell, told)))
            self._under_way.add(task)
            task.add_done_callback(partial(self._end, batch, told))
            return True

        return is_tired

    def _gather(self) -> bool:
        """
        Take messages until a batch is full; when none comes just now, what waits is one.

        True if it took too long: what is under way needs its turn, too.
        """
        until = time.monotonic() + LONGEST_TAKE
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
            self._settle([outcome_of(message, error)])
        else:
            self.sorter.put(message)

    def _tell(self, told: list[Outcome], outcome: Outcome) -> None:
        told.append(outcome)
        self._settle([outcome])
        self._news.set()

    def _end(
        self,
        batch: Sequence[Message],
        told: Sequence[Outcome],
        task: asyncio.Future[Sequence[Outcome]],
    ) -> None:
        self._under_way.discard(task)
        self._news.set()
        if task.cancelled() or task.exception():
            error, phones = error_of(task), {outcome.message.phone for outcome in told}
            untold = [message for message in batch if message.phone not in phones]
            self._settle([outcome_of(message, error.copy()) for message in untold])
        else:
            self._settle(task.result())

        if bug := bug_of(task):  # first settle the others
            self._bug = bug
            self._give_up_reading()

    def _give_up_reading(self) -> None:
        """Read no further, and hand in nothing that was only read."""
        self._source.close()
        while message := self._source.next():
            self._settle(
                [outcome_of(message, SmsGateError("not handed in: smsgate failed before"))]
            )

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        self._settled.extend(outcomes)
        self._bad_news += sum(not isinstance(outcome, Accepted) for outcome in outcomes)

    def _fetch(self) -> Outcome:
        outcome = self._settled.popleft()
        self._bad_news -= not isinstance(outcome, Accepted)
        return outcome
