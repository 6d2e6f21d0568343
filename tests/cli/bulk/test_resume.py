"""``smsgate bulk --resume``: the rest is sent, and nobody gets anything twice."""

import io
import sys
from pathlib import Path

import pytest
from cli.bulk.files import TEXT, kinds, outcomes, sent, write_campaign, write_rows
from cli.terminal import PASSWORD, Terminal

from smsgate.cli.exits import Exit
from smsgate.simulator import Simulator

pytestmark = pytest.mark.usefixtures("dsn")


def test_resume_sends_the_rest(
    file: Path, results: Path, simulator: Simulator, terminal: Terminal
) -> None:
    """The same rows with a country and --allow-empty: now the others are sent, too."""
    terminal.run("bulk", str(file), *TEXT, "--yes")
    again = ("--country", "KZ", "--allow-empty", "--resume", str(results))
    screen = terminal.run("bulk", str(file), *TEXT, "--yes", *again)

    assert screen.out.startswith("2 accepted · 1 not sent · 0 unknown · 2 settled earlier\n")
    assert len(set(sent(simulator))) == len(sent(simulator)) == 4
    assert outcomes(results) == {"accepted": 4, "not sent": 1}


def test_resume_with_another_text(
    file: Path, results: Path, simulator: Simulator, terminal: Terminal
) -> None:
    """Who has a message of this campaign does not get it in other words."""
    terminal.run("bulk", str(file), *TEXT, "--yes")
    again = ("--text", "Hello {name}", "--country", "KZ", "--yes", "--resume", str(results))
    screen = terminal.run("bulk", str(file), *again)

    assert screen.code == Exit.NOT_SENT
    assert [text for _, text in sent(simulator) if "Hello" in text] == ["Hello Борис"]
    assert kinds(results)["AlreadySent"] >= 2


def test_nothing_is_left_to_send(tmp_path: Path, simulator: Simulator, terminal: Terminal) -> None:
    """Then nobody is asked, and everything is as it should be."""
    file = write_campaign(tmp_path / "clients.csv", 3)
    terminal.run("bulk", str(file), *TEXT, "--yes")
    resume = ("--resume", f"{file}.results.jsonl", "--yes")
    screen = terminal.run("bulk", str(file), *TEXT, *resume)

    assert (screen.code, len(sent(simulator))) == (Exit.OK, 3)
    assert screen.out.startswith("0 accepted · 0 not sent · 0 unknown · 3 settled earlier\n")


@pytest.mark.parametrize("is_piped", [False, True])
def test_resume_with_the_results_of_another_file(
    is_piped: bool,
    tmp_path: Path,
    simulator: Simulator,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody in this file has a message of that one: it would all be sent, perhaps again."""
    first = write_campaign(tmp_path / "a.csv", 3)
    other = write_rows(tmp_path / "b.csv", [("77029999911", "Анна")])
    terminal.run("bulk", str(first), *TEXT, "--yes")
    if is_piped:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(other.read_bytes())))

    name = "-" if is_piped else str(other)
    screen = terminal.run("bulk", name, *TEXT, "--yes", "--resume", f"{first}.results.jsonl")

    assert screen.code == Exit.USAGE
    assert (
        f"no row of {name} is in {first}.results.jsonl, which was begun for {first}" in screen.err
    )
    assert len(sent(simulator)) == 3


def test_resume_of_a_run_that_settled_nothing(
    tmp_path: Path, dsn: str, simulator: Simulator, terminal: Terminal
) -> None:
    """Then no row can be known again, and every one is sent."""
    file = write_campaign(tmp_path / "clients.csv", 3)
    wrong = dsn.replace("demo:demo", f"demo:{PASSWORD}")
    terminal.run("bulk", str(file), *TEXT, "--yes", "--gateway", wrong)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes", "--resume", f"{file}.results.jsonl")

    assert screen.code == Exit.OK
    assert len(sent(simulator)) == 3


def test_dry_run_of_the_rest(tmp_path: Path, simulator: Simulator, terminal: Terminal) -> None:
    """What a resumed run will cost can be asked before."""
    file = write_campaign(tmp_path / "clients.csv", 5)
    results = Path(f"{file}.results.jsonl")
    terminal.run("bulk", str(file), *TEXT, "--yes", "--max-cost", "7")
    before = results.read_bytes()
    screen = terminal.run("bulk", str(file), *TEXT, "--dry-run", "--json", "--resume", str(results))

    [facts] = screen.facts
    assert (facts["messages"], facts["earlier"], facts["cost"]) == (3, 2, "9.60")
    assert results.read_bytes() == before
    assert len(sent(simulator)) == 2


def test_results_of_an_earlier_run_stay(file: Path, results: Path, terminal: Terminal) -> None:
    """To send a file twice by mistake takes more than pressing a key twice."""
    terminal.run("bulk", str(file), *TEXT, "--yes")
    before = results.read_bytes()
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.USAGE
    assert "is there already" in screen.err
    assert results.read_bytes() == before
