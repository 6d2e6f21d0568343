"""
Several providers behind one gateway: the next is asked when one certainly has not got it.

What an answer means is decided in `smsgate.policy.elsewhere`, who is first in
`smsgate.policy.standings`; here both are obeyed. A message of unknown fate stays where
it is.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from math import inf
from types import TracebackType
from typing import Self

import attrs

from smsgate.errors import (
    DeadlineExceeded,
    InvalidArgument,
    InvalidMessage,
    SmsGateError,
    Unsupported,
)
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.money import Balance
from smsgate.outcome import Outcome
from smsgate.policy.ask_around import ask_around
from smsgate.policy.bulk import Bulk
from smsgate.policy.clock import SYSTEM_CLOCK, Clock, check_deadline
from smsgate.policy.dealing import Dealing
from smsgate.policy.elsewhere import verdict_on, with_notes
from smsgate.policy.group import BatchSize
from smsgate.policy.settings import positive, positive_if_given
from smsgate.policy.sorter import Sorter
from smsgate.policy.standings import Standings
from smsgate.receipt import Receipt
from smsgate.report import Report

_WAVE = 500  # messages of a stream that are dealt out together, if so many are at hand
_AT_ONCE = 32  # waves


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


def _is_taken(_: Message) -> None:
    """Let a gateway that does not check say what it thinks when it is sent the message."""


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
    _standings: Standings = attrs.field(init=False, repr=False)

    @_standings.default
    def _make_standings(self) -> Standings:
        return Standings(self.gateways, self.clock, self.set_aside)

    def check(self, message: Message, /) -> None:
        """Raise `InvalidMessage` for what none of the gateways has words for; nothing is sent."""
        for gateway in self.gateways:
            try:
                getattr(gateway, "check", _is_taken)(message)
            except InvalidMessage as exc:
                error = exc
            else:
                return

        raise error

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """
        Hand in one message. See `smsgate.Gateway.send`.

        The error is that of the gateway asked last; its notes tell what the others said.
        *deadline* is for all of them together.
        """
        by = self._by(deadline)
        places, said = self._standings.order(), list[str]()
        while True:
            place = places.pop(0)
            try:
                return await self._send_through(place, message, by)
            except SmsGateError as exc:
                error = with_notes(exc, said)

            if not places or not verdict_on(error).moves_on:
                raise error

            said = self._standings.words(place, error)

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
            self._standings.learn(place, error)
            raise

        self._standings.worked(place)
        return receipt

    def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """
        Hand in messages as they come. See `smsgate.Gateway.send_many`.

        Those that have to move on wait for each other, until there are about a hundred of
        them; those of an async iterable only for what was at hand with them. *deadline* is
        not for these: each gateway keeps to its own.
        """
        dealing = Dealing(self._standings)
        if not isinstance(messages, AsyncIterable):
            return dealing.outcomes(messages)

        waves = Sorter(lambda _: (), BatchSize(_WAVE))
        return Bulk(messages=messages, sorter=waves, deal=dealing.deal, at_once=_AT_ONCE).outcomes()

    async def status(self, ref: Receipt | str, /) -> Report:
        """Ask whoever has the message what became of it. See `smsgate.Gateway.status`."""
        [report] = await self.statuses([ref])
        return report

    async def statuses(self, refs: Sequence[Receipt | str], /) -> list[Report]:
        """Ask about messages of any of the gateways. See `smsgate.Gateway.statuses`."""
        in_order = {
            self._standings.name(place): self.gateways[place] for place in self._standings.order()
        }
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
