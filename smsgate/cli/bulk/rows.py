"""Rows of the file as messages, and the rows of which none is made."""

import hashlib
from collections.abc import Set as AbstractSet

import attrs

from smsgate.cli.bulk.phones import PhoneBook
from smsgate.cli.bulk.records import Record
from smsgate.cli.bulk.template import Template
from smsgate.errors import InvalidArgument, InvalidMessage
from smsgate.message import Message


@attrs.frozen
class Withheld:
    """Why the gateway is not given a row: a word for machines, and a sentence."""

    kind: str
    why: str


SETTLED = Withheld("Settled", "accepted, or unknown, in an earlier run")


@attrs.frozen
class Row:
    """
    One row: its line, its phone, its own id, and the message or why there is none.

    ``phone`` is as the message has it, or as the file has it where no message could be made.
    """

    line: int
    phone: str
    own_id: str | None
    result: Message | Withheld

    def withhold(self, reason: Withheld) -> "Row":
        """Give the same row without its message."""
        return attrs.evolve(self, result=reason)


def fingerprint(message: Message) -> str:
    """
    Make the mark by which a row is known again: 16 hex digits of its phone and text.

    Not of its line: files are sorted and edited between two runs.
    """
    said = f"{message.phone}\0{message.text}".encode()
    return hashlib.blake2b(said, digest_size=8).hexdigest()


@attrs.frozen(kw_only=True)
class Layout:
    """Which columns a message is made of."""

    phone: str
    text: Template
    sender: Template | None = None
    own_id: str | None = None
    book: PhoneBook = attrs.field(factory=PhoneBook)
    allow_empty: bool = False

    @property
    def columns(self) -> AbstractSet[str]:
        """Every column that the file must have."""
        named = {self.phone} if self.own_id is None else {self.phone, self.own_id}
        return named | self.text.columns | (self.sender.columns if self.sender else set())

    def check(self, columns: AbstractSet[str]) -> None:
        """Raise `InvalidArgument` if a file of *columns* lacks one."""
        missing = ", ".join(sorted(map(repr, self.columns - columns)))
        if missing:
            known = ", ".join(sorted(filter(None, columns)))
            raise InvalidArgument(f"the file has no column {missing}; it has: {known}")

    def read(self, record: Record) -> Row:
        """Make the row of *record*."""
        phone = record.values.get(self.phone, "").strip()
        own_id = record.values.get(self.own_id or "", "").strip() or None
        if record.fault:
            return Row(record.line, phone, own_id, Withheld("InvalidMessage", record.fault))

        try:
            message = self._message(record, own_id)
        except InvalidMessage as error:
            return Row(record.line, phone, own_id, Withheld("InvalidMessage", str(error)))

        return Row(record.line, message.phone, own_id, message)

    def _message(self, record: Record, own_id: str | None) -> Message:
        phone = record.values.get(self.phone, "")
        if not phone.strip():
            raise InvalidMessage(f"{self.phone!r} is empty: there is no phone")

        text = self.text.fill(record.values, allow_empty=self.allow_empty)
        sender = self.sender.fill(record.values, allow_empty=True) if self.sender else None
        return Message(self.book.read(phone), text, sender=sender or None, id=own_id)
