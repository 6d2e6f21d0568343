"""A deadline is for the whole: the rate, the turn, every mirror."""

import asyncio

import attrs
import pytest
from faults.hasty import LoopClock, run_hastily
from support.clock import NapClock
from support.lines import REQUEST, YES, begin, carry, line_over
from support.transports import Answer, HeldTransport, ScriptedTransport, always, settle

from smsgate import DeadlineExceeded, OutcomeUnknown, Unreachable
from smsgate.policy.clock import SYSTEM_CLOCK
from smsgate.wire.http import HttpReply, HttpRequest, Rate

ONCE_A_MINUTE = attrs.evolve(REQUEST, rates=(Rate(("balance",), 1, 60.0),))


async def test_too_late_is_not_sent() -> None:
    """What is past its deadline when it is handed in never leaves."""
    wire = always(YES)

    with pytest.raises(DeadlineExceeded, match="does not come before the deadline"):
        await carry(line_over(wire), by=SYSTEM_CLOCK.now() - 1)

    assert wire.asked == []


async def test_too_late_while_waiting_for_a_turn() -> None:
    """Somebody else has the only turn for too long; nothing leaves, and the queue is whole."""
    wire = HeldTransport(YES)
    line = line_over(wire, max_in_flight=1)
    [first] = begin(line, 1)
    await wire.arrived()

    with pytest.raises(DeadlineExceeded, match="while it waited for its turn"):
        await carry(line, by=SYSTEM_CLOCK.now() + 0.01)

    wire.release.set()

    assert await first is YES
    assert await carry(line, by=SYSTEM_CLOCK.now() + 30) is YES
    assert len(wire.taken) == 2


@attrs.define
class SlowServers:
    """Servers that each take some seconds to be found unreachable, or to answer."""

    clock: NapClock
    answer: Answer
    given: list[float] = attrs.field(init=False, factory=list)

    async def exchange(self, _: str, __: HttpRequest, /, *, seconds: float) -> HttpReply:
        """Take four seconds, or as many as there are."""
        self.given.append(seconds)
        await self.clock.sleep(min(4.0, seconds))
        if isinstance(self.answer, HttpReply):
            return self.answer

        raise self.answer

    async def aclose(self) -> None:
        """Nothing to let go of."""


async def test_all_mirrors_share_one_deadline() -> None:
    """Each gets what is left, and when nothing is left nobody else is tried: it is too late."""
    clock = NapClock()
    servers = SlowServers(clock, Unreachable("down"))
    line = line_over(servers, base_urls=["1", "2", "3", "4"], clock=clock)

    with pytest.raises(DeadlineExceeded, match="before it could leave: down"):
        await carry(line, by=clock.now() + 10)

    assert servers.given == [10.0, 6.0, 2.0]


async def test_all_mirrors_share_one_timeout() -> None:
    """Without a deadline the timeout ends the search, and the last failure is told."""
    clock = NapClock()
    servers = SlowServers(clock, Unreachable("down"))
    line = line_over(servers, base_urls=["1", "2", "3"], clock=clock, timeout=6.0)

    with pytest.raises(Unreachable, match="down"):
        await carry(line)

    assert servers.given == [6.0, 2.0]


async def test_unknown_at_the_deadline_is_unknown() -> None:
    """What may have left is never called too late."""
    clock = NapClock()
    servers = SlowServers(clock, OutcomeUnknown("silence"))

    with pytest.raises(OutcomeUnknown):
        await carry(line_over(servers, clock=clock), by=clock.now() + 1)


async def test_what_is_over_the_rate_waits() -> None:
    """The second within the minute goes when the minute is over."""
    clock = NapClock()
    line = line_over(always(YES), clock=clock)
    for _ in range(2):
        await carry(line, ONCE_A_MINUTE)

    assert clock.naps == [60.0]


async def test_what_waits_too_long_for_the_rate_is_told_at_once() -> None:
    """Nobody waits a minute to be told that it was too late; and the place is free again."""
    clock = NapClock()
    wire = always(YES)
    line = line_over(wire, clock=clock)
    await carry(line, ONCE_A_MINUTE)

    with pytest.raises(DeadlineExceeded, match="rate leaves no room"):
        await carry(line, ONCE_A_MINUTE, by=clock.now() + 59)

    clock.time += 60
    await carry(line, ONCE_A_MINUTE)

    assert clock.naps == []
    assert len(wire.asked) == 2


async def test_cancelled_while_it_waits_for_the_rate() -> None:
    """Nothing is sent, and the next one has its place."""

    class Standing(NapClock):
        async def sleep(self, seconds: float, /) -> None:
            self.naps.append(seconds)
            await asyncio.Event().wait()

    clock = Standing()
    wire = always(YES)
    line = line_over(wire, clock=clock)
    await carry(line, ONCE_A_MINUTE)
    waiting = [asyncio.create_task(carry(line, ONCE_A_MINUTE)) for _ in range(2)]
    await settle()
    for task in waiting:
        task.cancel()

    await settle()
    clock.time += 60

    assert clock.naps == [60.0, 120.0]
    assert await carry(line, ONCE_A_MINUTE) is YES
    assert len(wire.asked) == 2


async def test_a_fast_server_is_not_too_late() -> None:
    """An answer in time is an answer."""
    wire = ScriptedTransport(lambda _, __: YES)

    assert await carry(line_over(wire), by=SYSTEM_CLOCK.now() + 30) is YES


TWICE_A_SECOND = attrs.evolve(REQUEST, rates=(Rate(("any call",), 2, 1.0),))


def test_those_who_wait_for_a_turn_do_not_leave_together() -> None:
    """A rate is about when requests leave, not about when they came."""
    left: list[float] = []

    class SlowAtFirst(HeldTransport):
        async def exchange(self, _: str, __: HttpRequest, /, *, seconds: float) -> HttpReply:
            left.append(clock.now())
            await asyncio.sleep(10 if len(left) <= 4 else 0.01)
            return YES

    async def crowd() -> None:
        line = line_over(SlowAtFirst(YES), max_in_flight=4, clock=clock)
        first = [asyncio.create_task(carry(line)) for _ in range(4)]
        await asyncio.gather(*first, *(carry(line, TWICE_A_SECOND) for _ in range(10)))

    clock = LoopClock()
    run_hastily(crowd())

    moments = left[4:]
    assert len(moments) == 10
    assert all(late - early > 0.9 for early, late in zip(moments, moments[2:], strict=False))


async def test_cancelled_with_its_turn_in_hand() -> None:
    """Whoever gives up while the second passes lets the next one have the turn."""

    class Standing(NapClock):
        async def sleep(self, seconds: float, /) -> None:
            self.naps.append(seconds)
            await asyncio.Event().wait()

    clock = Standing()
    line = line_over(always(YES), max_in_flight=1, clock=clock)
    for _ in range(2):
        await carry(line, TWICE_A_SECOND)

    waiting = asyncio.create_task(carry(line, TWICE_A_SECOND))
    await settle()
    waiting.cancel()
    await settle()

    assert clock.naps == [1.0]
    assert await carry(line) is YES
