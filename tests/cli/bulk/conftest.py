"""What a run starts from: a provider, the way to it, and a file."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from cli.bulk.bench import Bench
from cli.bulk.files import write_rows

from smsgate.simulator import Simulator, serve

ROWS = [
    ("+7 (701) 123-45-67", "Анна"),
    ("8 701 765 43 21", "Борис"),
    ("77011111111", ""),
    ("77011111112", "Галя"),
    ("77011111112", "Галя"),
]


@pytest.fixture
def simulator() -> Simulator:
    """Give a provider with plenty of money on the account."""
    return Simulator(pace=1e-6, funds=Decimal(1_000_000))


@pytest.fixture
def base_url(simulator: Simulator) -> Iterator[str]:
    """Serve it."""
    with serve(simulator) as url:
        yield url


@pytest.fixture
def dsn(base_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put its DSN into the environment."""
    dsn = f"smsc://demo:demo@{base_url.removeprefix('http://')}?sender=ACME"
    monkeypatch.setenv("SMSGATE_URL", dsn)
    return dsn


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file with good rows, bad rows and a repeated one."""
    return write_rows(tmp_path / "clients.csv", ROWS)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Name what a run through it writes."""
    return tmp_path / "clients.csv.results.jsonl"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Give a place to run without a command line."""
    return Bench(tmp_path / "results.jsonl")
