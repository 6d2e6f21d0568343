"""
Batches that were refused as a whole, handed in again by parts: nobody suffers for another.

A gateway that never took anybody may refuse what all have in common, such as a sender
name. Then one batch finds out for the others, which wait until it is done, or until
somebody is taken.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic

import attrs

from smsgate.errors import Refused, SmsGateError
from smsgate.message import Message
from smsgate.policy.clock import Clock, within
from smsgate.policy.group import BatchSize
from smsgate.policy.halves import Search, Taken
from smsgate.wire.codec import has_taken

_AS_LONG = 5 / 4  # times the longest taken: texts of one campaign differ in length by chance
TryPart = Callable[[Sequence[Message]], Awaitable[Sequence[Taken | SmsGateError] | None]]


@attrs.define(eq=False)
class Searches(Generic[Taken]):
    """
    The searches of one gateway, and what its answers have shown so far.

    *size* learns how many messages were too many: never of a request with no more messages
    than one that was taken, and not much longer than one in bytes.
    """

    clock: Clock
    size: BatchSize
    _most_taken: int = attrs.field(init=False, default=0)  # messages, with anybody taken
    _longest_taken: int = attrs.field(init=False, default=0)  # bytes
    _vain: Hashable = attrs.field(init=False, default=None)  # what nobody escaped the last time
    _count: int = attrs.field(init=False, default=0)  # that are under way
    _news: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)

    def learn(self, results: Sequence[Taken | SmsGateError], length: int) -> None:
        """
        Take note of the answer to a request of *length* bytes.

        Once somebody is taken, no refusal is meant for all.
        """
        if has_taken(results):
            self._most_taken = max(self._most_taken, len(results))
            self._longest_taken = max(self._longest_taken, length)
            self._vain = None
            self._news.set()

    async def run(
        self,
        batch: Sequence[Message],
        refusal: Refused,
        try_part: TryPart[Taken],
        *,
        length: int,
        until: float,
    ) -> Search[Taken]:
        """
        Look for whoever in *batch* is to blame for *refusal*; begin before the moment *until*.

        *length* is that of the request, in bytes. *try_part* tries a part, and gives None when
        there is no more time for it.
        """
        try:
            await self._my_turn(until)
        except TimeoutError:
            return Search(batch, refusal)

        self._count += 1
        try:
            search = await self._search(batch, refusal, try_part)
        finally:
            self._count -= 1
            self._news.set()

        is_longest = length > self._longest_taken * _AS_LONG
        is_largest = len(batch) > self._most_taken or is_longest
        if search.right_size and is_largest:
            self.size.was_too_much(search.right_size)

        return search

    async def _my_turn(self, until: float) -> None:
        async with within(self.clock, until):
            while self._count and not self._most_taken:
                self._news.clear()
                await self._news.wait()

    async def _search(
        self, batch: Sequence[Message], refusal: Refused, try_part: TryPart[Taken]
    ) -> Search[Taken]:
        said = type(refusal), refusal.code
        search = Search[Taken](batch, refusal, is_doubtful=said == self._vain)
        while not _is_cut_off() and (part := search.next_part()):
            results = await try_part(batch[part.start : part.stop])
            if results is None:
                break

            search.learn(part, results)

        if search.was_in_vain:
            self._vain = said

        return search


def _is_cut_off() -> bool:
    """Whether the task was cancelled: then what it was about is told, and nothing more begun."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
