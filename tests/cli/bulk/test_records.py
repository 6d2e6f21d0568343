"""Rows of CSV and JSON lines: read exactly, or told apart as bad."""

import csv
import io
import json

import pytest
from hypothesis import given, strategies as st

from smsgate.cli.bulk.records import Record, column, detect_delimiter, read_csv, read_jsonl
from smsgate.errors import InvalidArgument

VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def from_csv(text: str, delimiter: str = ",") -> list[Record]:
    """Read *text* as the lines of a file."""
    return list(read_csv(io.StringIO(text, newline=""), delimiter))


def from_jsonl(text: str) -> list[Record]:
    """Read *text* as the lines of a file."""
    return list(read_jsonl(io.StringIO(text, newline="")))


@given(
    st.lists(st.tuples(VALUES, VALUES).filter(lambda row: "".join(row).strip()), max_size=5),
    st.sampled_from([",", ";", "\t"]),
)
def test_csv_keeps_every_character(rows: list[tuple[str, str]], delimiter: str) -> None:
    """Quotes, delimiters and newlines inside a value are the value's."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("phone", "text"), *rows])

    read = from_csv(file.getvalue(), delimiter)

    assert [(record.values["phone"], record.values["text"]) for record in read] == rows


def test_line_is_where_a_row_begins() -> None:
    """A value with newlines in it does not shift the numbers; blank lines count."""
    read = from_csv('phone,text\n1,"a\nb"\n\n2,c\n,\n  \n3,d\n')

    assert [record.line for record in read] == [2, 5, 8]


def test_columns_are_compared_without_case_and_spaces() -> None:
    """A header is typed by people."""
    assert from_csv(" Phone ,TEXT\n1,a\n") == [Record(2, {"phone": "1", "text": "a"})]


def test_columns_are_compared_as_they_look() -> None:
    """A Mac writes one character as two, and nobody can see which."""
    assert from_csv("\u0438\u0306,a\n1,b\n") == [Record(2, {"\u0439": "1", "a": "b"})]
    assert from_jsonl('{"\u0438\u0306": "1"}') == [Record(1, {"\u0439": "1"})]


@pytest.mark.parametrize(
    "first", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n', "sep=;;;;\r\n", '"sep=;";;\n', "sep=; \n"]
)
def test_delimiter_as_excel_says_it(first: str) -> None:
    """The line is no header, and what it says is believed."""
    assert detect_delimiter(first) == ";"
    assert from_csv(f"{first}phone;a,b,c\n1;x\n", ";") == [Record(3, {"phone": "1", "a,b,c": "x"})]


def test_delimiter_below_blank_lines() -> None:
    """What is found there is dropped there, and nowhere below."""
    rows = from_csv("\r\n \nsep=;\nphone;text\nsep=;\n1;x\n", ";")

    assert rows == [
        Record(5, {"phone": "sep=", "text": ""}),
        Record(6, {"phone": "1", "text": "x"}),
    ]


@pytest.mark.parametrize(
    "first", ["sep=\r\n", "sep=\r", 'sep="\n', "sep=\0\n", "sep=;,,\n", "sep=;;x\n"]
)
def test_what_excel_never_says(first: str) -> None:
    """It is a header like any other, and no delimiter is taken from it that none can be."""
    assert detect_delimiter(first) in {",", ";"}
    assert list(read_csv([first], "|")) == []


def test_tab_as_excel_says_it() -> None:
    """It is blank itself, and there may be many of it."""
    assert detect_delimiter("sep=\t\t\t\r\n") == "\t"


def test_row_of_another_length_is_bad() -> None:
    """A delimiter in an unquoted text would move everything after it: the row is not sent."""
    bad, good = from_csv("phone,text\n1,hello, you\n2,b\n")

    assert bad == Record(2, {}, "it has 3 fields, the header has 2")
    assert good.fault is None
    assert [one.fault for one in from_csv("phone,text\n1\n")] == [
        "it has 1 field, the header has 2",
    ]


def test_column_named_twice() -> None:
    """Nobody can say which of the two is meant."""
    with pytest.raises(InvalidArgument, match="more than once: phone"):
        from_csv("phone,Phone,text\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('phone,text\n1,a\n2,"never ends\n3,c\n', "line 3", id="quote-never-ends"),
        pytest.param('phone,text\n1,"a" b\n', "line 2", id="text-after-a-quote"),
    ],
)
def test_what_cannot_be_trusted_names_the_line(text: str, line: str) -> None:
    """From there on rows could be anything, so the whole file is refused."""
    with pytest.raises(InvalidArgument, match=line):
        from_csv(text)


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("phone,text", ","),
        ("phone;text;name, first", ";"),
        ("phone\ttext", "\t"),
        ('"phone, mobile";text', ";"),
        ("phone", ","),
        ("", ","),
        ("a\nb", ","),
    ],
)
def test_delimiter_shows_in_the_header(header: str, delimiter: str) -> None:
    """What divides the header into the most columns divides the rows."""
    assert detect_delimiter(header) == delimiter


def test_delimiter_in_doubt_is_asked_for() -> None:
    """Two that divide it equally well are a question."""
    with pytest.raises(InvalidArgument, match="--delimiter"):
        detect_delimiter("phone,text;name")


def test_json_values_as_they_are_written() -> None:
    """A phone written as a number, and a price, keep each digit."""
    line = '{"phone": 77011234567, "sum": 10.50, "who": null, "vip": true, "not": false}'
    [record] = from_jsonl(f"\n{line}\n")

    assert record == Record(
        2, {"phone": "77011234567", "sum": "10.50", "who": "", "vip": "true", "not": "false"}
    )


def test_json_values_that_are_no_text() -> None:
    """Lists and objects have no place in a text, so the row does not have them."""
    [record] = from_jsonl('{"phone": "1", "tags": [1], "more": {}}')

    assert record.values == {"phone": "1"}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "it is not valid JSON"),
        ("[" * 100_000, "it is not valid JSON"),
        ("[1]", "it is not a JSON object"),
        ('{"a": "1", "A": "2"}', "two of its names are equal, or differ by nothing but case"),
        ('{"a": "1", "a": "2"}', "two of its names are equal, or differ by nothing but case"),
    ],
)
def test_bad_json_line_is_one_bad_row(line: str, fault: str) -> None:
    """The lines after it are read."""
    assert from_jsonl(f'{line}\n{{"phone": "1"}}\n') == [
        Record(1, {}, fault),
        Record(2, {"phone": "1"}),
    ]


@given(st.dictionaries(VALUES.map(column), VALUES, max_size=4))
def test_json_keeps_every_character(row: dict[str, str]) -> None:
    """What was written is what is read."""
    [record] = from_jsonl(json.dumps(row))

    assert record.fault or record.values == row


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but `InvalidArgument` ever comes out of a strange file."""
    assert all(isinstance(record, Record) for record in from_jsonl(text))
    try:
        from_csv(text)
        detect_delimiter(text)
    except InvalidArgument:
        pass
