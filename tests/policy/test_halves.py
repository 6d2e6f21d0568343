"""Who is to blame for a batch that was refused as a whole, found by halves."""

from collections.abc import Sequence

import pytest

from smsgate import (
    AuthenticationFailed,
    InsufficientFunds,
    Message,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
)
from smsgate.policy.halves import Search, may_be_of_one
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

RECEIPT = Receipt(gateway="smsc", id="1", phone="77010000001")
NO = Refused("no")
LATE = OutcomeUnknown("?")


def letters(count: int) -> list[Message]:
    """Write *count* messages, each to a phone of its own."""
    return [Message(f"7701{number:07}", "same") for number in range(count)]


@pytest.mark.parametrize(
    ("results", "may"),
    [
        pytest.param([NO, NO], True, id="one-refusal-of-all"),
        pytest.param([Refused("a"), Refused("b")], False, id="each-his-own"),
        pytest.param([RECEIPT, NO], False, id="one-of-them"),
        pytest.param([NO], False, id="alone"),
        pytest.param([InsufficientFunds("no")] * 2, False, id="no-money"),
        pytest.param([AuthenticationFailed("no")] * 2, False, id="wrong-password"),
        pytest.param([RecipientRefused("no")] * 2, True, id="one-of-the-phones"),
    ],
)
def test_what_may_be_the_fault_of_one(results: list[Receipt | Refused], may: bool) -> None:
    """One refusal of all, of a kind that one message could bring about."""
    found = may_be_of_one(results, letters(len(results)))

    assert (found is not None) is may


def test_after_a_dead_end_the_search_goes_where_most_are_left() -> None:
    """Neighbours in a file are often alike: three bad ones at its head are no proof."""
    messages = letters(8)
    search = Search[Receipt](messages, NO)
    tried = []
    while part := search.next_part():
        tried.append(part)
        search.learn(part, [Refused("no")] * len(part) if len(part) == 1 else [NO] * len(part))

    starts = [(part.start, len(part)) for part in tried]
    assert starts == [(0, 4), (0, 2), (0, 1), (4, 4), (4, 2), (4, 1), (6, 2), (6, 1)]
    assert search.was_in_vain


def test_in_doubt_one_alone_decides() -> None:
    """Both halves of a batch may have a bad phone; the first one is rarely bad."""
    search = Search[Receipt](letters(8), NO, is_doubtful=True)
    assert search.next_part() == range(1)

    search.learn(range(1), [NO])

    assert search.next_part() is None
    assert search.was_in_vain


def test_a_search_that_is_cut_off_is_not_in_vain() -> None:
    """What ended it says nothing about the others."""
    search = Search[Receipt](letters(8), NO)
    search.learn(range(4), [NO] * 4)

    assert not search.was_in_vain


def test_a_size_is_right_when_nobody_was_refused_alone() -> None:
    """Else the fault was somebody's, and no matter of how many they are."""
    search = Search[Receipt](letters(8), NO)
    search.learn(range(4), [RECEIPT] * 4)
    search.learn(range(4, 8), [RECEIPT, RecipientRefused("he"), RECEIPT, RECEIPT])
    assert search.right_size == 4

    search.learn(range(1), [NO])
    assert search.right_size is None


@pytest.mark.parametrize(
    ("learned", "size"),
    [
        pytest.param([[RECEIPT] * 4], None, id="cut-off"),
        pytest.param([[RECEIPT] * 4, [LATE] * 4], None, id="one-half-unknown"),
        pytest.param([[RECEIPT] * 4, [RECEIPT] * 4], 4, id="all-taken"),
    ],
)
def test_a_size_is_learned_only_if_it_is_certain(
    learned: Sequence[Sequence[Result]], size: int | None
) -> None:
    """Who was never asked, or never answered, may have been the one to blame."""
    search = Search[Receipt](letters(8), NO)
    for results in learned:
        part = search.next_part()
        assert part
        search.learn(part, results)

    assert search.right_size == size
