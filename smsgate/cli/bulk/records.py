"""
What a file holds, row by row: CSV with a header, or JSON lines.

A row that makes no sense by itself is a record with a fault, and the next one is read. A
file that cannot be trusted from some line on (a quote that never ends) is an
`InvalidArgument`, which names the line.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import attrs

from smsgate.cli.words import counted
from smsgate.errors import InvalidArgument

DELIMITERS = (",", ";", "\t")
# Excel's first line, which is no header; a spreadsheet saves it in quotes, or as wide as a row.
_SEP = re.compile(r"""\s*("?)sep=([^\r\n"\0])\1""", re.IGNORECASE)


@attrs.frozen
class Record:
    """One row: its first line in the file, its values by column, or what is wrong with it."""

    line: int
    values: Mapping[str, str]
    fault: str | None = None


def column(name: str) -> str:
    """Write the name of a column as it is compared: as it looks, without case and outer spaces."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def detect_delimiter(header: str) -> str:
    """
    Find what stands between the names in *header*; raises `InvalidArgument` in doubt.

    Excel's ``sep=;`` in its place says it.
    """
    said = _said_by_excel(header)
    if said:
        return said

    counts = {delimiter: _count_columns(header, delimiter) for delimiter in DELIMITERS}
    most = max(counts.values())
    likely = [delimiter for delimiter, count in counts.items() if count == most]
    if most > 1 and len(likely) > 1:
        raise InvalidArgument(
            "what stands between the columns cannot be told: name it with --delimiter"
        )

    return likely[0]


def _said_by_excel(line: str) -> str | None:
    """Read ``sep=;``, after which nothing may stand but more of what it says."""
    found = _SEP.match(line)
    if found and not line[found.end() :].rstrip().strip(found[2]):
        return found[2]

    return None


def _count_columns(header: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=delimiter), []))
    except csv.Error:
        return 0


def read_csv(lines: Iterable[str], delimiter: str) -> Generator[Record, None, None]:
    """Read CSV whose first row names the columns. Blank rows are left out, and ``sep=;``."""
    rest = iter(lines)
    reader = csv.reader(chain(_beginning(rest), rest), delimiter=delimiter, strict=True)
    header: Sequence[str] = ()
    start = 1
    try:
        for fields in reader:
            is_blank = not any(field.strip() for field in fields)
            if not is_blank and not header:
                header = _header(fields)
            elif not is_blank:
                yield _record(start, header, fields)

            start = reader.line_num + 1
    except csv.Error as error:
        raise InvalidArgument(f"line {start}: {error}") from None


def _beginning(lines: Iterator[str]) -> Iterator[str]:
    """Give the lines up to the first that is not blank, and a blank one in place of ``sep=;``."""
    for line in lines:
        yield "\n" if _said_by_excel(line) else line
        if line.strip():
            return


def _header(fields: Sequence[str]) -> Sequence[str]:
    names = [column(field) for field in fields]
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise InvalidArgument(f"the header names more than once: {', '.join(sorted(twice))}")

    return names


def _record(line: int, header: Sequence[str], fields: Sequence[str]) -> Record:
    if len(fields) != len(header):
        has = counted(len(fields), "field")
        return Record(line, {}, f"it has {has}, the header has {len(header)}")

    return Record(line, dict(zip(header, fields, strict=True)))


def read_jsonl(lines: Iterable[str]) -> Generator[Record, None, None]:
    """Read JSON lines: an object a line. Numbers stay as they are written."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _parsed(number, line)


def _parsed(number: int, line: str) -> Record:
    try:
        found: object = json.loads(
            line, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError):
        return Record(number, {}, "it is not valid JSON")

    if not isinstance(found, tuple):  # of pairs: an array is a list
        return Record(number, {}, "it is not a JSON object")

    pairs = [(column(name), _text(value)) for name, value in found]
    values = {name: value for name, value in pairs if value is not None}
    if len(dict(pairs)) != len(pairs):
        return Record(number, {}, "two of its names are equal, or differ by nothing but case")

    return Record(number, values)


def _text(value: object) -> str | None:
    """Write a JSON value as text; lists and objects have none."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return None
