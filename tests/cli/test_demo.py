"""The demo: every gateway, to the end, and an honest summary."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from cli.terminal import Terminal, use_tty
from support.clock import FakeClock

from smsgate.cli.demo import perform
from smsgate.cli.exits import Exit
from smsgate.cli.journey import Watch
from smsgate.providers import find_logins
from smsgate.simulator import Simulator, dsns, serve


@pytest.fixture
def clock() -> FakeClock:
    """Give the time of the network and of whoever watches it."""
    return FakeClock()


@pytest.fixture
def watch(clock: FakeClock) -> Watch:
    """Give a watch on which waiting takes no time."""

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    return Watch(now=clock, sleep=sleep)


@pytest.fixture
def base_url(clock: FakeClock) -> Iterator[str]:
    """Serve a simulator that lives by the clock."""
    with serve(Simulator(pace=1.0, clock=clock)) as base_url:
        yield base_url


def test_demo(terminal: Terminal) -> None:
    """Every gateway that there is delivers, over real sockets, in about a second."""
    screen = terminal.run("demo")

    schemes = find_logins()
    rows = screen.out.splitlines()
    assert screen.code == Exit.OK
    assert {row.split()[0] for row in rows if "→ delivered" in row} == set(schemes)
    assert rows[-1].startswith(
        f"{len(schemes)} of {len(schemes)} delivered, over real sockets, in "
    )


async def test_statuses_on_the_way(
    base_url: str, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each status is shown once, in the order in which it came, with the time it took."""
    code = await perform({"smsc": dsns(base_url)["smsc"]}, pace=1.0, watch=watch)

    seen = capsys.readouterr()
    assert code == Exit.OK
    assert [line.split() for line in seen.err.splitlines()] == [
        ["0.00", "s", "smsc", "accepted"],
        ["0.50", "s", "smsc", "queued"],
        ["1.00", "s", "smsc", "sent"],
        ["2.00", "s", "smsc", "delivered"],
    ]
    assert "queued → sent → delivered   2.00 s" in seen.out
    assert seen.out.endswith("1 of 1 delivered, over real sockets, in 2.0 s\n")


async def test_one_failure_fails_the_demo(
    base_url: str, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All or nothing: the one that failed has its row, and its reason on stderr."""
    wrong = dsns(base_url)["smsc"].replace("demo:demo", "demo:wrong")
    code = await perform({**dsns(base_url), "smsc": wrong}, pace=1.0, watch=watch)

    seen = capsys.readouterr()
    count = len(find_logins())
    assert code == Exit.NOT_SENT
    assert f"{count - 1} of {count} delivered" in seen.out
    assert seen.err.splitlines()[-1].startswith("smsc: not sent: smsc: authorise error")


async def test_patience_ends(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """A message that never arrives does not keep the demo for ever."""
    with serve(Simulator(pace=1e6, clock=watch.now)) as base_url:
        code = await perform({"smsc": dsns(base_url)["smsc"]}, pace=10.0, watch=watch)

    assert code == Exit.NOT_SENT
    assert "0 of 1 delivered" in capsys.readouterr().out


async def test_no_money(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody sends, and everybody says why."""
    with serve(Simulator(funds=Decimal(0))) as base_url:
        code = await perform(dsns(base_url), pace=1.0, watch=watch)

    assert code == Exit.NOT_SENT
    assert capsys.readouterr().err.count(": not sent: ") == len(find_logins())


async def test_no_gateways(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """To deliver nothing is no success."""
    assert await perform({}, watch=watch) == Exit.NOT_SENT
    assert "0 of 0 delivered" in capsys.readouterr().out


async def test_on_a_terminal(base_url: str, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the table is drawn in place, and stays when all is over."""
    tty = use_tty(monkeypatch)
    await perform({"smsc": dsns(base_url)["smsc"]}, pace=1.0, watch=watch)

    assert "\x1b[?25h" in tty.getvalue()  # the cursor is back
    assert tty.getvalue().count("1 of 1 delivered") == 1
    assert "\x1b[2m → \x1b[0m\x1b[32mdelivered\x1b[0m" in tty.getvalue()  # the arrows alone are dim
