"""The other end of a bulk: it takes batches, and answers when it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

import attrs

from smsgate import Message, Outcome, Receipt
from smsgate.policy.bulk import Bulk, all_at_once
from smsgate.policy.group import BatchSize
from smsgate.policy.sorter import Sorter
from smsgate.wire.codec import Result, letter_of


def letters(count: int, text: str = "x") -> list[Message]:
    """Write *count* messages, each to a phone of its own."""
    return [Message(f"7701{number:07}", text) for number in range(count)]


@attrs.define
class Desk:
    """Takes batches, and answers each when *is_open*: a receipt, or as *errors* say by text."""

    is_open: bool = True
    errors: dict[str, Exception] = attrs.field(factory=dict)
    taken: list[list[Message]] = attrs.field(init=False, factory=list)
    most: int = attrs.field(init=False, default=0)
    opened: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)
    _busy: int = attrs.field(init=False, default=0)

    async def hand_in(self, batch: Sequence[Message]) -> Sequence[Result]:
        """Answer for one batch."""
        self.taken.append(list(batch))
        self._busy += 1
        self.most = max(self.most, self._busy)
        try:
            await (asyncio.sleep(0) if self.is_open else self.opened.wait())
        finally:
            self._busy -= 1

        if error := self.errors.get(batch[0].text):
            raise error

        return [Receipt(gateway="desk", id="1", phone=message.phone) for message in batch]

    def bulk(
        self,
        messages: Iterable[Message] | AsyncIterator[Message],
        *,
        size: int = 3,
        at_once: int = 2,
        check: Callable[[Message], None] = lambda _: None,
    ) -> AsyncIterator[Outcome]:
        """Begin a run over this desk."""
        return Bulk(
            messages=messages,
            check=check,
            sorter=Sorter(letter_of, BatchSize(size)),
            deal=all_at_once(self.hand_in),
            at_once=at_once,
        ).outcomes()


async def collect(outcomes: AsyncIterator[Outcome], found: list[Outcome]) -> None:
    """Keep in *found* what became known before something broke."""
    async for outcome in outcomes:
        found.append(outcome)  # noqa: PERF401 - a comprehension would lose them
