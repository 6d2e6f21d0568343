"""At a terminal: somebody is asked, answers, and may lose patience."""

import contextlib
import io
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli.bulk.files import TEXT, sent, write_campaign
from cli.terminal import Terminal, Tty, command

from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.source import Source
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.exits import Exit
from smsgate.errors import Unreachable
from smsgate.money import Quote
from smsgate.providers.smsc.gateway import SmscGateway
from smsgate.simulator import Simulator

pytestmark = pytest.mark.usefixtures("dsn")


def test_on_a_real_terminal(file: Path, simulator: Simulator) -> None:
    """
    Somebody is asked, having seen what it costs, says yes, and watches.

    What was typed before the question was meant for something else.
    """
    master, slave = pty.openpty()
    with subprocess.Popen(
        command("bulk", str(file), *TEXT, "--part-price", "5"),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(slave)
        os.write(master, b"n\n")  # before anything was asked
        screen = _read_to(master, "[y/N] ")
        os.write(master, b"y\n")
        screen += _read_to(master)

    os.close(master)

    assert process.returncode == Exit.NOT_SENT
    assert "10 at the price of a part" in screen
    assert "Send 2 messages?" in screen
    assert " of 5" in screen
    assert "2 accepted" in screen
    assert len(sent(simulator)) == 2


def _read_to(descriptor: int, last: str = "") -> str:
    """Read to the words *last*, or until the other side is gone."""
    screen = b""
    with contextlib.suppress(OSError):
        while block := os.read(descriptor, 65536):
            screen += block
            if last and screen.endswith(last.encode()):
                break

    return screen.decode()


def answer(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sit down at a terminal of the plainest kind and type *words*."""
    sit_down(Tty(words), monkeypatch)


def sit_down(keyboard: Tty, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a terminal on stdin and on stderr."""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "stdin", keyboard)
    monkeypatch.setattr(sys.stderr, "isatty", keyboard.isatty)


@pytest.mark.parametrize("words", ["y\n", "ДА\n"])
def test_yes(
    words: str,
    file: Path,
    simulator: Simulator,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever is asked can say yes in his own words."""
    answer(words, monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT)

    assert screen.err.endswith("Send 2 messages? [y/N] ")
    assert "cost     not asked; --dry-run does" in screen.err
    assert len(sent(simulator)) == 2


@pytest.mark.parametrize("words", ["n\n", "\n", "yep\n"])
def test_anything_but_yes_is_no(
    words: str,
    file: Path,
    simulator: Simulator,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is sent, and nothing is written."""
    answer(words, monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT)

    assert (screen.code, screen.out) == (Exit.NOT_SENT, "")
    assert screen.err.endswith("Send 2 messages? [y/N] nothing was sent\n")
    assert sent(simulator) == []
    assert not Path(f"{file}.results.jsonl").exists()


def test_end_of_input_is_no(
    file: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-D is a no as well; the terminal has written no newline for it."""
    answer("", monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT)

    assert screen.err.endswith("Send 2 messages? [y/N] \nnothing was sent\n")
    assert sent(simulator) == []


def test_price_of_ones_own(file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the provider need not be asked."""
    answer("n\n", monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT, "--part-price", "5")

    assert "10 at the price of a part" in screen.err


def test_cap_is_asked_for_first(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a cap every price is known before anybody is asked."""
    answer("n\n", monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT, "--max-cost", "6.40")

    assert "cost     6.40 as quoted" in screen.err


def test_question_that_nobody_would_see(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When stderr goes into a file, the question would: nobody is left waiting for nothing."""
    answer("y\n", monkeypatch)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    screen = terminal.run("bulk", str(file), *TEXT)

    assert screen.code == Exit.USAGE
    assert "nobody can be asked: add --yes" in screen.err


def test_answer_in_another_charset(
    file: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was meant, it was no yes."""
    sit_down(Foreign(), monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT)

    assert screen.code == Exit.NOT_SENT
    assert screen.err.endswith("nothing was sent\n")
    assert sent(simulator) == []


class Foreign(Tty):
    """A terminal at which somebody types what is no UTF-8."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Fail to read it."""
        return b"\xe4\xe0\n".decode()


class Impatient(Tty):
    """A terminal at which somebody presses Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Be interrupted."""
        raise KeyboardInterrupt


def test_interrupt_at_the_question(
    file: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent yet: exit code 130."""
    sit_down(Impatient(), monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT)

    assert screen.code == Exit.STOPPED
    assert sent(simulator) == []


def test_run_that_is_given_up(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The summary comes all the same; what was handed in is unknown."""

    def give_up(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Tally, "count", give_up)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.UNKNOWN
    assert "stopped: given up before every answer came" in screen.out


@pytest.fixture
def no_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gateway fail before it has asked anybody."""

    async def quote(*_: object) -> Quote:
        raise Unreachable("no connection")

    monkeypatch.setattr(SmscGateway, "quote", quote)


@pytest.mark.usefixtures("no_quotes")
def test_prices_that_cannot_be_had(file: Path, terminal: Terminal) -> None:
    """A dry run and a cap cannot do without; all others are not concerned."""
    dry = terminal.run("bulk", str(file), *TEXT, "--dry-run")
    capped = terminal.run("bulk", str(file), *TEXT, "--yes", "--max-cost", "9")
    free = terminal.run("bulk", str(file), *TEXT, "--yes")

    said = "no answer: no connection; nothing left this machine; nothing was sent\n"
    assert dry.err == capped.err == said
    assert (dry.code, capped.code) == (Exit.NOT_SENT, Exit.NOT_SENT)
    assert free.out.startswith("2 accepted")


class Interrupted(io.StringIO):
    """A stdout that is interrupted while the summary is written to it."""

    def write(self, words: str, /) -> int:
        """Write, while somebody presses Ctrl-C and closes the terminal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.raise_signal(number)

        return super().write(words)


def test_summary_cannot_be_interrupted(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is over: nothing is left to be stopped, and how it ended has to be told."""
    stdout = Interrupted()
    monkeypatch.setattr(sys, "stdout", stdout)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.NOT_SENT
    assert stdout.getvalue().startswith("2 accepted · 3 not sent · 0 unknown\n")
    assert "cannot be sent as written" in stdout.getvalue()


def test_run_that_is_interrupted_at_its_beginning(
    tmp_path: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told like any other, whatever is pressed then; no file that says nothing stays."""
    file = write_campaign(tmp_path / "clients.csv", 1)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "write", fail)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.STOPPED
    assert "was not begun: the same command begins it anew" in screen.out
    assert not Path(f"{file}.results.jsonl").exists()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert sent(simulator) == []


def test_run_that_is_interrupted_at_its_end(
    tmp_path: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every outcome is known and written down: nothing was given up."""
    file = write_campaign(tmp_path / "clients.csv", 3)

    def interrupt(_: Source) -> None:
        if sent(simulator):
            raise KeyboardInterrupt

    monkeypatch.setattr(Source, "check_unchanged", interrupt)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.OK
    assert "every outcome is in" in screen.out
    assert len(sent(simulator)) == 3
