"""The default transport: httpx, HTTP/1.1, one exchange a call, no redirect, no retry."""

import asyncio

import httpx

from smsgate.errors import OutcomeUnknown, Unreachable
from smsgate.wire.http import HttpReply, HttpRequest

# Until the connection stands no provider can have seen the message. After that
# we cannot know, so everything else counts as "no answer".
_BEFORE_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ProxyError,  # the proxy would not open a tunnel
)
_CONNECT_SECONDS = 5.0
_POOL_SECONDS = 0.2  # nobody waits there, unless max_connections is more than there are
_LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")


class HttpxTransport:
    """
    Carries requests with an `httpx.AsyncClient`: yours, or one of its own.

    Your client keeps its proxies, certificates and limits, and stays yours to close.
    Its redirects and its ``auth`` are not used: both would send a request twice. Say how
    many connections it may have (*max_connections*, as in its `httpx.Limits`): so many
    requests go at once and the others wait here, because a request that is given up while
    it waits inside httpx 0.28 costs the pool a connection for good.
    *timeout* is in seconds, for each phase of an exchange of our own client; a connection
    that takes longer than *connect_timeout*, and 5 seconds at most, has failed.
    """

    def __init__(
        self,
        client: httpx.AsyncClient | None = None,
        *,
        timeout: float = 30.0,
        connect_timeout: float = _CONNECT_SECONDS,
        max_connections: int = 100,
    ) -> None:
        self._is_ours = client is None
        connect = min(connect_timeout, _CONNECT_SECONDS)
        phases = httpx.Timeout(timeout, connect=connect)
        self._client = client or _open_client(phases, max_connections)
        self._turns = asyncio.Semaphore(max_connections)
        self._timeout = httpx.Timeout(**{**self._client.timeout.as_dict(), "pool": _POOL_SECONDS})

    async def exchange(self, base_url: str, request: HttpRequest, /) -> HttpReply:
        """Send *request* once. See `smsgate.transport.Transport`."""
        async with self._turns:
            return await self._exchange(base_url, request)

    async def _exchange(self, base_url: str, request: HttpRequest) -> HttpReply:
        try:
            response = await self._client.request(
                request.method,
                base_url + request.path,
                headers=request.headers,
                content=request.body,
                follow_redirects=False,
                auth=None,
                timeout=self._timeout,
            )
        except httpx.PoolTimeout as exc:
            raise Unreachable(
                f"no free connection to {base_url} (PoolTimeout); see max_connections"
            ) from exc
        except _BEFORE_CONNECTED as exc:
            raise Unreachable(f"no connection to {base_url} ({_name(exc)})") from exc
        except Exception as exc:  # noqa: BLE001 - its text may quote a header, or the answer
            raise OutcomeUnknown(f"no answer from {base_url} ({type(exc).__name__})") from None

        return HttpReply(response.content, response.status_code, dict(response.headers))

    async def aclose(self) -> None:
        """Close the client, if it is our own."""
        if self._is_ours:
            await self._client.aclose()


def _open_client(timeout: httpx.Timeout, max_connections: int) -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            timeout=timeout,
            limits=httpx.Limits(max_connections=max_connections),
            mounts=dict.fromkeys(_LOOPBACK),  # no proxy stands between this machine and itself
        )
    except Exception as exc:  # noqa: BLE001 - its text may quote a proxy's login
        raise Unreachable(
            "the HTTP client cannot be set up: look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, "
            f"SSL_CERT_FILE in the environment ({type(exc).__name__})"
        ) from None


def _name(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__
