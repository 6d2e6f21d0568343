"""Handing in and asking have one deadline, and closing ends both."""

import asyncio

import attrs
import pytest
from support.clock import NapClock
from support.desk import letters
from support.gateways import gateway_over
from support.provider import BUSY, LOST, MESSAGE, TAKES, Provider
from support.transports import HeldTransport, ScriptedTransport, settle

from smsgate import (
    DeadlineExceeded,
    Message,
    OutcomeUnknown,
    Throttled,
)
from smsgate.policy.clock import SYSTEM_CLOCK
from smsgate.policy.limits import Limits, Turn
from smsgate.wire.http import HttpReply, HttpRequest


async def test_with_hardly_any_time_left_nothing_is_sent() -> None:
    """Its turn came late: what left now would most likely end unknown, and so it does not."""
    clock = NapClock()

    class LateTurn(Limits):
        async def turn(self, most: int, *, is_urgent: bool = False) -> Turn:
            clock.time += 8
            return await super().turn(most, is_urgent=is_urgent)

    provider = Provider([TAKES])
    gateway = attrs.evolve(provider.gateway(), clock=clock)
    gateway._line.limits = LateTurn()

    with pytest.raises(DeadlineExceeded, match="too little time was left"):
        await gateway.send(MESSAGE, deadline=10)

    assert provider.sends == []
    assert (await gateway.send(MESSAGE, deadline=12)).id == "own-id"


async def test_too_busy_when_the_gateway_is_closed() -> None:
    """Cut off while it waits to try again, it was refused, and that is what is told."""

    class Standing(NapClock):
        async def sleep(self, seconds: float, /) -> None:
            self.naps.append(seconds)
            await asyncio.Event().wait()

    provider = Provider([BUSY])
    gateway = attrs.evolve(provider.gateway(), clock=Standing())
    sending = asyncio.create_task(gateway.send(MESSAGE))
    await settle()
    gateway._line.servers.timeout = 0.01
    await gateway.aclose()

    with pytest.raises(Throttled):
        await sending


async def test_questions_do_not_queue_behind_the_crowd() -> None:
    """Who has sent has to know what became of it, before others begin."""
    wire = HeldTransport(HttpReply(b"<html>"))
    gateway = attrs.evolve(gateway_over(wire, "smsc"), max_in_flight=1, clock=SYSTEM_CLOCK)
    crowd = [asyncio.create_task(gateway.send(MESSAGE)) for _ in range(5)]
    await wire.arrived()
    waiting = asyncio.create_task(gateway._line.turn(is_urgent=True))
    await settle()
    wire.release.set()
    turn = await waiting

    assert len(wire.taken) == 1

    turn.release()
    for task in crowd:
        task.cancel()

    await asyncio.gather(*crowd, return_exceptions=True)
    gateway._line.servers.timeout = 0.01
    await gateway.aclose()


async def test_a_part_of_the_deadline_is_kept_to_ask_in() -> None:
    """An answer that never comes may use up two thirds of the time that there is."""
    given: list[float] = []

    class Silent(ScriptedTransport):
        async def exchange(
            self, base_url: str, request: HttpRequest, /, *, seconds: float
        ) -> HttpReply:
            given.append(seconds)
            return await super().exchange(base_url, request, seconds=seconds)

    for scheme in ("smsc", "smsclub+json"):
        gateway = gateway_over(Silent(lambda _, __: LOST), scheme)
        with pytest.raises(OutcomeUnknown):
            await gateway.send(Message("380501234567", "hello"), deadline=9.0)

        given, spent = [], given
        assert spent[0] == pytest.approx(6.0 if scheme == "smsc" else 9.0)


async def test_asking_ends_with_the_deadline() -> None:
    """However little time there is, it is asked in what is left of it, and no later."""
    provider = Provider([LOST])
    gateway = provider.gateway()

    with pytest.raises(OutcomeUnknown, match="the provider does not know"):
        await gateway.send(MESSAGE, deadline=2.0)

    assert isinstance(gateway.clock, NapClock)
    assert gateway.clock.naps == pytest.approx([0.1, 0.4, 1.2])
    assert len(provider.questions) == 3


async def test_when_no_time_is_left_to_ask_nobody_waits_for_it() -> None:
    """A question that had no answer took it all: the pause before the next would be for nothing."""
    clock = NapClock()

    def answer(_: str, request: HttpRequest) -> OutcomeUnknown:
        clock.time += 1.5 if "status" in request.path else 0
        return LOST

    gateway = attrs.evolve(gateway_over(ScriptedTransport(answer), "smsc"), clock=clock)
    began = clock.now()
    with pytest.raises(OutcomeUnknown, match="asked what became of it, no answer"):
        await gateway.send(MESSAGE, deadline=2.0)

    assert clock.now() - began <= 2.0


async def test_too_busy_until_the_deadline() -> None:
    """Waiting is bounded by the caller's deadline as well."""
    provider = Provider([BUSY] * 9)

    with pytest.raises(Throttled):
        await provider.gateway().send(MESSAGE, deadline=2.5)

    assert len(provider.sends) == 2


async def test_too_busy_for_another_try_is_told_in_time() -> None:
    """A try that would have to be refused is not waited for: another provider may have time."""
    provider = Provider([BUSY] * 9)
    gateway = provider.gateway()

    with pytest.raises(Throttled) as caught:
        await gateway.send(MESSAGE, deadline=3.5)

    assert isinstance(gateway.clock, NapClock)
    assert (gateway.clock.naps, caught.value.retry_after) == ([1.0], 1.0)


@pytest.mark.parametrize("is_shared", [True, False], ids=["one-gateway", "two-gateways"])
async def test_swapped_answers_are_believed_by_nobody(*, is_shared: bool) -> None:
    """Each names the other's request, so neither says anything of its own."""
    wire = HeldTransport(HttpReply(b'{"id": "id-1", "cnt": 1}'))
    ids = iter(["id-1", "id-2"])
    gateway = Provider([]).gateway()
    gateway = attrs.evolve(gateway, transport=wire, id_factory=lambda: next(ids))
    other = gateway if is_shared else attrs.evolve(gateway)
    first, second = [asyncio.create_task(each.send(MESSAGE)) for each in (gateway, other)]
    await wire.arrived(2)
    wire.release.set()

    assert (await first).id == "id-1"
    with pytest.raises(OutcomeUnknown, match="the answer is that to another request"):
        await second


async def test_what_could_not_be_asked_is_not_called_asked() -> None:
    """The time was over before the first question could leave, and the error claims no other."""

    class Overslept(NapClock):
        async def sleep(self, seconds: float, /) -> None:
            await super().sleep(seconds * 100)

    provider = Provider([LOST])
    gateway = attrs.evolve(provider.gateway(), clock=Overslept())

    with pytest.raises(OutcomeUnknown) as caught:
        await gateway.send(MESSAGE, deadline=10)

    assert (str(caught.value), provider.questions) == ("silence", [])


async def test_what_was_found_before_the_gateway_was_closed_is_told() -> None:
    """One of two is known already when the search for the other is cut off."""
    naps = 0

    class StandingAtTheSecond(NapClock):
        async def sleep(self, seconds: float, /) -> None:
            nonlocal naps
            naps += 1
            if naps > 1:
                await asyncio.Event().wait()

    provider = Provider([TAKES])
    await provider.gateway().send(MESSAGE)
    provider.plan.append(LOST)
    gateway = attrs.evolve(provider.gateway(), clock=StandingAtTheSecond())

    async def send_both() -> list[str]:
        batch = [MESSAGE, Message("77015555556", MESSAGE.text)]
        return [type(outcome).__name__ async for outcome in gateway.send_many(batch)]

    sending = asyncio.create_task(send_both())
    await settle()
    gateway._line.servers.timeout = 0.01
    await gateway.aclose()

    assert await sending == ["Accepted", "Unknown"]


async def test_no_part_follows_one_that_was_cut_off() -> None:
    """Closed while a half of a refused batch is under way: the other half is not begun."""

    class Held(ScriptedTransport):
        async def exchange(
            self, base_url: str, request: HttpRequest, /, *, seconds: float
        ) -> HttpReply:
            reply = await super().exchange(base_url, request, seconds=seconds)
            if len(self.asked) == 2:
                await asyncio.Event().wait()

            return reply

    wire = Held(lambda _, __: HttpReply(b'{"error": "no", "error_code": 7}'))
    gateway = gateway_over(wire, "smsc")

    async def send_all() -> list[str]:
        return [type(outcome).__name__ async for outcome in gateway.send_many(letters(4))]

    sending = asyncio.create_task(send_all())
    await settle()
    gateway._line.servers.timeout = 0.01
    await gateway.aclose()

    assert await sending == ["Unknown", "Unknown", "NotSent", "NotSent"]
    assert len(wire.asked) == 2
