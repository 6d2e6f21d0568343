"""The simulated ends, reached without a socket."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs

from smsgate.providers import find_routes
from smsgate.providers.network import Answer, Network
from smsgate.wire.http import HttpReply, HttpRequest


@attrs.define
class Loopback:
    """A transport that calls the simulated ends directly, and keeps what it was asked."""

    network: Network
    asked: list[HttpRequest] = attrs.field(init=False, factory=list)
    _routes: Mapping[str, Answer] = attrs.field(init=False, factory=find_routes)

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float = 30.0
    ) -> HttpReply:
        """Let the simulated end answer; `KeyError` when no provider has such a path."""
        self.asked.append(request)
        host = {"host": urlsplit(base_url).netloc}
        return self.answer(attrs.evolve(request, headers={**request.headers, **host}))

    def answer(self, request: HttpRequest) -> HttpReply:
        """Answer *request* as the simulator would."""
        return self._routes[urlsplit(request.path).path](request, self.network)

    async def aclose(self) -> None:
        """Nothing to let go of."""
