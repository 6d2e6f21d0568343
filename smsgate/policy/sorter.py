"""
What shares a request: messages of one kind, to phones that differ. Pure.

Phones differ by their last digits: a provider may take 8 701 and 7 701 for the same.
"""

from collections import deque
from collections.abc import Callable, Hashable

import attrs

from smsgate.message import Message, local_part

Kind = Callable[[Message], Hashable | None]  #: None goes alone

_PATIENCE = 10  # batches' worth of other messages, which may come before a batch is full
_MOST_KINDS = 100  # that fill up side by side: of more there would be little of each
_MOST_CHARACTERS = 50_000  # of one request: about 100 KB, or 300 KB as a form


@attrs.define(eq=False)
class BatchSize:
    """How many messages may share a request: as set, or less once that was refused."""

    most: int

    def was_too_much(self, enough: int) -> None:
        """Take no more than *enough* from now on."""
        self.most = min(self.most, enough)

    def is_reached(self, count: int, characters: int) -> bool:
        """Whether *count* messages of so many *characters* are a full request."""
        return count >= self.most or characters >= _MOST_CHARACTERS


@attrs.define(eq=False)
class _Group:
    """Messages of one kind, by phone."""

    opened: int  # after so many messages of all kinds
    by_phone: dict[str, Message] = attrs.field(init=False, factory=dict)
    characters: int = attrs.field(init=False, default=0)

    def put(self, phone: str, message: Message) -> None:
        self.by_phone[phone] = message
        self.characters += len(message.text)


@attrs.define(eq=False)
class Sorter:
    """
    Sorts messages into batches, as few as it can while it holds a bounded number of them.

    Batches that are full, or had to make room, are in ``ready``.
    """

    kind: Kind
    size: BatchSize
    ready: deque[list[Message]] = attrs.field(init=False, factory=deque)
    _groups: dict[Hashable, _Group] = attrs.field(init=False, factory=dict)  # oldest first
    _count: int = attrs.field(init=False, default=0)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at all."""
        return not self._groups and not self.ready

    def put(self, message: Message) -> None:
        """Sort *message* in."""
        kind, phone = self.kind(message), local_part(message.phone)
        self._count += 1
        if kind is None:
            self.ready.append([message])
            return

        group = self._groups.get(kind)
        if group and phone in group.by_phone:
            self._close(kind)
            group = None

        if not group:
            group = self._groups[kind] = _Group(self._count)

        group.put(phone, message)
        if self.size.is_reached(len(group.by_phone), group.characters):
            self._close(kind)

        oldest = next(iter(self._groups.values()), group)
        has_waited = self._count - oldest.opened >= self.size.most * _PATIENCE
        if has_waited or len(self._groups) > _MOST_KINDS:
            self.close_oldest()

    def close_oldest(self) -> None:
        """Let the group that has waited longest, if there is one, go as it is."""
        if self._groups:
            self._close(next(iter(self._groups)))

    def _close(self, kind: Hashable) -> None:
        batch = list(self._groups.pop(kind).by_phone.values())
        most = self.size.most  # it may have become less since
        self.ready.extend(batch[start : start + most] for start in range(0, len(batch), most))
