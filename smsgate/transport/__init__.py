"""
How requests reach a provider. Only modules in this folder import an HTTP client.

A `Transport` says what really happened and nothing more: `Unreachable` is proof that
not a byte of the request left, `OutcomeUnknown` is everything after that.
"""

from typing import Protocol

from smsgate.wire.http import HttpReply, HttpRequest


class Transport(Protocol):
    """Carries one request to one server and brings back the reply."""

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float
    ) -> HttpReply:
        """
        Send *request* once, to the server at *base_url*, and give up after *seconds*.

        Raises `Unreachable` on proof that nothing left, else `OutcomeUnknown`. Once it
        returns or raises, nothing of the request leaves any more.
        """

    async def aclose(self) -> None:
        """Let go of connections."""


def open_transport(*, connect_timeout: float, max_connections: int) -> Transport:
    """Open the default transport; this is where the HTTP client is first imported."""
    from smsgate.transport.httpx import HttpxTransport  # noqa: PLC0415 - it costs 60 ms

    return HttpxTransport(connect_timeout=connect_timeout, max_connections=max_connections)
