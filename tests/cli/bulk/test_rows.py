"""Rows as messages: what is made of a record, and what is not."""

import attrs
import pytest
from hypothesis import given, strategies as st

from smsgate.cli.bulk.records import Record
from smsgate.cli.bulk.rows import Layout, Withheld, fingerprint
from smsgate.cli.bulk.template import Template
from smsgate.errors import InvalidArgument, InvalidMessage
from smsgate.message import Message

LAYOUT = Layout(
    phone="phone",
    text=Template.parse("Dear {name}"),
    sender=Template.parse("{brand}"),
    own_id="id",
)
VALUES = {"phone": "+7 701 1234567", "name": "Anna", "brand": "SHOP", "id": "7"}


def test_row_becomes_a_message() -> None:
    """Phone, text, sender and own id come from the columns."""
    row = LAYOUT.read(Record(2, VALUES))

    assert row.result == Message("+77011234567", "Dear Anna", sender="SHOP", id="7")
    assert (row.line, row.phone, row.own_id) == (2, "77011234567", "7")


def test_empty_sender_and_id_are_none() -> None:
    """Then the gateway's own sender does."""
    row = LAYOUT.read(Record(2, {**VALUES, "brand": "", "id": " "}))

    assert row.result == Message("+77011234567", "Dear Anna")
    assert row.own_id is None


def test_an_id_that_only_some_have() -> None:
    """JSON lines need not be alike: one without an id is no reason to lose the others'."""
    layout = attrs.evolve(LAYOUT, own_id=None)

    assert layout.read(Record(2, VALUES)).own_id == "7"
    assert layout.read(Record(3, {**VALUES, "id": ""})).own_id is None


def test_what_the_gateway_cannot_carry() -> None:
    """It is known before anybody is asked whether to send."""

    def check(message: Message) -> None:
        if message.text == "Dear Anna":
            raise InvalidMessage("no Annas")

    row = LAYOUT.read(Record(2, VALUES))
    other = LAYOUT.read(Record(3, {**VALUES, "name": "Olga"}))

    assert row.checked(check).result == Withheld("InvalidMessage", "no Annas")
    assert other.checked(check) == other
    assert row.withhold(Withheld("Repeated", "twice")).checked(check).result != row.result


@pytest.mark.parametrize(
    ("record", "says"),
    [
        pytest.param(Record(3, {}, "it is torn"), "it is torn", id="bad-record"),
        pytest.param(Record(3, {**VALUES, "phone": " "}), "there is no phone", id="no-phone"),
        pytest.param(Record(3, {"name": "Anna"}), "there is no phone", id="no-such-key"),
        pytest.param(Record(3, {**VALUES, "phone": "12"}), "7 to 15 digits", id="short-phone"),
        pytest.param(Record(3, {**VALUES, "name": ""}), "'name' is empty", id="empty-value"),
        pytest.param(Record(3, {**VALUES, "brand": "x" * 16}), "sender: ", id="long-sender"),
    ],
)
def test_bad_row_keeps_its_reason(record: Record, says: str) -> None:
    """A row of which no message can be made is withheld, and the next one is read."""
    row = LAYOUT.read(record)

    assert isinstance(row.result, Withheld)
    assert row.result.kind == "InvalidMessage"
    assert says in row.result.why
    assert row.line == 3


def test_text_that_comes_out_blank() -> None:
    """A phone that rings for nothing helps nobody, whatever may be empty."""
    layout = attrs.evolve(LAYOUT, text=Template.parse("{name} {id}"), allow_empty=True)
    row = layout.read(Record(3, {**VALUES, "name": "", "id": ""}))

    assert row.result == Withheld("InvalidMessage", "text: it is blank")


def test_phone_of_a_bad_row_is_as_written() -> None:
    """So that it can be found in the file."""
    assert LAYOUT.read(Record(3, {**VALUES, "phone": " 8-701 "})).phone == "8-701"


def test_missing_column_is_told_at_once() -> None:
    """Every column that is needed is looked for before anything is sent."""
    LAYOUT.check(VALUES.keys())
    with pytest.raises(InvalidArgument, match=r"no column 'brand', 'name'; it has: id, phone$"):
        LAYOUT.check({"phone", "id", ""})

    plain = attrs.evolve(LAYOUT, sender=None, own_id=None)

    assert plain.columns == {"phone", "name"}


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_mark_tells_texts_apart(text: str) -> None:
    """The same phone and text have the same mark, however the phone was written."""
    try:
        marks = {fingerprint(Message(to, text)) for to in ("+77011234567", "77011234567")}
    except ValueError:
        return

    assert len(marks) == 1
    assert marks != {fingerprint(Message("77011234567", f"{text}!"))}
