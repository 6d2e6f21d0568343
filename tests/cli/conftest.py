"""What every test of the command line starts from."""

import signal
from collections.abc import Iterator
from decimal import Decimal

import pytest
from cli.sockets import hang_up, listen
from cli.terminal import Terminal

from smsgate.simulator import Simulator, serve

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PACE = 1e-6  # seconds: by the time anybody asks, everything has happened


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no DSN, colours, width or unbuffered streams from whoever runs the tests."""
    for name in ("SMSGATE_URL", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _signals_restored() -> Iterator[None]:
    """Give signals their meaning back: what ends a process leaves them ignored."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Somebody to type commands."""
    return Terminal(capsys)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Give the host:port of a simulator on a real socket."""
    with serve(Simulator(pace=_PACE)) as base_url:
        yield base_url.removeprefix("http://")


@pytest.fixture(scope="module")
def poor_address() -> Iterator[str]:
    """Give the same, with no money on any account."""
    with serve(Simulator(pace=_PACE, funds=Decimal(0))) as base_url:
        yield base_url.removeprefix("http://")


@pytest.fixture
def gateway(address: str) -> str:
    """Give a DSN that works."""
    return f"smsc://demo:demo@{address}?sender=ACME"


@pytest.fixture(scope="module")
def mute_address() -> Iterator[str]:
    """Give the host:port of a server that reads a request and hangs up."""
    with listen(hang_up) as place:
        yield place
