"""What is shown of the messages themselves, before anybody says yes."""

from pathlib import Path

import pytest
from cli.bulk.files import TEXT, write_rows
from cli.terminal import Terminal

from smsgate.cli.bulk import show
from smsgate.cli.bulk.preview import Preview
from smsgate.cli.bulk.rows import Row, Withheld
from smsgate.message import Message

BAD = Row(2, "", None, Withheld("InvalidMessage", "no phone"))


def row(line: int, phone: str, text: str) -> Row:
    """Make a row that is to be sent."""
    return Row(line, phone, None, Message(phone, text))


def shown(rows: list[Row]) -> list[str]:
    """Look at *rows*, as they come, and say what was seen."""
    preview = Preview()
    assert list(preview.watch(rows)) == rows
    return [line.plain for line in show.preview(preview, "utf-8-sig")]


def test_first_text_is_shown() -> None:
    """A wrong column, or a wrong charset, is seen by whoever reads one text."""
    rows = [BAD, row(3, "77011111111", "Анна,\nпривет"), row(4, "77011111112", "other")]

    assert shown(rows) == ["text     Анна, привет (line 3, read as utf-8)"]


def test_long_text_is_cut() -> None:
    """One line is enough, also where there is not one space in it."""
    assert shown([row(3, "77011111111", "x" * 200)]) == [
        f"text     {'x' * 59}… (line 3, read as utf-8)"
    ]


@pytest.mark.parametrize(("several", "says"), [(1, "1 phone gets"), (2, "2 phones get")])
def test_phones_that_get_several(several: int, says: str) -> None:
    """Most often they are in the file twice by mistake, with another spelling of a name."""
    rows = [row(n, f"7701111111{n % 3 % several}", f"text {n}") for n in range(6)]

    assert shown(rows)[1] == f"phones   {says} more than one text"


def test_nothing_to_show() -> None:
    """Where nothing will be sent there is no text."""
    assert shown([BAD]) == []


def test_text_is_where_somebody_looks(file: Path, dsn: str, terminal: Terminal) -> None:
    """A dry run is looked at; a log of a run that nobody is asked about needs no text."""
    write_rows(file, [("77011111111", "Анна"), ("77011111111", "Яна")])
    dry = terminal.run("bulk", str(file), *TEXT, "--dry-run").err
    hasty = terminal.run("bulk", str(file), *TEXT, "--yes").err

    assert "text     Анна, привет (line 2, read as utf-8)\n" in dry
    assert "phones   1 phone gets more than one text\n" in dry
    assert "привет" not in hasty
