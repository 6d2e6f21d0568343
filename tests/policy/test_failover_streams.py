"""Messages that come one after another, and several providers: nobody waits for another."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

from support.desk import letters
from support.gateways import gateway_over
from support.loopback import Loopback
from support.scripted_gateway import ScriptedGateway
from support.several import Messages, failover, heads, phone, settle, streamed

from smsgate import Message, Outcome, OutcomeUnknown, RecipientRefused

LOST = OutcomeUnknown("?")
NOT_HIM = RecipientRefused("not him")


async def test_a_stream_moves_on_by_itself() -> None:
    """A code that one gateway refused does not wait for the next message to go to another."""
    more = asyncio.Event()

    async def stream() -> AsyncIterator[Message]:
        first, *others = letters(3)
        yield first
        await more.wait()
        for message in others:
            yield message

    gateway = failover(ScriptedGateway("first", [NOT_HIM, None, LOST]), ScriptedGateway("spare"))
    outcomes = gateway.send_many(stream())
    found = [await anext(outcomes)]
    assert heads(found) == {"spare": 1}

    more.set()
    found += [outcome async for outcome in outcomes]
    assert heads(found) == {"spare": 1, "first": 1, "Unknown": 1}


async def test_a_stream_waits_for_nobody() -> None:
    """While the answer to some is long in coming, those after them are sent all the same."""
    is_answered = asyncio.Event()

    class Slow(ScriptedGateway):
        async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
            async for outcome in super().send_many(messages):
                if outcome.message.phone == phone(0):
                    await is_answered.wait()
                yield outcome

    async def stream() -> AsyncIterator[Message]:
        for message in letters(3):
            yield message
            await asyncio.sleep(0)

    outcomes = failover(Slow("first")).send_many(stream())
    found = [await anext(outcomes), await anext(outcomes)]
    is_answered.set()
    found += [outcome async for outcome in outcomes]

    assert [outcome.message.phone for outcome in found] == [phone(1), phone(2), phone(0)]


async def test_outcomes_are_told_as_they_are_known() -> None:
    """Not when the last of those at hand together is."""
    is_answered = asyncio.Event()

    class Slow(ScriptedGateway):
        async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
            async for outcome in super().send_many(messages):
                if outcome.message.phone == phone(2):
                    await is_answered.wait()
                yield outcome

    outcomes = failover(Slow("first")).send_many(streamed(letters(3)))
    found = [await anext(outcomes), await anext(outcomes)]
    is_answered.set()
    found += [outcome async for outcome in outcomes]

    assert heads(found) == {"first": 3}


async def test_a_stream_shares_requests(loopback: Loopback) -> None:
    """What is at hand together goes together, whoever else could be asked."""
    loopback.network.funds = Decimal(10_000)
    gateway = failover(gateway_over(loopback, "smsc"), ScriptedGateway("spare"))

    outcomes = await settle(gateway, streamed(letters(1000)))

    assert heads(outcomes) == {"smsc": 1000}
    assert len(loopback.asked) == 2
