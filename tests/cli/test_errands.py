"""Ctrl-C while an answer is awaited: the one moment when nobody may guess."""

import asyncio
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from cli.sockets import http, listen
from cli.terminal import PHONE, TEXT, command

from smsgate.cli.errands import settle, to_its_end
from smsgate.errors import OutcomeUnknown

_PATIENCE = 20  # seconds


async def test_first_interrupt_waits_for_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """The request may have left, and only its answer can tell: it is awaited, and told."""
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def question() -> str:
        return await answer

    asking = asyncio.create_task(to_its_end(question()))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.sleep(0)
    answer.set_result("yes")

    assert await asking == "yes"
    assert capsys.readouterr().err.startswith("interrupted: waiting for the answer")


def test_second_interrupt_is_an_unknown_outcome() -> None:
    """Whoever will not wait is told that nobody knows."""

    async def question() -> str:
        raise KeyboardInterrupt

    assert isinstance(settle(question), OutcomeUnknown)


@contextmanager
def running(arguments: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process of its own; end that process whatever happens."""
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def asked() -> threading.Event:
    """Give what is set when the request has arrived."""
    return threading.Event()


@pytest.fixture
def let_answer() -> threading.Event:
    """Give what lets the server answer."""
    return threading.Event()


@pytest.fixture
def dsn(asked: threading.Event, let_answer: threading.Event) -> Iterator[str]:
    """Give a gateway whose server answers only when the test wants it to."""

    def answer(connection: socket.socket) -> None:
        asked.set()
        let_answer.wait(_PATIENCE)
        connection.sendall(http(b'{"id": "1", "cnt": 1}'))

    with listen(answer) as address:
        yield f"smsc://demo:demo@{address}"
        let_answer.set()


def test_interrupted_send_still_tells_the_receipt(
    dsn: str, asked: threading.Event, let_answer: threading.Event
) -> None:
    """After one Ctrl-C the exchange goes on, and its receipt is printed."""
    with running(command("send", PHONE, TEXT, "--gateway", dsn)) as process:
        assert process.stderr
        asked.wait(_PATIENCE)
        process.send_signal(signal.SIGINT)
        said = process.stderr.readline()
        let_answer.set()
        out, err = process.communicate(timeout=_PATIENCE)

    assert said.startswith("interrupted: waiting")
    assert (process.returncode, err) == (0, "")
    assert out == "smsc:77011234567:1  accepted  1 part\n"


def test_abandoned_send_is_unknown(dsn: str, asked: threading.Event) -> None:
    """After two the truth is that nobody knows: exit code 3, and no traceback."""
    with running(command("send", PHONE, TEXT, "--gateway", dsn)) as process:
        assert process.stderr
        asked.wait(_PATIENCE)
        process.send_signal(signal.SIGINT)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=_PATIENCE)

    assert (process.returncode, out) == (3, "")
    assert err.startswith("unknown: given up before the answer came; the message may be on its way")
    assert len(err.splitlines()) == 1
