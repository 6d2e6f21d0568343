"""What a gateway was given and has not told of yet: not everybody's gateway keeps its promises."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import attrs

from smsgate.message import Message

_MOST_TOLD = 1000  # messages; who says a thing twice most often says it at once


@attrs.define(eq=False)
class Ledger:
    """Notes messages as they are given, by phone; equal ones may be given more than once."""

    _owed: dict[str, deque[Message]] = attrs.field(init=False, factory=dict)
    _told: dict[Message, None] = attrs.field(init=False, factory=dict)  # the latest

    def note(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Give *messages*, and note each."""
        for message in messages:
            self._owed.setdefault(message.phone, deque()).append(message)
            yield message

    def owed(self, message: Message) -> Message | None:
        """
        Find what was given as *message* and not told of yet.

        A gateway that changes messages on the way tells of changed ones. Which is meant is
        certain while all that the phone is owed is equal, and this was not told before.
        """
        owed = self._owed.get(message.phone)
        if not owed:
            return None

        if message in owed:
            return owed[owed.index(message)]

        is_certain = owed.count(owed[0]) == len(owed) and message not in self._told
        return owed[0] if is_certain else None

    def settle(self, message: Message, told: Message) -> None:
        """Strike *message* off: it was told of, as *told*."""
        owed = self._owed[message.phone]
        owed.remove(message)
        if not owed:
            del self._owed[message.phone]  # there may be millions

        self._told[told] = None
        if len(self._told) > _MOST_TOLD:
            del self._told[next(iter(self._told))]

    def left(self) -> Sequence[Message]:
        """List what was not told of."""
        return list(chain.from_iterable(self._owed.values()))

    def close(self) -> None:
        """Raise `RuntimeError` if anything was not told of."""
        if self._owed:
            raise RuntimeError("a gateway's send_many forgot a message")
