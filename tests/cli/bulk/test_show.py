"""What a person sees where little, or very much, is to be said."""

from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.text import Text

from smsgate.cli.bulk import show
from smsgate.cli.bulk.places import Place
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.cli.bulk.survey import Sum, Survey
from smsgate.cli.bulk.tally import Tally
from smsgate.errors import Unreachable
from smsgate.message import Message

BAD = Row(3, "", None, Withheld("InvalidMessage", "no phone"))


def test_many_bad_rows_are_summed_up() -> None:
    """The first ones are shown, the rest is counted."""
    found = Survey(rows=1200, bad=1000, earlier=100, examples=[BAD], whole=Sum(100, 100))
    lines = [line.plain for line in show.plan("f", None, found, Text("1"), None)]

    assert lines == [
        "file     f",
        "rows     1,200: 100 to send · 1,000 not · 100 settled in an earlier run",
        "parts    100",
        "cost     1",
        "line 3: no phone",
        "and 999 more",
    ]


def test_some_prices_are_not_known() -> None:
    """A sum that leaves something out says so."""
    total = Sum(messages=3, parts=3, cost=Decimal("1234.50"), unpriced=1)

    assert show.cost_words(total, "as quoted", None).plain == (
        "1,234.50 as quoted, without 1 message of unknown price"
    )


def test_many_places_are_summed_up() -> None:
    """The largest forty are shown; a cost that is not whole has a plus."""
    places = {
        Place("?", f"+{number:04}…"): Sum(number, number, Decimal(number), unpriced=number == 45)
        for number in range(1, 46)
    }
    console = Console(width=100)
    with console.capture() as captured:
        console.print(show.costs_table(places, Sum(1035, 1035, Decimal(1035), 1)))

    rows = captured.get().splitlines()

    assert rows[2].split() == ["?", "+0045…", "45", "45", "45+"]
    assert rows[42].strip() == "and 5 more"
    assert rows[-1].split() == ["all", "1,035", "1,035", "1,035+"]


def test_names_that_are_not_known() -> None:
    """Whoever has not the extra is told how to get it."""
    assert "smsgate[phones]" in show.places_note(names_are_known=False).plain


def test_ending_of_a_run_that_was_cut_off() -> None:
    """What nobody knows and what was not tried is said, with what to do about it."""
    tally = Tally(total=10, accepted=1, unknown=2, earlier=3, still_unknown=2)
    lines = [line.plain for line in show.ending(tally, Path("r.jsonl"), 0.0, "given up")]

    assert lines == [
        ("1 accepted · 0 not sent · 2 unknown · 3 settled earlier · 2 still unknown · 4 not tried"),
        "in 0.0 s, 0/s",
        "stopped: given up",
        "every outcome is in r.jsonl",
        (
            "unknown ones may be on their way: no resumed run sends them again; "
            "ask with smsgate status where there is a ref"
        ),
        "what was not sent can be sent with the same command and --resume",
    ]


def test_good_row_has_no_reason() -> None:
    """Nothing is said of a row that is sent."""
    good = Row(2, "77011234567", None, Message("77011234567", "hello"))

    assert show.why(good) == ""
    assert show.why(good.withhold(SETTLED)) == SETTLED.why


def test_sums_where_nothing_is_missing() -> None:
    """Few bad rows are all shown, and a cap that is high enough is not mentioned."""
    found = Survey(rows=1, bad=1, examples=[BAD], whole=Sum(1, 1, Decimal(2)))
    lines = show.plan("f", "smsc", found, show.cost_words(found.whole, "x", Decimal(2)), Path("r"))

    assert [line.plain for line in lines[-3:]] == ["cost     2 x", "results  r", "line 3: no phone"]


def test_words_beside_the_numbers() -> None:
    """Questions and notes say how many."""
    assert show.question(1).plain == "Send 1 message? [y/N] "
    assert show.no_cost(Unreachable("no connection")).plain == "not known: no connection"
