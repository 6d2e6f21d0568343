"""A person at the command line, and what they see."""

import io
import json
import sys
from collections.abc import Sequence

import attrs
import pytest

from smsgate.cli import main

PASSWORD = "hunter2"
TEXT = "Код 1234, никому не говорите"
PHONE = "+77011234567"
PRIVATE = (PASSWORD, TEXT, "никому", "Traceback")


class Tty(io.StringIO):
    """A terminal, 80 columns wide."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def use_tty(monkeypatch: pytest.MonkeyPatch) -> Tty:
    """Put a terminal on stdout and stderr; pytest takes both back after a fixture."""
    tty = Tty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stdout", tty)
    monkeypatch.setattr(sys, "stderr", tty)
    return tty


@attrs.frozen
class Screen:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> list[dict[str, object]]:
        """What ``--json`` printed."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def all(self) -> str:
        """Everything there is to see."""
        return self.out + self.err


@attrs.frozen
class Terminal:
    """Runs commands in this process. Nothing private may ever appear."""

    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Screen:
        """Run ``smsgate`` with *arguments*."""
        with pytest.raises(SystemExit) as stop:
            main(arguments)

        captured = self.capsys.readouterr()
        screen = Screen(int(stop.value.code or 0), captured.out, captured.err)
        assert [word for word in PRIVATE if word in screen.all] == []
        return screen


def command(*arguments: str) -> Sequence[str]:
    """Write the command line that runs ``smsgate`` in a process of its own."""
    # A shell that starts us in the background has children ignore Ctrl-C: undo that.
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from smsgate.cli import main; main()"
    )
    return (sys.executable, "-c", program, *arguments)
