"""What somebody asked for on the command line of ``smsgate bulk``."""

from collections.abc import Set as AbstractSet
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import attrs
from cyclopts import Parameter

from smsgate.cli.bulk.phones import PhoneBook
from smsgate.cli.bulk.records import column
from smsgate.cli.bulk.rows import Layout
from smsgate.cli.bulk.source import STDIN
from smsgate.cli.bulk.template import Template
from smsgate.cli.options import Dsn, Json, flag
from smsgate.errors import InvalidArgument
from smsgate.money import parse_price

_PHONES = ("phone", "to")  # what the column of phones is called, if nobody says
_TEXT = "text"


def _is_amount(_: object, field: "attrs.Attribute[Decimal | None]", amount: Decimal | None) -> None:
    if amount is not None and parse_price(amount) is None:
        raise InvalidArgument(f"--{field.name.replace('_', '-')}: {amount} is no amount of money")


@attrs.frozen
class Order:
    """
    The command line, as typed; the order is that of ``--help``.

    Raises `InvalidArgument` for options that contradict each other.
    """

    file: Annotated[
        str,
        Parameter(help="CSV with a header, or JSON lines; - is stdin.", allow_leading_hyphen=True),
    ]
    gateway: Dsn = attrs.field(default=None, repr=False, kw_only=True)
    text: Annotated[
        str | None, Parameter(help="Text with {column} in it, instead of the column text.")
    ] = attrs.field(default=None, repr=False, kw_only=True)
    phone: Annotated[str | None, Parameter(help="Column of the phones, if not phone or to.")] = (
        attrs.field(default=None, kw_only=True)
    )
    sender: Annotated[
        str | None,
        Parameter(
            help="Sender name, or {column}, instead of the DSN's.", allow_leading_hyphen=True
        ),
    ] = attrs.field(default=None, kw_only=True)
    own_id: Annotated[
        str | None, Parameter(name="--id", help="Column of your own references, if not id.")
    ] = attrs.field(default=None, kw_only=True)
    country: Annotated[
        str | None, Parameter(help="Whose the local numbers are: KZ, UA; needs [phones].")
    ] = attrs.field(default=None, kw_only=True)
    form: Annotated[
        Literal["csv", "jsonl"] | None, Parameter(name="--format", help="If it cannot be seen.")
    ] = attrs.field(default=None, kw_only=True)
    charset: Annotated[str | None, Parameter(help="Of the file, if it cannot be seen.")] = (
        attrs.field(default=None, kw_only=True)
    )
    delimiter: Annotated[str | None, Parameter(help="Between columns, if it cannot be seen.")] = (
        attrs.field(default=None, kw_only=True)
    )
    dry_run: Annotated[bool, flag("Tell parts and costs, and send nothing.")] = attrs.field(
        default=False, kw_only=True
    )
    part_price: Annotated[
        Decimal | None, Parameter(help="Price of a part, where the gateway tells none.")
    ] = attrs.field(default=None, validator=_is_amount, kw_only=True)
    max_cost: Annotated[
        Decimal | None, Parameter(help="Stop before this run costs more than that.")
    ] = attrs.field(default=None, validator=_is_amount, kw_only=True)
    result: Annotated[
        str | None, Parameter(help="Where the outcomes go, if not FILE.results.jsonl.")
    ] = attrs.field(default=None, kw_only=True)
    resume: Annotated[
        str | None, Parameter(help="Result file of an earlier run, to go on with.")
    ] = attrs.field(default=None, kw_only=True)
    strict: Annotated[bool, flag("Send nothing if any row is bad.")] = attrs.field(
        default=False, kw_only=True
    )
    allow_repeats: Annotated[bool, flag("Send the same text to the same phone again.")] = (
        attrs.field(default=False, kw_only=True)
    )
    allow_empty: Annotated[bool, flag("Let a {column} be empty.")] = attrs.field(
        default=False, kw_only=True
    )
    yes: Annotated[bool, flag("Do not ask.", "--yes", "-y")] = attrs.field(
        default=False, kw_only=True
    )
    is_json: Json = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Check what no field can check by itself."""
        if self.file.startswith("-") and self.file != STDIN:
            raise InvalidArgument(
                "FILE: it looks like an option; if it is none, write ./ before it"
            )

        if self.text is not None and not self.text.strip():
            raise InvalidArgument("--text: it is blank; leave it out to send the column text")

        if self.resume is not None and self.result not in {None, self.resume}:
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
        return Layout(
            phone=usual_phone if self.phone is None else column(self.phone),
            text=Template.of_column(_TEXT) if self.text is None else Template.parse(self.text),
            sender=None if self.sender is None else Template.parse(self.sender),
            own_id=None if self.own_id is None else column(self.own_id),
            book=PhoneBook(self.country and self.country.upper()),
            allow_empty=self.allow_empty,
        )
