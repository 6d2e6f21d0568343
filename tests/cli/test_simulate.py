"""``smsgate simulate``: what it prints works, and Ctrl-C ends it well."""

import re
import shlex
import signal
import socket
import subprocess
from decimal import Decimal
from itertools import takewhile

import pytest
from cli.terminal import TEXT, Terminal, command

from smsgate.cli import simulate as simulating
from smsgate.providers import find_logins


def dsns_in(text: str) -> list[str]:
    """Read the DSNs as a shell would."""
    exports = re.findall(r"^export SMSGATE_URL=(.*)$", text, re.MULTILINE)
    return [word for export in exports for word in shlex.split(export)]


def stop() -> None:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


def test_printed_dsns_work(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line can be pasted into a shell, and then ``send`` just works."""
    seen: list[str] = []

    def use() -> None:
        seen.extend(dsns_in(capsys.readouterr().out))
        for dsn in seen:
            assert Terminal(capsys).run("send", "380977777662", TEXT, "--gateway", dsn).code == 0

    simulating.simulate(0, 1.0, Decimal(1000), wait=use)

    assert [dsn.partition("://")[0] for dsn in seen] == list(find_logins())
    assert capsys.readouterr().err == f"stopped, after {len(seen)} messages\n"


def test_printed_magic_numbers_hold_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """The digits on the screen mean the same to every provider."""

    def use() -> None:
        terminal = Terminal(capsys)
        for dsn in dsns_in(capsys.readouterr().out):
            where = ("--gateway", dsn)
            assert terminal.run("send", "380977779003", TEXT, *where).code == 1

            ref = terminal.run("send", "380977772003", TEXT, *where).out.split()[0]
            [facts] = terminal.run("status", ref, *where, "--json").facts
            assert facts["is_failure"]

    simulating.simulate(0, 1e-6, Decimal(1000), wait=use)


def test_interrupt_is_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is how it is meant to end, so nothing is raised."""
    simulating.simulate(0, 1.0, Decimal(1000), wait=stop)

    assert capsys.readouterr().err == "stopped, after 0 messages\n"


def test_taken_port(terminal: Terminal) -> None:
    """A port that is taken is one sentence and exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        screen = terminal.run("simulate", "--port", port)

    assert (screen.code, screen.out) == (2, "")
    assert screen.err == f"usage: port {port}: Address already in use; choose another with --port\n"


def test_failure_while_serving_is_not_about_the_port() -> None:
    """Only the opening of the port is blamed on the port."""

    def fail() -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        simulating.simulate(0, 1.0, Decimal(1000), wait=fail)


def test_waits_for_ever(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    """Left to itself it serves until somebody stops it, and then all is well."""
    monkeypatch.setattr(simulating, "wait_for_ever", stop)
    screen = terminal.run("simulate", "--port", "0")

    assert screen.code == 0


def test_in_a_process_of_its_own(terminal: Terminal) -> None:
    """Serves at once, prints at once, and Ctrl-C ends it with exit code 0."""
    arguments = command("simulate", "--port", "0", "--pace", "0.001")
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            lines = "".join(takewhile(lambda line: "any other" not in line, process.stdout))
            [dsn, *_] = dsns_in(lines)
            code = terminal.run("send", "380977777662", TEXT, "--gateway", dsn).code
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        finally:
            process.kill()

    assert code == 0
    assert (process.returncode, err) == (0, "stopped, after 1 message\n")
