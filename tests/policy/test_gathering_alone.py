"""The gathering by itself: what goes alone, what waits for a free request, and how it ends."""

import asyncio
from collections.abc import Sequence
from math import inf

from faults.hasty import LoopClock, run_hastily
from support.clock import NapClock
from support.transports import settle

from smsgate import Message, OutcomeUnknown, Receipt, Unreachable
from smsgate.policy.clock import SYSTEM_CLOCK
from smsgate.policy.gathering import Gathering
from smsgate.policy.group import BatchSize
from smsgate.wire.codec import Result, letter_of

ONE = Message("77010000000", "Your code is 0000")


async def taken(batch: Sequence[Message]) -> Sequence[Result]:
    """Take all of *batch*."""
    return [Receipt(gateway="x", id="1", phone=message.phone) for message in batch]


async def test_what_must_go_alone_waits_for_nobody() -> None:
    """A text that may not ride in a list shares only with the same text; None with nobody."""
    handed: list[Sequence[Message]] = []

    async def hand_in(batch: Sequence[Message], _: float) -> Sequence[Result]:
        handed.append(batch)
        return await taken(batch)

    clock = NapClock()
    gathering = Gathering(lambda _: None, BatchSize(5), 0.01, clock, hand_in, at_once=1)
    result = await gathering.send(ONE, 9000.0)

    assert isinstance(result, Receipt)
    assert (handed, clock.naps) == ([[ONE]], [])


async def test_a_shared_error_is_raised_to_each_by_itself() -> None:
    """What one caller adds to his error is not seen by the next."""
    cause = LookupError()
    shared = OutcomeUnknown("?", code="7", ref="smsc:77010000001:1")
    shared.__cause__ = cause

    async def hand_in(batch: Sequence[Message], _: float) -> Sequence[Result]:
        return [shared] * len(batch)

    gathering = Gathering(letter_of, BatchSize(2), 0.01, NapClock(), hand_in, at_once=1)
    same = [Message(f"7701000000{n}", "x") for n in range(2)]
    one, other = await asyncio.gather(*(gathering.send(m, 9000.0) for m in same))

    assert isinstance(one, OutcomeUnknown)
    assert isinstance(other, OutcomeUnknown)
    assert one is not other
    assert (str(one), one.code, one.ref) == ("?", "7", "smsc:77010000001:1")
    assert one.__cause__ is cause


async def test_a_bug_leaves_nobody_waiting() -> None:
    """Nobody knows what became of it, so that is what everybody is told."""

    async def hand_in(_: Sequence[Message], __: float) -> Sequence[Result]:
        raise ZeroDivisionError

    gathering = Gathering(letter_of, BatchSize(2), 0.01, NapClock(), hand_in, at_once=1)
    result = await gathering.send(ONE, 9000.0)

    assert isinstance(result, OutcomeUnknown)
    assert isinstance(result.__cause__, ZeroDivisionError)


def test_nobody_waits_too_long_for_a_free_one() -> None:
    """After half the time there is he goes all the same: it is for the line to say how he fares."""
    handed: list[Sequence[Message]] = []

    async def hand_in(batch: Sequence[Message], by: float) -> Sequence[Result]:
        handed.append(batch)
        if len(handed) == 1:
            await asyncio.sleep(60)
        return [Receipt(gateway="x", id=f"{by:.0f}", phone=m.phone) for m in batch]

    async def storm() -> Sequence[Result]:
        clock = LoopClock()
        gathering = Gathering(letter_of, BatchSize(5), 0.01, clock, hand_in, at_once=1)
        began = clock.now()
        slow = asyncio.create_task(gathering.send(Message("77010000001", "x"), began + 99))
        await clock.sleep(1)
        result = await gathering.send(Message("77010000002", "x"), began + 11)
        assert 5 < clock.now() - began < 7
        return [result, await slow]

    assert [type(result) for result in run_hastily(storm())] == [Receipt, Receipt]
    assert [len(batch) for batch in handed] == [1, 1]


async def test_nothing_of_it_outlives_a_request() -> None:
    """A full one waits for nobody, and leaves no timer behind."""
    gathering = Gathering(
        letter_of, BatchSize(2), 9000.0, SYSTEM_CLOCK, lambda batch, _: taken(batch), at_once=1
    )
    same = [Message(f"7701000000{n}", "x") for n in range(4)]
    before = asyncio.all_tasks()
    await asyncio.gather(*(gathering.send(message, inf) for message in same))
    await settle()

    assert asyncio.all_tasks() == before


async def test_one_cancelled_before_it_began_takes_nobody_along() -> None:
    """Somebody cancels every task: whoever comes afterwards does not wait for a dead one."""
    gathering = Gathering(
        letter_of, BatchSize(9), 9000.0, SYSTEM_CLOCK, lambda batch, _: taken(batch), at_once=1
    )
    callers = [asyncio.create_task(gathering.send(ONE, inf))]
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {*callers, asyncio.current_task()}:
        task.cancel()

    [result] = await asyncio.gather(*callers)
    gathering.seconds = 0.001
    later = await gathering.send(ONE, inf)

    assert isinstance(result, Unreachable)
    assert isinstance(later, Receipt)


async def test_who_has_left_cuts_nobodys_time() -> None:
    """Nor does what he would have sent fill the request."""
    handed: list[tuple[int, float]] = []

    async def hand_in(batch: Sequence[Message], by: float) -> Sequence[Result]:
        handed.append((len(batch), by))
        return await taken(batch)

    gathering = Gathering(letter_of, BatchSize(9), 0.001, SYSTEM_CLOCK, hand_in, at_once=1)
    until = SYSTEM_CLOCK.now() + 1200  # close enough to share a request
    hasty = asyncio.create_task(gathering.send(Message("77010000001", "x"), until - 100))
    patient = asyncio.create_task(gathering.send(Message("77010000002", "x"), until))
    await asyncio.sleep(0)
    hasty.cancel()
    await patient

    assert handed == [(1, until)]


async def test_who_shares_a_request_shares_the_earliest_deadline() -> None:
    """Nobody hears of his message later than he asked for."""
    handed: list[tuple[int, float]] = []

    async def hand_in(batch: Sequence[Message], by: float) -> Sequence[Result]:
        handed.append((len(batch), by))
        return await taken(batch)

    gathering = Gathering(letter_of, BatchSize(2), 9.0, SYSTEM_CLOCK, hand_in, at_once=1)
    until = SYSTEM_CLOCK.now() + 1200
    await asyncio.gather(
        gathering.send(Message("77010000001", "x"), until - 100),
        gathering.send(Message("77010000002", "x"), until),
    )

    assert handed == [(2, until - 100)]


def test_who_went_without_a_free_one_frees_none() -> None:
    """What he did not take is not given back: the next one waits as long as he did."""
    began: list[float] = []

    async def hand_in(batch: Sequence[Message], _: float) -> Sequence[Result]:
        began.append(LoopClock().now())
        if len(began) == 1:
            await asyncio.sleep(60)
        return await taken(batch)

    async def storm() -> list[float]:
        clock = LoopClock()
        gathering = Gathering(letter_of, BatchSize(1), 0.01, clock, hand_in, at_once=1)
        start = clock.now()
        slow = asyncio.create_task(gathering.send(ONE, start + 99))
        await clock.sleep(1)
        await gathering.send(ONE, clock.now() + 10)
        await gathering.send(ONE, clock.now() + 10)
        await slow
        return [moment - start for moment in began]

    assert [round(seconds) for seconds in run_hastily(storm())] == [0, 6, 11]


def test_who_has_waited_long_shares_with_nobody_who_has_just_come() -> None:
    """What is left of the one's time would be too little of the other's."""
    sizes: list[int] = []

    async def hand_in(batch: Sequence[Message], _: float) -> Sequence[Result]:
        sizes.append(len(batch))
        return await taken(batch)

    async def storm() -> None:
        clock = LoopClock()
        gathering = Gathering(letter_of, BatchSize(9), 250.0, clock, hand_in, at_once=2)
        one = Message("77010000001", "x")
        first = asyncio.create_task(gathering.send(one, clock.now() + 1010))
        await clock.sleep(240)
        await gathering.send(Message("77010000002", "x"), clock.now() + 1300)
        await first

    run_hastily(storm())

    assert sizes == [1, 1]
