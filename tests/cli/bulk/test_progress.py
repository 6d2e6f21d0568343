"""How far a run is, on a terminal and in a log."""

import pytest
from cli.terminal import use_tty
from rich.text import Text
from support.clock import FakeClock

from smsgate.cli.bulk.progress import display, patience
from smsgate.cli.bulk.tally import Tally


@pytest.fixture
def tally() -> Tally:
    """Give a run that is half over."""
    return Tally(total=10_000, accepted=4998, not_sent=1, unknown=1)


def test_line_every_few_seconds(
    tally: Tally, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log is not flooded, however fast the outcomes come."""
    with display(tally, now=clock) as shown:
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
    with display(tally, now=clock) as shown:
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
    with display(tally, now=clock):
        clock.advance(2)

    assert "0 of 1,000 0/s -:--:--" in tty.getvalue()


def test_patience(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal shows what is waited for; a log is spared."""
    with patience("reading"):
        pass

    tty = use_tty(monkeypatch)
    with patience("reading"):
        pass

    assert capsys.readouterr().err == ""
    assert "reading" in tty.getvalue()
