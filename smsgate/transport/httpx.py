"""
The default transport: httpx, HTTP/1.1, one exchange a call, no redirect, no retry.

Whether anything left is not guessed from the kind of an exception: httpx's ``trace``
extension tells when a connection is sought and when the head of the request is about to
be written. A client of yours whose transport does not trace (a mock, ASGI) gives no
evidence, so its failures are unknown.

A client of httpx2 does as well: what is made for a client is of the types that it has.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, MutableMapping
from functools import lru_cache
from inspect import iscoroutinefunction

import attrs
import httpx

from smsgate.errors import InvalidArgument, OutcomeUnknown, SmsGateError, Unreachable
from smsgate.transport._body import read_all
from smsgate.transport._connections import Connections
from smsgate.transport._proxies import read_proxies
from smsgate.transport._timing import CONNECT_SECONDS, SHARE
from smsgate.wire.http import HttpReply, HttpRequest

_POOL_SECONDS = 0.2  # nobody waits there, unless max_connections is more than there are
_HEADERS = {
    "accept": "*/*",
    "accept-encoding": "identity",  # little that unpacks to a lot would take long
    "user-agent": "smsgate",
}
_TUNNEL = b"CONNECT"  # what a proxy is asked before the request itself can leave
_WITHIN = ("_stream", "_httpcore_stream", "_connection")  # from an answer to its connection
_DEPTH = 8  # of these, one within the other


@attrs.define
class _Evidence:
    """What the trace of one exchange has shown so far."""

    is_seeking: bool = False  #: a connection is sought; without that nothing is proven
    has_left: bool = False  #: the request was about to be written, or later
    read: float | None = None  #: seconds to wait for the answer, once the request has left
    hang_up: Callable[[], Awaitable[None]] | None = None  #: ends what was opened for it

    async def note(self, event: str, info: MutableMapping[str, object]) -> None:
        """
        Take note of *event*: httpx calls this from within the exchange.

        Afterwards it logs *info* at DEBUG, so what may quote an answer is taken out of it.
        """
        if "exception" in info:
            info["exception"] = type(info["exception"]).__name__
        elif event.endswith("receive_response_headers.complete"):
            info["return_value"] = None
        elif event.endswith("connect_tcp.complete"):
            self.hang_up = getattr(info["return_value"], "aclose", None)
        elif event.endswith("send_request_headers.started"):
            self._note_request(info.get("request"))
        elif event.endswith(".started"):
            self.is_seeking = True

    def _note_request(self, request: object) -> None:
        """Note that *request* is about to be written; a second copy of it is not let through."""
        if getattr(request, "method", None) == _TUNNEL:
            return

        if self.has_left:
            raise OutcomeUnknown("your HTTP client was about to send it again")

        self.has_left = True
        timeouts = getattr(request, "extensions", {}).get("timeout", {})
        timeouts["read"] = self.read

    @property
    def is_proof(self) -> bool:
        """Whether it is sure that not a byte of the request left."""
        return self.is_seeking and not self.has_left

    async def cut(self) -> None:
        """Close what was opened: httpcore forgets it if it is cut short during TLS."""
        if self.hang_up and not self.has_left:
            await self.hang_up()


class HttpxTransport:
    """
    Carries requests with an `httpx.AsyncClient` of yours, or on connections of its own.

    Your client keeps its proxies, certificates, timeouts and limits, and stays yours to
    close. Its headers, cookies, query and ``auth`` are meant for others, and none of them is
    used. Its redirects are not followed, and a retry of its transport's is stopped (where it
    keeps the request's extensions): each would send a request twice. An event hook of its
    that raises makes an answer unknown, and one that reads an answer gives its connection to
    others before it is judged. Behind a proxy, httpx 0.28 counts a connection whose TLS
    failed as taken for good.
    Say how many connections it may have (*max_connections*, as in its `httpx.Limits`): so
    many requests go at once and the others wait here, because a request that is given up
    while it waits inside httpx 0.28 costs the pool a connection for good.
    A connection of our own that takes longer than *connect_timeout* seconds has failed; it
    trusts the certificates of *ssl_context*, or those that httpx trusts.
    """

    def __init__(
        self,
        client: httpx.AsyncClient | None = None,
        *,
        connect_timeout: float = CONNECT_SECONDS,
        max_connections: int = 100,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        if client is not None and not iscoroutinefunction(getattr(client, "send", None)):
            raise InvalidArgument("client: must be an httpx.AsyncClient, or None")

        self._ours = None if client else _open_connections(ssl_context)
        self._client = client or httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=connect_timeout), transport=self._ours
        )
        self._is_traced = False  # until a trace was seen
        self._request = type(self._client.build_request("POST", "http://x"))  # of its library
        self._turns = asyncio.Semaphore(max_connections)
        self._returning: set[asyncio.Task[None]] = set()
        self._parsed = lru_cache(type(self._client.base_url))  # few of them, and parsing is slow
        self._phases = {**self._client.timeout.as_dict(), "pool": _POOL_SECONDS}

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float
    ) -> HttpReply:
        """Send *request* once. See `smsgate.transport.Transport`."""
        # Nothing leaves while it waits for its turn.
        evidence = _Evidence(is_seeking=True, read=self._phases["read"])
        try:
            async with asyncio.timeout(seconds), contextlib.AsyncExitStack() as stack:
                await stack.enter_async_context(self._turns)
                await self._all_given_back()
                self._check_open()
                evidence.is_seeking = self._ours is not None  # of ours every writing is traced
                response = await self._send(base_url, request, evidence, seconds)
                stack.push_async_callback(response.aclose)
                body, end = await _body_of(response), _end_of(response)
                if end and _is_followed(response):
                    await end()

                held = stack.pop_all()
        except BaseException as exc:  # it holds the request, and may quote the answer
            if self._ours:
                await evidence.cut()

            if not isinstance(exc, Exception):
                raise

            error = self._outcome(exc, base_url, evidence)
        else:
            self._is_traced |= evidence.has_left
            await self._give_back(held)
            headers = dict(response.headers.items())
            return HttpReply(body, response.status_code, headers, end)

        raise error

    async def _send(
        self, base_url: str, request: HttpRequest, evidence: _Evidence, seconds: float
    ) -> httpx.Response:
        # Cut by httpx itself, a connection that is not there yet is closed; cancelled, it leaks.
        connect = min(self._phases["connect"] or seconds, seconds * SHARE)
        # Until the request leaves, what is read is a proxy's word about the connection.
        read = connect if self._ours else self._phases["read"]
        prepared = self._request(
            request.method,
            self._parsed(base_url + request.path),
            headers={**_HEADERS, **request.headers},
            content=request.body,
            extensions={
                "timeout": {**self._phases, "connect": connect, "read": read},
                "trace": evidence.note,
            },
        )
        if self._ours:
            return await self._ours.handle_async_request(prepared)

        return await self._client.send(prepared, stream=True, follow_redirects=False, auth=None)

    def _check_open(self) -> None:
        if self._client.is_closed:
            raise Unreachable("the HTTP client is closed")

    async def _give_back(self, held: contextlib.AsyncExitStack) -> None:
        """
        Let others have what is *held*, the connection: not before its answer is judged.

        If that ends the connection, nobody else may be on it. One of our own is not lent
        earlier; one of yours is given back a moment later.
        """
        if not self._ours:
            self._give_back_soon(held)
            return

        with contextlib.suppress(Exception):  # the answer is there, whatever breaks now
            await held.aclose()

    def _give_back_soon(self, held: contextlib.AsyncExitStack) -> None:
        async def give_back() -> None:
            await asyncio.sleep(0)  # tasks may be eager
            with contextlib.suppress(Exception):  # as above
                async with asyncio.timeout(_POOL_SECONDS):
                    await held.aclose()

        def note(task: asyncio.Task[None]) -> None:
            self._returning.discard(task)
            if task.cancelled():  # from outside, perhaps before it began
                self._give_back_soon(held)

        task = asyncio.create_task(give_back())
        self._returning.add(task)
        task.add_done_callback(note)

    async def _all_given_back(self) -> None:
        """Wait for connections that are on their way back: no new one is needed beside them."""
        if self._returning:
            await asyncio.wait(set(self._returning))

    def _outcome(self, exc: Exception, base_url: str, evidence: _Evidence) -> SmsGateError:
        """Judge *exc* by the evidence; a wait in httpx's own pool is the one it does not show."""
        name = type(exc).__name__
        match exc:  # our own, from within
            case OutcomeUnknown():
                return exc
            case Unreachable() if evidence.is_proof:
                return exc

        if name == "PoolTimeout" and self._is_traced and not evidence.has_left:
            return Unreachable(f"no free connection to {base_url} ({name}); see max_connections")

        if evidence.is_proof:
            return Unreachable(f"no connection to {base_url} ({name}: {exc})".replace(": )", ")"))

        return OutcomeUnknown(f"no answer from {base_url} ({name})")

    async def aclose(self) -> None:
        """Close the client, if it is our own."""
        await self._all_given_back()
        if self._ours:
            await self._client.aclose()


async def _body_of(response: httpx.Response) -> bytes:
    """Read *response* to its end, and leave it open, so that its connection stays ours."""
    stream = response.stream
    is_read = response.is_closed or response.is_stream_consumed  # by a hook of yours, or in part
    if is_read or not isinstance(stream, AsyncIterable):
        return await response.aread()

    if "content-encoding" not in response.headers:
        return await read_all(stream)

    async def packed() -> AsyncIterator[bytes]:
        async for part in stream:
            yield part

    # Unpacked as httpx itself would do it, and no further than a plain one is read.
    again = type(response)(response.status_code, headers=response.headers, content=packed())
    return await read_all(again.aiter_bytes())


def _is_followed(response: httpx.Response) -> bool:
    """
    Whether more than the answer was read, which would be taken for the next one.

    There is no public way to see that: it is looked up in what httpx and httpcore hold.
    """
    inner: object = response.stream
    for _ in range(_DEPTH):
        inner = next(filter(None, (getattr(inner, name, None) for name in _WITHIN)), inner)

    left = getattr(getattr(inner, "_h11_state", None), "trailing_data", None)
    return isinstance(left, tuple) and bool(left[0])


def _end_of(response: httpx.Response) -> Callable[[], Awaitable[None]] | None:
    """
    Find what ends the connection of *response*: hung up, it is not used again.

    Over HTTP/2 others are on it, and no answer is taken for another one.
    """
    stream = response.extensions.get("network_stream")
    if stream is None or response.http_version == "HTTP/2":
        return None

    async def hang_up() -> None:
        try:
            # Without a pause: the pool sees that it is dead when it gets it back, and closes it.
            with stream.get_extra_info("socket").dup() as twin:  # uvloop's own cannot be shut down
                twin.shutdown(socket.SHUT_RDWR)
        except Exception:  # noqa: BLE001 - another kind of stream, or it is gone already
            with contextlib.suppress(Exception):
                await stream.aclose()

    return hang_up


def _open_connections(context: ssl.SSLContext | None) -> Connections:
    proxies = read_proxies()
    try:
        return Connections(proxies, context or httpx.create_ssl_context())
    except Exception as exc:  # noqa: BLE001 - it may quote a path
        raise Unreachable(
            "the HTTP client cannot be set up: look at SSL_CERT_FILE, SSL_CERT_DIR in the "
            f"environment ({type(exc).__name__})"
        ) from None
