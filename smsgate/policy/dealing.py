"""
Many messages and several gateways: each gateway is given its share in bulk.

Whoever is first is given messages for as long as it is. What it certainly has not got is
collected, and passed on to the others, one after the other.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

import attrs

from smsgate.message import Message
from smsgate.outcome import Accepted, Outcome
from smsgate.policy.closing import closing
from smsgate.policy.elsewhere import with_notes
from smsgate.policy.feed import Feed
from smsgate.policy.passage import Passage, Refusal, locks, moves_on
from smsgate.policy.standings import Standings

_MOST_WAITING = 100  # messages for the next gateway, before this one is given more


@attrs.define(eq=False)
class Dealing:
    """Deals messages out to the gateways in *standings*."""

    standings: Standings

    async def outcomes(self, messages: Iterable[Message]) -> AsyncIterator[Outcome]:
        """Yield what became of each of *messages*; what breaks in them is raised at the end."""
        feed = Feed(iter(messages))
        while not feed.is_over:
            async with closing(self._deal(feed)) as outcomes:
                async for outcome in outcomes:
                    yield outcome

        if feed.broken:
            raise feed.broken

    async def _deal(self, feed: Feed) -> AsyncIterator[Outcome]:
        """Give messages to who is first, for as long as it is; what it refused, to the others."""
        first, *others = self.standings.order()
        refused: list[Refusal] = []
        messages = feed.portion(
            lambda: len(refused) < _MOST_WAITING and self.standings.order()[0] == first
        )
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

        others = [place for place in self.standings.order() if place != first]
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
            words = self.standings.words(each.place, each.outcome.error)
            said.setdefault(each.outcome.message, []).append(words)

        return said

    async def _hand_in(
        self,
        place: int,
        messages: Iterable[Message],
        said: Mapping[Message, list[list[str]]],
    ) -> AsyncIterator[Outcome]:
        """Yield what the gateway at *place* makes of *messages*, with what was *said* before."""
        async with closing(self.standings.gateways[place].send_many(messages)) as outcomes:
            async for outcome in outcomes:
                yield self._told(place, outcome, said)

    def _told(
        self, place: int, outcome: Outcome, said: Mapping[Message, list[list[str]]]
    ) -> Outcome:
        if isinstance(outcome, Accepted):
            self.standings.worked(place)
            return outcome

        self.standings.learn(place, outcome.error)
        earlier = said.get(outcome.message)
        return attrs.evolve(
            outcome, error=with_notes(outcome.error, earlier.pop() if earlier else ())
        )
