"""What a person should have seen of the messages before a yes: a text, and who gets several."""

from collections.abc import Iterable, Iterator

import attrs

from smsgate.cli.bulk.rows import Row
from smsgate.message import Message


@attrs.define
class Preview:
    """The *first* message, on which *line* it is, and how many phones get *several*."""

    first: Message | None = None
    line: int = 0
    several: int = 0

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Give *rows* back, having looked at each; a number a phone is held until the last one."""
        once, often = set[int](), set[int]()
        for row in rows:
            if isinstance(row.result, Message):
                if not once:
                    self.first, self.line = row.result, row.line

                key = hash(row.phone)
                (often if key in once else once).add(key)
                self.several = len(often)

            yield row
