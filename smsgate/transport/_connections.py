"""
Connections of our own, straight from httpcore (which is a part of httpx), without its pool.

The pool looks at every connection for every request, and counts one whose TLS failed behind
a proxy as taken for good. Here a connection serves one request at a time, and is lent
again if it is fit for that once the whole answer was read.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator

import attrs
import httpcore
import httpx
from httpcore import AsyncConnectionInterface as Connection

from smsgate.transport._proxies import Proxies
from smsgate.transport._timing import IDLE_SECONDS


@attrs.define(eq=False)
class Connections(httpx.AsyncBaseTransport):
    """Lends connections; how many requests there are at once is for others to say."""

    _proxies: Proxies
    _context: ssl.SSLContext
    _idle: dict[Connection, None] = attrs.field(init=False, factory=dict)  # used last, last
    _is_closed: bool = attrs.field(init=False, default=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*. Its connection may be lent again when the answer is closed."""
        url = _url(request.url)
        connection = await self._take(url.origin)
        try:
            answer = await connection.handle_async_request(
                httpcore.Request(
                    request.method,
                    url,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException:
            await connection.aclose()
            raise

        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Answer(self, connection, answer),
            extensions=answer.extensions,
        )

    async def _take(self, origin: httpcore.Origin) -> Connection:
        """Find the connection to *origin* that was used last, or open one."""
        await asyncio.sleep(0)  # for a caller who judges answers in another task: ours needs it not
        while self._idle and (longest := next(iter(self._idle))).has_expired():
            await self._drop(longest)

        while fitting := self._find(origin):
            if not fitting.has_expired():
                del self._idle[fitting]
                return fitting

            await self._drop(fitting)

        return self._open(origin)

    def _find(self, origin: httpcore.Origin) -> Connection | None:
        return next((one for one in reversed(self._idle) if one.can_handle_request(origin)), None)

    async def _drop(self, connection: Connection) -> None:
        del self._idle[connection]
        await connection.aclose()

    def _open(self, origin: httpcore.Origin) -> Connection:
        """Make a connection; it is established by its first request."""
        backend = httpcore.AnyIOBackend()  # or else a package that few have is sought each time
        address = self._proxies.before(str(origin))
        if not address:
            return httpcore.AsyncHTTPConnection(
                origin,
                ssl_context=self._context,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=backend,
            )

        proxy = httpx.Proxy(address)
        return httpcore.AsyncHTTPProxy(
            _url(proxy.url),
            proxy_auth=proxy.raw_auth,
            ssl_context=self._context,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=backend,
        ).create_connection(origin)

    async def take_back(self, connection: Connection) -> None:
        """Lend *connection* again, if it is fit for that."""
        if connection.is_idle() and not self._is_closed:
            self._idle[connection] = None  # and no pause after this: its answer is judged next
        else:
            await connection.aclose()

    async def aclose(self) -> None:
        """Close what is idle; the others are closed when their answers are."""
        self._is_closed = True
        while self._idle:
            await self._drop(next(iter(self._idle)))


@attrs.define(eq=False)
class _Answer(httpx.AsyncByteStream):
    """The body of an answer; closing it gives its connection back."""

    _connections: Connections
    _connection: Connection
    _answer: httpcore.Response

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        try:
            await self._answer.aclose()
        finally:
            await self._connections.take_back(self._connection)


def _url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
