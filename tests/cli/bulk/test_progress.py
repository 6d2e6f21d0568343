"""How far a run is, on a terminal and in a log."""

import errno
import os
import sys

import pytest
from cli.terminal import Tty, use_tty
from rich.text import Text
from support.clock import FakeClock

from smsgate.cli.bulk.progress import display, patience
from smsgate.cli.bulk.rows import SETTLED
from smsgate.cli.bulk.stop import Stop
from smsgate.cli.bulk.tally import Tally


@pytest.fixture
def tally() -> Tally:
    """Give a run that is half over."""
    return Tally(total=10_000, accepted=4998, not_sent=1, unknown=1)


def test_line_every_few_seconds(
    tally: Tally, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log is not flooded, however fast the outcomes come."""
    with display(tally, Stop(), now=clock) as shown:
        for _ in range(12):
            clock.advance(1)
            shown.update()

        shown.note(Text("stopping"))

    assert capsys.readouterr().err.splitlines() == [
        "5,000 of 10,000  1,000/s  4,998 accepted · 1 not sent · 1 unknown",
        "5,000 of 10,000  500/s  4,998 accepted · 1 not sent · 1 unknown",
        "stopping",
    ]


def test_bar_on_a_terminal(tally: Tally, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how much is done, how fast, how long it will take, and what came of it."""
    tty = use_tty(monkeypatch)
    with display(tally, Stop(), now=clock) as shown:
        for _ in range(3):
            clock.advance(1)
            tally.accepted += 500
            shown.update()

        shown.note(Text("stopping"))

    said = tty.getvalue()

    assert "6,500 of 10,000" in said
    assert "65%" in said
    assert "2,167/s" in said
    assert "0:00:02" in said
    assert "6,498 accepted" in said
    assert "stopping\n" in said
    assert "\x1b[?25h" in said  # the cursor is back


def test_rows_of_earlier_runs_take_no_time(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resumed run tells the speed of its own rows, and how far it is with those."""
    tty = use_tty(monkeypatch)
    tally = Tally(total=10_000, earlier=9_000)
    with display(tally, Stop(), now=clock):
        clock.advance(2)

    assert "0 of 1,000 0/s -:--:--" in tty.getvalue()


def test_patience(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal shows what is waited for; a log is spared."""
    with patience("reading") as count:
        count(500)

    tty = use_tty(monkeypatch)
    with patience("reading") as count:
        count(1500)
        count(1501)

    assert capsys.readouterr().err == ""
    assert "reading: 1,500 rows" in tty.getvalue()
    assert "1,501" not in tty.getvalue()


@pytest.mark.parametrize(("is_stopped", "left"), [(False, "0:00:05"), (True, "-:--:--")])
def test_rows_that_the_gateway_never_had_are_no_speed(
    is_stopped: bool, left: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was stopped writes down the rest in no time; nobody knows how long it takes."""
    tty = use_tty(monkeypatch)
    tally, stop = Tally(total=10_000, accepted=1000), Stop()
    for _ in range(4000):
        tally.withhold(SETTLED)

    with display(tally, stop, now=clock):
        clock.advance(1)
        if is_stopped:
            stop.by_hand()

    assert f"5,000 of 10,000 1,000/s {left}" in tty.getvalue()


def test_nothing_to_do_is_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of which every row is settled has no "0 of 0"."""
    tty = use_tty(monkeypatch)
    with display(Tally(total=3, earlier=3), Stop()) as shown:
        shown.update()

    assert tty.getvalue() == ""


def test_forced_colours_are_no_terminal(
    tally: Tally, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever wants colours in his log wants no drawing there."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with display(tally, Stop()), patience("reading") as count:
        count(500)

    assert capsys.readouterr().err == ""


class Gone(Tty):
    """A terminal that is not there any more."""

    def write(self, words: str, /) -> int:
        """Fail as the system does."""
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def flush(self) -> None:
        """Fail as well."""
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_terminal_that_is_gone(
    tally: Tally, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run goes on to its end: what it writes down is worth more than what it shows."""
    use_tty(monkeypatch)
    monkeypatch.setattr(sys, "stderr", Gone())
    with display(tally, Stop(), now=clock) as shown:
        shown.update()
        shown.note(Text("stopping"))

    assert tally.done == 5000
