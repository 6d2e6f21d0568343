"""Which messages share a request, and that none is lost on the way there."""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given, strategies as st

from smsgate import Message
from smsgate.policy.group import BatchSize
from smsgate.policy.sorter import Sorter
from smsgate.wire.codec import letter_of

ONE = Message("77010000001", "x")
LETTERS = st.builds(
    Message, to=st.sampled_from([f"7701000000{n}" for n in range(5)]), text=st.sampled_from("xy")
)


def kind_of(message: Message) -> Hashable | None:
    """Let z go alone, and everything else with the same letter."""
    return None if message.text == "z" else letter_of(message)


def phone(number: int) -> str:
    """Make a phone of *number*."""
    return f"7701{number:07}"


def sort(messages: Iterable[Message], most: int = 3) -> list[list[Message]]:
    """Sort *messages* into batches of *most*, to the last one."""
    sorter = Sorter(kind_of, BatchSize(most))
    for message in messages:
        sorter.put(message)

    while not sorter.is_empty and not sorter.ready:
        sorter.close_oldest()

    found: list[list[Message]] = []
    while not sorter.is_empty:
        sorter.close_oldest()
        found.append(sorter.ready.popleft())

    return found


@given(st.lists(LETTERS))
def test_nothing_is_lost(messages: list[Message]) -> None:
    """Every message is in exactly one batch; a batch is one letter to phones that differ."""
    found = sort(messages)

    assert Counter(message for batch in found for message in batch) == Counter(messages)
    assert all(0 < len(batch) <= 3 for batch in found)
    assert all(len({message.text for message in batch}) == 1 for batch in found)
    assert all(len({message.phone for message in batch}) == len(batch) for batch in found)


@given(st.permutations([Message(phone(n), "xy"[n % 2]) for n in range(12)]))
def test_batches_are_few_in_any_order(messages: list[Message]) -> None:
    """Two kinds fill their batches side by side, however they are mixed."""
    assert sorted(map(len, sort(messages))) == [3, 3, 3, 3]


@pytest.mark.parametrize(
    "other",
    [
        attrs.evolve(ONE, text="y"),
        attrs.evolve(ONE, sender="ACME"),
        attrs.evolve(ONE, send_at=datetime(2030, 1, 1, tzinfo=UTC)),
        attrs.evolve(ONE, valid_for=timedelta(hours=1)),
    ],
    ids=["text", "sender", "send-at", "valid-for"],
)
def test_what_makes_another_letter(other: Message) -> None:
    """Everything that a request says once has to be the same for all in it."""
    assert letter_of(ONE) != letter_of(attrs.evolve(other, to="77010000002"))


def test_what_makes_the_same_letter() -> None:
    """The phone and the caller's own reference are each message's own."""
    assert letter_of(ONE) == letter_of(Message("77010000002", "x", id="order-2"))


@pytest.mark.parametrize("to", ["77010000001", "+77010000001", "87010000001"])
def test_a_phone_never_shares_a_request_with_itself(to: str) -> None:
    """Nor with another form of itself, which a provider may take for the same."""
    again = Message(to, "x")

    assert sort([ONE, again]) == [[ONE], [again]]


def test_what_has_no_kind_goes_alone_and_at_once() -> None:
    """It waits for nobody, and nobody for it."""
    alone = Message("77010000002", "z")

    assert sort([ONE, alone, Message("77010000003", "z")])[:2] == [
        [alone],
        [Message("77010000003", "z")],
    ]


def test_what_waits_is_bounded() -> None:
    """Of kinds without end, what came first makes room for what comes."""
    sorter = Sorter(kind_of, BatchSize(3))
    for number in range(100):
        sorter.put(Message(phone(number), f"text {number}"))

    assert len(sorter.ready) == 100 - 30
    assert [message.text for [message] in sorter.ready][:3] == ["text 0", "text 1", "text 2"]


def test_kinds_without_end_are_not_collected() -> None:
    """Where every text is a kind of its own, waiting for another of it is of no use."""
    sorter = Sorter(kind_of, BatchSize(500))
    for number in range(1000):
        sorter.put(Message(phone(number), f"text {number}"))

    assert len(sorter.ready) == 900


def test_a_rare_kind_does_not_wait_for_the_end() -> None:
    """Others of its kind may never come, while those of another come without end."""
    sorter = Sorter(kind_of, BatchSize(3))
    sorter.put(Message(phone(0), "rare"))
    for number in range(1, 40):
        sorter.put(Message(phone(number), "common"))

    assert [message.text for batch in sorter.ready for message in batch].index("rare") == 30


def sort_any(messages: Iterable[Message]) -> list[int]:
    """Sort *messages*, all of which may share, into batches of 500; tell their sizes."""
    sorter = Sorter(lambda _: (), BatchSize(500))
    for message in messages:
        sorter.put(message)

    sorter.close_oldest()
    return [len(batch) for batch in sorter.ready]


def test_a_batch_is_no_longer_than_a_server_reads() -> None:
    """Long texts fill a request before its number of messages is reached."""
    assert sort_any(Message(phone(n), f"{n:01000}") for n in range(120)) == [50, 50, 20]


def test_one_text_for_all_is_written_once() -> None:
    """However long it is, and however many get it."""
    assert sort_any(Message(phone(n), "x" * 1000) for n in range(1000)) == [500, 500]


def test_the_first_other_text_makes_all_of_them_count() -> None:
    """With it each message is written with a text of its own: that may be too much."""
    same = [Message(phone(n), "x" * 1000) for n in range(120)]

    assert sort_any([*same, Message(phone(120), "y")]) == [120, 1]
    assert sort_any([*same[:49], Message(phone(120), "y" * 1000), *same[49:]]) == [50, 71]


def test_a_batch_size_that_was_too_much_counts_at_once() -> None:
    """What had gathered for larger batches is cut to the new size, which never grows again."""
    size = BatchSize(10)
    sorter = Sorter(kind_of, size)
    for number in range(7):
        sorter.put(Message(phone(number), "x"))

    size.was_too_much(3)
    size.was_too_much(5)
    sorter.close_oldest()

    assert [len(batch) for batch in sorter.ready] == [3, 3, 1]
