"""
The file of rows: opened once, read as often as needed, never held in memory.

It is read twice: before anything is sent, so that a fault in its last line is told first,
and again to send. What comes from a pipe is put into a temporary file to make that possible.
"""

import contextlib
import io
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

import attrs

from smsgate.cli.bulk.charsets import check_charset, detect
from smsgate.cli.bulk.records import Record, detect_delimiter, read_csv, read_jsonl
from smsgate.errors import InvalidArgument

STDIN = "-"
_FORMATS: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_NAMED: Mapping[str, str] = {"tab": "\t", r"\t": "\t", "comma": ",", "semicolon": ";"}
_FIRST_LINE = 1 << 16  # characters of it
_BLANK = re.compile(r"\s*\Z")
_MARK = "\ufeff"  # of a byte order, where the charset that was named has only one

Reader: TypeAlias = Callable[[Iterator[str]], Generator[Record, None, None]]


@attrs.frozen
class Source:
    """Rows in *file*, which is in *charset* and understood by *reader*."""

    file: BinaryIO
    charset: str
    reader: Reader
    _state: tuple[int, int] = attrs.field(init=False)

    @_state.default
    def _first_state(self) -> tuple[int, int]:
        return _state_of(self.file)

    def records(self) -> Generator[Record, None, None]:
        """
        Read all of it from the beginning.

        Raises `InvalidArgument` where it cannot, and when it is not what was read before.
        """
        try:
            for record in self.reader(_lines(self.file, self.charset)):
                self.check_unchanged()
                yield record
        except InvalidArgument:
            self.check_unchanged()  # it explains whatever is wrong in there now
            raise
        except OSError as error:
            raise InvalidArgument(f"the file of rows cannot be read: {error.strerror}") from None

        self.check_unchanged()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, not even a header."""
        return not _start(self.file, self.charset)

    def check_unchanged(self) -> None:
        """Raise `InvalidArgument` if somebody wrote to the file since it was opened."""
        if _state_of(self.file) != self._state:
            raise InvalidArgument("the file was changed while it was read")


@contextlib.contextmanager
def open_source(
    name: str, *, charset: str | None, form: str | None, delimiter: str | None
) -> Iterator[Source]:
    """
    Open the file called *name*, ``-`` being stdin; what is not said about it is detected.

    Raises `InvalidArgument` for what cannot be read, or cannot be told.
    """
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(_open(name))
        known = check_charset(charset) if charset else detect(file)
        shape = form or _FORMATS.get(Path(name).suffix.lower()) or _sniff(_start(file, known))
        yield Source(file, known, _reader(shape, delimiter, file, known))


def _reader(form: str, delimiter: str | None, file: BinaryIO, charset: str) -> Reader:
    if form == "jsonl":
        return read_jsonl

    chosen = _NAMED.get(delimiter, delimiter) if delimiter else None
    if chosen is not None and (len(chosen) != 1 or chosen in '"\r\n'):
        raise InvalidArgument(
            f"--delimiter: {chosen!r} is none; give one character, or: comma, semicolon, tab"
        )

    return partial(read_csv, delimiter=chosen or detect_delimiter(_start(file, charset)))


def _sniff(start: str) -> str:
    return "jsonl" if start.lstrip().startswith("{") else "csv"


@contextlib.contextmanager
def _open(name: str) -> Iterator[BinaryIO]:
    if name == STDIN:
        if sys.stdin is None:
            raise InvalidArgument("stdin is closed")

        with _spooled(sys.stdin.buffer, "stdin") as file:
            yield file
        return

    try:
        opened = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise InvalidArgument(f"{name}: {error.strerror}") from None

    with opened:
        if stat.S_ISREG(Path(name).stat().st_mode):
            yield opened
            return

        with _spooled(opened, name) as file:
            yield file


@contextlib.contextmanager
def _spooled(pipe: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Put what comes from *pipe*, called *name*, into a file that nobody else sees."""
    with contextlib.ExitStack() as stack:
        try:
            with contextlib.ExitStack() as filling:
                file = filling.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(pipe, file)
                file.flush()
                stack.push(filling.pop_all())
        except OSError as error:  # to close a file for which there is no room fails as well
            raise InvalidArgument(
                f"{name} cannot be put into a temporary file: {error.strerror}"
            ) from None

        yield file.file if hasattr(file, "file") else file


def _state_of(file: BinaryIO) -> tuple[int, int]:
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns


def _start(file: BinaryIO, charset: str) -> str:
    """Give the first line that is not blank, as far as it matters."""
    lines = (line[:_FIRST_LINE] for line in _lines(file, charset))
    return next((line for line in lines if not _BLANK.fullmatch(line)), "")


def _lines(file: BinaryIO, charset: str) -> Iterator[str]:
    file.seek(0)
    text = io.TextIOWrapper(file, charset, newline="")
    bad = 1
    try:
        for words in text:
            yield words if bad > 1 else words.removeprefix(_MARK)
            bad += 1
    except UnicodeError as error:
        # Some charsets, on some Pythons, do not say where it broke off.
        read = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
        bad += read.count(b"\n")
        raise InvalidArgument(
            f"line {bad} is not valid {charset.removesuffix('-sig')}: mend it, "
            "or name the file's charset with --charset"
        ) from None
    finally:
        with contextlib.suppress(ValueError):  # when the file was closed before we were done
            text.detach()
