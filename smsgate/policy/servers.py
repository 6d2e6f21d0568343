"""
A provider's servers: which one is asked, and on what proof the next one is.

A request moves on only when it was certainly not sent. After anything else it may have
arrived, and a second copy would be a second SMS.
"""

from collections.abc import Callable
from math import inf
from typing import TypeVar

import attrs

from smsgate.errors import DeadlineExceeded, OutcomeUnknown, SmsGateError, Unreachable
from smsgate.policy.clock import Clock
from smsgate.policy.journal import log
from smsgate.policy.rota import Rota
from smsgate.transport import Transport, open_transport
from smsgate.wire.http import HttpReply, HttpRequest

Answer = TypeVar("Answer")
Decode = Callable[[HttpReply], Answer]

_FAIR_TRIAL = 1.0  # seconds: a server that had less is set aside for less


@attrs.define(kw_only=True, eq=False)
class Servers:
    """
    The *mirrors* of one provider (base URLs), and the transport that reaches them.

    A search among them takes *timeout* seconds at most. A transport handed in stays the
    caller's; our own is opened at first use, for *max_connections*.
    """

    mirrors: Rota[str]
    timeout: float
    connect_timeout: float
    max_connections: int
    clock: Clock
    transport: Transport | None = None
    _own_transport: Transport | None = attrs.field(init=False, default=None)

    def open(self) -> Transport:
        """Return the transport, opening our own on first use."""
        if self.transport is not None:
            return self.transport

        if not self._own_transport:
            # So short that every mirror can be tried, and one of them answer, within the timeout.
            share = self.timeout / (len(self.mirrors.items) + 1)
            self._own_transport = open_transport(
                connect_timeout=min(self.connect_timeout, share),
                max_connections=self.max_connections,
            )

        return self._own_transport

    async def exchange(
        self,
        request: HttpRequest,
        decode: Decode[Answer],
        *,
        by: float = inf,
        seconds: float = inf,
    ) -> Answer:
        """
        Send *request* to the first server that can be reached, and *decode* its reply.

        It may take *seconds*, or *timeout* if that is less. Raises `DeadlineExceeded` when
        the moment *by* came before anything could leave, and whatever *decode* raises.
        """
        now = self.clock.now()
        until = min(by, now + min(seconds, self.timeout))
        failure = Unreachable("no server was tried")
        for base_url in self.mirrors.in_order(now):
            left = until - self.clock.now()
            if left <= 0:
                break

            try:
                return await self._ask(base_url, request, decode, left)
            except Unreachable as error:
                failure = error

        if self.clock.now() >= by:
            raise DeadlineExceeded(f"the deadline passed before it could leave: {failure}")

        raise failure

    async def _ask(
        self, base_url: str, request: HttpRequest, decode: Decode[Answer], left: float
    ) -> Answer:
        """Ask one server; whatever keeps it from an answer sets it aside for the next request."""
        try:
            answer = await self._once(base_url, request, decode, left)
        except (Unreachable, OutcomeUnknown) as error:
            log.warning("%s failed: %s", base_url, error, extra={"server": base_url})
            self.mirrors.failed(base_url, self.clock.now(), min(1.0, left / _FAIR_TRIAL))
            raise

        self.mirrors.worked(base_url)
        return answer

    async def _once(
        self, base_url: str, request: HttpRequest, decode: Decode[Answer], left: float
    ) -> Answer:
        try:
            return await _read(await self.open().exchange(base_url, request, seconds=left), decode)
        except SmsGateError:
            raise
        except Exception as exc:  # noqa: BLE001 - somebody broke their word: it may have left
            error = OutcomeUnknown(f"the exchange failed ({type(exc).__name__})")

        raise error

    async def aclose(self) -> None:
        """Close our own transport, if there is one."""
        if self._own_transport:
            await self._own_transport.aclose()
            self._own_transport = None


async def _read(reply: HttpReply, decode: Decode[Answer]) -> Answer:
    """Decode *reply*; after anything but a clean yes its connection is not used again."""
    try:
        return decode(reply)
    except Exception:
        if reply.hang_up:
            await reply.hang_up()

        raise
