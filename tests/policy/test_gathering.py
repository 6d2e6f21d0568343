"""Plain sends that come at once share requests, and nobody notices but the account."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import attrs
import pytest
from support.clock import FakeClock, NapClock
from support.loopback import Loopback
from support.transports import settle

from smsgate import (
    InvalidArgument,
    Message,
    OutcomeUnknown,
    Receipt,
    RecipientRefused,
    SmscGateway,
    SmsGateError,
    Unreachable,
)
from smsgate.providers.network import Network
from smsgate.wire.http import HttpReply, HttpRequest, parse_form


class Door(Loopback):
    """SMSC's simulated end behind a door: what has come in is answered when it is opened."""

    def __init__(self) -> None:
        super().__init__(Network(clock=FakeClock(), funds=Decimal(10**6)))
        self.opened = asyncio.Event()

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float = 30.0
    ) -> HttpReply:
        """Answer once the door is open."""
        reply = await super().exchange(base_url, request)
        await self.opened.wait()
        return reply

    @property
    def sizes(self) -> list[int]:
        """How many messages each request had."""
        forms = [parse_form(request) for request in self.asked]
        return [len((form.get("list") or form["phones"]).splitlines()) for form in forms]


class NarrowDoor(Door):
    """Refuses a request of more than 32 messages, whole."""

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float = 30.0
    ) -> HttpReply:
        """Let in what fits."""
        if parse_form(request).get("list", "").count("\n") >= 32:
            self.asked.append(request)
            return HttpReply(b'{"error": "no", "error_code": 1}')

        return await super().exchange(base_url, request)


def gateway_to(door: Door, **settings: float) -> SmscGateway:
    """Make a gateway that lets sends linger."""
    settings = {"linger": 0.01, **settings}
    return SmscGateway(
        login="demo",
        password="demo",
        transport=door,
        clock=NapClock(),
        **settings,  # type: ignore[arg-type]
    )


def codes(count: int) -> list[Message]:
    """Write *count* one-time codes."""
    return [Message(f"7701{n:07}", f"Your code is {n:04}", id=f"m{n}") for n in range(count)]


def begin(gateway: SmscGateway, messages: Sequence[Message]) -> list[asyncio.Task[Receipt]]:
    """Let as many callers send at once."""
    return [asyncio.create_task(gateway.send(message)) for message in messages]


async def test_a_storm_is_few_requests() -> None:
    """The first leaves at once, the others share what the account takes."""
    door = Door()
    callers = begin(gateway_to(door), codes(1100))
    await settle()
    door.opened.set()
    receipts = await asyncio.gather(*callers)

    assert door.sizes == [1, 500, 500, 99]
    assert [receipt.message_id for receipt in receipts] == [code.id for code in codes(1100)]
    assert {sms.phone: sms.text for sms in door.network.sent} == {
        code.phone: code.text for code in codes(1100)
    }
    assert len(door.network.sent) == 1100


async def test_a_storm_knows_what_was_too_much() -> None:
    """What `send_many` has learned of the size of a request holds for plain sends as well."""
    door = NarrowDoor()
    door.opened.set()
    gateway = gateway_to(door, batch_size=64)
    first, later = codes(164)[:64], codes(164)[64:]
    assert len([outcome async for outcome in gateway.send_many(first)]) == 64
    assert door.sizes == [64, 32, 32]

    door.asked.clear()
    door.opened.clear()
    callers = begin(gateway, later)
    await settle()
    door.opened.set()
    await asyncio.gather(*callers)

    assert door.sizes == [1, 32, 32, 32, 3]


async def test_one_after_the_other_never_waits() -> None:
    """A gateway with nothing under way sends at once."""
    door = Door()
    door.opened.set()
    gateway = gateway_to(door)
    for code in codes(3):
        await gateway.send(code)

    assert door.sizes == [1, 1, 1]
    assert isinstance(gateway.clock, NapClock)
    assert gateway.clock.naps == []


async def test_without_the_setting_each_has_its_own() -> None:
    """Sharing a request is the caller's choice: a receipt tells less then."""
    door = Door()
    door.opened.set()
    gateway = SmscGateway(login="demo", password="demo", transport=door)

    await asyncio.gather(*begin(gateway, codes(20)))

    assert door.sizes == [1] * 20


@pytest.mark.parametrize("linger", [0, -1, float("nan")])
def test_a_moment_is_more_than_nothing(linger: float) -> None:
    """No waiting at all is None."""
    with pytest.raises(InvalidArgument, match="linger: must be more than 0"):
        SmscGateway(api_key="key", linger=linger)


async def test_each_has_his_own_error() -> None:
    """A refused neighbour is nobody else's trouble."""
    door = Door()
    refused = Message("77010009007", "Your code is 1", id="bad")
    callers = begin(gateway_to(door), [*codes(2), refused, *codes(4)[2:]])
    await settle()
    door.opened.set()
    results = await asyncio.gather(*callers, return_exceptions=True)

    assert [type(result) for result in results] == [
        *[Receipt] * 2,
        RecipientRefused,
        *[Receipt] * 2,
    ]
    assert door.sizes == [1, 4]


async def test_who_is_cancelled_takes_himself_out() -> None:
    """Before the request is written he is not in it; afterwards it goes on without him."""
    door = Door()
    first, *callers = begin(gateway_to(door), codes(4))
    await asyncio.sleep(0)
    callers[0].cancel()
    await settle()
    callers[1].cancel()
    await settle()
    door.opened.set()
    results = await asyncio.gather(first, *callers, return_exceptions=True)

    assert [type(result) for result in results] == [
        Receipt,
        asyncio.CancelledError,
        asyncio.CancelledError,
        Receipt,
    ]
    assert [sms.phone for sms in door.network.sent] == [codes(4)[n].phone for n in (0, 2, 3)]


async def test_when_all_are_cancelled_nothing_is_sent() -> None:
    """Not even what was complete, and only waited for its turn."""
    door = Door()
    first, *callers = begin(gateway_to(door, max_in_flight=1), codes(4))
    await settle()  # those three have one request, which has no turn yet
    for caller in callers:
        caller.cancel()

    await settle()
    door.opened.set()
    await first
    await settle()

    assert door.sizes == [1]


async def test_all_leave_while_it_gathers() -> None:
    """An empty parcel is not sent."""
    door = Door()
    first, second = begin(gateway_to(door), codes(2))
    await asyncio.sleep(0)
    second.cancel()
    await settle()
    door.opened.set()
    await asyncio.gather(first, second, return_exceptions=True)
    await settle()

    assert door.sizes == [1]


async def test_a_phone_never_shares_a_request_with_itself() -> None:
    """Two codes to one phone are two requests: SMSC tells messages apart by id and phone."""
    door = Door()
    phone = "77010000009"
    twice = [Message(phone, "first"), Message(f"+{phone}", "second")]
    callers = begin(gateway_to(door), [*codes(1), *twice])
    await settle()
    door.opened.set()
    await asyncio.gather(*callers)

    assert door.sizes == [1, 1, 1]


async def test_while_no_request_is_free_more_may_share() -> None:
    """A slow provider makes requests larger, and no queue of small ones."""
    door = Door()
    gateway = gateway_to(door, max_in_flight=1)
    callers = []
    for code in codes(10):
        callers += begin(gateway, [code])
        await settle()  # its linger is over

    door.opened.set()
    await asyncio.gather(*callers)

    assert door.sizes == [1, 1, 1, 1, 6]  # three were written ahead


@pytest.mark.parametrize("deadlines", [(5.0, 60.0), (5.0, 7.0), (None, 0.8)])
async def test_other_deadlines_are_other_requests(deadlines: Sequence[float | None]) -> None:
    """Who has a minute does not share the fate of who has a second; who has as long, does."""
    door = Door()
    gateway = gateway_to(door)
    callers = begin(gateway, codes(1)) + [
        asyncio.create_task(gateway.send(code, deadline=deadlines[n % 2]))
        for n, code in enumerate(codes(5)[1:])
    ]
    await settle()
    door.opened.set()
    await asyncio.gather(*callers)

    assert door.sizes == [1, 2, 2]


async def test_closing_sends_nothing_more() -> None:
    """What was still gathering is told that it was not sent."""
    door = Door()
    gateway = gateway_to(door)
    first, second = begin(gateway, codes(2))
    await asyncio.sleep(0)
    closing = asyncio.create_task(gateway.aclose())
    await settle()
    door.opened.set()
    await closing

    assert isinstance(await first, Receipt)
    with pytest.raises(SmsGateError) as caught:
        await second

    assert isinstance(caught.value, Unreachable)
    assert door.sizes == [1]


async def test_who_has_no_time_to_wait_leaves_at_once() -> None:
    """It would cost him his deadline, and others theirs."""
    door = Door()
    gateway = gateway_to(door, linger=2.0)
    callers = begin(gateway, codes(1))
    callers.append(asyncio.create_task(gateway.send(codes(2)[1], deadline=7.0)))
    await settle()
    door.opened.set()
    receipts = await asyncio.gather(*callers)

    assert isinstance(gateway.clock, NapClock)
    assert (len(receipts), gateway.clock.naps) == (2, [])


@pytest.mark.parametrize("when", ["while it gathers", "under way"])
async def test_a_shutdown_leaves_nobody_waiting(when: str) -> None:
    """Somebody cancels every task but those of the callers: each has an answer."""
    door = Door()
    gateway = gateway_to(door, linger=0.01)
    callers = begin(gateway, codes(3))
    await (asyncio.sleep(0) if when == "while it gathers" else settle())
    for task in asyncio.all_tasks() - {*callers, asyncio.current_task()}:
        task.cancel()

    door.opened.set()
    ends = await asyncio.gather(*callers, return_exceptions=True)

    assert {type(end) for end in ends[1:]} == {
        Unreachable if when == "while it gathers" else OutcomeUnknown
    }


async def test_deadlines_that_are_close_share_a_request() -> None:
    """What is left of a deadline is never the same for two callers."""
    door = Door()
    gateway = gateway_to(door, linger=1.0)
    callers = begin(gateway, codes(1)) + [
        asyncio.create_task(gateway.send(code, deadline=30 + n / 1000))
        for n, code in enumerate(codes(5)[1:])
    ]
    await settle()
    door.opened.set()
    await asyncio.gather(*callers)

    assert door.sizes == [1, 4]


async def test_a_parcel_is_no_longer_than_a_server_reads() -> None:
    """As in `send_many`."""
    door = Door()
    long = [Message(f"7701{n:07}", "x" * 990 + f"{n:04}") for n in range(103)]
    callers = begin(gateway_to(door), long)
    await settle()
    door.opened.set()
    await asyncio.gather(*callers)

    assert door.sizes == [1, 51, 51]


async def test_what_cannot_be_written_was_not_sent() -> None:
    """An id_factory that fails is no doubt about anything."""
    door = Door()
    gateway = attrs.evolve(gateway_to(door), id_factory=iter(["first"]).__next__)
    callers = begin(gateway, codes(3))
    await settle()
    door.opened.set()
    _, *others = await asyncio.gather(*callers, return_exceptions=True)

    assert [type(error) for error in others] == [InvalidArgument, InvalidArgument]


async def test_a_second_event_loop_is_refused() -> None:
    """Its future would be resolved from the wrong thread, or never."""
    door = Door()
    gateway = gateway_to(door)
    callers = begin(gateway, codes(1))
    await settle()
    elsewhere = asyncio.to_thread(asyncio.run, gateway.send(codes(2)[1]))

    with pytest.raises(InvalidArgument, match="belongs to one event loop"):
        await elsewhere

    door.opened.set()
    await asyncio.gather(*callers)
