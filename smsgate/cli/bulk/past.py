"""
What earlier runs settled, and which rows of the file are therefore not sent again.

A row is known again by its phone and text. When every message that went out is found again
in the file, what else the file has for the same phone is new. When one is not found (the
template or the file was changed), nobody can tell which row it was; then no other row with
its phone, or with its own id, is sent. That may keep back too much, never send too much.
"""

from collections.abc import Iterable, Sequence, Set as AbstractSet
from itertools import chain

import attrs

from smsgate.cli.bulk.entries import ACCEPTED, NOT_SENT, Beginning, Ending, Entry, Slip
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld, fingerprint
from smsgate.message import Message

_CLOSED = Withheld(
    "AlreadySent", "an earlier run sent this recipient what is not in the file any more"
)


@attrs.frozen
class Past:
    """
    *settled* counts what is accepted or unknown, by mark; *lost* has no outcome yet.

    *unknown* is how many are unknown, with those that are lost. *file* is what the first run
    was begun for.
    """

    settled: dict[int, int] = attrs.field(factory=dict)
    lost: Sequence[Slip] = ()
    unknown: int = 0
    file: str = ""


def read_past(entries: Iterable[Entry]) -> Past:
    """Sum up a result file. What was handed in and has no outcome is unknown."""
    settled: dict[int, int] = {}
    under_way: dict[tuple[int, str], Slip] = {}
    unknown, file = 0, ""
    for entry in entries:
        match entry:
            case Ending(slip=slip, outcome=outcome):
                under_way.pop((slip.line, slip.mark), None)
                if outcome != NOT_SENT:
                    _count(settled, slip)
                    unknown += outcome != ACCEPTED
            case Beginning():
                file = file or entry.file
            case _:
                under_way.update({(slip.line, slip.mark): slip for slip in entry})

    for slip in under_way.values():
        _count(settled, slip)

    return Past(settled, list(under_way.values()), unknown + len(under_way), file)


def _count(settled: dict[int, int], slip: Slip) -> None:
    key = int(slip.mark, 16)
    settled[key] = settled.get(key, 0) + 1


@attrs.frozen
class Closed:
    """Who gets nothing more: phones, and own ids."""

    phones: AbstractSet[str] = frozenset()
    own_ids: AbstractSet[str] = frozenset()

    def has(self, row: Row) -> bool:
        """Whether *row* is for one of them."""
        return row.phone in self.phones or row.own_id in self.own_ids


def find_closed(entries: Iterable[Entry], missing: AbstractSet[int]) -> Closed:
    """Find whose messages are those with the marks *missing*, which the file has no more."""
    phones: set[str] = set()
    own_ids: set[str] = set()
    for slip in chain.from_iterable(map(_slips, entries)):
        if slip.mark and int(slip.mark, 16) in missing:
            phones.add(slip.phone)
            own_ids.update(filter(None, [slip.own_id]))

    return Closed(phones, own_ids)


def _slips(entry: Entry) -> Sequence[Slip]:
    match entry:
        case Ending(slip=slip):
            return [slip]
        case Beginning():
            return ()
        case _:
            return entry


@attrs.define
class Screen:
    """
    Looks at each row once, in order: is it there twice, was it sent by an earlier run?

    It remembers a number a row; that is all that grows with the file.
    """

    past: Past = attrs.field(factory=Past)
    closed: Closed = attrs.field(factory=Closed)
    allows_repeats: bool = False
    recognised: int = attrs.field(init=False, default=0)  #: rows that earlier runs settled
    _first: dict[int, int] = attrs.field(init=False, factory=dict)  # line, by mark
    _again: dict[int, int] = attrs.field(init=False, factory=dict)  # how often, if at all

    def look(self, row: Row) -> Row:
        """Give *row* back, without its message if that must not be sent."""
        if not isinstance(row.result, Message):
            return row

        key = int(fingerprint(row.result), 16)
        times = self._count(key, row.line)
        if times <= self.past.settled.get(key, 0):
            self.recognised += 1
            return row.withhold(SETTLED)

        if times > 1 and not self.allows_repeats:
            return row.withhold(Withheld("Repeated", f"it repeats line {self._first[key]}"))

        return row.withhold(_CLOSED) if self.closed.has(row) else row

    def _count(self, key: int, line: int) -> int:
        if self._first.setdefault(key, line) == line:
            return 1

        self._again[key] = self._again.get(key, 0) + 1
        return self._times(key)

    def _times(self, key: int) -> int:
        return self._again.get(key, 0) + (key in self._first)

    def missing(self) -> AbstractSet[int]:
        """Find the marks of what earlier runs settled and no row that was looked at has."""
        return {key for key, count in self.past.settled.items() if self._times(key) < count}
