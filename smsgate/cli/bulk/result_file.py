"""
Opening a result file: a new one, or that of an earlier run, and nobody else's meanwhile.

What is there already is never written over, and two runs never have the same file.
"""

import contextlib
import os
import stat
from io import FileIO
from pathlib import Path

from smsgate.cli.bulk.entries import decode
from smsgate.errors import InvalidArgument

_MODE = 0o600  # it names phones
_BLOCK = 1 << 16
_HEAD = b'{"smsgate": "bulk"'


def open_new(path: Path) -> tuple[FileIO, bool]:
    """
    Create the file (true), or take over an empty one (false), unless another run has it.

    Raises `InvalidArgument` for a file that holds anything.
    """
    is_new = _find_left_behind(path) is None
    file = _open(path, os.O_CREAT | os.O_EXCL) if is_new else _take_over(path)
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such modes
        os.fchmod(file.fileno(), _MODE)

    return file, is_new


def open_earlier(path: Path) -> FileIO:
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

    return file


def sync_name(path: Path) -> None:
    """Have the file's name on the disk: without it the run would be begun again."""
    with contextlib.suppress(OSError):  # Windows opens no directories
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


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


def _take_over(path: Path) -> FileIO:
    file = _open(path, 0)
    found = _find_left_behind(path)  # once more: until now others could write to it
    if found is None or not os.path.samestat(found, os.fstat(file.fileno())):
        file.close()
        raise _taken(path)

    return file


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
