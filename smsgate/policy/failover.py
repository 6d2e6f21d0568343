"""
Several providers behind one gateway: the next is asked when one certainly has not got it.

What an answer means is decided in `smsgate.policy.elsewhere`, who is first in
`smsgate.policy.rota`; here both are obeyed. A message of unknown fate stays where it is.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from math import inf
from types import TracebackType
from typing import Self

import attrs

from smsgate.errors import (
    DeadlineExceeded,
    InvalidArgument,
    SmsGateError,
    Unsupported,
)
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.money import Balance
from smsgate.outcome import Accepted, Outcome
from smsgate.policy.ask_around import ask_around
from smsgate.policy.bulk import Bulk
from smsgate.policy.clock import SYSTEM_CLOCK, Clock, check_deadline
from smsgate.policy.closing import closing
from smsgate.policy.elsewhere import verdict_on, with_notes, words_of
from smsgate.policy.feed import Feed
from smsgate.policy.journal import log
from smsgate.policy.passage import Passage, Refusal, locks, moves_on
from smsgate.policy.rota import Rota
from smsgate.policy.settings import positive, positive_if_given
from smsgate.policy.sorter import BatchSize, Sorter
from smsgate.receipt import Receipt
from smsgate.report import Report

_AT_ONCE = 100  # messages of a stream that are under way
_MOST_WAITING = 100  # messages for the next gateway, before this one is given more


def _listed(gateways: Iterable[Gateway]) -> tuple[Gateway, ...]:
    if not isinstance(gateways, Iterable):
        raise InvalidArgument("gateways: give a list of them")

    return tuple(gateways)


def _sound_gateways(_: object, __: object, gateways: Sequence[Gateway]) -> None:
    if not gateways:
        raise InvalidArgument("gateways: give at least one")

    for place, gateway in enumerate(gateways):
        if isinstance(gateway, type) or not callable(getattr(gateway, "send", None)):
            kind = type(gateway).__name__
            raise InvalidArgument(f"gateways[{place}]: must be a gateway, not {kind}")


@attrs.define(eq=False, on_setattr=attrs.setters.frozen)
class FailoverGateway:
    """
    Tries *gateways* in order until one takes the message. Is a gateway itself.

    Moves on only when the one before certainly has not got the message, and another may
    do better. One that is down, locked or out of money is asked last for *set_aside*
    seconds, then returns to its place. *deadline* is how many seconds a `send` may take
    that does not say so itself. See `smsgate.Gateway` for the promises.
    """

    gateways: Sequence[Gateway] = attrs.field(converter=_listed, validator=_sound_gateways)
    clock: Clock = attrs.field(default=SYSTEM_CLOCK, kw_only=True, repr=False)
    set_aside: float = attrs.field(default=60.0, kw_only=True, validator=positive)
    deadline: float | None = attrs.field(default=None, kw_only=True, validator=positive_if_given)
    _rota: Rota[int] = attrs.field(init=False, repr=False)  # of places in gateways

    @_rota.default
    def _make_rota(self) -> Rota[int]:
        return Rota(range(len(self.gateways)), set_aside=self.set_aside)

    def _order(self) -> list[int]:
        return self._rota.in_order(self.clock.now())

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """
        Hand in one message. See `smsgate.Gateway.send`.

        The error is that of the gateway asked last; its notes tell what the others said.
        *deadline* is for all of them together.
        """
        by = self._by(deadline)
        places, said = self._order(), list[str]()
        while True:
            place = places.pop(0)
            try:
                return await self._send_through(place, message, by)
            except SmsGateError as exc:
                error = with_notes(exc, said)

            if not places or not verdict_on(error).moves_on:
                raise error

            said = self._words(place, error)

    def _by(self, deadline: float | None) -> float:
        seconds = self.deadline if deadline is None else deadline
        return inf if seconds is None else self.clock.now() + check_deadline(seconds)

    async def _send_through(self, place: int, message: Message, by: float) -> Receipt:
        left = by - self.clock.now()
        if left <= 0:
            raise DeadlineExceeded("no time was left to ask a gateway")

        deadline = None if by == inf else left
        try:
            receipt = await self.gateways[place].send(message, deadline=deadline)
        except SmsGateError as error:
            self._learn(place, error)
            raise

        self._rota.worked(place)
        return receipt

    def _learn(self, place: int, error: SmsGateError) -> None:
        if not verdict_on(error).sets_aside:
            return

        was_aside = self._rota.is_aside(place, self.clock.now())
        self._rota.failed(place, self.clock.now())
        if was_aside:
            return  # it was said then; a bulk has many of these

        name, kind = self._name(place), type(error).__name__
        log.warning(
            "%s is asked last for %g s: %s: %s",
            name,
            self.set_aside,
            kind,
            error,
            extra={"gateway": name},
        )

    def _words(self, place: int, error: SmsGateError) -> list[str]:
        return words_of(self._name(place), error)

    def _name(self, place: int) -> str:
        return f"gateways[{place}], {type(self.gateways[place]).__name__}"

    async def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """
        Hand in messages as they come. See `smsgate.Gateway.send_many`.

        Each message of an async iterable is sent by itself, many at once. Of others, those
        that have to move on wait for each other, until there are about a hundred of them.
        """
        if isinstance(messages, AsyncIterable):
            async with closing(self._one_by_one(messages)) as outcomes:
                async for outcome in outcomes:
                    yield outcome
            return

        feed = Feed(iter(messages))
        while not feed.is_over:
            async with closing(self._deal(feed)) as outcomes:
                async for outcome in outcomes:
                    yield outcome

        if feed.broken:
            raise feed.broken

    def _one_by_one(self, messages: AsyncIterable[Message]) -> AsyncIterator[Outcome]:
        """Send each message as it comes: what one gateway refused goes on to the next at once."""

        async def hand_in(batch: Sequence[Message]) -> Sequence[Receipt]:
            [message] = batch
            return [await self.send(message)]

        alone = Sorter(lambda _: None, BatchSize(1))
        return Bulk(messages=messages, sorter=alone, hand_in=hand_in, at_once=_AT_ONCE).outcomes()

    async def _deal(self, feed: Feed) -> AsyncIterator[Outcome]:
        """Give messages to who is first, for as long as it is; what it refused, to the others."""
        first, *others = self._order()
        refused: list[Refusal] = []
        messages = feed.portion(lambda: len(refused) < _MOST_WAITING and self._order()[0] == first)
        try:
            async with closing(self._hand_in(first, messages, {})) as outcomes:
                async for told in outcomes:
                    if others and moves_on(told):
                        refused.append(Refusal(told, first))
                    else:
                        yield told
        except Exception:  # a bug in somebody's gateway: first say what is certain
            for each in refused:
                yield each.outcome
            raise

        others = [place for place in self._order() if place != first]
        async with closing(self._pass_on(refused, others)) as outcomes:
            async for outcome in outcomes:
                yield outcome

    async def _pass_on(
        self, refused: Sequence[Refusal], places: Sequence[int]
    ) -> AsyncIterator[Outcome]:
        """
        Give what was *refused* to the gateways at *places*, one after the other.

        One that turns out to be locked, or out of money, is given no more.
        """
        for place in places:
            if not refused:
                return

            passage = Passage(deque(refused))
            try:
                said = self._said_of(refused)
                async with closing(self._hand_in(place, passage.messages(), said)) as outcomes:
                    async for told in outcomes:
                        passage.is_locked |= locks(told)
                        if place != places[-1] and moves_on(told):
                            passage.refused.append(Refusal(told, place))
                        else:
                            yield told
            except Exception:  # as above
                for each in passage.left():
                    yield each.outcome
                raise

            refused = passage.left()

        for each in refused:
            yield each.outcome

    def _said_of(self, refused: Iterable[Refusal]) -> Mapping[Message, list[list[str]]]:
        """Write down who said what of each message; a message may be in it twice."""
        said: dict[Message, list[list[str]]] = {}
        for each in refused:
            words = self._words(each.place, each.outcome.error)
            said.setdefault(each.outcome.message, []).append(words)

        return said

    async def _hand_in(
        self,
        place: int,
        messages: Iterable[Message],
        said: Mapping[Message, list[list[str]]],
    ) -> AsyncIterator[Outcome]:
        """Yield what the gateway at *place* makes of *messages*, with what was *said* before."""
        async with closing(self.gateways[place].send_many(messages)) as outcomes:
            async for outcome in outcomes:
                yield self._told(place, outcome, said)

    def _told(
        self, place: int, outcome: Outcome, said: Mapping[Message, list[list[str]]]
    ) -> Outcome:
        if isinstance(outcome, Accepted):
            self._rota.worked(place)
            return outcome

        self._learn(place, outcome.error)
        earlier = said.get(outcome.message)
        return attrs.evolve(
            outcome, error=with_notes(outcome.error, earlier.pop() if earlier else ())
        )

    async def status(self, ref: Receipt | str, /) -> Report:
        """Ask whoever has the message what became of it. See `smsgate.Gateway.status`."""
        [report] = await self.statuses([ref])
        return report

    async def statuses(self, refs: Sequence[Receipt | str], /) -> list[Report]:
        """Ask about messages of any of the gateways. See `smsgate.Gateway.statuses`."""
        in_order = {self._name(place): self.gateways[place] for place in self._order()}
        return await ask_around(in_order, refs)

    async def balance(self) -> Balance:
        """Raise `Unsupported`: the money of several accounts is no one sum."""
        raise Unsupported(
            "the money of several accounts is no one sum; ask each gateway by itself "
            "(gateways[i].balance(), or its own DSN)"
        )

    async def aclose(self) -> None:
        """Close all of them at once, also when one fails to close."""
        closings = (gateway.aclose() for gateway in self.gateways)
        ends = await asyncio.gather(*closings, return_exceptions=True)
        match [end for end in ends if end is not None]:
            case [failure]:
                raise failure
            case [_, _, *_] as failures:
                raise BaseExceptionGroup("several gateways failed to close", failures)

    async def __aenter__(self) -> Self:
        try:
            for gateway in self.gateways:
                with contextlib.suppress(SmsGateError):  # it may work by the time it is needed
                    await gateway.__aenter__()
        except BaseException:
            await self.aclose()
            raise

        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        await self.aclose()
