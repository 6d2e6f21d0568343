"""
The leak in httpx 0.28, on bare httpx and behind a gateway, over real sockets.

A request that is cancelled while its connection is being opened leaves that connection in
the pool, opening for ever. After as many of them as the pool is large, every request gets
`httpx.PoolTimeout` from a server in the best of health. Behind a gateway the burst is the
same, and nobody after it notices.
"""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from functools import partial

import anyio
import attrs
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from support.clock import FakeClock
from support.loopback import Loopback
from support.sockets import http_answer, raw_server, read_request
from support.transports import settle

from smsgate import Message, SmscGateway
from smsgate.providers.network import LOGIN, PASSWORD, Network
from smsgate.wire.http import HttpRequest

LEAKY = {"0.28.0", "0.28.1"}
CROWD = 50
Ask = Callable[[int], Awaitable[object]]
Burst = Callable[[Ask], Awaitable[None]]


@attrs.define
class Provider:
    """SMSC's end on a socket, which answers nobody before `go` is set."""

    network: Network = attrs.field(factory=lambda: Network(clock=FakeClock(), funds=Decimal(10**6)))
    go: asyncio.Event = attrs.field(factory=asyncio.Event)
    arrived: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(0))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request on a connection."""
        loopback = Loopback(self.network)
        while True:
            head, body = await read_request(reader)
            self.arrived.release()
            await self.go.wait()
            reply = loopback.answer(HttpRequest(head.split(b" ")[1].decode(), body))
            writer.write(http_answer(reply.body))

    def copies(self) -> Counter[str]:
        """Count the messages by their texts."""
        return Counter(sms.text for sms in self.network.sent)


@pytest.fixture
async def provider() -> AsyncIterator[tuple[Provider, str]]:
    """Give a provider, and its base URL."""
    provider = Provider()
    async with raw_server(provider.talk) as address:
        yield provider, f"http://{address}"


async def cancelled(ask: Ask, *, turns: int) -> None:
    """Let a crowd ask, and cancel all of it after so many turns of the loop."""
    crowd = [asyncio.ensure_future(ask(number)) for number in range(CROWD)]
    for _ in range(turns):
        await asyncio.sleep(0)

    for caller in crowd:
        caller.cancel()

    await asyncio.gather(*crowd, return_exceptions=True)


async def timed_out(ask: Ask) -> None:
    """Let a crowd ask that has no time, as `asyncio.timeout` has it."""

    async def caller(number: int) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                await ask(number)

    await asyncio.gather(*map(caller, range(CROWD)))


async def moved_on(ask: Ask) -> None:
    """Let a crowd ask that has no time, as `anyio.move_on_after` has it."""

    async def caller(number: int) -> None:
        with anyio.move_on_after(0):
            await ask(number)

    await asyncio.gather(*map(caller, range(CROWD)))


async def failed(ask: Ask) -> None:
    """Let a crowd ask that has no time, as `anyio.fail_after` has it."""

    async def caller(number: int) -> None:
        with contextlib.suppress(TimeoutError), anyio.fail_after(0):
            await ask(number)

    await asyncio.gather(*map(caller, range(CROWD)))


BURSTS: list[Burst] = [
    *(partial(cancelled, turns=turns) for turns in (1, 2, 5, 20)),
    *(timed_out, moved_on, failed),
]


async def _ending(caller: Awaitable[object]) -> str:
    try:
        return type(await caller).__name__
    except httpx.HTTPError as error:
        return type(error).__name__


async def test_bare_httpx_leaks(provider: tuple[Provider, str]) -> None:
    """What is guarded against is real; a cured httpx would only be one reason less."""
    healthy, base_url = provider
    limits, patience = httpx.Limits(max_connections=14), httpx.Timeout(5.0, pool=0.05)
    async with httpx.AsyncClient(limits=limits, timeout=patience) as client:

        async def ask(_: int) -> httpx.Response:
            return await client.post(f"{base_url}/sys/send.php")

        await cancelled(ask, turns=1)
        healthy.go.set()
        endings = {await _ending(ask(number)) for number in range(5)}

    assert endings == {"PoolTimeout"} or httpx.__version__ not in LEAKY


@pytest.mark.parametrize("burst", BURSTS)
async def test_a_burst_of_cancelled_sends_costs_nobody_anything(
    provider: tuple[Provider, str], burst: Burst
) -> None:
    """However a crowd gives up: the next hundred are sent, each once, and no copy of any."""
    healthy, base_url = provider
    async with SmscGateway(login=LOGIN, password=PASSWORD, base_url=base_url) as gateway:

        async def give_up(number: int) -> None:
            await gateway.send(Message("+77011234567", f"given up {number}"))

        async def send(number: int) -> str:
            return (await gateway.send(Message("+77011234567", f"sent {number}"))).gateway

        await burst(give_up)
        healthy.go.set()
        sent = await asyncio.gather(*(send(number) for number in range(100)))

    copies = healthy.copies()
    assert sent == ["smsc"] * 100
    assert [copies[f"sent {number}"] for number in range(100)] == [1] * 100
    assert max(copies.values()) == 1


async def test_clients_that_hang_up_cost_nobody_anything(provider: tuple[Provider, str]) -> None:
    """A web handler that is cancelled with its client leaves the gateway as it was."""
    healthy, base_url = provider
    async with (
        SmscGateway(login=LOGIN, password=PASSWORD, base_url=base_url) as gateway,
        _website(gateway) as port,
    ):
        visitors = [await _visit(port, f"given up {number}") for number in range(CROWD)]
        for _ in range(gateway.max_in_flight):
            await healthy.arrived.acquire()

        for _, writer in visitors:
            writer.close()

        await settle()
        healthy.go.set()
        answers = [await _answer(*await _visit(port, f"sent {number}")) for number in range(100)]

    copies = healthy.copies()
    assert answers == ["smsc"] * 100
    assert [copies[f"sent {number}"] for number in range(100)] == [1] * 100
    assert max(copies.values()) == 1


@contextlib.asynccontextmanager
async def _website(gateway: SmscGateway) -> AsyncIterator[int]:
    """Serve a page that sends what it is asked for, and gives up when its visitor does."""

    async def page(request: Request) -> Response:
        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                """The visitor is still there."""

            group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            await request.body()
            group.start_soon(watch)
            receipt = await gateway.send(Message("+77011234567", request.query_params["text"]))
            group.cancel_scope.cancel()
            return Response(receipt.gateway)

        return Response("nobody is there to read this")

    app = Starlette(routes=[Route("/", page)])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await serving


async def _visit(port: int, text: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    target = str(httpx.URL("/", params={"text": text}))
    writer.write(f"GET {target} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n".encode())
    return reader, writer


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n\r\n")[2].decode()


async def test_closing_waits_for_what_was_begun(provider: tuple[Provider, str]) -> None:
    """A message whose caller is gone is still seen through before the connections go."""
    healthy, base_url = provider
    gateway = SmscGateway(login=LOGIN, password=PASSWORD, base_url=base_url)
    caller = asyncio.create_task(gateway.send(Message("+77011234567", "on its way")))
    await healthy.arrived.acquire()
    caller.cancel()
    closing = asyncio.create_task(gateway.aclose())
    await settle()

    assert not closing.done()

    healthy.go.set()
    await closing

    assert healthy.copies() == {"on its way": 1}


async def test_closing_does_not_wait_for_ever(provider: tuple[Provider, str]) -> None:
    """A server that never answers holds nobody up for longer than the timeout."""
    healthy, base_url = provider
    gateway = SmscGateway(login=LOGIN, password=PASSWORD, base_url=base_url, timeout=0.05)
    caller = asyncio.create_task(gateway.send(Message("+77011234567", "on its way")))
    await healthy.arrived.acquire()
    caller.cancel()

    async with asyncio.timeout(5):
        await gateway.aclose()

    assert not healthy.go.is_set()
