"""The transports that the matrix can be carried out over: our own, and over clients of others."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache

import aiohttp
import httpx

from smsgate.transport import Transport
from smsgate.transport.aiohttp import AiohttpTransport
from smsgate.transport.httpx import HttpxTransport

_CONNECT_SECONDS = 5.0
Carrier = Callable[[], contextlib.AbstractAsyncContextManager[Transport]]


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextlib.asynccontextmanager
async def _by_default() -> AsyncIterator[Transport]:
    transport = HttpxTransport(connect_timeout=_CONNECT_SECONDS, ssl_context=_trust())
    try:
        yield transport
    finally:
        await transport.aclose()


@contextlib.asynccontextmanager
async def _over_client() -> AsyncIterator[Transport]:
    patience = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    async with httpx.AsyncClient(verify=_trust(), timeout=patience, trust_env=False) as client:
        yield HttpxTransport(client)


@contextlib.asynccontextmanager
async def _over_aiohttp() -> AsyncIterator[Transport]:
    connector = aiohttp.TCPConnector(ssl=_trust())
    patience = aiohttp.ClientTimeout(connect=_CONNECT_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=patience) as session:
        yield AiohttpTransport(session)


CARRIERS: Mapping[str, Carrier] = {
    "default": _by_default,
    "httpx": _over_client,
    "aiohttp": _over_aiohttp,
}
DEFAULT = "default"
