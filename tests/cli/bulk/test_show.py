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
from smsgate.cli.exits import Exit
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


def ending(tally: Tally, reason: str | None, *, is_complete: bool = True) -> list[str]:
    """Say how a run of two seconds ended."""
    lines = show.ending(tally, Path("r.jsonl"), 2.0, reason, is_complete=is_complete)
    return [line.plain for line in lines]


def test_ending_of_a_run_that_was_cut_off() -> None:
    """What nobody knows and what was not tried is said, with what to do about it."""
    tally = Tally(total=10, accepted=1, unknown=2, earlier=3, still_unknown=2)
    lines = ending(tally, "given up", is_complete=False)

    assert lines == [
        ("1 accepted · 0 not sent · 2 unknown · 3 settled earlier · 2 still unknown · 4 not tried"),
        "in 2.0 s, 2/s",
        "stopped: given up",
        "the outcomes that are known are in r.jsonl; --resume writes down the rest",
        (
            "unknown ones may be on their way: no resumed run sends them again; "
            "ask with smsgate status where there is a ref"
        ),
        "4 rows can be sent with the same command and --resume",
    ]


def test_ending_without_anything_sent() -> None:
    """No speed is made up, and rows that are at fault themselves are not promised a resumed run."""
    lines = ending(Tally(total=5, not_sent=5, again=3), None)

    assert lines == [
        "0 accepted · 5 not sent · 0 unknown",
        "in 2.0 s",
        "every outcome is in r.jsonl",
        "3 rows can be sent with the same command and --resume",
        "2 rows cannot be sent as written: the result file says why",
    ]


def test_ending_of_a_run_that_cost_too_much() -> None:
    """Receipts that sum up to more than was allowed are told, though every row is accepted."""
    tally = Tally(total=1, accepted=1, cost=Decimal(9), cap=Decimal(8))

    assert "over the cap: 9 was spent, --max-cost is 8" in ending(tally, None)
    assert tally.exit_code(is_stopped=False) == Exit.NOT_SENT


def test_cap_that_is_kept() -> None:
    """To spend exactly what is allowed is allowed."""
    tally = Tally(total=1, accepted=1, cost=Decimal(8), cap=Decimal(8))

    assert len(ending(tally, None)) == 3
    assert tally.exit_code(is_stopped=False) == Exit.OK


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


def test_bad_phone_is_shown() -> None:
    """Whoever has to mend it sees it as it is written."""
    bad = Row(3, "8 701", None, Withheld("InvalidMessage", "to: it may be local"))
    [*_, line] = show.plan("f", None, Survey(rows=1, bad=1, examples=[bad]), Text("x"), None)

    assert line.plain == "line 3: phone '8 701': it may be local"


def test_words_beside_the_numbers() -> None:
    """Questions and notes say how many."""
    assert show.question(1).plain == "Send 1 message? [y/N] "
    assert show.no_cost(Unreachable("no connection")).plain == "not known: no connection"
