"""``list``: many personal texts in one request, and which texts may not ride in it."""

import pytest
from hypothesis import example, given, strategies as st

from smsgate import Message
from smsgate.providers.smsc.rows import Row, decode_rows, encode_texts, is_sure

SURE = st.text(min_size=1, max_size=60).map(lambda text: text.replace("\0", "-")).filter(is_sure)
BATCHES = st.lists(
    st.builds(Message, st.from_regex(r"\+?7[0-9]{10}", fullmatch=True), SURE),
    min_size=2,
    unique_by=lambda message: message.phone,
)


@pytest.mark.parametrize(
    "text",
    ["x", "Код: 12:30", "a, b; c", "one\ntwo\n\nthree", "ә😀€", "a\tb", "&list=7:x#", "x" * 1000],
)
def test_texts_that_ride(text: str) -> None:
    """Colons and commas are nothing special after the first colon; a line feed has its code."""
    assert is_sure(text)


@pytest.mark.parametrize(
    "text",
    [
        *(r"C:\new", "a\\", "Shop|79990000001:x", "a|b"),
        *("a\rb", "a\r\nb", "a\vb", "a\fb", "a\x1cb", "a\x1db", "a\x1eb", "a\x85b"),
        *("a\u2028b", "a\u2029b", " a", "a ", "\ta", "a\t", "\na", "a\n", "a\xa0", " ", "\n"),
        *("a\n" + "x" * 998, "x" * 1001),
    ],
)
def test_texts_that_go_alone(text: str) -> None:
    """What some server could split, trim, unescape, measure or take a sender from otherwise."""
    assert not is_sure(text)


def test_one_text_for_all_needs_no_rows() -> None:
    """It is written once, and any text can be."""
    batch = [Message("+77010000001", "a\\nb|c\r\n"), Message("77010000002", "a\\nb|c\r\n")]

    assert encode_texts(batch) == {"phones": "+77010000001,77010000002", "mes": "a\\nb|c\r\n"}


def test_a_row_for_each() -> None:
    """Phones travel as written; a line feed is a backslash and ``n``."""
    batch = [Message("+77010000001", "Код: 1\nТовар"), Message("77010000002", "Код: 2")]

    assert encode_texts(batch) == {"list": "+77010000001:Код: 1\\nТовар\n77010000002:Код: 2"}


@given(BATCHES)
@example([Message("77010000001", "7701:x"), Message("77010000002", "a\n77010000003:b")])
def test_rows_are_read_as_they_were_written(batch: list[Message]) -> None:
    """No text changes, and none makes a row or a recipient of its own."""
    form = encode_texts(batch)
    rows = [Row(form["phones"], form["mes"])] if "mes" in form else decode_rows(form["list"])

    assert [row.text for row in rows] == [m.text for m in batch][: len(rows)]
    assert [p for row in rows for p in row.phones.split(",")] == [m.to for m in batch]


@given(BATCHES)
@example([Message("77010000001", "a\nb"), Message("77010000002", "a:b")])
def test_no_server_can_read_rows_otherwise(batch: list[Message]) -> None:
    """Whatever ends a line for it, whether it trims, and where it looks for a sender."""
    rows = encode_texts(batch).get("list", "")

    assert rows.splitlines() == rows.split("\n")[: len(rows)]
    assert all(row == row.strip() for row in rows.split("\n"))
    assert "|" not in rows


@pytest.mark.parametrize(
    ("list_", "rows"),
    [
        ("7:a\n8:b", [Row("7", "a"), Row("8", "b")]),
        ("7:a\r\n\r\n8:b\n", [Row("7", "a"), Row("8", "b")]),
        ("7,8;9:a:b", [Row("7,8;9", "a:b")]),
        ("Shop|7:a|b", [Row("7", "a|b")]),
        ("Shop,5|7:a", [Row("7", "a")]),
        ("7:a\\nb", [Row("7", "a\nb")]),
        ("7", [Row("7", "")]),
        (":a", [Row("", "a")]),
        ("\n", []),
    ],
    ids=["two", "crlf", "several-phones", "sender", "zone", "line-feed", "bare", "nobody", "none"],
)
def test_what_the_other_end_reads(list_: str, rows: list[Row]) -> None:
    """More than we write: other clients send a sender, a zone, or several phones."""
    assert decode_rows(list_) == rows
