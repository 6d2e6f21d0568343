"""Rows that are not sent, in long stretches: others have their turn, and none is lost between."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from decimal import Decimal

import pytest
from cli.bulk.bench import Bench, rows
from cli.bulk.files import kinds, outcomes
from support.scripted_gateway import ScriptedGateway

from smsgate import (
    Message,
    Outcome,
)
from smsgate.cli.bulk.prices import Price
from smsgate.cli.bulk.rows import SETTLED, Withheld
from smsgate.cli.exits import Exit

BAD = Withheld("InvalidMessage", "no phone")


@pytest.mark.parametrize("kind", ["settled", "bad", "unpriced"])
async def test_others_have_their_turn_while_rows_are_skipped(kind: str, bench: Bench) -> None:
    """
    However many rows in a row are not sent, the loop goes round meanwhile.

    Otherwise a request that is under way would time out, and no Ctrl-C be heard.
    """
    first, *skipped, last = rows(5002)
    reasons = {"settled": SETTLED, "bad": BAD}
    if kind in reasons:
        skipped = [row.withhold(reasons[kind]) for row in skipped]

    prices = {first.phone: Decimal(1), last.phone: Decimal(1)}
    gateway = ScriptedGateway("smsc", batch_size=10)
    turn, looks = 0, Counter[int]()

    async def take_turns() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def watch() -> None:
        looks[turn] += 1

    others = asyncio.create_task(take_turns())
    await bench.run(
        [first, *skipped, last],
        gateway,
        price_of=lambda message: Price(prices.get(message.phone)),
        cap=Decimal(10),
        watch=watch,
    )
    others.cancel()

    assert [message.phone for message in gateway.sent] == [first.phone, last.phone]
    assert sum(looks.values()) == 5002
    assert max(looks.values()) <= 1024


async def test_stop_is_heard_while_rows_are_skipped(bench: Bench) -> None:
    """Whoever stops the run then has stopped it: the row after them is not sent."""
    good, last = rows(2)

    def watch() -> None:
        if bench.tally.accepted:
            asyncio.get_running_loop().call_soon(bench.stop.by_hand)

    settled = [good.withhold(SETTLED)] * 22_000
    await bench.run([good, *settled, last], ScriptedGateway("smsc"), watch=watch)

    assert outcomes(bench.path) == {"accepted": 1, "not sent": 1}
    assert kinds(bench.path) == {"Stopped": 1}


async def test_few_rounds_for_rows_that_are_far_apart(bench: Bench) -> None:
    """What is left of a large file is not sent one by one, a round trip each."""
    given = [row if n % 600 == 0 else row.withhold(SETTLED) for n, row in enumerate(rows(12_000))]
    handed: list[int] = []

    class Counting(ScriptedGateway):
        async def send_many(
            self, messages: Iterable[Message] | AsyncIterable[Message], /
        ) -> AsyncIterator[Outcome]:
            before = len(self.sent)
            async for outcome in super().send_many(messages):
                yield outcome

            handed.append(len(self.sent) - before)

    await bench.run(given, Counting("smsc", batch_size=100))

    assert handed == [20]
    assert outcomes(bench.path) == {"accepted": 20}


async def test_more_than_a_batch_is_near(bench: Bench) -> None:
    """What was read ahead keeps its order, and none of it is left behind."""
    given = rows(1500)
    gateway = ScriptedGateway("smsc", batch_size=100)
    prices = iter(range(1500))
    await bench.run(given, gateway, price_of=lambda _: Price(Decimal(next(prices))))

    assert [message.phone for message in gateway.sent] == [row.phone for row in given]
    assert outcomes(bench.path) == {"accepted": 1500}


async def test_gateway_that_takes_no_more_in_a_later_round(bench: Bench) -> None:
    """It is not asked again and again."""
    first, *skipped, last = rows(2002)

    class Tired(ScriptedGateway):
        async def send_many(
            self, messages: Iterable[Message] | AsyncIterable[Message], /
        ) -> AsyncIterator[Outcome]:
            if not self.sent:
                async for outcome in super().send_many(messages):
                    yield outcome

    given = [first, *(row.withhold(SETTLED) for row in skipped * 11), last]
    await bench.run(given, Tired("tired"))

    assert outcomes(bench.path) == {"accepted": 1, "not sent": 1}
    assert kinds(bench.path) == {"NotTaken": 1}


async def test_what_was_not_taken_back_is_not_complete(bench: Bench) -> None:
    """A gateway that ends early has been given it, as far as the file says."""

    class Brief(ScriptedGateway):
        async def send_many(
            self, messages: Iterable[Message] | AsyncIterable[Message], /
        ) -> AsyncIterator[Outcome]:
            async for outcome in super().send_many(messages):
                yield outcome
                return

    run = await bench.run(rows(20), Brief("brief"))

    assert not run.is_complete
    assert bench.exit_code == Exit.UNKNOWN
