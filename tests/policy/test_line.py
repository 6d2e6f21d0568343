"""A line lets so many through at once, and never cuts one short."""

import asyncio
import gc
from collections.abc import Awaitable

import pytest
from support.sockets import http_answer, raw_server, read_request
from support.transports import HeldTransport, always, settle

from smsgate import OutcomeUnknown, Refused, SmsGateError, Unreachable
from smsgate.policy.line import Line
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest

REQUEST = HttpRequest("/sys/send.php")
YES = HttpReply(b"yes")


def line_over(
    transport: Transport | None,
    *,
    max_in_flight: int = 2,
    timeout: float = 30.0,
    base_url: str = "http://one",
) -> Line:
    """Make a line over *transport*."""
    return Line(
        base_urls=[base_url],
        max_in_flight=max_in_flight,
        timeout=timeout,
        transport=transport,
    )


def begin(line: Line, count: int) -> list[asyncio.Task[HttpReply]]:
    """Let *count* callers ask at once."""
    return [asyncio.create_task(line.exchange(REQUEST)) for _ in range(count)]


async def outcome(caller: Awaitable[HttpReply]) -> str:
    """Wait for a caller and say in a word how it ended."""
    try:
        await caller
    except (SmsGateError, asyncio.CancelledError) as error:
        return type(error).__name__

    return "answered"


async def test_the_answer_comes_back() -> None:
    """A reply is handed on as it is."""
    assert await line_over(always(YES)).exchange(REQUEST) is YES


@pytest.mark.parametrize(
    "error", [Unreachable("down"), OutcomeUnknown("silence"), Refused("no")], ids=repr
)
async def test_an_error_comes_back(error: SmsGateError) -> None:
    """What the transport proved, the caller learns, and the turn is over."""
    line = line_over(always(error), max_in_flight=1)
    for _ in range(3):
        with pytest.raises(type(error)) as caught:
            await line.exchange(REQUEST)

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

    assert await line.exchange(REQUEST) is YES
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

    with pytest.raises(OutcomeUnknown, match=r"no answer within 0\.01 seconds"):
        await line.exchange(REQUEST)

    wire.release.set()

    assert wire.finished == 0
    assert await line.exchange(REQUEST) is YES


async def test_no_mirror_is_tried_after_the_deadline() -> None:
    """Told "unknown", a caller may ask and resend: a late first copy would be a second SMS."""
    asked: list[str] = []

    class SlowlyUnreachable(HeldTransport):
        async def exchange(self, base_url: str, request: HttpRequest, /) -> HttpReply:
            asked.append(base_url)
            await super().exchange(base_url, request)
            raise Unreachable("after a while")

    wire = SlowlyUnreachable()
    line = Line(base_urls=["http://1", "http://2"], max_in_flight=1, timeout=0.01, transport=wire)

    with pytest.raises(OutcomeUnknown):
        await line.exchange(REQUEST)

    wire.release.set()
    await settle()

    assert asked == ["http://1"]


async def test_a_dripping_server_holds_no_turn_for_ever() -> None:
    """A byte now and then keeps a read alive without end; the deadline is for the whole."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with raw_server(drip) as address:
        line = line_over(None, max_in_flight=1, timeout=0.1, base_url=f"http://{address}")
        told = [await outcome(line.exchange(REQUEST)) for _ in range(3)]
        await line.aclose()

    assert told == ["OutcomeUnknown"] * 3


async def test_a_transport_that_breaks_its_word_is_unknown() -> None:
    """Whatever else comes out of somebody's transport proves nothing, and is not quoted."""

    class Broken(HeldTransport):
        async def exchange(self, _: str, __: HttpRequest, /) -> HttpReply:
            raise OSError("psw=secret")

    with pytest.raises(OutcomeUnknown, match=r"the transport failed \(OSError\)$"):
        await line_over(Broken()).exchange(REQUEST)


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
    line.timeout = 0.01
    await line.aclose()

    with pytest.raises(OutcomeUnknown, match="closed while the answer was awaited"):
        await caller


async def test_closed_is_unreachable() -> None:
    """After closing nothing leaves, and the error is proof of it."""
    wire = always(YES)
    line = line_over(wire)
    await line.aclose()

    with pytest.raises(Unreachable, match="the gateway is closed"):
        await line.exchange(REQUEST)

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
    assert await asyncio.create_task(line.exchange(REQUEST)) is YES
    await asyncio.create_task(line.aclose())

    assert await outcome(line.exchange(REQUEST)) == "Unreachable"


def test_a_line_is_drawn_before_there_is_a_loop() -> None:
    """A gateway may be made at import time, and used once the loop runs."""
    line = line_over(always(YES))

    assert asyncio.run(line.exchange(REQUEST)) is YES


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request on a connection."""
    while True:
        await read_request(reader)
        writer.write(http_answer(b"yes"))


async def test_its_own_transport_is_opened_once_and_closed() -> None:
    """Without a transport of yours the line opens one at first use, and closes it."""
    connections = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await answering(reader, writer)

    async with raw_server(count) as address:
        line = line_over(None, base_url=f"http://{address}")
        for _ in range(3):
            assert (await line.exchange(REQUEST)).body == b"yes"

        transport = line.open()
        await line.aclose()

        with pytest.raises(OutcomeUnknown, match="RuntimeError"):
            await transport.exchange(f"http://{address}", REQUEST)

    assert connections == 1


async def test_a_burst_of_cancelled_callers_leaves_the_line_whole() -> None:
    """
    After two hundred callers gave up, over real sockets, fifty more are served.

    A request cancelled in a crowd costs httpx 0.28 a slot of its pool, for ever.
    """
    go = asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            await go.wait()
            writer.write(http_answer(b"yes"))

    async with raw_server(slow) as address:
        line = line_over(None, max_in_flight=14, base_url=f"http://{address}")
        for _ in range(4):
            crowd = begin(line, 50)
            await settle()
            for caller in crowd:
                caller.cancel()

            assert {await outcome(caller) for caller in crowd} == {"CancelledError"}

        go.set()

        assert {await outcome(caller) for caller in begin(line, 50)} == {"answered"}

        await line.aclose()
