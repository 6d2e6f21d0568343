"""What somebody asked for on the command line of ``smsgate bulk``."""

from collections.abc import Set as AbstractSet
from decimal import Decimal
from pathlib import Path

import attrs

from smsgate.cli.bulk.phones import PhoneBook
from smsgate.cli.bulk.records import column
from smsgate.cli.bulk.rows import Layout
from smsgate.cli.bulk.source import STDIN
from smsgate.cli.bulk.template import Template
from smsgate.errors import InvalidArgument

_PHONES = ("phone", "to")  # what the column of phones is called, if nobody says
_TEXT, _ID = "text", "id"


def _sum(_: object, field: "attrs.Attribute[Decimal | None]", amount: Decimal | None) -> None:
    if amount is not None and not (amount.is_finite() and amount >= 0):
        raise InvalidArgument(f"--{field.name.replace('_', '-')}: {amount} is no amount of money")


@attrs.frozen(kw_only=True)
class Order:
    """The options, as typed. Raises `InvalidArgument` for those that contradict each other."""

    file: str
    gateway: str | None = attrs.field(default=None, repr=False)
    phone: str | None = None
    text: str | None = attrs.field(default=None, repr=False)
    sender: str | None = None
    own_id: str | None = None
    country: str | None = None
    form: str | None = None
    charset: str | None = None
    delimiter: str | None = None
    result: str | None = None
    resume: str | None = None
    dry_run: bool = False
    part_price: Decimal | None = attrs.field(default=None, validator=_sum)
    max_cost: Decimal | None = attrs.field(default=None, validator=_sum)
    allow_repeats: bool = False
    allow_empty: bool = False
    strict: bool = False
    yes: bool = False
    is_json: bool = False

    def __attrs_post_init__(self) -> None:
        """Check what no field can check by itself."""
        if self.file.startswith("-") and self.file != STDIN:
            raise InvalidArgument(
                "FILE: it looks like an option; if it is none, write ./ before it"
            )

        if self.text == "":
            raise InvalidArgument("--text: it is empty; leave it out to send the column text")

        if self.resume is not None and self.dry_run:
            raise InvalidArgument("--dry-run and --resume: give one of them")

        if self.result is not None and self.resume is not None:
            raise InvalidArgument("--result and --resume: a resumed run goes on in its own file")

        if self.file == STDIN and not (self.yes or self.dry_run):
            raise InvalidArgument("- reads the rows from stdin, so nobody can be asked: add --yes")

    @property
    def result_path(self) -> Path:
        """Where the outcomes go."""
        file = "stdin" if self.file == STDIN else self.file
        return Path(self.resume or self.result or f"{file}.results.jsonl")

    def layout(self, columns: AbstractSet[str]) -> Layout:
        """Make the layout for a file with *columns*."""
        usual_phone = next((name for name in _PHONES if name in columns), _PHONES[0])
        usual_id = _ID if _ID in columns else None
        return Layout(
            phone=usual_phone if self.phone is None else column(self.phone),
            text=Template.of_column(_TEXT) if self.text is None else Template.parse(self.text),
            sender=None if self.sender is None else Template.parse(self.sender),
            own_id=usual_id if self.own_id is None else column(self.own_id),
            book=PhoneBook(self.country),
            allow_empty=self.allow_empty,
        )
