"""Who is not sent to again: everybody who has, or may have, a message of an earlier run."""

import pytest

from smsgate.cli.bulk.entries import Beginning, Ending, Entry, Slip
from smsgate.cli.bulk.past import Closed, Past, Screen, find_closed, read_past
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld, fingerprint
from smsgate.message import Message

ANNA, BORIS = "77011111111", "77012222222"


def row(line: int, phone: str, text: str, own_id: str | None = None) -> Row:
    """Make a good row."""
    return Row(line, phone, own_id, Message(phone, text))


def slip(of: Row) -> Slip:
    """Make what is written before the gateway is given a row."""
    assert isinstance(of.result, Message)
    return Slip(of.line, of.phone, of.own_id, fingerprint(of.result))


def resumed(
    rows: list[Row], earlier: list[Entry], *, allows_repeats: bool = False
) -> list[str | None]:
    """Tell of each row why a resumed run withholds it, or None if it is sent."""
    past = read_past(earlier)
    first = Screen(past, allows_repeats=allows_repeats)
    for each in rows:
        first.look(each)

    closed = find_closed(earlier, first.missing())
    screen = Screen(past, closed, allows_repeats=allows_repeats)
    looked = [screen.look(each).result for each in rows]
    return [result.kind if isinstance(result, Withheld) else None for result in looked]


@pytest.mark.parametrize("outcome", ["accepted", "unknown", "a word of a later version"])
def test_settled_row_is_not_sent_again(outcome: str) -> None:
    """Whatever is not certainly "not sent" is settled."""
    anna, boris = row(2, ANNA, "hello"), row(3, BORIS, "hello")

    assert resumed([anna, boris], [Ending(slip(anna), outcome)]) == ["Settled", None]


def test_unsent_row_is_sent() -> None:
    """That is what a resumed run is for."""
    anna = row(2, ANNA, "hello")

    assert resumed([anna], [Beginning("f"), [slip(anna)], Ending(slip(anna), "not sent")]) == [None]


def test_row_without_an_outcome_is_settled() -> None:
    """It was handed in, and may be on its way."""
    anna = row(2, ANNA, "hello")

    assert resumed([anna], [Beginning("f"), [slip(anna)]]) == ["Settled"]
    assert read_past([Beginning("f"), [slip(anna)]]).lost == [slip(anna)]
    assert read_past([Beginning("f"), [slip(anna)]]).unknown == 1


def test_row_that_was_handed_in_again_outweighs_its_outcome() -> None:
    """A resumed run that was cut off may have sent what the one before it had not."""
    anna = row(2, ANNA, "hello")
    earlier: list[Entry] = [[slip(anna)], Ending(slip(anna), "not sent"), [slip(anna)]]

    assert resumed([anna], earlier) == ["Settled"]


def test_first_beginning_names_the_file() -> None:
    """A resumed run may read a copy of it."""
    assert read_past([Beginning("a.csv"), Beginning("b.csv")]).file == "a.csv"


def test_row_is_known_by_its_words_and_not_by_its_line() -> None:
    """The file was sorted meanwhile."""
    settled = Ending(slip(row(2, ANNA, "hello")), "accepted")

    assert resumed([row(9, ANNA, "hello"), row(2, BORIS, "hello")], [settled]) == ["Settled", None]


def test_other_message_to_the_same_phone_is_new() -> None:
    """Two bills for one customer are two messages, as long as both are in the file."""
    first, second = row(2, ANNA, "bill 1"), row(3, ANNA, "bill 2")

    assert resumed([first, second], [Ending(slip(first), "accepted")]) == ["Settled", None]


def test_changed_template_sends_nobody_a_second_message() -> None:
    """When the earlier message is not in the file any more, its phone gets nothing new."""
    earlier = Ending(slip(row(2, ANNA, "hello")), "accepted")

    assert resumed([row(2, ANNA, "Hello!"), row(3, BORIS, "Hello!")], [earlier]) == [
        "AlreadySent",
        None,
    ]


def test_changed_phone_sends_an_id_no_second_message() -> None:
    """The same order under another phone is the same order."""
    earlier = Ending(slip(row(2, ANNA, "hello", "order-7")), "unknown")

    assert resumed([row(2, BORIS, "hello", "order-7")], [earlier]) == ["AlreadySent"]


def test_row_without_an_id_closes_no_other() -> None:
    """No id is nobody's id."""
    earlier = Ending(slip(row(2, ANNA, "hello")), "unknown")

    assert resumed([row(2, BORIS, "hello")], [earlier]) == [None]


def test_repeated_row_is_sent_once() -> None:
    """The same text to the same phone is most likely a slip, and costs money."""
    rows = [row(2, ANNA, "hello"), row(3, ANNA, "hello"), row(4, ANNA, "hello")]
    screen = Screen()
    results = [screen.look(each).result for each in rows]

    assert results[0] == rows[0].result
    assert results[1] == results[2] == Withheld("Repeated", "it repeats line 2")


def test_repeats_can_be_wanted() -> None:
    """Then as many are settled as went out, and the rest is sent."""
    rows = [row(2, ANNA, "hello"), row(3, ANNA, "hello"), row(4, ANNA, "hello")]
    earlier: list[Entry] = [Ending(slip(each), "accepted") for each in rows[:2]]

    assert resumed(rows, earlier, allows_repeats=True) == ["Settled", "Settled", None]
    assert resumed(rows[:1], earlier, allows_repeats=True) == ["Settled"]


def test_each_of_two_repeats_has_an_outcome_of_its_own() -> None:
    """One was answered before a crash; the other may be on its way, and is not sent again."""
    rows = [row(2, ANNA, "hello"), row(3, ANNA, "hello"), row(4, ANNA, "hello")]
    earlier: list[Entry] = [[slip(each) for each in rows[:2]], Ending(slip(rows[0]), "accepted")]

    assert resumed(rows, earlier, allows_repeats=True) == ["Settled", "Settled", None]
    assert read_past(earlier).lost == [slip(rows[1])]


def test_bad_row_passes_unchanged() -> None:
    """It has a reason of its own."""
    bad = Row(2, "", None, Withheld("InvalidMessage", "no phone"))

    assert Screen(Past(), Closed()).look(bad) is bad
    assert SETTLED.kind == "Settled"
