"""The turns of one login: so many at once, first come first served, in every event loop."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest
from support.transports import HeldTransport, settle

from smsgate import Message, SmscGateway, Unreachable
from smsgate.policy.limits import Limits, Turn

_LONGEST = 30.0  # seconds until a thread that waits is taken for stuck


async def line_up(limits: Limits, *mosts: int) -> list[asyncio.Task[Turn]]:
    """Let somebody ask for a turn for each of *mosts*, one after the other."""
    waiting = []
    for most in mosts:
        waiting.append(asyncio.create_task(limits.turn(most)))
        await settle()

    return waiting


def served(waiting: list[asyncio.Task[Turn]]) -> list[bool]:
    """Tell who has a turn by now."""
    return [task.done() and not task.cancelled() for task in waiting]


async def count_free(limits: Limits, most: int) -> int:
    """Count how many of *most* turns are free, and leave them so."""
    waiting = await line_up(limits, *[most] * (most + 1))
    free = [task.result() for task in waiting if served([task]) == [True]]
    for task in waiting:
        task.cancel()

    await settle()
    for turn in free:
        turn.release()

    return len(free)


async def test_so_many_turns_and_no_more() -> None:
    """A turn is there at once while there are turns; the others wait for one to be over."""
    limits = Limits()
    waiting = await line_up(limits, 2, 2, 2, 2)

    assert served(waiting) == [True, True, False, False]

    (await waiting[1]).release()
    await settle()

    assert served(waiting) == [True, True, True, False]


async def test_first_come_first_served() -> None:
    """Those who wait are served in the order in which they came."""
    limits = Limits()
    first, *others = await line_up(limits, *[1] * 5)
    for place, task in enumerate(others):
        assert served(others) == [other < place for other in range(4)]
        (await first).release()
        await settle()
        first = task

    assert served(others) == [True] * 4


async def test_the_urgent_go_first_in_their_own_order() -> None:
    """Who has to know what became of a message waits for nobody who has yet to begin."""
    limits = Limits()
    turn = await limits.turn(1)
    order: list[str] = []

    async def come(name: str, *, is_urgent: bool) -> None:
        mine = await limits.turn(1, is_urgent=is_urgent)
        order.append(name)
        mine.release()

    names = [("a", False), ("b", True), ("c", False), ("d", True)]
    waiting = [asyncio.create_task(come(name, is_urgent=urgent)) for name, urgent in names]
    await settle()
    turn.release()
    await asyncio.gather(*waiting)

    assert order == ["b", "d", "a", "c"]


async def test_nobody_overtakes() -> None:
    """A gateway that may have more at once waits behind one that came earlier."""
    limits = Limits()
    [first, strict, lax] = await line_up(limits, 1, 1, 14)

    assert served([strict, lax]) == [False, False]

    (await first).release()
    await settle()

    assert served([strict, lax]) == [True, True]


async def test_a_newcomer_does_not_overtake() -> None:
    """There may be room for it, and yet somebody was there before."""
    limits = Limits()
    [_, strict, newcomer] = await line_up(limits, 14, 1, 14)

    assert served([strict, newcomer]) == [False, False]


async def test_who_leaves_holds_up_nobody() -> None:
    """Who gave up waiting is passed over, and whoever could not pass him goes at once."""
    limits = Limits()
    [first, strict, lax] = await line_up(limits, 1, 1, 2)
    strict.cancel()
    await settle()

    assert served([first, strict, lax]) == [True, False, True]


async def test_one_in_the_middle_leaves() -> None:
    """The others keep their places."""
    limits = Limits()
    [first, second, third, fourth] = await line_up(limits, 1, 1, 1, 1)
    third.cancel()
    for turn in (first, second):
        (await turn).release()

    await settle()

    assert served([second, third, fourth]) == [True, False, True]


@pytest.mark.parametrize("steps", range(6))
async def test_cancelled_just_as_the_turn_comes(steps: int) -> None:
    """However close the two fall together, the turn is had or given back, never lost."""
    limits = Limits()
    [first, second] = await line_up(limits, 1, 1)
    (await first).release()
    for _ in range(steps):
        await asyncio.sleep(0)

    second.cancel()
    await settle()
    if served([second]) == [True]:
        second.result().release()

    assert await count_free(limits, 1) == 1


async def test_cancelled_with_a_turn_that_the_next_can_have() -> None:
    """A turn that came too late goes on to who is next."""
    limits = Limits()
    [first, second, third] = await line_up(limits, 1, 1, 1)
    (await first).release()
    second.cancel()
    await settle()

    assert (second.cancelled(), served([third])) == (True, [True])


async def test_a_turn_is_given_back_once() -> None:
    """Whoever is not sure gives it back again; nobody gets a turn from that."""
    limits = Limits()
    [first, second] = [await limits.turn(2) for _ in range(2)]
    for _ in range(3):
        first.release()

    assert await count_free(limits, 2) == 1

    second.release()

    assert await count_free(limits, 2) == 2


def test_two_event_loops_wake_each_other() -> None:
    """A turn that ends in one thread is had in another, by somebody who does not poll."""
    limits, told = Limits(), list[str]()
    is_taken, is_waited_for = threading.Event(), threading.Event()

    async def first() -> None:
        turn = await limits.turn(1)
        is_taken.set()
        assert await asyncio.to_thread(is_waited_for.wait, _LONGEST)
        told.append("the first is over")
        turn.release()

    async def second() -> None:
        waiting = asyncio.create_task(limits.turn(1))
        await settle()
        assert not waiting.done()
        is_waited_for.set()
        async with asyncio.timeout(_LONGEST):
            (await waiting).release()

        told.append("the second had its turn")

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(asyncio.run, first())
        assert is_taken.wait(_LONGEST)
        two = threads.submit(asyncio.run, second())
        one.result()
        two.result()

    assert told == ["the first is over", "the second had its turn"]


@attrs.define
class Crowd:
    """Callers in many threads, each of whom has *turns* turns, one after the other."""

    limits: Limits
    most: int
    turns: int
    now: int = attrs.field(init=False, default=0)
    peak: int = attrs.field(init=False, default=0)
    had: int = attrs.field(init=False, default=0)
    _lock: threading.Lock = attrs.field(init=False, factory=threading.Lock)

    async def come(self, callers: int) -> None:
        """Let *callers* come at once."""
        async with asyncio.timeout(_LONGEST):
            await asyncio.gather(*[self._call() for _ in range(callers)])

    async def _call(self) -> None:
        for _ in range(self.turns):
            turn = await self.limits.turn(self.most)
            self._count(1)
            await asyncio.sleep(0)
            self._count(-1)
            turn.release()

    def _count(self, step: int) -> None:
        with self._lock:
            self.now += step
            self.peak = max(self.peak, self.now)
            self.had += step > 0


def test_a_crowd_in_many_threads() -> None:
    """Together they never have more turns than there are, and everybody is served."""
    crowd = Crowd(Limits(), most=3, turns=25)
    with ThreadPoolExecutor(4) as threads:
        for thread in [threads.submit(asyncio.run, crowd.come(10)) for _ in range(4)]:
            thread.result()

    assert (crowd.had, crowd.peak, crowd.now) == (1000, 3, 0)


def test_somebody_whose_event_loop_is_no_more() -> None:
    """He is passed over: his turn would never be used, nor given back."""
    limits, loop = Limits(), asyncio.new_event_loop()
    turn = loop.run_until_complete(limits.turn(1))
    [waiting] = loop.run_until_complete(line_up(limits, 1))
    loop.close()
    turn.release()

    assert not waiting.done()
    assert asyncio.run(count_free(limits, 1)) == 1


@pytest.mark.parametrize("is_passed_over", [True, False], ids=["passed-over", "still-waiting"])
def test_a_waiter_that_is_thrown_away(*, is_passed_over: bool) -> None:
    """Its event loop was closed under it; whenever it ends, nobody's turn is lost."""
    limits = Limits()
    loop = asyncio.new_event_loop()
    turn = loop.run_until_complete(limits.turn(1))
    waiting = limits.turn(1)

    async def wait_a_moment() -> None:
        step = waiting.send(None)
        assert step is not None

    loop.run_until_complete(wait_a_moment())
    loop.close()
    if is_passed_over:
        turn.release()

    waiting.close()
    turn.release()

    asyncio.run(limits.turn(1)).release()


async def test_two_gateways_of_one_login() -> None:
    """Together they never have more under way than the login may: 14, by SMSC's rules."""
    wire = HeldTransport(Unreachable("down"))
    gateways = [
        SmscGateway(login=login, password="demo", transport=wire) for login in ("demo", "DEMO")
    ]
    message = Message("77015555555", "x")
    callers = [asyncio.create_task(g.send(message)) for g in gateways for _ in range(20)]
    await settle()

    assert (len(wire.taken), wire.most) == (14, 14)

    wire.release.set()
    await asyncio.gather(*callers, return_exceptions=True)

    assert wire.most == 14
