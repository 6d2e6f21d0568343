"""A run that is cut off, by any hand: nobody gets a message twice, and nobody is forgotten."""

import os
import pty
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from cli.bulk.files import endings, outcomes, phones, write_campaign
from cli.bulk.gate import PATIENCE, Gate
from cli.terminal import Terminal, command

from smsgate.simulator import serve

COUNT = 2000
TEXT = ("--text", "{name}, привет", "--yes")


@attrs.define
class Scene:
    """A run in a process of its own, in the middle of its work."""

    gate: Gate
    dsn: str
    file: Path
    terminal: Terminal
    process: subprocess.Popen[str]

    @property
    def results(self) -> Path:
        """The file that the run writes."""
        return Path(f"{self.file}.results.jsonl")

    def kill(self) -> None:
        """Leave it no time for a last word."""
        self.process.kill()
        self.process.wait(PATIENCE)
        self.gate.release.set()

    def signal(self, number: int) -> None:
        """Ask it to stop, and wait until it says that it will."""
        self.process.send_signal(number)
        assert self.process.stderr
        assert any("stopping: " in line for line in self.process.stderr)

    def resume(self) -> int:
        """Run again, for the rest, and return the exit code."""
        resume = ("--gateway", self.dsn, "--resume", str(self.results))
        return self.terminal.run("bulk", str(self.file), *TEXT, *resume).code

    def received(self) -> Counter[str]:
        """Count the messages that each phone has."""
        return Counter(sms.phone for sms in self.gate.network.sent)

    def unknown(self) -> set[object]:
        """List the phones of which nobody knows whether they have their message."""
        facts = endings(self.results).values()
        return {fact["phone"] for fact in facts if fact["outcome"] == "unknown"}

    def assert_nobody_is_doubled_or_forgotten(self) -> None:
        """Everybody has one message, or is written down as unknown."""
        has = self.received()

        assert set(has.values()) == {1}
        assert set(has) | self.unknown() == set(phones(COUNT))


@pytest.fixture
def scene(tmp_path: Path, terminal: Terminal) -> Iterator[Scene]:
    """Start a run through a provider that answers forty requests and then takes its time."""
    gate, file = Gate(40), write_campaign(tmp_path / "clients.csv", COUNT)
    with serve(gate) as base_url:
        address = base_url.removeprefix("http://")
        dsn = f"smsc://demo:demo@{address}?batch_size=10&max_in_flight=3"
        with subprocess.Popen(
            command("bulk", str(file), *TEXT, "--gateway", dsn),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert gate.reached.wait(PATIENCE)
                yield Scene(gate, dsn, file, terminal, process)
            finally:
                gate.release.set()
                process.kill()


def test_killed_run_goes_on(scene: Scene) -> None:
    """
    After ``kill -9`` a resumed run sends what was certainly never handed in.

    What was handed in and not answered is unknown: it is written down, and never sent again.
    """
    scene.kill()
    code = scene.resume()

    assert code == 3
    scene.assert_nobody_is_doubled_or_forgotten()
    assert outcomes(scene.results).keys() == {"accepted", "unknown"}
    assert sum(outcomes(scene.results).values()) == COUNT


def test_torn_line_is_no_obstacle(scene: Scene) -> None:
    """A line that was being written when the power went is taken off; its row is unknown."""
    scene.kill()
    scene.results.write_bytes(scene.results.read_bytes()[:-20])
    scene.resume()

    scene.assert_nobody_is_doubled_or_forgotten()
    assert sum(outcomes(scene.results).values()) == COUNT


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_run_accounts_for_everybody(number: int, scene: Scene) -> None:
    """
    One Ctrl-C: what is under way gets its answer, the rest is written down as not sent.

    A resumed run sends that rest, and then everybody has one message.
    """
    scene.signal(number)
    scene.gate.release.set()
    scene.process.communicate(timeout=PATIENCE)
    after_stop = outcomes(scene.results)
    code = scene.resume()

    assert (scene.process.returncode, code) == (130, 0)
    assert after_stop.keys() == {"accepted", "not sent"}
    assert sum(after_stop.values()) == COUNT
    assert scene.received() == Counter(phones(COUNT))


def test_terminal_that_is_closed(tmp_path: Path) -> None:
    """The end of an ssh session is a wish to stop: what was taken has its answer in the file."""
    gate, file = Gate(5), write_campaign(tmp_path / "clients.csv", COUNT)
    master, slave = pty.openpty()
    with serve(gate) as base_url:
        dsn = f"smsc://demo:demo@{base_url.removeprefix('http://')}?batch_size=10&max_in_flight=3"
        with subprocess.Popen(
            command("bulk", str(file), *TEXT, "--gateway", dsn),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm"},
        ) as process:
            os.close(slave)
            assert gate.reached.wait(PATIENCE)
            os.close(master)
            process.send_signal(signal.SIGHUP)
            gate.release.set()
            process.wait(PATIENCE)

    found = outcomes(Path(f"{file}.results.jsonl"))

    assert process.returncode == 130
    assert found.keys() == {"accepted", "not sent"}
    assert sum(found.values()) == COUNT


def test_abandoned_run_goes_on(scene: Scene) -> None:
    """Two Ctrl-C: the exit code says that some are unknown, and nobody is sent to twice."""
    scene.signal(signal.SIGINT)
    scene.process.send_signal(signal.SIGINT)
    out, err = scene.process.communicate(timeout=PATIENCE)
    scene.gate.release.set()
    scene.resume()

    assert scene.process.returncode == 3
    assert "given up before every answer came" in out
    assert "Traceback" not in err
    scene.assert_nobody_is_doubled_or_forgotten()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_before_anything_was_sent(tmp_path: Path, number: int) -> None:
    """Whoever asks for it: the exit code is that of a run that was stopped."""
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    order = command("bulk", str(pipe), "--dry-run", "--part-price", "1")
    with (
        subprocess.Popen(order, stderr=subprocess.PIPE, text=True) as process,
        pipe.open("w", encoding="utf-8"),  # once somebody reads from the other end
    ):
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)

    assert (process.returncode, said) == (130, "stopped\n")
