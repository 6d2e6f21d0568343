"""Rows of the file as messages, and the rows of which none is made."""

import hashlib
from collections.abc import Callable, Mapping, Set as AbstractSet
from typing import Self

import attrs

from smsgate.cli.bulk.phones import PhoneBook
from smsgate.cli.bulk.records import Record
from smsgate.cli.bulk.template import Template
from smsgate.cli.words import advice_on
from smsgate.errors import (
    ContentRefused,
    InvalidArgument,
    InvalidMessage,
    RecipientRefused,
    SmsGateError,
)
from smsgate.message import Message

ITS_OWN_FAULT = (ContentRefused, InvalidMessage, RecipientRefused)  #: says nothing of the others
_ID = "id"  # the column of own ids, if nobody says
_LOOKED_FOR: Mapping[str, str] = {
    "phone": "phones are in the column phone or to, or where --phone says",
    "text": "texts are in the column text, or as --text says",
}


@attrs.frozen
class Withheld:
    """
    Why a row is not sent: a word for machines, and a sentence.

    A row that *is_as_good* as any may be sent by a later run, just as it is.
    """

    kind: str
    why: str
    is_as_good: bool = False
    advice: str = ""

    @classmethod
    def by(cls, error: SmsGateError, /) -> Self:
        """Say that *error* is why."""
        is_as_good = not isinstance(error, ITS_OWN_FAULT)
        return cls(type(error).__name__, str(error), is_as_good, advice_on(error))


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

    def checked(self, check: Callable[[Message], None]) -> "Row":
        """Give the same row, without its message if *check* raises `InvalidMessage`."""
        if not isinstance(self.result, Message):
            return self

        try:
            check(self.result)
        except InvalidMessage as error:
            return self.withhold(Withheld.by(error))

        return self


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
    own_id: str | None = None  #: None if no file has to have it: then it is in ``id``, if at all
    book: PhoneBook = attrs.field(factory=PhoneBook)
    allow_empty: bool = False

    @property
    def columns(self) -> AbstractSet[str]:
        """Every column that the file must have."""
        named = {self.phone} if self.own_id is None else {self.phone, self.own_id}
        return named | self.text.columns | (self.sender.columns if self.sender else set())

    def check(self, columns: AbstractSet[str]) -> None:
        """Raise `InvalidArgument` if a file of *columns* lacks one."""
        missing = sorted(self.columns - columns)
        if missing:
            names, known = ", ".join(map(repr, missing)), ", ".join(sorted(filter(None, columns)))
            hints = [f"; {_LOOKED_FOR[name]}" for name in missing if name in _LOOKED_FOR]
            raise InvalidArgument(
                f"the file has no column {names}; it has: {known}{''.join(hints)}"
            )

    def read(self, record: Record) -> Row:
        """Make the row of *record*."""
        phone = record.values.get(self.phone, "").strip()
        own_id = record.values.get(self.own_id or _ID, "").strip() or None
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
        if not text.strip():
            raise InvalidMessage("text: it is blank")

        sender = self.sender and self.sender.fill(record.values, allow_empty=True)
        return Message(self.book.read(phone), text, sender=sender or None, id=own_id)
