"""The file of rows: any kind of file, read as often as needed."""

import io
import os
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

import pytest

from smsgate.cli.bulk.records import read_jsonl
from smsgate.cli.bulk.source import Source, open_source
from smsgate.errors import InvalidArgument

CSV = "phone;text\n77011234567;Привет, Анна\n"
JSONL = '{"phone": "77011234567", "text": "Привет, Анна"}\n'
VALUES = {"phone": "77011234567", "text": "Привет, Анна"}


def read(
    name: str, charset: str | None = None, form: str | None = None, delimiter: str | None = None
) -> list[dict[str, str]]:
    """Read the file twice, as a run does."""
    with open_source(name, charset=charset, form=form, delimiter=delimiter) as source:
        once = list(source.records())
        again = list(source.records())

    assert once == again
    return [dict(record.values) for record in once]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("rows.csv", CSV.encode("utf-8-sig")),
        ("rows.CSV", CSV.encode("cp1251")),
        ("rows.csv", CSV.encode("utf-16")),
        ("rows.jsonl", JSONL.encode()),
        ("rows", f"\n  {JSONL}".encode()),
        ("rows.txt", CSV.encode()),
        ("rows.tsv", CSV.replace(";", "\t").encode()),
    ],
)
def test_shape_is_found(name: str, body: bytes, tmp_path: Path) -> None:
    """The suffix says what a file is, else its beginning does."""
    (tmp_path / name).write_bytes(body)

    assert read(str(tmp_path / name)) == [VALUES]


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize(("name", "body"), [("rows.csv", CSV), ("rows.jsonl", JSONL)])
def test_mark_is_no_part_of_the_first_name(
    charset: str, name: str, body: str, tmp_path: Path
) -> None:
    """Also where the charset that was named has no mark."""
    (tmp_path / name).write_bytes(f"\ufeff{body}".encode(charset))

    assert read(str(tmp_path / name), charset) == [VALUES]


def test_mark_within_is_a_character(tmp_path: Path) -> None:
    """Only the first of a file says anything of its bytes."""
    (tmp_path / "rows.csv").write_text("phone,text\n\ufeff1,x\n", "utf-8")

    assert read(str(tmp_path / "rows.csv")) == [{"phone": "\ufeff1", "text": "x"}]


@pytest.mark.parametrize("delimiter", [";", "semicolon"])
def test_what_is_said_is_believed(delimiter: str, tmp_path: Path) -> None:
    """A charset, a format and a delimiter that are given are not looked for."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(CSV.encode("koi8-r"))

    assert read(str(file), "koi8-r", "csv", delimiter) == [VALUES]


@pytest.mark.parametrize("delimiter", [";;", '"', "\n", "newline"])
def test_delimiter_is_one_character(delimiter: str, tmp_path: Path) -> None:
    """Anything else divides nothing."""
    (tmp_path / "rows.csv").write_text(CSV, encoding="utf-8")
    with pytest.raises(InvalidArgument, match="--delimiter"):
        read(str(tmp_path / "rows.csv"), delimiter=delimiter)


@pytest.mark.parametrize(
    ("body", "charset", "line"),
    [
        pytest.param(b"phone\n\xd0\x9f\n1\n\xff\n", None, "line 4", id="utf-8"),
        pytest.param(b"phone\n" + b"1\n" * 9000 + b"\x98\n", "cp1251", "line 9002", id="far-away"),
        pytest.param(b"phone\n1\n", "utf-16", "line 1 is not valid utf-16", id="no-mark"),
    ],
)
def test_bad_bytes_name_their_line(
    body: bytes, charset: str | None, line: str, tmp_path: Path
) -> None:
    """Nothing is replaced: the line is named, before anything is sent."""
    (tmp_path / "rows.csv").write_bytes(body)
    with pytest.raises(InvalidArgument, match=line):
        read(str(tmp_path / "rows.csv"), charset)


def test_stdin_is_spooled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be read only once is kept, so that it can be looked through first."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CSV.encode()), "ascii"))

    assert read("-") == [VALUES]


def test_pipe_is_spooled(tmp_path: Path) -> None:
    """A named pipe, too."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(JSONL, "utf-8"))
    writer.start()

    assert read(str(pipe)) == [VALUES]
    writer.join()


def test_no_room_to_spool(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told as what it is, before anything is sent."""
    monkeypatch.setattr(tempfile, "TemporaryFile", partial(Path("/dev/full").open, "w+b"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CSV.encode()), "ascii"))
    with pytest.raises(InvalidArgument, match="stdin cannot be put into a temporary file: No sp"):
        read("-")


def test_closed_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be read from what is not there."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InvalidArgument, match="stdin is closed"):
        read("-")


@pytest.mark.parametrize("name", ["absent.csv", ""])
def test_no_such_file(name: str, tmp_path: Path) -> None:
    """A file that is not there, and a folder, are usage errors."""
    with pytest.raises(InvalidArgument, match=r"No such file|Is a directory"):
        read(str(tmp_path / name))


def test_reading_may_end_early(tmp_path: Path) -> None:
    """Whoever looks at the first row alone leaves the file as it was."""
    (tmp_path / "rows.csv").write_text(CSV * 3, encoding="utf-8")
    with open_source(str(tmp_path / "rows.csv"), charset=None, form=None, delimiter=None) as source:
        records = source.records()
        next(records)

    records.close()


def test_file_that_is_not_the_same_any_more(tmp_path: Path) -> None:
    """What was checked has to be what is sent."""
    file = tmp_path / "rows.csv"
    file.write_text(CSV, encoding="utf-8")
    with open_source(str(file), charset=None, form=None, delimiter=None) as source:
        list(source.records())
        file.write_text(CSV * 2, encoding="utf-8")
        with pytest.raises(InvalidArgument, match="changed while it was read"):
            list(source.records())


def test_reading_stops_at_the_next_row_of_a_changed_file(tmp_path: Path) -> None:
    """Not at the end: rows that were read ahead are not given away any more."""
    file = tmp_path / "rows.csv"
    file.write_text(CSV + "77011234568;hello\n", encoding="utf-8")
    with open_source(str(file), charset=None, form=None, delimiter=None) as source:
        records = source.records()
        next(records)
        with file.open("a", encoding="utf-8") as editor:
            editor.write("77011234569;hello\n")
        with pytest.raises(InvalidArgument, match="changed while it was read"):
            next(records)


def test_file_that_cannot_be_read_on() -> None:
    """A disk that fails is told as what it is, and not as the result file's fault."""
    with open("/proc/self/mem", "rb", buffering=0) as file:  # noqa: PTH123 - it opens, and no more
        source = Source(file, "utf-8", read_jsonl)
        with pytest.raises(InvalidArgument, match="file of rows cannot be read: Input/output"):
            list(source.records())
