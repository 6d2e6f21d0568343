"""A line lets so many through at once, and never cuts one short."""

import asyncio
import gc

import pytest
from support.lines import REQUEST, YES, answering, begin, carry, line_over, outcome
from support.sockets import raw_server
from support.transports import HeldTransport, always, settle

from smsgate import InvalidArgument, OutcomeUnknown, Refused, SmsGateError, Unreachable
from smsgate.wire.http import HttpReply, HttpRequest


async def test_the_answer_comes_back() -> None:
    """A reply is handed on as it is."""
    assert await carry(line_over(always(YES))) is YES


@pytest.mark.parametrize(
    "error", [Unreachable("down"), OutcomeUnknown("silence"), Refused("no")], ids=repr
)
async def test_an_error_comes_back(error: SmsGateError) -> None:
    """What the transport proved, the caller learns, and the turn is over."""
    line = line_over(always(error), max_in_flight=1)
    for _ in range(3):
        with pytest.raises(type(error)) as caught:
            await carry(line)

        assert caught.value is error


async def test_so_many_at_once() -> None:
    """A hundred callers share the turns there are; each of them is served."""
    wire = HeldTransport(YES)
    callers = begin(line_over(wire, max_in_flight=14), 100)
    await settle()

    assert (len(wire.taken), wire.most) == (14, 14)

    wire.release.set()

    assert await asyncio.gather(*callers) == [YES] * 100
    assert wire.most == 14


async def test_cancelled_before_its_turn_nothing_is_sent() -> None:
    """Who gave up while waiting has sent nothing, and holds up nobody."""
    wire = HeldTransport(YES)
    first, *waiting, last = begin(line_over(wire, max_in_flight=1), 5)
    await settle()
    for caller in waiting:
        caller.cancel()

    wire.release.set()

    assert [await outcome(caller) for caller in waiting] == ["CancelledError"] * 3
    assert [await outcome(first), await outcome(last)] == ["answered"] * 2
    assert len(wire.taken) == 2


async def test_cancelled_after_its_turn_came_it_is_finished() -> None:
    """The exchange goes on to its end without its caller, and then the turn is free."""
    wire = HeldTransport(YES)
    line = line_over(wire, max_in_flight=1)
    [caller] = begin(line, 1)
    await wire.arrived()
    caller.cancel()

    assert await outcome(caller) == "CancelledError"
    assert wire.finished == 0

    wire.release.set()

    assert await carry(line) is YES
    assert (wire.finished, wire.most) == (2, 1)


@pytest.mark.parametrize("steps", range(8))
async def test_cancelled_just_as_its_turn_comes(steps: int) -> None:
    """However close the two fall together, the turn passes on to the next caller."""
    wire = HeldTransport(YES)
    _, second, third = callers = begin(line_over(wire, max_in_flight=1), 3)
    await wire.arrived()
    wire.release.set()
    for _ in range(steps):
        await asyncio.sleep(0)

    second.cancel()

    assert await outcome(third) == "answered"
    assert all(caller.done() for caller in callers)
    assert len(wire.taken) == wire.finished


async def test_an_error_nobody_waits_for_is_not_complained_about() -> None:
    """A cancelled caller's exchange may fail in peace: the log does not cry wolf."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
    wire = HeldTransport(Unreachable("down"))
    line = line_over(wire)
    [caller] = begin(line, 1)
    await wire.arrived()
    caller.cancel()
    wire.release.set()
    await line.aclose()
    gc.collect()

    assert await outcome(caller) == "CancelledError"
    assert (wire.finished, complaints) == (1, [])


async def test_no_answer_in_time_is_unknown() -> None:
    """The exchange is over as well: nothing of it can leave later, and its turn is free."""
    wire = HeldTransport(YES)
    line = line_over(wire, max_in_flight=1, timeout=0.01)

    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        await carry(line)

    wire.release.set()

    assert wire.finished == 0
    assert await carry(line) is YES


async def test_no_mirror_is_tried_after_the_deadline() -> None:
    """Told "unknown", a caller may ask and resend: a late first copy would be a second SMS."""
    asked: list[str] = []

    class SlowlyUnreachable(HeldTransport):
        async def exchange(
            self, base_url: str, request: HttpRequest, /, *, seconds: float
        ) -> HttpReply:
            asked.append(base_url)
            await super().exchange(base_url, request, seconds=seconds)
            raise Unreachable("after a while")

    wire = SlowlyUnreachable()
    line = line_over(wire, base_urls=["http://1", "http://2"], timeout=0.01)

    with pytest.raises(OutcomeUnknown):
        await carry(line)

    wire.release.set()
    await settle()

    assert asked == ["http://1"]


@pytest.mark.parametrize("kind", [OSError, TimeoutError, RuntimeError])
async def test_a_transport_that_breaks_its_word_is_unknown(kind: type[Exception]) -> None:
    """Whatever else comes out of somebody's transport proves nothing, and is not quoted."""

    class Broken(HeldTransport):
        async def exchange(self, _: str, __: HttpRequest, /, *, seconds: float) -> HttpReply:
            raise kind("psw=secret")

    with pytest.raises(OutcomeUnknown, match=rf"the exchange failed \({kind.__name__}\)$"):
        await carry(line_over(Broken()))


async def test_a_transport_that_gives_up_is_unknown() -> None:
    """An exchange that somebody else cancelled is not blamed on a closed gateway."""

    class GivesUp(HeldTransport):
        async def exchange(self, _: str, __: HttpRequest, /, *, seconds: float) -> HttpReply:
            raise asyncio.CancelledError

    with pytest.raises(OutcomeUnknown, match="cut off before"):
        await carry(line_over(GivesUp()))


def test_a_second_event_loop_is_refused() -> None:
    """Connections and turns belong to the first; the error says so before anything is sent."""
    line = line_over(always(YES))

    assert asyncio.run(carry(line)) is YES
    with pytest.raises(InvalidArgument, match="one event loop"):
        asyncio.run(carry(line))


async def test_closing_waits_for_what_is_under_way() -> None:
    """An answer that is on its way still reaches its caller."""
    wire = HeldTransport(YES)
    line = line_over(wire)
    callers = begin(line, 2)
    await wire.arrived(2)
    closing = asyncio.create_task(line.aclose())
    await settle()

    assert not closing.done()

    wire.release.set()
    await closing

    assert [await outcome(caller) for caller in callers] == ["answered"] * 2
    assert not wire.is_closed  # it is its owner's


async def test_closing_is_bounded() -> None:
    """A server that never answers does not hold up a shutdown; the outcome is unknown."""
    wire = HeldTransport(YES)
    line = line_over(wire, max_in_flight=1, timeout=0.01)
    running, *waiting = begin(line, 5)
    await wire.arrived()
    await line.aclose()

    assert await outcome(running) == "OutcomeUnknown"
    assert [await outcome(caller) for caller in waiting] == ["Unreachable"] * 4
    assert (len(wire.taken), wire.finished) == (1, 0)


async def test_closing_tells_the_caller_that_it_gave_up() -> None:
    """A caller who still waits when the exchange is cut short is told why."""
    wire = HeldTransport(YES)
    line = line_over(wire)
    [caller] = begin(line, 1)
    await wire.arrived()
    line.servers.timeout = 0.01
    await line.aclose()

    with pytest.raises(OutcomeUnknown, match="cut off before"):
        await caller


async def test_closing_goes_on_when_its_caller_is_cancelled() -> None:
    """Given up by its caller, it still waits for what is under way, and then it closes."""
    wire = HeldTransport(YES)
    line = line_over(wire)
    [caller] = begin(line, 1)
    await wire.arrived()
    closing = asyncio.create_task(line.aclose())
    await settle()
    closing.cancel()
    await settle()
    again = asyncio.create_task(line.aclose())
    await settle()

    assert (closing.cancelled(), again.done()) == (True, False)

    wire.release.set()
    await again

    assert await outcome(caller) == "answered"


async def test_closed_is_unreachable() -> None:
    """After closing nothing leaves, and the error is proof of it."""
    wire = always(YES)
    line = line_over(wire)
    await line.aclose()

    with pytest.raises(Unreachable, match="the gateway is closed"):
        await carry(line)

    assert wire.asked == []


async def test_closing_twice() -> None:
    """Closing what is closed, or is being closed, is no error."""
    wire = HeldTransport(YES)
    line = line_over(wire)
    [caller] = begin(line, 1)
    await wire.arrived()
    closings = [asyncio.create_task(line.aclose()) for _ in range(2)]
    await settle()
    wire.release.set()
    await asyncio.gather(*closings)
    await line.aclose()

    assert await outcome(caller) == "answered"


async def test_opened_in_one_task_and_closed_in_another() -> None:
    """Worker start-up and shut-down hooks run in different tasks."""
    wire = always(YES)
    line = line_over(wire)
    assert await asyncio.create_task(carry(line)) is YES
    await asyncio.create_task(line.aclose())

    assert await outcome(carry(line)) == "Unreachable"


def test_a_line_is_drawn_before_there_is_a_loop() -> None:
    """A gateway may be made at import time, and used once the loop runs."""
    line = line_over(always(YES))

    assert asyncio.run(carry(line)) is YES


async def test_its_own_transport_is_opened_once_and_closed() -> None:
    """Without a transport of yours the line opens one at first use, and closes it."""
    connections = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await answering(reader, writer)

    async with raw_server(count) as address:
        line = line_over(None, base_urls=[f"http://{address}"])
        for _ in range(3):
            assert (await carry(line)).body == b"yes"

        transport = line.servers.open()
        await line.aclose()

        with pytest.raises(Unreachable, match="the HTTP client is closed"):
            await transport.exchange(f"http://{address}", REQUEST, seconds=30.0)

    assert connections == 1
