"""SMSC's simulated end, and a line to it on which each send goes as it is told."""

import json

import attrs
from support.clock import FakeClock, NapClock
from support.loopback import Loopback
from support.transports import Answer, ScriptedTransport

from smsgate import Message, OutcomeUnknown, SmscGateway
from smsgate.providers.network import Network
from smsgate.wire.http import HttpReply, HttpRequest

MESSAGE = Message("+77015555555", "hello", id="order-1")
LOST = OutcomeUnknown("silence")


def error_9(text: str) -> HttpReply:
    """Say no with SMSC's code of two meanings."""
    return HttpReply(json.dumps({"error": text, "error_code": 9}).encode())


BUSY = error_9("too many concurrent requests")
AGAIN = error_9("duplicate request, wait a minute")
BROKE = HttpReply(b'{"error": "no money", "error_code": 3}')


@attrs.define
class Provider:
    """
    SMSC's simulated end, which does to each send in turn what it is told.

    Questions find nothing for the first *blind* of them.
    """

    plan: list[str | Answer]
    blind: int = 0
    network: Network = attrs.field(factory=lambda: Network(clock=FakeClock()))
    sends: list[tuple[str, HttpRequest]] = attrs.field(init=False, factory=list)
    questions: list[str] = attrs.field(init=False, factory=list)

    def __call__(self, base_url: str, request: HttpRequest) -> Answer:
        """Answer one request."""
        if "send" in request.path:
            self.sends.append((base_url, request))
            return self._do(self.plan.pop(0), request)

        self.questions.append(base_url)
        if len(self.questions) <= self.blind:
            return HttpReply(b'{"status": -3, "err": 0}')

        return Loopback(self.network).answer(request)

    def _do(self, step: str | Answer, request: HttpRequest) -> Answer:
        if not isinstance(step, str):
            return step

        answer = Loopback(self.network).answer(request)
        return answer if step == "takes it" else LOST

    def gateway(self, **settings: bool) -> SmscGateway:
        """Make a gateway that has this provider, and a mirror of it, at its other end."""
        return SmscGateway(
            login="demo",
            password="demo",
            base_urls=["http://main", "http://mirror"],
            transport=ScriptedTransport(self),
            clock=NapClock(),
            id_factory=lambda: "own-id",
            **settings,  # type: ignore[arg-type]
        )


TAKES, LOSES = "takes it", "takes it, and its answer is lost"
