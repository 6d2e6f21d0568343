"""
What aiohttp shows of an exchange: whether anything left, and on which connection.

Its own tracing tells: ``on_request_headers_sent`` is awaited before the first byte is
written, and a proxy's CONNECT is not traced. One session carries many exchanges at once,
so each finds its evidence through a context variable.

aiohttp does not look at a kept connection before it writes, so `_Request` does: what came
on it meanwhile would be taken for the answer. It may also lend a connection again before
the answer on it was judged; such a one is *claimed*, and not boarded by others.
"""

import asyncio
import selectors
from contextvars import ContextVar

import aiohttp
import attrs
from aiohttp.connector import Connection

from smsgate.errors import OutcomeUnknown

_CODINGS = {"accept-encoding": "identity"}  # little that unpacks to a lot would take long


class Stale(Exception):
    """A connection that is not to be used; nothing was written to it."""


@attrs.define
class Evidence:
    """What has been seen of one exchange; *claimed* are the connections of all of them."""

    claimed: set[asyncio.Transport | None]
    is_seeking: bool = True  #: a connection is sought; without that nothing is proven
    has_left: bool = False  #: the request was about to be written, or later
    is_reused: bool = False  #: the connection served another request before
    wire: asyncio.Transport | None = None

    @property
    def is_proof(self) -> bool:
        """Whether it is sure that not a byte of the request left."""
        return self.is_seeking and not self.has_left

    def board(self, connection: Connection) -> None:
        """Claim *connection*; raises `Stale` if it is to be left alone."""
        wire = connection.transport
        if self.is_reused and (wire in self.claimed or not _is_quiet(connection)):
            raise Stale

        self.wire = wire
        self.claimed.add(wire)

    def let_go(self) -> None:
        """Let others have the connection, if it is still there."""
        self.claimed.discard(self.wire)

    def cut(self) -> None:
        """End the connection at once: what is not written by now never will be."""
        if self.wire:
            self.wire.abort()


current: ContextVar[Evidence] = ContextVar("current")


def _is_quiet(connection: Connection) -> bool:
    """Whether nothing came on *connection* since the last answer, not even its end."""
    protocol, wire = connection.protocol, connection.transport
    if protocol is None or wire is None or wire.is_closing() or protocol.should_close:
        return False

    with selectors.DefaultSelector() as selector:
        selector.register(wire.get_extra_info("socket"), selectors.EVENT_READ)
        return not selector.select(0)


class _Request(aiohttp.ClientRequest):
    """A request that is written only where nothing can be taken for its answer."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Write it to *conn*; `Stale` is raised before a byte is."""
        current.get().board(conn)
        if conn.protocol is not None and self.headers.get("connection") == "close":
            conn.protocol.force_close()  # aiohttp goes by what the answer says alone

        return await super().send(conn)


async def _note_seeking(*_: object) -> None:
    evidence = current.get()
    evidence.is_seeking, evidence.is_reused = True, False


async def _note_reuse(*_: object) -> None:
    current.get().is_reused = True


async def _note_leaving(*_: object) -> None:
    """Note that the request is about to be written; a second copy of it is not let through."""
    evidence = current.get()
    if evidence.has_left:
        raise OutcomeUnknown("your HTTP client was about to send it again")

    evidence.has_left = True


def _tracing() -> aiohttp.TraceConfig:
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_note_seeking)
    config.on_connection_reuseconn.append(_note_reuse)
    config.on_request_headers_sent.append(_note_leaving)
    return config


def open_session(
    connector: aiohttp.BaseConnector | None, traces: list[aiohttp.TraceConfig], *, is_owner: bool
) -> aiohttp.ClientSession:
    """Open a session on *connector* that gives evidence and adds nothing to a request."""
    return aiohttp.ClientSession(
        connector=connector,
        connector_owner=is_owner,
        trace_configs=[*traces, _tracing()],  # after ours nobody delays the writing
        request_class=_Request,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_CODINGS,
    )
