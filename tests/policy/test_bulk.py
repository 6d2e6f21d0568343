"""Many messages at once: each has one outcome, few are held, and none waits for another."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import pytest
from hypothesis import given, strategies as st
from support.desk import Desk, collect, letters
from support.several import streamed
from support.transports import settle

from smsgate import (
    InvalidMessage,
    Message,
    NotSent,
    Outcome,
    OutcomeUnknown,
    Refused,
    SmsGateError,
    Unknown,
)
from smsgate.policy.bulk import Bulk, all_at_once
from smsgate.policy.group import BatchSize
from smsgate.policy.sorter import Sorter
from smsgate.wire.codec import Result, letter_of


@given(texts=st.lists(st.sampled_from("abc")), size=st.integers(1, 4), at_once=st.integers(1, 3))
async def test_every_message_has_one_outcome(texts: list[str], size: int, at_once: int) -> None:
    """Whatever becomes of its batch, and in whatever order."""
    messages = [Message(f"7701{n:07}", text) for n, text in enumerate(texts)]
    desk = Desk(errors={"b": Refused("no"), "c": OutcomeUnknown("?")})

    outcomes = [outcome async for outcome in desk.bulk(messages, size=size, at_once=at_once)]

    assert Counter(outcome.message for outcome in outcomes) == Counter(messages)
    kinds = {outcome.message.text: type(outcome).__name__ for outcome in outcomes}
    assert kinds.items() <= {("a", "Accepted"), ("b", "NotSent"), ("c", "Unknown")}
    assert desk.most <= at_once


async def test_several_batches_are_under_way_at_once() -> None:
    """As many as were allowed, and no more."""
    desk = Desk(is_open=False)
    run = asyncio.create_task(collect(desk.bulk(letters(12)), []))
    await settle()

    assert [len(batch) for batch in desk.taken] == [3, 3]
    desk.opened.set()
    await run
    assert desk.most == 2


async def test_an_outcome_is_known_at_once() -> None:
    """What is settled is told while other batches are still under way."""
    slow = asyncio.Event()

    async def hand_in(batch: Sequence[Message]) -> Sequence[Result]:
        if batch[0].text == "slow":
            await slow.wait()

        return [Refused("no")] * len(batch)

    bulk = Bulk(
        messages=[*letters(1, "slow"), *letters(1, "fast")],
        sorter=Sorter(letter_of, BatchSize(1)),
        deal=all_at_once(hand_in),
        at_once=2,
    ).outcomes()

    assert (await anext(bulk)).message.text == "fast"
    slow.set()
    assert (await anext(bulk)).message.text == "slow"


async def test_what_is_held_is_bounded() -> None:
    """A caller who does not fetch outcomes is given no more of them; nothing is read for him."""
    desk = Desk()
    read = 0

    def many() -> Iterator[Message]:
        nonlocal read
        for message in letters(10_000):
            read += 1
            yield message

    outcomes = desk.bulk(many(), size=10, at_once=3)
    await anext(outcomes)
    await settle()

    assert read <= 1000 + 3 * 10 + 10 * 10
    assert 1 + len([outcome async for outcome in outcomes]) == 10_000


async def test_many_that_cannot_be_carried_are_no_heap() -> None:
    """They are told as they come, without a request, and the good ones among them go."""

    def check(message: Message) -> None:
        if message.text == "x":
            raise InvalidMessage("text: no")

    read = 0

    def many() -> Iterator[Message]:
        nonlocal read
        for message in [*letters(5000), Message("77020000000", "good")]:
            read += 1
            yield message

    desk = Desk()
    outcomes = desk.bulk(many(), check=check)
    assert isinstance(await anext(outcomes), NotSent)

    assert read <= 1000
    assert len([outcome async for outcome in outcomes]) == 5000
    assert [len(batch) for batch in desk.taken] == [1]


async def test_a_pause_in_a_stream_sends_what_is_there() -> None:
    """A one-time code does not wait for a neighbour that may never come."""
    desk, more = Desk(), asyncio.Event()

    async def stream() -> AsyncIterator[Message]:
        first, second, third = letters(3)
        yield first
        yield second
        await more.wait()
        yield third

    outcomes = desk.bulk(stream())
    for _ in range(2):
        await anext(outcomes)

    assert [len(batch) for batch in desk.taken] == [2]
    more.set()
    assert [outcome.message async for outcome in outcomes] == letters(3)[2:]


async def test_a_stream_fills_batches_while_all_are_busy() -> None:
    """What comes meanwhile shares a request."""
    desk, more = Desk(is_open=False), asyncio.Event()

    async def stream() -> AsyncIterator[Message]:
        for place, message in enumerate(letters(7)):
            yield message
            if place < 2:
                await more.wait()
                more.clear()

    run = asyncio.create_task(collect(desk.bulk(stream()), []))
    for _ in range(2):
        await settle()
        more.set()

    await settle()
    desk.opened.set()
    await run

    assert [len(batch) for batch in desk.taken] == [1, 1, 3, 2]


async def test_a_stream_is_read_ahead_within_bounds() -> None:
    """A stream that never pauses is not read to its end before anything is sent."""
    desk = Desk(is_open=False)
    read = 0

    async def stream() -> AsyncIterator[Message]:
        nonlocal read
        for message in letters(5000):
            read += 1
            yield message

    found: list[Outcome] = []
    run = asyncio.create_task(collect(desk.bulk(stream(), size=100), found))
    await settle()

    assert read <= 2 * (1000 + 100)
    desk.opened.set()
    await run
    assert len(found) == 5000


@pytest.mark.parametrize(("error", "batches"), [(None, 2), (Refused("no"), 1)])
async def test_who_is_slow_to_fetch_is_not_waited_for(
    error: SmsGateError | None, batches: int
) -> None:
    """The next batch leaves meanwhile; but after bad news he is to decide if it is enough."""
    desk = Desk(errors={"x": error} if error else {})
    outcomes = desk.bulk(letters(12), at_once=1)

    await anext(outcomes)
    await anext(outcomes)
    await settle()

    assert len(desk.taken) == batches


async def test_an_error_of_all_is_the_outcome_of_each() -> None:
    """A batch that could not even be written fails as a whole; each has an error of his own."""
    error: SmsGateError = OutcomeUnknown("?", code="7")

    outcomes = [o async for o in Desk(errors={"x": error}).bulk(letters(3))]

    errors = [outcome.error for outcome in outcomes if isinstance(outcome, Unknown)]
    assert [outcome.message for outcome in outcomes] == letters(3)
    assert [(type(each), str(each), each.code) for each in errors] == [
        (OutcomeUnknown, "?", "7")
    ] * 3
    assert len({id(each) for each in errors}) == 3


@pytest.mark.parametrize("shape", [iter, streamed])
async def test_a_slow_iterable_does_not_stop_the_loop(
    shape: Callable[[Iterator[Message]], Iterator[Message] | AsyncIterator[Message]],
) -> None:
    """Others, and the answers to what is under way, have their turn while it works."""
    turns, most = 0, 0

    def slow() -> Iterator[Message]:
        nonlocal turns, most
        turns = 0
        for message in letters(40):
            most, turns = max(most, turns), 0
            until = time.monotonic() + 0.003
            while time.monotonic() < until:
                """Work."""
            yield message

    async def tick() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    outcomes = [outcome async for outcome in Desk().bulk(shape(slow()), size=100)]
    ticking.cancel()

    assert len(outcomes) == 40
    assert most > 0
