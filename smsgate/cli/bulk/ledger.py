"""
The result file: what is about to be handed in, and what became of it.

Every line is given to the operating system at once, so it outlives a killed process. Before
messages are handed in, what says so is on the disk (fsync), so it outlives a power cut too;
an outcome is on the disk with the next of those, and what a power cut takes of them makes
rows unknown, never sent again.

Nobody else may write to it meanwhile: a later run would not know what this one had sent.
"""

import contextlib
import json
import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import Self

import attrs

from smsgate.cli.bulk.entries import (
    Entry,
    Result,
    Slip,
    decode,
    encode_ending,
    encode_handing_in,
    encode_head,
)
from smsgate.cli.bulk.rows import Row
from smsgate.cli.facts import Facts
from smsgate.errors import InvalidArgument, SmsGateError

_MODE = 0o600  # it names phones
_BLOCK = 1 << 16
_HEAD = b'{"smsgate": "bulk"'


@attrs.define(eq=False)
class Ledger:
    """A result file that is written to."""

    path: Path
    _file: FileIO
    _is_new: bool = attrs.field(default=False, kw_only=True)
    unwritten: deque[Facts] = attrs.field(init=False, factory=deque)  #: endings, if it is full
    is_spoiled: bool = attrs.field(init=False, default=False)  #: by somebody else
    is_removed: bool = attrs.field(init=False, default=False)  #: it had not even a first line
    _fault: str | None = attrs.field(init=False, default=None)  # once no line may follow
    _end: int = attrs.field(init=False)

    @_end.default
    def _find_end(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    @staticmethod
    def check_free(path: Path) -> None:
        """Raise `InvalidArgument` if `create` would: try it, before a person is asked anything."""
        if not path.parent.is_dir():
            raise InvalidArgument(f"{path}: there is no such folder")

        file, is_new = _open_new(path)
        with contextlib.closing(file):
            if is_new:  # Windows removes no open file: there an empty one stays
                with contextlib.suppress(OSError):
                    path.unlink()  # while it is locked: later it may be another run's

    @classmethod
    def create(cls, path: Path) -> Self:
        """
        Create the file; raises `InvalidArgument` if there is one that holds anything.

        An empty one may be what a run left that was broken off before it wrote a line.
        """
        file, is_new = _open_new(path)
        with contextlib.suppress(AttributeError, OSError):  # Windows has no such modes
            os.fchmod(file.fileno(), _MODE)

        with contextlib.suppress(OSError):  # Windows opens no directories
            _sync_folder(path)

        return cls(path, file, is_new=is_new)

    @classmethod
    def reopen(cls, path: Path) -> Self:
        """
        Open the file of an earlier run.

        A piece of a line at its end was being written when that run ended, and is taken off.
        """
        file = _open(path, 0)
        try:
            _check_head(path, file)
            _mend_end(path, file)
        except InvalidArgument:
            file.close()
            raise

        return cls(path, file)

    def entries(self) -> Iterator[Entry]:
        """Read the file from its beginning; raises `InvalidArgument` for a damaged one."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue

                try:
                    entry = decode(line)
                except ValueError:
                    raise InvalidArgument(
                        f"{self.path}: line {number} is damaged, or of no result file"
                    ) from None

                yield entry

    def begin(self, file: str, at: str) -> None:
        """
        Write that a run through *file* begins.

        Where that cannot be, a file that was created for it is removed: nobody could resume it.
        So it is where somebody presses Ctrl-C meanwhile.
        """
        try:
            self.write(encode_head(file, at))
        except (SmsGateError, KeyboardInterrupt):
            if self._is_new and not self.is_spoiled:
                with contextlib.suppress(OSError):
                    self.path.unlink()
                    self.is_removed = True

            raise

    def hand_in(self, slips: Sequence[Slip]) -> None:
        """Have it on the disk that the gateway is about to be given these."""
        self.flush()
        self.write(encode_handing_in(slips), is_synced=True)

    def settle(self, row: Row, mark: str | None, result: Result) -> None:
        """Write what became of *row*; if that cannot be, it is kept in ``unwritten``."""
        self.unwritten.append(encode_ending(row, mark, result))
        with contextlib.suppress(SmsGateError):
            self.flush()

    def flush(self) -> None:
        """Write what could not be written before."""
        while self.unwritten:
            self.write(self.unwritten[0])
            self.unwritten.popleft()

    def write(self, facts: Facts, *, is_synced: bool = False) -> None:
        """
        Write one line, to its last byte.

        When that cannot be, nothing of it stays, and an `SmsGateError` says why.
        """
        self._check_unchanged()
        if self._fault:  # what is torn has to stay the last, or nobody can read it
            raise SmsGateError(self._fault)

        line = json.dumps(facts).encode() + b"\n"
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]

            if is_synced:
                os.fsync(self._file.fileno())
        except OSError as error:
            self._fault = f"the result file cannot be written: {error.strerror}"
            failure = SmsGateError(self._fault)
            with contextlib.suppress(OSError):
                self._file.truncate(self._end)
                self._fault = None

            raise failure from None

        self._end += len(line)

    def _check_unchanged(self) -> None:
        """Find out that somebody saved another file in its place, or wrote to it."""
        is_ours = False
        with contextlib.suppress(OSError):
            ours = os.fstat(self._file.fileno())
            is_whole = ours.st_size == self._end or self._fault is not None
            is_ours = is_whole and os.path.samestat(ours, self.path.stat())

        if not is_ours:
            self.is_spoiled = True
            self._fault = "somebody else changed the result file while it was written to"

    def close(self) -> None:
        """Have all of it on the disk; to close it twice is no fault."""
        if self._file.closed:
            return

        with contextlib.suppress(OSError):  # each line has been written, or has told why not
            os.fsync(self._file.fileno())

        self._file.close()


def _check_head(path: Path, file: FileIO) -> None:
    """Raise `InvalidArgument` for what may be anything, and for what tells nothing."""
    head = file.read(len(_HEAD))
    if not _HEAD.startswith(head):
        raise InvalidArgument(f"{path} does not begin as a result file does")

    if not _end_of_last_line(file):
        raise InvalidArgument(
            f"{path} does not hold a whole line, so nobody knows what was sent: "
            "if nothing was, remove it and leave --resume out"
        )


def _mend_end(path: Path, file: FileIO) -> None:
    """Take off a piece of a line; a whole one only lacks its end, if there is room for that."""
    end = _end_of_last_line(file)
    file.seek(end)
    rest = file.read()
    try:
        if rest:
            decode(rest)
            file.write(b"\n")
    except ValueError:
        file.truncate(end)
    except OSError as error:
        raise InvalidArgument(f"{path}: {error.strerror}") from None


def _open(path: Path, flags: int) -> FileIO:
    try:
        file = FileIO(os.open(path, os.O_RDWR | os.O_APPEND | flags, _MODE), "r+")
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        hint = "; choose another name with --result" if flags else ""
        raise InvalidArgument(f"{path}: {error.strerror}{hint}") from None

    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise _not_a_file(path)

    if _is_locked_by_another(file):
        file.close()
        raise InvalidArgument(f"{path}: another run is writing to it")

    return file


def _open_new(path: Path) -> tuple[FileIO, bool]:
    """Create the file (true), or take over an empty one (false), unless another run has it."""
    if _find_left_behind(path) is None:
        return _open(path, os.O_CREAT | os.O_EXCL), True

    file = _open(path, 0)
    found = _find_left_behind(path)  # once more: until now others could write to it
    if found is None or not os.path.samestat(found, os.fstat(file.fileno())):
        file.close()
        raise _taken(path)

    return file, False


def _find_left_behind(path: Path) -> os.stat_result | None:
    """Look for an empty file of our own: with a link, or somebody else's, it is not ours."""
    with contextlib.suppress(OSError):
        found = path.lstat()
        owner = getattr(os, "geteuid", lambda: 0)()  # as Windows has it
        if stat.S_ISREG(found.st_mode) and not found.st_size and found.st_uid == owner:
            return found

    return None


def _not_a_file(path: Path) -> InvalidArgument:
    return InvalidArgument(f"{path}: it is no file that can be read again")


def _taken(path: Path) -> InvalidArgument:
    if os.path.lexists(path) and not path.is_file():
        return _not_a_file(path)

    return InvalidArgument(
        f"{path} is there already: go on with it by --resume, or choose another name with --result"
    )


def _is_locked_by_another(file: FileIO) -> bool:
    """Lock *file*: two runs with it would both send the rows that neither has sent yet."""
    with contextlib.suppress(ImportError, OSError):  # Windows, and some file systems, have none
        import fcntl  # noqa: PLC0415 - as said

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True

    return False


def _sync_folder(path: Path) -> None:
    """Have the file's name on the disk: without it the run would be begun again."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _end_of_last_line(file: FileIO) -> int:
    """Find where the last line that has an end ends."""
    place = file.seek(0, os.SEEK_END)
    while place:
        start = max(0, place - _BLOCK)
        file.seek(start)
        newline = file.read(place - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1

        place = start

    return 0
