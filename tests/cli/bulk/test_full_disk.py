"""A disk that fills up under a run: nothing goes out unwritten, and nothing known is lost."""

import errno
import json
import os
from pathlib import Path

import pytest
from cli.bulk.files import TEXT, room_for, sent
from cli.terminal import Terminal

from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.exits import Exit
from smsgate.cli.facts import Facts
from smsgate.errors import SmsGateError
from smsgate.simulator import Simulator

pytestmark = pytest.mark.usefixtures("dsn")


def test_full_disk(
    file: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When what is handed in cannot be written down, it is not handed in."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.NOT_SENT
    assert screen.out.startswith("0 accepted · 3 not sent · 0 unknown · 2 not tried\n")
    assert "stopped: the result file cannot be written: No space left" in screen.out
    assert "the outcomes that are known are in" in screen.out
    assert sent(simulator) == []


def test_disk_that_is_full_from_the_beginning(
    file: Path, results: Path, simulator: Simulator, terminal: Terminal
) -> None:
    """No empty file stays that nobody could resume with: the same command may be tried again."""
    with room_for(0):
        screen = terminal.run("bulk", str(file), *TEXT, "--yes")
        [facts] = terminal.run("bulk", str(file), *TEXT, "--yes", "--json").facts

    assert screen.code == Exit.NOT_SENT
    assert "stopped: the result file cannot be written: File too large" in screen.out
    assert f"nothing was sent, and {results} was not begun" in screen.out
    assert "--resume" not in screen.out
    assert (facts["results"], facts["to_resume"]) == (None, 0)
    assert not results.exists()
    assert sent(simulator) == []


def test_no_room_to_mend_the_end(file: Path, results: Path, terminal: Terminal) -> None:
    """Where not even the end of a line that lost it can be written, nothing is begun."""
    terminal.run("bulk", str(file), *TEXT, "--yes")
    results.write_bytes(results.read_bytes().removesuffix(b"\n"))
    with room_for(results.stat().st_size):
        screen = terminal.run("bulk", str(file), *TEXT, "--yes", "--resume", str(results))

    assert (screen.code, screen.out) == (Exit.USAGE, "")
    assert f"{results}: File too large" in screen.err


@pytest.mark.parametrize("is_json", [False, True])
def test_outcomes_that_find_no_room(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, *, is_json: bool
) -> None:
    """They are printed, as lines of the file."""
    write = Ledger.write

    def half_full(ledger: Ledger, facts: Facts, *, is_synced: bool = False) -> None:
        if facts.get("outcome") == "accepted":
            raise SmsGateError("the result file cannot be written: No space left")

        write(ledger, facts, is_synced=is_synced)

    monkeypatch.setattr(Ledger, "write", half_full)
    options = ("--yes", "--json") if is_json else ("--yes",)
    screen = terminal.run("bulk", str(file), *TEXT, *options)
    whole, *lines = screen.out.splitlines() if is_json else ["", *screen.out.splitlines()]
    told = json.loads(whole)["unwritten"] if is_json else [json.loads(x) for x in lines[-2:]]

    assert screen.code == Exit.NOT_SENT
    assert [line["phone"] for line in told] == ["77011234567", "77011111112"]
    assert {line["outcome"] for line in told} == {"accepted"}
    assert is_json or "has no room for what follows" in screen.out
