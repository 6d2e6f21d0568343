"""
One request full of messages, seen through until it is known what became of each.

It is handed in once, and again only on proof that the provider did not take it: whole
when he is too busy, in halves when he refused all of it for what may be the fault of one.
When what became of it cannot be known and the provider can be asked by an id of ours, it
is asked, message by message, before the caller is told. What stays unknown is repeated
only if the caller chose so, and whatever a repeated request is refused with says nothing
of the first one.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from math import inf

import attrs

from smsgate.errors import (
    DeadlineExceeded,
    DuplicateRequest,
    OutcomeUnknown,
    Refused,
    SmsGateError,
    Throttled,
    Unreachable,
)
from smsgate.message import Message
from smsgate.policy.group import BatchSize
from smsgate.policy.halves import may_be_of_one, of_all
from smsgate.policy.inquiry import Inquiry
from smsgate.policy.journal import note_all
from smsgate.policy.limits import Turn
from smsgate.policy.line import Line
from smsgate.policy.patience import until_let_in
from smsgate.policy.searches import Searches
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report
from smsgate.wire.codec import Question, Result, has_lost
from smsgate.wire.http import HttpReply, HttpRequest

_SHARE = 2 / 3  # of what is left before a deadline, so that some is left to ask in
_TOO_LITTLE = 1 / 4  # of the time there was: what is sent then would most likely end unknown
_recent_ids: deque[str] = deque(maxlen=1024)  # of all gateways: they may share connections


@attrs.define(kw_only=True, eq=False)
class Way:
    """
    How the messages of one gateway travel: over *line*, *encode*d and *decode*d.

    *about* makes the question what became of some messages. *repeats* is the caller's
    choice to send the identical request again, once, when all of it stays unknown. *size*
    learns how many messages were too many.
    """

    line: Line
    gateway: str
    encode: Callable[[Sequence[Message]], HttpRequest]
    decode: Callable[[HttpReply, Sequence[Message]], Sequence[Result]]
    about: Callable[[Sequence[Ref]], Question[Sequence[Report]]]
    size: BatchSize
    repeats: bool = False
    searches: Searches[Receipt] = attrs.field(init=False)

    @searches.default
    def _make_searches(self) -> Searches[Receipt]:
        return Searches(self.line.clock, self.size)


@attrs.define(eq=False)
class Delivery:
    """
    Carries *batch* on its *way* before the moment *by*.

    *is_part* is for parts of a batch that was refused: whoever tries them goes on with
    what is refused whole.
    """

    way: Way
    batch: Sequence[Message]
    by: float = inf
    is_part: bool = False
    _request: HttpRequest = attrs.field(init=False)
    _began: float = attrs.field(init=False)
    _state: SmsGateError = attrs.field(init=False)  # of what is not known, if it were cut off now
    _inquiry: Inquiry = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Write the request, and note when it began; raises what *encode* raises."""
        self._began = self._now()
        self._request = self.way.encode(self.batch)
        self._state = Unreachable("the gateway was closed before it could leave")
        self._inquiry = Inquiry(
            line=self.way.line,
            gateway=self.way.gateway,
            own_id=self._request.own_id or "",
            batch=self.batch,
            about=self.way.about,
            known=(),
        )

    def _now(self) -> float:
        return self.way.line.clock.now()

    def _latest(self) -> float:
        """Find the moment after which it is too late to begin."""
        return self.by if self.by == inf else self.by - (self.by - self._began) * _TOO_LITTLE

    async def run(self) -> Sequence[Result]:
        """Give one result a message: its receipt, or the error that says what became of it."""
        try:
            return await self.way.line.run(
                self._see_through, rates=self._request.rates, by=self._latest()
            )
        except SmsGateError as error:
            return self._tell([error] * len(self.batch))

    async def _see_through(self, turn: Turn) -> Sequence[Result]:
        try:
            known = self._inquiry.known = await self._handed_in(turn)
            if refusal := may_be_of_one(known, self.batch):
                return known if self.is_part else await self._by_parts(refusal)

            self.way.searches.learn(known, len(self._request.body))
            if self._request.own_id:
                await self._resolve()
        except asyncio.CancelledError:  # by a gateway that is being closed
            """What is known so far is told."""

        return self._tell(self._inquiry.known or [self._state] * len(self.batch))

    async def _handed_in(self, turn: Turn) -> Sequence[Result]:
        try:
            return await until_let_in(
                lambda tries: self._hand_in(turn, tries),
                clock=self.way.line.clock,
                until=min(self._latest(), self._now() + self.way.line.timeout),
            )
        except SmsGateError as error:
            return [error] * len(self.batch)

    async def _hand_in(self, turn: Turn, tries: int) -> Sequence[Result]:
        if tries > 1:
            turn = await self._turn(is_urgent=True)

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

    async def _turn(self, *, is_urgent: bool) -> Turn:
        rates, by = self._request.rates, self._latest()
        return await self.way.line.turn(rates=rates, by=by, is_urgent=is_urgent)

    async def _send(self, turn: Turn) -> Sequence[Result]:
        if self._now() > self._latest():
            turn.release()
            raise DeadlineExceeded("its turn came when too little time was left for an answer")

        own_id = self._request.own_id
        if own_id is not None:
            _recent_ids.append(own_id)

        self._state = OutcomeUnknown("the gateway was closed before its answer came")
        seconds = (self.by - self._now()) * (_SHARE if own_id else 1)
        return await self.way.line.exchange(
            turn, self._request, self._read, by=self.by, seconds=seconds
        )

    def _read(self, reply: HttpReply) -> Sequence[Result]:
        """Decode *reply*; what names another request of ours is the answer to that one."""
        if own_id := self._request.own_id:
            reply = attrs.evolve(
                reply, is_anothers=lambda id_: id_ != own_id and id_ in _recent_ids
            )

        return self.way.decode(reply, self.batch)

    async def _by_parts(self, refusal: Refused) -> Sequence[Result]:
        """Look for who is to blame; what no part of its own decided was refused."""
        self._inquiry.known = of_all(refusal, self.batch)
        search = await self.way.searches.run(
            self.batch,
            refusal,
            self._try,
            length=len(self._request.body),
            until=self._latest(),
        )
        untold = sorted(search.untold)
        self._tell(
            [search.results[place] for place in untold], [self.batch[place] for place in untold]
        )
        return search.results

    async def _try(self, part: Sequence[Message]) -> Sequence[Result] | None:
        """Hand in *part* of the batch; None when there is no time for it, or it is cut off."""
        if self._now() > self._latest():  # each part has a later one of its own
            return None

        try:
            delivery = Delivery(self.way, part, self.by, is_part=True)
            turn = await delivery._turn(is_urgent=False)
        except (SmsGateError, asyncio.CancelledError):
            return None

        return await delivery._see_through(turn)

    async def _resolve(self) -> None:
        """Ask what became of every message that is lost, with patience; then as chosen."""
        await self._inquiry.pursue(min(self.by, self._now() + self.way.line.timeout))
        known = self._inquiry.known
        if self.way.repeats and all(isinstance(result, OutcomeUnknown) for result in known):
            await self._repeat(known)

    async def _repeat(self, known: Sequence[Result]) -> None:
        """Send the identical request once more; only a receipt changes anything."""
        try:
            again = await self._send(await self._turn(is_urgent=True))
        except SmsGateError:
            again = known

        pairs = zip(known, again, strict=True)
        self._inquiry.known = [new if isinstance(new, Receipt) else old for old, new in pairs]
        if has_lost(self._inquiry.known):
            await self._inquiry.ask(self.by)

    def _tell(
        self, results: Sequence[Result], batch: Sequence[Message] | None = None
    ) -> Sequence[Result]:
        """Give what is unknown the ref to ask by later, and put all of it on record."""
        batch = self.batch if batch is None else batch
        if self._request.own_id and has_lost(results):
            results = [self._findable(m, r) for m, r in zip(batch, results, strict=True)]

        note_all(self.way.gateway, zip(batch, results, strict=True), self._now() - self._began)
        return results

    def _findable(self, message: Message, result: Result) -> Result:
        if not isinstance(result, OutcomeUnknown):
            return result

        ref = str(self._inquiry.ref(message))
        findable = OutcomeUnknown(f"{result}{self._inquiry.heard}", code=result.code, ref=ref)
        findable.__cause__ = result
        return findable
