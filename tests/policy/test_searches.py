"""Several batches refused at once: who searches, and who waits for it."""

import asyncio
from collections.abc import Sequence

import pytest
from support.clock import NapClock
from support.transports import settle

from smsgate import Message, Receipt, Refused
from smsgate.policy.group import BatchSize
from smsgate.policy.halves import Search
from smsgate.policy.searches import Searches
from smsgate.wire.codec import Result

INF = float("inf")
NO = Refused("one of 4 is wrong", code="7")


def letters(count: int) -> list[Message]:
    """Write *count* messages, each to a phone of its own."""
    return [Message(f"7701{number:07}", "x") for number in range(count)]


class Desk:
    """Answers parts when told to: a receipt each, or one refusal of all."""

    def __init__(self) -> None:
        self.searches = Searches[Receipt](NapClock(), BatchSize(100))
        self.waiting: list[asyncio.Future[bool]] = []

    async def hand_in(self, part: Sequence[Message]) -> Sequence[Result]:
        """Wait to be told, then answer."""
        told = asyncio.get_running_loop().create_future()
        self.waiting.append(told)
        if not await told:
            return [NO] * len(part)

        results = [Receipt(gateway="desk", id="1", phone=message.phone) for message in part]
        self.searches.learn(results, 100 * len(part))
        return results

    def begin(self, until: float = INF) -> asyncio.Task[Search[Receipt]]:
        """Begin the search through a batch of four."""
        work = self.searches.run(letters(4), NO, self.hand_in, length=400, until=until)
        return asyncio.create_task(work)

    async def answer(self, *, is_taken: bool) -> None:
        """Answer what was handed in first."""
        self.waiting.pop(0).set_result(is_taken)
        await settle()


async def test_one_finds_out_for_the_others() -> None:
    """While nobody was taken; then all go on at once."""
    desk = Desk()
    searches = [desk.begin() for _ in range(3)]
    await settle()
    assert len(desk.waiting) == 1

    await desk.answer(is_taken=True)
    assert len(desk.waiting) == 3

    while desk.waiting:
        await desk.answer(is_taken=True)

    assert [len((await search).untold) for search in searches] == [0, 0, 0]


async def test_what_one_found_in_vain_the_others_try_once() -> None:
    """One alone of each, one after the other, whatever number of them is in the words."""
    desk = Desk()
    searches = [desk.begin() for _ in range(3)]
    tries = 0
    while not all(search.done() for search in searches):
        await settle()
        assert len(desk.waiting) <= 1
        for _ in desk.waiting[:]:
            tries += 1
            await desk.answer(is_taken=False)

    assert tries == 5 + 1 + 1


async def test_nobody_waits_beyond_his_deadline() -> None:
    """Then nothing of his batch is tried, and all of it stays refused."""
    desk = Desk()
    first = desk.begin()
    await settle()

    late = await desk.begin(until=1000.01)

    assert [str(result) for result in late.results] == [
        "one of 4 is wrong; said of 4 messages together"
    ] * 4
    assert len(desk.waiting) == 1
    first.cancel()


async def test_a_search_that_breaks_holds_nobody_up() -> None:
    """Whoever waits behind it goes on."""
    desk = Desk()
    first, second = desk.begin(), desk.begin()
    await settle()
    desk.waiting.pop().set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await first

    await settle()
    assert len(desk.waiting) == 1
    second.cancel()


@pytest.mark.parametrize(
    ("taken", "length", "size"),
    [
        pytest.param(4, 400, 100, id="as-many-and-as-long"),
        pytest.param(4, 320, 100, id="a-quarter-longer"),
        pytest.param(4, 319, 2, id="much-longer"),
        pytest.param(3, 4000, 2, id="more-of-them"),
    ],
)
async def test_only_what_was_never_taken_teaches_a_size(taken: int, length: int, size: int) -> None:
    """Else four messages in 400 bytes were refused for something that passes."""
    desk = Desk()
    receipt = Receipt(gateway="desk", id="1", phone="77010000000")
    desk.searches.learn([receipt] * taken, length)

    search = desk.begin()
    await settle()
    while desk.waiting:
        await desk.answer(is_taken=True)

    assert (await search).right_size == 2
    assert desk.searches.size.most == size


async def test_who_is_taken_ends_the_doubt() -> None:
    """A refusal that nobody escaped the last time is searched again, once somebody was taken."""
    desk, tries = Desk(), 0
    for _ in range(2):
        search = desk.begin()
        await settle()
        while desk.waiting:
            tries += 1
            await desk.answer(is_taken=False)

        assert (await search).was_in_vain
        desk.searches.learn([Receipt(gateway="desk", id="1", phone="77010000000")], 100)

    assert tries == 5 + 5
