"""Writing must not fail: by then a message may be accepted."""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest
from cli.terminal import use_tty
from rich.text import Text

from smsgate.cli.output import ask, forgive_charsets, say, tell, tell_facts

LONG = Text("smsc:77011234567:" + "0" * 100 + "  accepted  1 part")


@pytest.fixture
def broken_pipe() -> Iterator[TextIO]:
    """Give a stream that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        yield stream


def test_ref_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long ref stays one word on a terminal, so that it can be copied."""
    tty = use_tty(monkeypatch)
    tell(LONG)

    assert tty.getvalue() == f"{LONG.plain}\n"


def test_prose_breaks_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence is folded for a terminal, never in the middle of a word."""
    tty = use_tty(monkeypatch)
    say(Text("word " * 30))

    assert {word for line in tty.getvalue().splitlines() for word in line.split()} == {"word"}
    assert len(tty.getvalue().splitlines()) == 2


def test_prose_is_one_line_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no terminal is, a sentence is one line."""
    say(Text("word " * 30))

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_colours_only_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Escape sequences reach terminals that want them, and nothing else."""
    tell(Text("delivered", "green"))
    tty = use_tty(monkeypatch)
    tell(Text("delivered", "green"))
    monkeypatch.setenv("NO_COLOR", "1")
    tell(Text("delivered", "green"))

    assert capsys.readouterr().out == "delivered\n"
    assert tty.getvalue() == "\x1b[32mdelivered\x1b[0m\ndelivered\n"


def test_result_goes_elsewhere_when_stdout_is_gone(
    broken_pipe: TextIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ref that stdout does not take is told on stderr."""
    monkeypatch.setattr(sys, "stdout", broken_pipe)
    tell(LONG)

    said, result = capsys.readouterr().err.splitlines()
    assert said == "stdout cannot be written (Broken pipe), so here is the result:"
    assert result == LONG.plain


def test_all_that_follows_goes_elsewhere_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a result file has no room either, each line is the only word on a message."""
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        tell(LONG)
        tell_facts({"line": 2})
        tell_facts({"line": 3})

    assert capsys.readouterr().err.splitlines()[1:] == [LONG.plain, '{"line": 2}', '{"line": 3}']


def test_result_that_moved_is_never_broken(
    broken_pipe: TextIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of JSON is one line on a terminal as well: it is there to be copied."""
    tty = use_tty(monkeypatch)
    monkeypatch.setattr(sys, "stdout", broken_pipe)
    tell_facts({"line": "word " * 30})

    assert tty.getvalue().splitlines()[-1] == f'{{"line": "{"word " * 30}"}}'


def test_nobody_listens_anywhere(broken_pipe: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both gone nothing is left to be done, and nothing is raised."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", broken_pipe)
    tell(LONG)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    tell(LONG)


def test_nobody_listens(broken_pipe: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """With stderr gone as well there is nothing left to do, and nothing is raised."""
    monkeypatch.setattr(sys, "stderr", broken_pipe)
    say(LONG)


def test_result_goes_elsewhere_when_stdout_is_closed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stdout that was closed before we began loses no ref either."""
    monkeypatch.setattr(sys, "stdout", None)
    forgive_charsets()
    tell(LONG)

    assert capsys.readouterr().err.splitlines()[-1] == LONG.plain


def test_closed_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stderr that was closed before we began is left alone."""
    monkeypatch.setattr(sys, "stderr", None)
    forgive_charsets()
    say(LONG)


def test_poor_charset_shows_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character that a terminal lacks is shown as its code."""
    ascii_only = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", ascii_only)
    forgive_charsets()
    tell(Text("Код"))

    assert ascii_only.buffer.seek(0) == 0
    assert ascii_only.buffer.read() == rb"\u041a\u043e\u0434" + b"\n"


def test_answer_stands_beside_its_question(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor waits on the line of the question, and outer spaces are nobody's answer."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(" yes \nmore"))

    assert ask(Text("Send? ")) == "yes"
    assert capsys.readouterr().err == "Send? "


def test_answer_that_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes of another charset are no answer, and no fault of ours."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xe4\xe0\n"), "utf-8"))

    assert ask(Text("Send? ")) == ""


def test_question_that_nobody_can_read(
    broken_pipe: TextIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer may come all the same; it is what counts."""
    monkeypatch.setattr(sys, "stderr", broken_pipe)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    assert ask(Text("Send? ")) == ""
