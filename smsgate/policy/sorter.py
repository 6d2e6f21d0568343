"""Messages in any order, sorted into batches: as few as can be while few are held. Pure."""

from collections import deque
from collections.abc import Hashable
from math import inf

import attrs

from smsgate.message import Message
from smsgate.policy.group import BatchSize, Group, Kind

_PATIENCE = 10  # batches' worth of other messages, which may come before a batch is full
_MOST_KINDS = 100  # that fill up side by side: of more there would be little of each


@attrs.define(eq=False)
class Sorter:
    """
    Sorts messages into batches, as few as it can while it holds a bounded number of them.

    Batches that are full, or had to make room, are in ``ready``.
    """

    kind: Kind
    size: BatchSize
    ready: deque[list[Message]] = attrs.field(init=False, factory=deque)
    _groups: dict[Hashable, Group] = attrs.field(init=False, factory=dict)  # oldest first
    _opened: dict[Hashable, int] = attrs.field(init=False, factory=dict)  # after so many messages
    _count: int = attrs.field(init=False, default=0)
    _overdue: float = attrs.field(init=False, default=inf)  # the count at which the oldest is

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at all."""
        return not self._groups and not self.ready

    def put(self, message: Message) -> None:
        """Sort *message* in."""
        kind = self.kind(message)
        self._count += 1
        if kind is None:
            self.ready.append([message])
        else:
            self._sort_in(kind, message)

        if self._count >= self._overdue or len(self._groups) > _MOST_KINDS:
            self.close_oldest()

    def _sort_in(self, kind: Hashable, message: Message) -> None:
        group = self._groups.get(kind)
        if group is None or not group.take(message):
            group = self._open(kind)
            group.take(message)

        if self.size.is_reached(group):
            self._close(kind)

    def _open(self, kind: Hashable) -> Group:
        if kind in self._groups:
            self._close(kind)

        self._opened[kind] = self._count
        self._groups[kind] = group = Group()
        self._look_ahead()
        return group

    def _look_ahead(self) -> None:
        """Find when the oldest group will have waited long enough."""
        oldest = next(iter(self._opened.values()), inf)
        self._overdue = oldest + self.size.most * _PATIENCE

    def close_oldest(self) -> None:
        """Let the group that has waited longest, if there is one, go as it is."""
        if self._groups:
            self._close(next(iter(self._groups)))

    def _close(self, kind: Hashable) -> None:
        del self._opened[kind]
        batch = list(self._groups.pop(kind).by_phone.values())
        most = self.size.most  # it may have become less since
        self._look_ahead()
        self.ready.extend(batch[start : start + most] for start in range(0, len(batch), most))
