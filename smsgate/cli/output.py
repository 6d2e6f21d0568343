"""
Where words go: results to stdout, everything said beside them to stderr.

Nothing that goes wrong here may change the exit code: by now a message may be accepted,
and "exit 1" would say that it was not.
"""

import contextlib
import errno
import io
import json
import os
import sys
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from smsgate.cli.facts import Facts


def forgive_charsets() -> None:
    """Let a terminal that lacks a character show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(result: RenderableType, *, is_prose: bool = False) -> None:
    """
    Write *result* to stdout, or to stderr when stdout takes nothing: a ref must not be lost.

    Once stdout has failed it is stderr, for all that follows.
    Prose breaks between words on a terminal; anything else is never broken.
    """
    try:
        _write(sys.stdout, result, is_prose=is_prose)
    except OSError as error:
        _silence(sys.stdout)
        if sys.stdout is not sys.stderr:
            say(Text(f"stdout cannot be written ({error.strerror}), so here is the result:"))
            sys.stdout = sys.stderr
            tell(result, is_prose=is_prose)


def tell_facts(facts: Facts) -> None:
    """Write *facts* to stdout as one line of JSON."""
    tell(Text(json.dumps(facts)))


def say(message: RenderableType, *, end: str = "\n") -> None:
    """Write *message* to stderr, if anybody listens."""
    try:
        _write(sys.stderr, message, is_prose=True, end=end)
    except OSError:
        _silence(sys.stderr)


def can_ask() -> bool:
    """Whether somebody sees stderr and can type on stdin."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask(question: Text) -> str:
    """
    Write *question* to stderr, and return the line that is typed after it on stdin.

    What is typed in another charset is no answer, nor what was typed before it was asked.
    """
    _forget_what_was_typed()
    say(question, end="")
    try:
        typed = sys.stdin.readline()
    except UnicodeError:  # whatever was meant by it
        return ""

    if not typed.endswith("\n"):  # Ctrl-D: the cursor is where the question ended
        say(Text())

    return typed.strip()


def _forget_what_was_typed() -> None:
    # Windows has no termios, and a stdin that is no terminal has nothing to be forgotten.
    with contextlib.suppress(ImportError, OSError):
        import termios  # noqa: PLC0415 - as said

        with contextlib.suppress(termios.error):
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def screen() -> Console | None:
    """Give a console to draw on, if stderr is a terminal; when that goes away nothing fails."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    lasting = _Lasting(sys.stderr)
    return Console(file=lasting, highlight=False, markup=False, emoji=False)  # type: ignore[arg-type]


class _Lasting:
    """A terminal, as rich needs it; what is written after its end is lost, and no error."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    @property
    def encoding(self) -> str:
        return self._terminal.encoding

    def isatty(self) -> bool:
        return self._terminal.isatty()

    def write(self, words: str, /) -> int:
        with contextlib.suppress(OSError):
            self._terminal.write(words)

        return len(words)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._terminal.flush()


def _write(
    stream: TextIO | None, words: RenderableType, *, is_prose: bool, end: str = "\n"
) -> None:
    """Write *words*; see `tell`."""
    if stream is None:  # closed before we began
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    is_whole = isinstance(words, Text) and not (is_prose and console.is_terminal)
    with console.capture() as captured:
        console.print(words, soft_wrap=is_whole, end=end)

    stream.write(captured.get())
    stream.flush()


def _silence(stream: TextIO | None) -> None:
    """Point *stream* at nothing, so that the interpreter's last flush does not fail too."""
    if stream is None:
        return

    with contextlib.suppress(OSError), Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), stream.fileno())
