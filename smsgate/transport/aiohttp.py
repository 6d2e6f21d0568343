"""
The other transport: aiohttp. Needs ``[aiohttp]``; one exchange a call, no redirect, no retry.

Whether anything left is not guessed from the kind of an exception: see
`smsgate.transport._aiohttp_evidence`.
"""

import asyncio
import contextlib
import io
import weakref
from collections.abc import Awaitable, Callable
from functools import lru_cache
from math import inf

import aiohttp
from yarl import URL

from smsgate.errors import InvalidArgument, OutcomeUnknown, SmsGateError, Unreachable
from smsgate.transport._aiohttp_evidence import Evidence, Stale, current, open_session
from smsgate.transport._body import read_all
from smsgate.transport._proxies import Proxies, read_proxies
from smsgate.transport._timing import CONNECT_SECONDS, IDLE_SECONDS, SHARE
from smsgate.wire.http import HttpReply, HttpRequest

_LARGE = 2**20  # bytes, from which aiohttp warns of a body that is not a file
_parsed = lru_cache(URL)  # a gateway has few of them, and parsing is slow


class AiohttpTransport:
    """
    Carries requests with an `aiohttp.ClientSession`: yours, or one of its own.

    Of yours it uses the connector with its certificates, resolver and limits, the proxy,
    the timeouts but for ``total``, and the traces; they stay yours to close. Its headers,
    cookies, ``auth``, middlewares and ``raise_for_status`` are meant for others: none of
    them is used.
    Say how many connections it may have (*max_connections*, as its connector's ``limit``):
    so many requests go at once, and the others wait here.
    A connection of our own session that takes longer than *connect_timeout* seconds has
    failed. Our own trusts the certificates that the system trusts.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        *,
        connect_timeout: float = CONNECT_SECONDS,
        max_connections: int = 100,
    ) -> None:
        if not isinstance(session, aiohttp.ClientSession | None):
            raise InvalidArgument("session: must be an aiohttp.ClientSession, or None")

        self._yours = session
        self._phases = session.timeout if session else aiohttp.ClientTimeout(None, connect_timeout)
        self._proxy = _proxy_of(session) if session else None
        self._proxies = read_proxies() if not session or session.trust_env else Proxies()
        self._limit = max_connections
        self._turns = asyncio.Semaphore(max_connections)
        self._claimed: set[asyncio.Transport | None] = set()
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float
    ) -> HttpReply:
        """Send *request* once. See `smsgate.transport.Transport`."""
        evidence = Evidence(self._claimed)  # nothing leaves while it waits for its turn
        token = current.set(evidence)
        try:
            async with asyncio.timeout(seconds), self._turns:
                session = self._open()
                evidence.is_seeking = False
                response = await self._send(session, base_url, request, seconds)
                body = await _body_of(response)
        except BaseException as exc:
            evidence.cut()
            if not isinstance(exc, Exception):
                raise

            error = _outcome(exc, base_url, evidence)
        else:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpReply(body, response.status, headers, _end_of(evidence))
        finally:
            current.reset(token)
            evidence.let_go()

        raise error

    async def _send(
        self, session: aiohttp.ClientSession, base_url: str, request: HttpRequest, seconds: float
    ) -> aiohttp.ClientResponse:
        """Send *request*; a connection that turns out to be stale is closed, and not used."""
        url, proxy = base_url + request.path, self._proxy or self._proxies.before(base_url)
        is_large = len(request.body) > _LARGE
        while True:
            with contextlib.suppress(Stale):  # there are only so many
                return await session.request(
                    request.method,
                    _parsed(url, encoded=True),
                    headers=request.headers,
                    data=io.BytesIO(request.body) if is_large else request.body,
                    allow_redirects=False,
                    proxy=proxy,
                    timeout=self._patience(seconds),
                )

    def _patience(self, seconds: float) -> aiohttp.ClientTimeout:
        """Say how long each phase may take; the whole is cut by us, after *seconds*."""
        return aiohttp.ClientTimeout(
            connect=min(self._phases.connect or seconds, seconds * SHARE),
            sock_connect=self._phases.sock_connect,
            sock_read=self._phases.sock_read,
            ceil_threshold=inf,  # or else some are rounded up to whole seconds
        )

    def _open(self) -> aiohttp.ClientSession:
        """Give the session that is sent through; it is made in the loop that it is for."""
        if self._is_closed or (self._yours and self._yours.closed):
            raise Unreachable("the HTTP client is closed")

        if self._session is None:
            self._session = self._beside(self._yours) if self._yours else self._alone()

        return self._session

    def _alone(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=self._limit, keepalive_timeout=IDLE_SECONDS)
        return open_session(connector, [], is_owner=True)

    def _beside(self, yours: aiohttp.ClientSession) -> aiohttp.ClientSession:
        """Open a session on the connector of *yours*; it goes when the transport does."""
        session = open_session(yours.connector, yours.trace_configs, is_owner=False)
        weakref.finalize(self, session.detach)
        return session

    async def aclose(self) -> None:
        """Close the session, if it is our own."""
        self._is_closed = self._yours is None
        if self._session and self._is_closed:
            await self._session.close()


def _proxy_of(session: aiohttp.ClientSession) -> URL | None:
    """Find the proxy that was given to *session*, with its login; there is no public way."""
    address: URL | str | None = getattr(session, "_default_proxy", None)
    login: aiohttp.BasicAuth | None = getattr(session, "_default_proxy_auth", None)
    if not address:
        return None

    proxy = URL(address)
    return proxy.with_user(login.login).with_password(login.password) if login else proxy


async def _body_of(response: aiohttp.ClientResponse) -> bytes:
    """Read *response* to its end, or find what a hook of yours has read."""
    try:
        return await read_all(response.content.iter_any()) or await response.read()
    except BaseException:
        response.close()
        raise


def _end_of(evidence: Evidence) -> Callable[[], Awaitable[None]]:
    async def hang_up() -> None:
        evidence.cut()

    return hang_up


def _outcome(exc: Exception, base_url: str, evidence: Evidence) -> SmsGateError:
    """Judge *exc* by the evidence; what it says is told if it is only about the connection."""
    name = type(exc).__name__
    if isinstance(exc, SmsGateError):  # our own, from within
        return exc

    if not evidence.is_proof:
        return OutcomeUnknown(f"no answer from {base_url} ({name})")

    said = f": {exc}" if isinstance(exc, aiohttp.ClientConnectorError) else ""
    return Unreachable(f"no connection to {base_url} ({name}{said})")
