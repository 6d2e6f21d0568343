"""The ASGI app: it finds the providers' simulated ends and lets them answer."""

import math
import time
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from smsgate.errors import InvalidArgument
from smsgate.providers import find_logins, find_routes
from smsgate.providers.network import SENDER, Answer, Network
from smsgate.wire.http import HttpRequest

_LOOPBACK = "http://127.0.0.1:"  # a DSN spells it as its host, over http by default


class Simulator:
    """
    An ASGI app that answers as every provider does, under the providers' real paths.

    ``network.sent`` lists what it accepted. A message is queued for *pace* seconds, sent
    for as long, then at its end; *clock* gives unix seconds. Each provider's account has
    *funds*. For *duplicate_window* seconds SMSC takes no send that it was asked before;
    0, the default, leaves that rule out. Raises `InvalidArgument` for a *pace*, *funds* or
    *duplicate_window* that make no sense.
    """

    def __init__(
        self,
        *,
        pace: float = 1.0,
        funds: Decimal = Decimal(1000),
        duplicate_window: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not pace > 0:  # so that NaN is refused too
            raise InvalidArgument(f"pace: must be more than 0 seconds, not {pace!r}")

        if not (funds.is_finite() and funds >= 0):
            raise InvalidArgument(f"funds: must be an amount of money, not {funds}")

        if not 0 <= duplicate_window < math.inf:
            raise InvalidArgument(f"duplicate_window: must be seconds, not {duplicate_window!r}")

        self.network = Network(
            clock=clock, pace=pace, funds=funds, duplicate_window=duplicate_window
        )
        routes = [
            Route(path, self._endpoint(answer), methods=["GET", "POST"])
            for path, answer in find_routes().items()
        ]
        self._app = Starlette(routes=routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        await self._app(scope, receive, send)

    def _endpoint(self, answer: Answer) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            reply = answer(await _read(request), self.network)
            return Response(reply.body, reply.status, dict(reply.headers))

        return endpoint


async def _read(request: Request) -> HttpRequest:
    query = f"?{request.url.query}" if request.url.query else ""
    return HttpRequest(
        path=f"{request.url.path}{query}",
        body=await request.body(),
        headers={**request.headers, "host": request.url.netloc},
        method=request.method,
    )


def dsns(base_url: str) -> dict[str, str]:
    """Write a ready DSN for each gateway, by scheme, for a simulator at *base_url*."""
    here = base_url.removeprefix("http://") if base_url.startswith(_LOOPBACK) else ""
    where = {} if here else {"base_url": base_url}
    query = urlencode({"sender": SENDER, **where}, safe=":/")
    return {scheme: f"{scheme}://{login}@{here}?{query}" for scheme, login in find_logins().items()}
