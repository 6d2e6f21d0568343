"""
One request full of messages, seen through until it is known what became of each.

It is handed in once, and again only on proof that the provider did not take it. When
that cannot be known and the provider can be asked by an id of ours, it is asked, message
by message, before the caller is told. What stays unknown is repeated only if the caller
chose so, and whatever a repeated request is refused with says nothing of the first one.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from math import inf

import attrs

from smsgate.errors import (
    DeadlineExceeded,
    DuplicateRequest,
    OutcomeUnknown,
    SmsGateError,
    Throttled,
    Unreachable,
)
from smsgate.message import Message
from smsgate.policy.journal import note
from smsgate.policy.limits import Turn
from smsgate.policy.line import Line
from smsgate.policy.patience import until_let_in
from smsgate.policy.servers import Decode
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report, Status
from smsgate.wire.codec import Question, Result
from smsgate.wire.http import HttpReply, HttpRequest

_PAUSES = (0.5, 2.0, 6.0)  # a message may not be found for a moment after it was taken
_ROOM = 10.0  # seconds, for the pauses and the answers
_SHARE = 2 / 3  # of what is left before a deadline, so that some is left to ask in
_TOO_LITTLE = 1 / 4  # of the time there was: what is sent then would most likely end unknown
_NOT_FOUND = frozenset({Status.NOT_FOUND, Status.UNKNOWN})


def pauses_within(seconds: float) -> Sequence[float]:
    """Decide how long to wait before each question, when there are so many *seconds* for all."""
    share = min(1.0, seconds / _ROOM)
    return [pause * share for pause in _PAUSES]


@attrs.define(kw_only=True, eq=False)
class Delivery:
    """
    Carries *batch*, encoded in *request*, over *line* before the moment *by*.

    *about* makes the question what became of some messages. *repeats* is the caller's
    choice to send the identical request again, once, when all of it stays unknown.
    *recent_ids* are the ids of this gateway's latest requests.
    """

    line: Line
    gateway: str
    batch: Sequence[Message]
    request: HttpRequest
    decode: Decode[Sequence[Result]]
    about: Callable[[Sequence[Ref]], Question[Sequence[Report]]]
    recent_ids: deque[str]
    repeats: bool = False
    by: float = inf
    _began: float = attrs.field(init=False)
    _state: SmsGateError = attrs.field(init=False)  # if it were cut off now
    _known: Sequence[Result] = attrs.field(init=False, default=())  # so far
    _search: str = attrs.field(init=False, default="")  # what came of asking

    def __attrs_post_init__(self) -> None:
        """Note when it began."""
        self._began = self._now()
        self._state = Unreachable("the gateway was closed before it could leave")

    def _now(self) -> float:
        return self.line.clock.now()

    def _latest(self) -> float:
        """Find the moment after which it is too late to begin."""
        return self.by if self.by == inf else self.by - (self.by - self._began) * _TOO_LITTLE

    async def run(self) -> Sequence[Result]:
        """Give one result a message: its receipt, or the error that says what became of it."""
        try:
            return await self.line.run(
                self._see_through, rates=self.request.rates, by=self._latest()
            )
        except SmsGateError as error:
            return self._tell([error] * len(self.batch))

    async def _see_through(self, turn: Turn) -> Sequence[Result]:
        with contextlib.suppress(asyncio.CancelledError):  # by a gateway that is being closed
            self._known = await self._handed_in(turn)
            if self.request.own_id:
                self._known = await self._resolve(self._known)

        return self._tell(self._known or [self._state] * len(self.batch))

    async def _handed_in(self, turn: Turn) -> Sequence[Result]:
        try:
            return await until_let_in(
                lambda tries: self._hand_in(turn, tries),
                clock=self.line.clock,
                until=min(self._latest(), self._now() + self.line.timeout),
            )
        except SmsGateError as error:
            return [error] * len(self.batch)

    async def _hand_in(self, turn: Turn, tries: int) -> Sequence[Result]:
        if tries > 1:
            turn = await self._urgent_turn(self.request, self._latest())

        try:
            return await self._send(turn)
        except Throttled as error:
            self._state = error
            raise
        except DuplicateRequest as error:
            if tries == 1:
                raise

            # It may count attempts, and only have seen the one that it refused.
            raise OutcomeUnknown(f"refused as a repetition: {error}", code=error.code) from None

    async def _send(self, turn: Turn) -> Sequence[Result]:
        if self._now() > self._latest():
            turn.release()
            raise DeadlineExceeded("its turn came when too little time was left for an answer")

        own_id = self.request.own_id
        if own_id is not None and own_id not in self.recent_ids:
            self.recent_ids.append(own_id)

        self._state = OutcomeUnknown("the gateway was closed before its answer came")
        seconds = (self.by - self._now()) * (_SHARE if own_id else 1)
        return await self.line.exchange(turn, self.request, self._read, by=self.by, seconds=seconds)

    def _read(self, reply: HttpReply) -> Sequence[Result]:
        """Decode *reply*; what names another request of ours is the answer to that one."""
        results = self.decode(reply)
        ids = {result.id for result in results if isinstance(result, Receipt)}
        if (ids - {self.request.own_id}).intersection(self.recent_ids):
            raise OutcomeUnknown("the answer is that to another request")

        return results

    async def _urgent_turn(self, request: HttpRequest, by: float) -> Turn:
        return await self.line.turn(rates=request.rates, by=by, is_urgent=True)

    async def _resolve(self, results: Sequence[Result]) -> Sequence[Result]:
        """Ask what became of every message that is lost, with patience; then as chosen."""
        until = min(self.by, self._now() + self.line.timeout)
        for pause in pauses_within(until - self._now()):
            if not _has_lost(results):
                break

            await self.line.clock.sleep(pause)
            results = self._known = await self._ask(results, until)

        if self.repeats and all(isinstance(result, OutcomeUnknown) for result in results):
            return await self._repeat(results)

        return results

    async def _ask(self, results: Sequence[Result], until: float) -> Sequence[Result]:
        """Ask once; what is found has its receipt, everything else stays as it is."""
        pairs = list(zip(self.batch, results, strict=True))
        lost = [message for message, result in pairs if isinstance(result, OutcomeUnknown)]
        try:
            reports = await self._answer(self.about([self._ref(m) for m in lost]), until)
        except SmsGateError as error:
            if not isinstance(error, DeadlineExceeded):  # then nothing was asked
                self._search = f"; asked what became of it, no answer ({type(error).__name__})"

            return results

        self._search = "; asked what became of it, the provider does not know"

        found = {message.phone: report for message, report in zip(lost, reports, strict=True)}
        return [
            self._found(message, found.get(message.phone)) or result for message, result in pairs
        ]

    async def _answer(self, question: Question[Sequence[Report]], until: float) -> Sequence[Report]:
        request = question.encode()
        turn = await self._urgent_turn(request, until)
        return await self.line.exchange(turn, request, question.decode, by=until)

    def _found(self, message: Message, report: Report | None) -> Receipt | None:
        if report is None or report.status in _NOT_FOUND:
            return None

        return Receipt(
            gateway=self.gateway,
            id=self._ref(message).ids[0],
            phone=message.phone,
            cost=report.cost,
            message_id=message.id,
        )

    async def _repeat(self, results: Sequence[Result]) -> Sequence[Result]:
        """Send the identical request once more; only a receipt changes anything."""
        try:
            again = await self._send(await self._urgent_turn(self.request, self._latest()))
        except SmsGateError:
            again = results

        pairs = zip(results, again, strict=True)
        results = self._known = [new if isinstance(new, Receipt) else old for old, new in pairs]
        return await self._ask(results, self.by) if _has_lost(results) else results

    def _ref(self, message: Message) -> Ref:
        return Ref(self.gateway, message.phone, (self.request.own_id or "",))

    def _tell(self, results: Sequence[Result]) -> Sequence[Result]:
        """Give what is unknown the ref to ask by later, and put all of it on record."""
        seconds = self._now() - self._began
        told = [self._findable(m, result) for m, result in zip(self.batch, results, strict=True)]
        for message, result in zip(self.batch, told, strict=True):
            note(self.gateway, message, result, seconds)

        return told

    def _findable(self, message: Message, result: Result) -> Result:
        if not self.request.own_id or not isinstance(result, OutcomeUnknown):
            return result

        ref = str(self._ref(message))
        findable = OutcomeUnknown(f"{result}{self._search}", code=result.code, ref=ref)
        findable.__cause__ = result
        return findable


def _has_lost(results: Sequence[Result]) -> bool:
    return any(isinstance(result, OutcomeUnknown) for result in results)
