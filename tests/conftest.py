"""How the suite is run: repeatable, without deadlines, and in CI without a single skip."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from support.clock import FakeClock
from support.loopback import Loopback

import smsgate.providers
from smsgate.policy.limits import forget_limits
from smsgate.providers.network import Network

IS_CI = bool(os.environ.get("CI"))

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if IS_CI else "here")


@pytest.fixture(autouse=True)
def _limits() -> None:
    """Let no test use up what the account may do in another."""
    forget_limits()


@pytest.fixture
def clock() -> FakeClock:
    """Give time that stands still until it is told to move."""
    return FakeClock()


@pytest.fixture
def network(clock: FakeClock) -> Network:
    """Give an empty phone network: queued for a second, sent for a second, delivered."""
    return Network(clock=clock)


@pytest.fixture
def loopback(network: Network) -> Loopback:
    """Give a transport to the simulated ends, which share *network*."""
    return Loopback(network)


@pytest.fixture
def imaginary(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the imaginary provider on the shelf, and give its scheme."""
    shelf = [*smsgate.providers.__path__, str(Path(__file__).parent / "providers")]
    monkeypatch.setattr(smsgate.providers, "__path__", shelf)
    yield "pigeon"
    for name in [name for name in sys.modules if name.startswith("smsgate.providers.imaginary")]:
        del sys.modules[name]


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if IS_CI and reporter else 0


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in CI that skipped anything: a promise was not looked at."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say why such a run failed."""
    count = _skipped(config)
    if count:
        terminalreporter.write_line(f"FAILED: {count} skipped, and in CI no test may be", red=True)
