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
from smsgate.cli.bulk.result_file import open_earlier, open_new, sync_name
from smsgate.cli.bulk.rows import Row
from smsgate.cli.facts import Facts
from smsgate.errors import InvalidArgument, SmsGateError


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

        file, is_new = open_new(path)
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
        file, is_new = open_new(path)
        sync_name(path)
        return cls(path, file, is_new=is_new)

    @classmethod
    def reopen(cls, path: Path) -> Self:
        """Open the file of an earlier run, to go on with it."""
        return cls(path, open_earlier(path))

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
