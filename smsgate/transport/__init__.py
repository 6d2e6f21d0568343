"""
How requests reach a provider. Only modules in this folder import an HTTP client.

A `Transport` says what really happened and nothing more: `Unreachable` is proof that
not a byte of the request left, `OutcomeUnknown` is everything after that.
"""

from typing import Protocol

from smsgate.wire.http import HttpReply, HttpRequest


class Transport(Protocol):
    """Carries one request to one server and brings back the reply."""

    async def exchange(self, base_url: str, request: HttpRequest, /) -> HttpReply:
        """
        Send *request* once, to the server at *base_url*.

        Raises `Unreachable` on proof that nothing left, else `OutcomeUnknown`.
        """

    async def aclose(self) -> None:
        """Let go of connections."""


def open_transport(*, timeout: float, connect_timeout: float, max_connections: int) -> Transport:
    """
    Open the default transport; this is where the HTTP client is first imported.

    *connect_timeout* is short enough for every mirror to be tried within *timeout*, so
    that a provider that cannot be reached at all is `Unreachable` and not unknown.
    """
    from smsgate.transport.httpx import HttpxTransport  # noqa: PLC0415 - it costs 60 ms

    return HttpxTransport(
        timeout=timeout, connect_timeout=connect_timeout, max_connections=max_connections
    )
