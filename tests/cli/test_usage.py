"""Command lines that make no sense, and the help that makes sense of them."""

import pytest
from cli.terminal import PASSWORD, PHONE, TEXT, Terminal

from smsgate.cli.exits import MEANINGS, Exit

WRONG = [
    pytest.param(["sned", PHONE, TEXT], "no such command", id="mistyped-command"),
    pytest.param([PHONE, TEXT], "no such command", id="forgotten-command"),
    pytest.param(["send", PHONE], "TEXT requires", id="forgotten-text"),
    pytest.param(["send", PHONE, "a", TEXT], "1 word too many", id="unquoted-text"),
    pytest.param(
        ["send", PHONE, "a", f"--gatewy=smsc://demo:{PASSWORD}@h"],
        "--gatewy is no option",
        id="mistyped-option",
    ),
    pytest.param(["balance", f"-{TEXT}"], "what begins with - is no option", id="no-name-at-all"),
    pytest.param(["send", PHONE, "a", "--sender"], "--sender requires", id="forgotten-value"),
    pytest.param(
        ["balance", "--gateway", PASSWORD, "--gateway", PASSWORD],
        "multiple times",
        id="option-given-twice",
    ),
    pytest.param(["status"], "REF requires", id="no-ref"),
    pytest.param(["bulk"], "--file requires", id="no-file"),
    pytest.param(["bulk", "--dryrun"], "looks like an option", id="mistyped-option-of-bulk"),
    pytest.param(["bulk", "rows.csv", "--format", "xml"], "--format", id="no-such-format"),
    pytest.param(["bulk", "rows.csv", "--text", "--yes"], "--text", id="forgotten-text-of-bulk"),
    pytest.param(["simulate", "--port", "http"], "--port", id="port-no-number"),
    pytest.param(["simulate", "--port", "65536"], "65535", id="port-too-high"),
    pytest.param(["simulate", "--pace", "0"], "pace: ", id="no-pace"),
    pytest.param(["simulate", "--funds", "nan"], "funds: ", id="no-funds"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG)
def test_wrong_command_line(arguments: list[str], says: str, terminal: Terminal) -> None:
    """One sentence that repeats no word that may be private, and exit code 2."""
    screen = terminal.run(*arguments)

    assert (screen.code, screen.out) == (Exit.USAGE, "")
    assert screen.err.startswith("usage: ")
    assert len(screen.err.splitlines()) == 1
    assert says in screen.err
    assert PHONE not in screen.err


@pytest.mark.parametrize("command", ["", "send", "bulk", "status", "balance", "simulate", "demo"])
def test_help_teaches(command: str, terminal: Terminal) -> None:
    """Every help page has examples of its command and the table of exit codes."""
    screen = terminal.run(*command.split(), "--help")

    assert (screen.code, screen.err) == (Exit.OK, "")
    assert f"  smsgate {command}".rstrip() in screen.out
    assert all(f"{code.value}  {words}" in screen.out for code, words in MEANINGS.items())


def test_every_exit_code_is_explained() -> None:
    """No code is left for people to guess."""
    assert MEANINGS.keys() == set(Exit)
