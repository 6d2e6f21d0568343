"""Which messages share a request, and that none is lost on the way there."""

import itertools
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given, strategies as st

from smsgate import InvalidMessage, Message, Ref
from smsgate.policy.bulk import batches, has_new_phone, is_same_letter, share

ONE = Message("77010000001", "x")
LETTERS = st.builds(
    Message, to=st.sampled_from([f"7701000000{n}" for n in range(5)]), text=st.sampled_from("xy")
)


async def grouped(messages: Iterable[Message]) -> list[list[Message]]:
    """Group *messages* by three at most."""
    return [batch async for batch in batches(messages, is_same_letter, 3)]


@given(st.lists(LETTERS))
async def test_nothing_is_lost_or_moved(messages: list[Message]) -> None:
    """Every message is in exactly one batch, in order; a batch is one letter to new phones."""
    found = await grouped(messages)

    assert [message for batch in found for message in batch] == messages
    assert all(0 < len(batch) <= 3 for batch in found)
    assert all(len({message.text for message in batch}) == 1 for batch in found)
    assert all(len({message.phone for message in batch}) == len(batch) for batch in found)


@given(st.lists(LETTERS))
async def test_no_batch_is_closed_early(messages: list[Message]) -> None:
    """What fits is put in: requests are few."""
    found = await grouped(messages)

    assert all(
        len(batch) == 3 or not is_same_letter(batch, following[0])
        for batch, following in itertools.pairwise(found)
    )


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
    assert not is_same_letter([ONE], attrs.evolve(other, to="77010000002"))


def test_what_makes_the_same_letter() -> None:
    """The phone and the caller's own reference are each message's own."""
    assert is_same_letter([ONE], Message("77010000002", "x", id="order-2"))


@pytest.mark.parametrize("to", ["77010000001", "+77010000001"])
def test_a_phone_never_shares_a_request_with_itself(to: str) -> None:
    """Providers tell messages of a request apart by the phone, plus or no plus."""
    again = Message(to, "x")

    assert not has_new_phone([ONE], again)
    assert not is_same_letter([ONE], again)


async def test_a_list_is_read_no_further_than_needed() -> None:
    """After a full batch nothing is held that a caller who stops there could lose."""
    taken: list[Message] = []

    def many() -> Iterator[Message]:
        for n in range(100):
            taken.append(Message(f"7701{n:07}", "x"))
            yield taken[-1]

    given = 0
    async for batch in batches(many(), is_same_letter, 3):
        given += len(batch)

        assert len(taken) == given

    assert given == 100


async def test_a_break_comes_after_what_was_taken() -> None:
    """A list that breaks is settled up to the break, and then the break is seen."""

    def broken() -> Iterator[Message]:
        yield ONE
        raise LookupError("no such order")

    groups = batches(broken(), is_same_letter, 3)

    assert await anext(groups) == [ONE]
    with pytest.raises(LookupError, match="no such order"):
        await anext(groups)


async def test_a_list_that_breaks_at_once() -> None:
    """Nothing was taken, so there is nothing to settle."""
    broken = (Message(to, "x") for to in ["not a phone"])

    with pytest.raises(InvalidMessage):
        await anext(batches(broken, is_same_letter, 3))


async def test_a_stream_goes_one_by_one() -> None:
    """Each message of an async iterable is handed on before the next is waited for."""
    taken: list[Message] = []

    async def stream() -> AsyncIterator[Message]:
        for n in range(3):
            taken.append(Message(f"7701000000{n}", "x"))
            yield taken[-1]

    async for batch in batches(stream(), is_same_letter, 3):
        assert batch == taken[-1:]

    assert len(taken) == 3


@given(sizes=st.lists(st.integers(1, 9)), most=st.integers(1, 12))
def test_shares_keep_the_order_and_the_limit(sizes: list[int], most: int) -> None:
    """Every ref is asked about once, in order, and no request has too many ids."""
    refs = [Ref("x", str(place), tuple("1" * n)) for place, n in enumerate(sizes)]

    groups = list(share(refs, most))

    assert [ref for group in groups for ref in group] == refs
    assert all(len(g) == 1 or sum(len(ref.ids) for ref in g) <= most for g in groups)
