"""The door, in a process of its own: as ``smsgate`` is really run."""

import os
import subprocess
import sys

import pytest
from cli.terminal import PASSWORD, PHONE, TEXT, Terminal, command

from smsgate.cli import main


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.parametrize("missing", ["cyclopts", "rich", "starlette", "uvicorn"])
def test_missing_extra(missing: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, one sentence says how to get it."""
    monkeypatch.setitem(sys.modules, missing, None)
    screen = terminal.run("--help")

    assert (screen.code, screen.out) == (2, "")
    assert screen.err == f"smsgate: no {missing}: pip install 'smsgate[cli]'\n"


def test_arguments_are_the_process_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Called by the console script, ``main`` finds its arguments itself."""
    monkeypatch.setattr(sys, "argv", ["smsgate", "--version"])
    with pytest.raises(SystemExit) as stop:
        main()

    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("smsgate ")


def test_ctrl_c_while_it_is_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That takes a moment; who types that fast sees what he would see later."""

    def impatient(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "smsgate.cli.app")
    monkeypatch.setattr("builtins.__import__", impatient)
    with pytest.raises(SystemExit) as stop:
        main()

    assert (stop.value.code, capsys.readouterr().err) == (130, "stopped\n")


def test_wrong_password(address: str) -> None:
    """A refused password ends in exit code 1, one sentence, and no secret."""
    dsn = f"smsc://demo:{PASSWORD}@{address}"
    done = run("send", PHONE, TEXT, "--gateway", dsn)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("not sent: smsc: authorise error")
    assert PASSWORD not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_answer(mute_address: str) -> None:
    """A lost answer ends in exit code 3."""
    done = run(
        "send", PHONE, TEXT, SMSGATE_URL=f"smsc://demo:{PASSWORD}@{mute_address}?deadline=0.4"
    )

    assert done.returncode == 3
    assert done.stdout.endswith("  unknown\n")
    assert "may be on its way" in done.stderr
    assert PASSWORD not in done.stderr


def test_charset_that_lacks_a_character(address: str) -> None:
    """A poor terminal cannot turn a sent message into an error."""
    dsn = f"smsc://demo:demo@{address}"
    arguments = ("send", PHONE, TEXT, "--gateway", dsn, "--id", "заказ")
    done = run(*arguments, PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (0, "")
    assert "accepted" in done.stdout


def test_reader_that_went_away(address: str) -> None:
    """When nobody reads stdout the exit code still says what became of the message."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as nowhere:
        done = subprocess.run(
            command("send", PHONE, TEXT, "--gateway", f"smsc://demo:demo@{address}"),
            check=False,
            stdout=nowhere,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )

    assert done.returncode == 0
    assert "here is the result:\nsmsc:77011234567:" in done.stderr
    assert "Traceback" not in done.stderr
