"""What a person sees where little, or very much, is to be said."""

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from smsgate.cli.bulk import facts, show
from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.places import Place
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.cli.bulk.survey import Estimate, Survey
from smsgate.cli.bulk.tally import End, Tally
from smsgate.cli.exits import Exit
from smsgate.cli.facts import Facts
from smsgate.errors import InsufficientFunds, OutcomeUnknown, Refused, SmsGateError, Unreachable
from smsgate.message import Message
from smsgate.outcome import Accepted, NotSent
from smsgate.receipt import Receipt

BAD = Row(3, "", None, Withheld("InvalidMessage", "no phone"))


def test_many_bad_rows_are_summed_up() -> None:
    """The first ones are shown, the rest is counted."""
    found = Survey(rows=1200, bad=1000, earlier=100, examples=[BAD], whole=Estimate(100, 100))
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
    total = Estimate(messages=3, parts=3, cost=Decimal("1234.50"), unpriced=1)

    assert show.cost_words(total, "as quoted", None).plain == (
        "1,234.50 as quoted, without 1 message of unknown price"
    )


def test_many_places_are_summed_up() -> None:
    """The largest forty are shown; a cost that is not whole has a plus."""
    places = {
        Place("?", f"+{number:04}…"): Estimate(
            number, number, Decimal(number), unpriced=number == 45
        )
        for number in range(1, 46)
    }
    console = Console(width=100)
    with console.capture() as captured:
        console.print(show.costs_table(places, Estimate(1035, 1035, Decimal(1035), 1)))

    rows = captured.get().splitlines()

    assert rows[2].split() == ["?", "+0045…", "45", "45", "45+"]
    assert rows[42].strip() == "and 5 more"
    assert rows[-1].split() == ["all", "1,035", "1,035", "1,035+"]


def test_names_that_are_not_known() -> None:
    """Whoever has not the extra is told how to get it."""
    assert "smsgate[phones]" in show.places_note(names_are_known=False).plain


def end_of(tally: Tally, budget: Budget | None = None, stopped: str | None = None) -> End:
    """Make the end of a run of two seconds."""
    return End(
        tally=tally,
        budget=budget or Budget(),
        path=Path("r.jsonl"),
        seconds=2.0,
        stopped=stopped,
        is_complete=stopped is None,
    )


def ending(end: End) -> list[str]:
    """Say how a run ended."""
    return show.ending(end).plain.splitlines()


def test_ending_of_a_run_that_was_cut_off() -> None:
    """What nobody knows and what was not tried is said, with what to do about it."""
    tally = Tally(total=10, accepted=1, unknown=2, earlier=3, still_unknown=2)
    lines = ending(end_of(tally, stopped="given up"))

    assert lines == [
        ("1 accepted · 0 not sent · 2 unknown · 3 settled earlier · 2 still unknown · 4 not tried"),
        "in 2.0 s, 0/s",
        "stopped: given up",
        "the outcomes that are known are in r.jsonl; --resume writes down the rest",
        (
            "unknown ones may be on their way: no resumed run sends them again; "
            "ask with smsgate status where there is a ref"
        ),
        "4 rows can be sent with the same command and --resume r.jsonl",
    ]


def test_ending_of_a_full_disk() -> None:
    """What is known is told, and where it has to go."""
    end = attrs.evolve(end_of(Tally(total=1, accepted=1)), unwritten=[{"line": 2}])

    assert ending(end)[2:] == ["r.jsonl has no room for what follows: append it before you resume"]


@pytest.mark.parametrize(
    ("unwritten", "more"), [((), ""), (({},), "; what could not be written follows")]
)
def test_ending_of_a_file_that_another_wrote_to(unwritten: Sequence[Facts], more: str) -> None:
    """Whoever resumes with it sends again what it does not tell."""
    tally = Tally(total=3, accepted=1)
    end = attrs.evolve(end_of(tally), is_spoiled=True, unwritten=unwritten)

    assert ending(end)[2:] == [
        f"do not resume with r.jsonl: it is not what this run wrote, so it would send again{more}"
    ]


def test_ending_without_anything_sent() -> None:
    """No speed is made up, and rows that are at fault themselves are not promised a resumed run."""
    lines = ending(end_of(Tally(total=5, not_sent=5, again=3)))

    assert lines == [
        "0 accepted · 5 not sent · 0 unknown",
        "in 2.0 s",
        "every outcome is in r.jsonl",
        "3 rows can be sent with the same command and --resume r.jsonl",
        "2 rows cannot be sent as written: the result file says why",
    ]


def paid(amount: int) -> Budget:
    """Make a budget of 8, of which *amount* was paid."""
    budget, to = Budget(Decimal(8)), Message("77011234567", "hello")
    receipt = Receipt(gateway="smsc", id="1", phone=to.phone, cost=Decimal(amount))
    budget.settle(Decimal(1), Accepted(to, receipt))
    return budget


def test_ending_of_a_run_that_cost_too_much() -> None:
    """Receipts that sum up to more than was allowed are told, though every row is accepted."""
    end = end_of(Tally(total=1, accepted=1), paid(9))

    assert "over the cap: 9 was spent, --max-cost is 8" in ending(end)
    assert end.exit_code == Exit.NOT_SENT


def test_cap_that_is_kept() -> None:
    """To spend exactly what is allowed is allowed."""
    end = end_of(Tally(total=1, accepted=1), paid(8))

    assert len(ending(end)) == 3
    assert end.exit_code == Exit.OK


def test_reasons_are_told() -> None:
    """Each kind with its number, what was said of one row, and what to do; the most first."""
    tally = Tally(total=5)
    tally.withhold(Withheld("InvalidMessage", "no\nphone"))
    for number in range(4):
        to = Message("77011234567", "hello")
        tally.count(NotSent(to, InsufficientFunds(f"no money ({number})")))

    assert ending(end_of(tally))[2:4] == [
        "not sent: 4 InsufficientFunds (no money (0); top up the account)",
        "not sent: 1 InvalidMessage (no phone)",
    ]
    assert facts.of_run(end_of(tally))["reasons"] == {
        "InsufficientFunds": {
            "rows": 4,
            "example": "no money (0)",
            "advice": "top up the account",
        },
        "InvalidMessage": {"rows": 1, "example": "no\nphone", "advice": None},
    }


def test_many_reasons_are_summed_up() -> None:
    """A summary is no result file."""
    tally = Tally(total=17)
    for number in range(8):
        for _ in range(10 - number):
            tally.withhold(Withheld(f"Kind{number}", "no"))

    lines = [line for line in ending(end_of(tally)) if line.startswith("not sent")]

    assert (lines[0], len(lines)) == ("not sent: 10 Kind0 (no)", 7)
    assert lines[-1] == "not sent: 7 for other reasons"


def test_resume_names_its_file() -> None:
    """What is told can be copied to the command line, whatever the file is called."""
    end = attrs.evolve(end_of(Tally(total=1)), path=Path("my rows.jsonl"))

    assert ending(end)[-1].endswith("--resume 'my rows.jsonl'")


def test_good_row_has_no_reason() -> None:
    """Nothing is said of a row that is sent."""
    good = Row(2, "77011234567", None, Message("77011234567", "hello"))

    assert show.why(good) == ""
    assert show.why(good.withhold(SETTLED)) == SETTLED.why


def test_sums_where_nothing_is_missing() -> None:
    """Few bad rows are all shown, and a cap that is high enough is not mentioned."""
    found = Survey(rows=1, bad=1, examples=[BAD], whole=Estimate(1, 1, Decimal(2)))
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


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            Unreachable("no connection"),
            "no answer: no connection; nothing left this machine; nothing was sent",
        ),
        (OutcomeUnknown("HTTP 500"), "no answer: HTTP 500; nothing was sent; try again"),
        (
            Refused("the provider refuses: message is denied"),
            "no price: the provider refuses: message is denied; nothing was sent",
        ),
    ],
)
def test_no_price(error: SmsGateError, says: str) -> None:
    """A question about prices is no message: nothing can be on its way."""
    assert show.no_price(error).plain == says


def test_nothing_to_send_costs_nothing() -> None:
    """As it says in ``--json``, too."""
    assert show.cost_words(Estimate(), "as quoted", None).plain == "0 as quoted"
    assert "?" not in drawn(show.costs_table({}, Estimate()))
    assert facts.of_dry_run(Survey())["cost"] == "0"
    assert facts.of_dry_run(Survey())["refusal"] is None


def drawn(what: RenderableType) -> str:
    """Show it on a terminal, and give all of what that is sent."""
    screen = io.StringIO()
    Console(file=screen, force_terminal=True, color_system="standard").print(what)
    return screen.getvalue()


def test_numbers_are_not_dimmed_by_what_stands_between() -> None:
    """The dots are grey; what they divide has the colours that say how it is."""
    said = drawn(show.counts(Tally(total=3, accepted=1, unknown=2)))

    assert said == (
        "\x1b[32m1 accepted\x1b[0m\x1b[2m · \x1b[0m0 not sent\x1b[2m · \x1b[0m"
        "\x1b[1;33m2 unknown\x1b[0m\n"
    )
