"""A line over real sockets: nothing that a server does costs it a turn or a connection."""

import asyncio
from decimal import Decimal

import httpx
from support.lines import answering, begin, carry, line_over, outcome
from support.sockets import http_answer, raw_server, read_request
from support.transports import settle

from smsgate import InsufficientFunds, Message, NotSent, SmscGateway
from smsgate.simulator import Simulator, serve
from smsgate.transport.httpx import HttpxTransport


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
        line = line_over(None, max_in_flight=14, base_urls=[f"http://{address}"])
        for _ in range(4):
            crowd = begin(line, 50)
            await settle()
            for caller in crowd:
                caller.cancel()

            assert {await outcome(caller) for caller in crowd} == {"CancelledError"}

        go.set()

        assert {await outcome(caller) for caller in begin(line, 50)} == {"answered"}

        await line.aclose()


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
        line = line_over(None, max_in_flight=1, timeout=0.1, base_urls=[f"http://{address}"])
        told = [await outcome(carry(line)) for _ in range(3)]
        await line.aclose()

    assert told == ["OutcomeUnknown"] * 3


async def test_a_small_pool_of_yours_outlives_its_deadlines() -> None:
    """Requests wait for the pool outside of it, where giving up costs it nothing."""
    is_dripping = True

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(http_answer(b"yes") if not is_dripping else b"HTTP/1.1 200 OK\r\n")

    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=3))
    async with client, raw_server(serve) as address:
        wire = HttpxTransport(client, max_connections=3)
        line = line_over(wire, max_in_flight=14, timeout=0.05, base_urls=[f"http://{address}"])
        slow = [await outcome(caller) for caller in begin(line, 20)]
        is_dripping = False
        line.servers.timeout = 30.0
        well = [await outcome(caller) for caller in begin(line, 50)]

    assert set(slow) == {"OutcomeUnknown", "Unreachable"}  # three had a connection
    assert well == ["answered"] * 50


async def test_a_server_that_never_picks_up_leaves_time_for_its_mirror() -> None:
    """However long a connection may take, all mirrors are tried within the timeout."""

    async def mute(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(mute) as silent, raw_server(answering) as healthy:
        servers = [f"https://{silent}", f"http://{healthy}"]  # a handshake that never ends
        line = line_over(None, timeout=1.0, base_urls=servers)

        assert (await carry(line)).body == b"yes"

        await line.aclose()


async def test_a_refusal_harms_nobody_else() -> None:
    """
    When the money is gone, many are refused at once, and each connection is ended.

    httpcore closes a dead connection when another comes back to its pool, and may lend
    that other one meanwhile: were it ended then, whoever is on it would be unknown.
    """
    with serve(Simulator(pace=1e-6, funds=Decimal(320))) as base_url:
        gateway = SmscGateway(
            login="demo", password="demo", base_url=base_url, batch_size=50, max_in_flight=2
        )
        async with gateway:
            messages = (Message(f"7701{number:05}11", "hello") for number in range(1000))
            outcomes = [outcome async for outcome in gateway.send_many(messages)]

    refused = [outcome for outcome in outcomes if isinstance(outcome, NotSent)]
    assert {type(outcome.error) for outcome in refused} == {InsufficientFunds}
    assert [len(outcomes), len(refused)] == [1000, 900]
