"""At a terminal: somebody is asked, answers, and may lose patience."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from cli.bulk.files import TEXT, sent, write_campaign
from cli.terminal import PASSWORD, Terminal, Tty, command

from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.exits import Exit
from smsgate.errors import Unreachable
from smsgate.money import Quote
from smsgate.providers.smsc.gateway import SmscGateway
from smsgate.simulator import Simulator

pytestmark = pytest.mark.usefixtures("dsn")


def test_on_a_real_terminal(file: Path, simulator: Simulator) -> None:
    """Somebody is asked, having seen what it costs, says yes, and watches."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        command("bulk", str(file), *TEXT),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(slave)
        os.write(master, b"y\n")
        screen = b"".join(iter(lambda: _read(master), b"")).decode()

    os.close(master)

    assert process.returncode == Exit.NOT_SENT
    assert "6.40 as quoted" in screen
    assert "Send 2 messages?" in screen
    assert " of 5" in screen
    assert "2 accepted" in screen
    assert len(sent(simulator)) == 2


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other side is gone
        return b""


def answer(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sit down at a terminal and type *words*."""
    monkeypatch.setattr(sys, "stdin", Tty(words))


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
    assert "6.40 as quoted" in screen.err
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


def test_price_that_nobody_tells(
    file: Path, dsn: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is asked all the same, and says why the cost is not known."""
    answer("n\n", monkeypatch)
    wrong = dsn.replace("demo:demo", f"demo:{PASSWORD}")
    screen = terminal.run("bulk", str(file), *TEXT, "--gateway", wrong)

    assert "not known: smsc: authorise error" in screen.err


def test_price_of_ones_own(file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the provider need not be asked."""
    answer("n\n", monkeypatch)
    screen = terminal.run("bulk", str(file), *TEXT, "--part-price", "5")

    assert "10 at the price of a part" in screen.err


def test_many_prices_are_not_asked_for(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits at a question for thousands of prices; a dry run tells them."""
    answer("n\n", monkeypatch)
    screen = terminal.run("bulk", str(write_campaign(tmp_path / "clients.csv", 5001)), *TEXT)

    assert "not asked; --dry-run does" in screen.err


class Impatient(Tty):
    """A terminal at which somebody presses Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Be interrupted."""
        raise KeyboardInterrupt


def test_interrupt_at_the_question(
    file: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent yet: exit code 130."""
    monkeypatch.setattr(sys, "stdin", Impatient())
    screen = terminal.run("bulk", str(file), *TEXT)

    assert screen.code == Exit.STOPPED
    assert sent(simulator) == []


def test_run_that_is_given_up(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The summary comes all the same; what was handed in is unknown."""

    def give_up(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "hand_in", give_up)
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
def test_prices_that_cannot_be_had(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run and a cap cannot do without; somebody who is asked can."""
    dry = terminal.run("bulk", str(file), *TEXT, "--dry-run")
    capped = terminal.run("bulk", str(file), *TEXT, "--yes", "--max-cost", "9")
    answer("n\n", monkeypatch)
    asked = terminal.run("bulk", str(file), *TEXT)

    assert dry.err == capped.err == "no answer: no connection; nothing left this machine\n"
    assert (dry.code, capped.code) == (Exit.NOT_SENT, Exit.NOT_SENT)
    assert "cost     not known: no connection" in asked.err
