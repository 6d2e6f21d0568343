"""What became of messages whose answer was lost: the provider is asked by an id of ours."""

from collections.abc import Callable, Sequence

import attrs

from smsgate.errors import DeadlineExceeded, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.policy.line import Line
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report, Status
from smsgate.wire.codec import Question, Result, has_lost

_PAUSES = (0.5, 2.0, 6.0)  # a message may not be found for a moment after it was taken
_ROOM = 10.0  # seconds, for the pauses and the answers
_NOT_FOUND = frozenset({Status.NOT_FOUND, Status.UNKNOWN})


def pauses_within(seconds: float) -> Sequence[float]:
    """Decide how long to wait before each question, when there are so many *seconds* for all."""
    share = min(1.0, seconds / _ROOM)
    return [pause * share for pause in _PAUSES]


@attrs.define(kw_only=True, eq=False)
class Inquiry:
    """
    Asks over *line* what became of the messages of one request, all under *own_id*.

    *about* makes the question. ``known`` is what is known so far, one result a message;
    ``heard`` says in words what came of asking.
    """

    line: Line
    gateway: str
    own_id: str
    batch: Sequence[Message]
    about: Callable[[Sequence[Ref]], Question[Sequence[Report]]]
    known: Sequence[Result]
    heard: str = attrs.field(init=False, default="")

    def ref(self, message: Message) -> Ref:
        """Give the address of *message*, whether it was taken or not."""
        return Ref(self.gateway, message.phone, (self.own_id,))

    async def pursue(self, until: float) -> None:
        """Ask about everything that is lost, with patience, before the moment *until*."""
        clock = self.line.clock
        for pause in pauses_within(until - clock.now()):
            if not has_lost(self.known) or clock.now() + pause >= until:
                break

            await clock.sleep(pause)
            await self.ask(until)

    async def ask(self, until: float) -> None:
        """Ask once; what is found has its receipt, everything else stays as it is."""
        pairs = list(zip(self.batch, self.known, strict=True))
        lost = [message for message, result in pairs if isinstance(result, OutcomeUnknown)]
        try:
            reports = await self._answer(self.about([self.ref(m) for m in lost]), until)
        except SmsGateError as error:
            if not isinstance(error, DeadlineExceeded):  # then nothing was asked
                self.heard = f"; asked what became of it, no answer ({type(error).__name__})"

            return

        self.heard = "; asked what became of it, the provider does not know"
        found = {message.phone: report for message, report in zip(lost, reports, strict=True)}
        self.known = [self._found(m, found.get(m.phone)) or result for m, result in pairs]

    async def _answer(self, question: Question[Sequence[Report]], until: float) -> Sequence[Report]:
        request = question.request()
        turn = await self.line.turn(rates=request.rates, by=until, is_urgent=True)
        return await self.line.exchange(turn, request, question.decode, by=until)

    def _found(self, message: Message, report: Report | None) -> Receipt | None:
        if report is None or report.status in _NOT_FOUND:
            return None

        return Receipt(
            gateway=self.gateway,
            id=self.own_id,
            phone=message.phone,
            cost=report.cost,
            message_id=message.id,
        )
