"""How a bulk ends: stopped, broken, cancelled, or by a bug; nothing that was taken is lost."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest
from support.desk import Desk, collect, letters
from support.transports import HeldTransport, settle

from smsgate import (
    Accepted,
    InvalidArgument,
    Message,
    NotSent,
    Outcome,
    Refused,
    SmscGateway,
    Unknown,
)
from smsgate.policy.bulk import Bulk, all_at_once
from smsgate.policy.group import BatchSize
from smsgate.policy.sorter import Sorter
from smsgate.wire.codec import Result, letter_of
from smsgate.wire.http import HttpReply


def _broken() -> Iterator[Message]:
    yield from letters(2)
    raise LookupError("no such order")


async def _broken_stream() -> AsyncIterator[Message]:
    for message in letters(2):
        yield message
    raise LookupError("no such order")


@pytest.mark.parametrize("source", [_broken, _broken_stream])
async def test_a_break_comes_after_what_was_taken(
    source: Callable[[], Iterable[Message] | AsyncIterator[Message]],
) -> None:
    """What was taken is settled, then the caller sees his own exception."""
    found: list[Outcome] = []

    with pytest.raises(LookupError, match="no such order"):
        await collect(Desk().bulk(source()), found)

    assert [outcome.message for outcome in found] == letters(2)


async def test_a_break_that_is_no_exception_is_a_break() -> None:
    """As those of task queues, which interrupt what runs: a stream that broke is not over."""

    class Interrupt(BaseException):
        def __bool__(self) -> bool:
            return False

    async def stream() -> AsyncIterator[Message]:
        for message in letters(2):
            yield message
        raise Interrupt

    found: list[Outcome] = []
    with pytest.raises(Interrupt):
        await collect(Desk().bulk(stream()), found)

    assert len(found) == 2


async def test_only_messages_are_messages() -> None:
    """Anything else is named, and what came before it is settled."""
    found: list[Outcome] = []
    strange: list[Message] = [*letters(1), "77010000001"]  # type: ignore[list-item]

    with pytest.raises(InvalidArgument, match="each must be a Message, not str"):
        await collect(Desk().bulk(strange), found)

    assert len(found) == 1


@pytest.mark.parametrize("is_stream", [False, True])
async def test_a_bug_is_seen_after_what_was_taken(*, is_stream: bool) -> None:
    """No more is taken; all that was has its outcome, unknown where it struck; it is raised."""
    desk, found = Desk(errors={"a": ZeroDivisionError()}), list[Outcome]()
    messages = [*letters(2, "a"), *letters(3, "b"), *letters(1000, "c")]

    read = list[Message]()

    async def stream() -> AsyncIterator[Message]:
        for message in messages:
            read.append(message)
            yield message

    with pytest.raises(ZeroDivisionError) as raised:
        await collect(desk.bulk(stream() if is_stream else messages, size=2, at_once=1), found)

    taken = [message for batch in desk.taken for message in batch]
    assert Counter(outcome.message for outcome in found) == Counter(read or taken)
    assert len(taken) < 100
    not_sent = sum(isinstance(outcome, NotSent) for outcome in found)
    assert not_sent == len(read or taken) - len(taken)
    unknown = [outcome for outcome in found if isinstance(outcome, Unknown)]
    assert [outcome.message.text for outcome in unknown] == ["a", "a"]
    assert {str(outcome.error) for outcome in unknown} == {
        "smsgate itself failed (ZeroDivisionError)"
    }
    assert {outcome.error.__cause__ for outcome in unknown} == {raised.value}


async def test_what_is_cancelled_from_outside_is_unknown() -> None:
    """A shutdown that cancels every task leaves nobody without an outcome."""
    desk, found = Desk(is_open=False), list[Outcome]()
    run = asyncio.create_task(collect(desk.bulk(letters(12)), found))
    await settle()
    for task in asyncio.all_tasks() - {run, asyncio.current_task()}:
        task.cancel()

    desk.is_open = True
    await run

    kinds = Counter(type(outcome).__name__ for outcome in found)
    assert kinds == {"Unknown": 6, "Accepted": 6}


@pytest.mark.parametrize("is_stream", [False, True])
async def test_who_stops_early_begins_nothing_more(is_stream: bool) -> None:
    """What waits for its turn never goes, and the stream is read no further."""
    desk, read = Desk(), list[Message]()

    async def stream() -> AsyncIterator[Message]:
        for message in letters(100):
            read.append(message)
            yield message
            await asyncio.sleep(0)

    outcomes = desk.bulk(stream() if is_stream else letters(100))
    await anext(outcomes)
    desk.is_open = False
    assert isinstance(outcomes, AsyncIterator)
    await outcomes.aclose()  # type: ignore[attr-defined]
    taken, seen = len(desk.taken), len(read)
    await settle()

    assert (len(desk.taken), len(read)) == (taken, seen)
    assert taken < 100 / 3


async def test_what_waits_for_the_account_never_goes_once_the_caller_stops() -> None:
    """Batches are written ahead; those without a turn yet are not sent after he has left."""
    wire = HeldTransport(HttpReply(b'{"id": "own-id", "cnt": 1}'))
    gateway = SmscGateway(
        api_key="key", transport=wire, max_in_flight=1, batch_size=1, id_factory=lambda: "own-id"
    )
    outcomes = gateway.send_many(letters(9))
    first = asyncio.ensure_future(anext(outcomes))
    await wire.arrived()
    wire.release.set()  # for the first alone
    wire.release.clear()
    assert isinstance(await first, Accepted)
    await wire.arrived()
    await outcomes.aclose()  # type: ignore[attr-defined]
    wire.release.set()
    await settle()
    await gateway.aclose()

    assert (len(wire.taken), wire.finished) == (2, 2)


async def test_a_cancellation_that_is_the_iterables_own_is_seen() -> None:
    """What was cut short from within (the result of a cancelled task, say) is not at its end."""

    async def stream() -> AsyncIterator[Message]:
        for message in letters(2):
            yield message
        raise asyncio.CancelledError

    def iterator() -> Iterator[Message]:
        yield from letters(2)
        raise asyncio.CancelledError

    for messages in (stream(), iterator()):
        found: list[Outcome] = []
        with pytest.raises(asyncio.CancelledError):
            await collect(Desk().bulk(messages), found)

        assert [outcome.message for outcome in found] == letters(2)


async def test_who_stops_early_has_his_stream_back() -> None:
    """Nothing of ours reads it any more, so that he can close it."""
    is_closed = False

    async def stream() -> AsyncGenerator[Message]:
        nonlocal is_closed
        try:
            for message in letters(3):
                yield message
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            is_closed = True

    source = stream()
    outcomes = Desk().bulk(source)
    await anext(outcomes)
    await outcomes.aclose()  # type: ignore[attr-defined]
    assert is_closed

    await source.aclose()


async def test_a_stream_that_will_not_end_is_left() -> None:
    """It hears that nobody reads it any more, and goes on all the same."""

    async def stream() -> AsyncIterator[Message]:
        for message in letters(1000):
            yield message
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    outcomes = Desk().bulk(stream())
    await anext(outcomes)
    await outcomes.aclose()  # type: ignore[attr-defined]


@pytest.mark.parametrize("results", [[None] * 3, [], [Refused("no")] * 2])
async def test_what_is_no_result_is_a_bug(results: list[Result]) -> None:
    """A stranger's gateway may give anything; nobody waits for ever, and nobody is forgotten."""

    async def hand_in(_: Sequence[Message]) -> Sequence[Result]:
        await asyncio.sleep(0)
        return results

    sorter = Sorter(letter_of, BatchSize(3))
    bulk = Bulk(messages=letters(3), sorter=sorter, deal=all_at_once(hand_in), at_once=1)
    found = list[Outcome]()
    with pytest.raises(TypeError, match="one receipt or error for each message"):
        await collect(bulk.outcomes(), found)

    assert [type(outcome) for outcome in found] == [Unknown] * 3


@pytest.mark.parametrize("factory", [None, getattr(asyncio, "eager_task_factory", None)])
@pytest.mark.parametrize("is_stream", [False, True])
async def test_tasks_may_be_eager(factory: Any, *, is_stream: bool) -> None:
    """A loop may run a task before it is known by any name (Python 3.12)."""

    async def stream() -> AsyncIterator[Message]:
        for message in letters(5):
            yield message

    asyncio.get_running_loop().set_task_factory(factory)
    found = list[Outcome]()
    await collect(Desk().bulk(stream() if is_stream else letters(5)), found)

    assert [type(outcome) for outcome in found] == [Accepted] * 5


async def test_a_reader_that_is_cancelled_before_it_began_is_seen() -> None:
    """A stream of which nothing was read is no stream that was empty."""

    async def stream() -> AsyncIterator[Message]:
        for message in letters(2):
            yield message

    run = asyncio.create_task(collect(Desk().bulk(stream()), list[Outcome]()))
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {run, asyncio.current_task()}:
        task.cancel()

    await asyncio.wait({run})

    assert run.cancelled()
