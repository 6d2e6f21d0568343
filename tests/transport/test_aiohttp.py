"""What is aiohttp's own: its tracing, its pool, its retries, and a session that is yours."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from types import SimpleNamespace

import aiohttp
import pytest
from support.sockets import http_answer, raw_server, read_request
from support.transports import settle
from transport import servers
from transport.clients import REQUEST

from smsgate import InvalidArgument, OutcomeUnknown, Unreachable
from smsgate.transport.aiohttp import AiohttpTransport
from smsgate.wire.http import HttpRequest

LOGIN = b"proxy-authorization: basic bwu6chc="


class Echo:
    """A server that answers with what it was told, and knows its conversations."""

    def __init__(self) -> None:
        self.talks: list[asyncio.StreamWriter] = []
        self.heads: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request on a connection."""
        self.talks.append(writer)
        while True:
            head, body = await read_request(reader)
            self.heads.append(head)
            writer.write(http_answer(body, headers="set-cookie: a=b\r\n"))


@pytest.fixture
async def echo() -> AsyncIterator[tuple[Echo, str]]:
    """Give such a server, and its base URL."""
    echo = Echo()
    async with raw_server(echo.talk) as address:
        yield echo, f"http://{address}"


async def ask(transport: AiohttpTransport, base_url: str, words: str) -> str:
    """Send *words*, and read what comes back."""
    request = HttpRequest("/", words.encode())
    return (await transport.exchange(base_url, request, seconds=30.0)).body.decode()


def test_nothing_but_a_session() -> None:
    """A mistake in the wiring shows when the service starts, not in the first message."""
    with pytest.raises(InvalidArgument, match="an aiohttp"):
        AiohttpTransport("http://127.0.0.1")  # type: ignore[arg-type]


async def test_a_repetition_is_stopped() -> None:
    """The client repeats what it calls idempotent if the server hangs up: two copies."""
    heard: list[bytes] = []

    async def take_and_hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        heard.append((await read_request(reader))[0])

    request = HttpRequest("/", method="PUT")
    async with raw_server(take_and_hang_up) as address, aiohttp.ClientSession() as session:
        with pytest.raises(OutcomeUnknown, match="about to send it again"):
            await AiohttpTransport(session).exchange(f"http://{address}", request, seconds=30.0)

    assert len(heard) == 1


async def test_what_is_not_traced_is_no_proof() -> None:
    """A failure before our own trace has begun may be anything: a mock, a broken trace of yours."""

    async def fail(*_: object) -> None:
        raise OSError

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(fail)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        with pytest.raises(OutcomeUnknown, match=r"\(OSError\)"):
            await ask(AiohttpTransport(session), "http://127.0.0.1:9", "hello")


async def test_your_trace_is_told_and_may_fail(echo: tuple[Echo, str]) -> None:
    """It is asked before ours: when it raises, nothing has been written yet."""
    server, base_url = echo
    seen: list[str] = []

    async def see(
        _: aiohttp.ClientSession,
        __: SimpleNamespace,
        sent: aiohttp.TraceRequestHeadersSentParams,
    ) -> None:
        seen.append(sent.method)
        raise OSError

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(see)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        with pytest.raises(Unreachable, match=r"\(ClientOSError\)"):
            await ask(AiohttpTransport(session), base_url, "hello")

    assert (seen, server.heads) == (["POST"], [])


async def test_nothing_else_of_yours_is_sent(echo: tuple[Echo, str]) -> None:
    """Your headers, cookies and errors are for others; ours alone make the request."""
    server, base_url = echo
    session = aiohttp.ClientSession(
        headers={"authorization": "Bearer yours", "x-yours": "1", "content-encoding": "gzip"},
        cookies={"yours": "1"},
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        raise_for_status=True,
    )
    async with session:
        transport = AiohttpTransport(session)
        for _ in range(2):  # the second time there would be a cookie of the server's
            await transport.exchange(base_url, REQUEST, seconds=30.0)

    heads = b"".join(server.heads).lower()
    assert heads.count(b"authorization: bearer hunter2\r\n") == 2
    assert [word for word in (b"yours", b"cookie", b"content-encoding") if word in heads] == []
    assert b"accept-encoding: identity\r\n" in heads


@pytest.mark.parametrize("is_in_address", [True, False], ids=["in-the-address", "beside-it"])
async def test_your_proxy_is_used_with_its_login(*, is_in_address: bool) -> None:
    """The session was given it for a reason; the provider does not get to see the login."""
    heard: list[tuple[bytes, bytes]] = []
    async with raw_server(servers.answering(http_answer(b"by proxy"), heard)) as address:
        proxy = f"http://me:pw@{address}" if is_in_address else f"http://{address}"
        with warnings.catch_warnings():  # newer ones would have it in the address alone
            warnings.simplefilter("ignore", DeprecationWarning)
            login = None if is_in_address else aiohttp.BasicAuth("me", "pw")
            session = aiohttp.ClientSession(proxy=proxy, proxy_auth=login)

        async with session:
            answer = await ask(AiohttpTransport(session), "http://smsc.invalid", "hello")

    [(head, _)] = heard
    assert answer == "by proxy"
    assert head.startswith(b"POST http://smsc.invalid/ HTTP/1.1\r\n")
    assert LOGIN in head.lower()


@pytest.mark.parametrize("trusts", [True, False])
async def test_the_environment_is_trusted_as_you_say(
    monkeypatch: pytest.MonkeyPatch, *, trusts: bool
) -> None:
    """A session with ``trust_env`` goes through the proxy of the environment, no other does."""
    heard: list[tuple[bytes, bytes]] = []
    async with raw_server(servers.answering(http_answer(b"by proxy"), heard)) as address:
        monkeypatch.setenv("HTTP_PROXY", address)
        async with aiohttp.ClientSession(trust_env=trusts) as session:
            asking = asyncio.create_task(
                ask(AiohttpTransport(session), "http://smsc.invalid", "hello")
            )
            await asyncio.wait({asking})

    assert len(heard) == trusts
    assert isinstance(asking.exception(), type(None) if trusts else Unreachable)


async def test_a_session_in_use_goes_in_silence(echo: tuple[Echo, str]) -> None:
    """A transport that nobody closed takes nothing with it, and nobody is warned of it."""
    _, base_url = echo
    async with aiohttp.ClientSession() as session:
        transport = AiohttpTransport(session)
        await ask(transport, base_url, "hello")
        del transport
        gc.collect()  # an unclosed session would warn here

        async with session.post(base_url, data=b"still yours") as response:
            answer = await response.read()

    assert answer == b"still yours"


async def test_closing_what_was_never_used() -> None:
    """A service that stops before its first message has nothing to close."""
    transport = AiohttpTransport()
    await transport.aclose()

    with pytest.raises(Unreachable, match="the HTTP client is closed"):
        await ask(transport, "http://127.0.0.1:9", "hello")


async def test_a_connection_that_ends_as_it_is_taken(echo: tuple[Echo, str]) -> None:
    """The server hung up between two requests, and was noticed late: another one is opened."""
    server, base_url = echo

    async def hang_up(*_: object) -> None:
        server.talks[0].close()
        await settle()

    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(hang_up)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        transport = AiohttpTransport(session)
        answers = [await ask(transport, base_url, words) for words in ("first", "second")]

    assert (answers, len(server.talks)) == (["first", "second"], 2)


async def test_an_answer_comes_as_the_connection_is_taken(echo: tuple[Echo, str]) -> None:
    """It lies in the kernel, unread: whoever wrote now would be given it for his own."""
    server, base_url = echo

    async def answer(*_: object) -> None:
        server.talks[0].write(http_answer(b"first, again"))

    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(answer)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        transport = AiohttpTransport(session)
        answers = [await ask(transport, base_url, words) for words in ("first", "second")]

    assert (answers, len(server.talks)) == (["first", "second"], 2)


async def test_a_connection_is_not_shared_before_its_answer_is_judged(
    echo: tuple[Echo, str],
) -> None:
    """The pool lends it at once; if the first then hangs up, the second must not be on it."""
    server, base_url = echo
    is_there, go = asyncio.Event(), asyncio.Event()

    async def wait(*_: object) -> None:
        if not is_there.is_set():
            is_there.set()
            await go.wait()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(wait)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        transport = AiohttpTransport(session)
        first = asyncio.create_task(
            transport.exchange(base_url, HttpRequest("/", b"first"), seconds=30.0)
        )
        await is_there.wait()
        second = await ask(transport, base_url, "second")
        talks = len(server.talks)
        go.set()
        reply = await first
        assert reply.hang_up
        await reply.hang_up()
        third = await ask(transport, base_url, "third")

    assert (reply.body, second, third) == (b"first", "second", "third")
    assert (talks, len(server.talks)) == (2, 2)


@pytest.mark.parametrize("turns", [1, 2, 5, 20])
async def test_a_burst_of_cancelled_exchanges_costs_no_connection(turns: int) -> None:
    """Where httpx loses one for each, the next hundred are answered, each with its own answer."""
    go = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            _, body = await read_request(reader)
            await go.wait()
            writer.write(http_answer(body))

    async with raw_server(serve) as address:
        transport = AiohttpTransport(max_connections=14)
        crowd = [
            asyncio.create_task(ask(transport, f"http://{address}", "given up")) for _ in range(50)
        ]
        for _ in range(turns):
            await asyncio.sleep(0)

        for caller in crowd:
            caller.cancel()

        await asyncio.gather(*crowd, return_exceptions=True)
        go.set()
        words = [str(number) for number in range(100)]
        answers = await asyncio.gather(*(ask(transport, f"http://{address}", w) for w in words))
        await transport.aclose()

    assert answers == words
