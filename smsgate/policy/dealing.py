"""
Many messages and several gateways: each gateway is given its share in bulk.

Whoever is first is given messages for as long as it is. What it certainly has not got is
collected, and passed on to the others, one after the other.
"""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence

import attrs

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.outcome import Accepted, NotSent, Outcome, Unknown, outcome_of, result_of
from smsgate.policy.bulk import Tell
from smsgate.policy.closing import closing
from smsgate.policy.elsewhere import with_notes
from smsgate.policy.ledger import Ledger
from smsgate.policy.passage import Passage, Refusal
from smsgate.policy.source import Shelf
from smsgate.policy.standings import Standings

_MOST_WAITING = 100  # messages for the next gateway, before this one is given more


@attrs.define(eq=False)
class Dealing:
    """Deals messages out to the gateways in *standings*."""

    standings: Standings

    def outcomes(self, messages: Iterable[Message]) -> AsyncIterator[Outcome]:
        """Yield what became of each of *messages*; what breaks in them is raised at the end."""
        return self._all_of(Shelf(iter(messages)))

    async def deal(self, messages: Sequence[Message], tell: Tell) -> Sequence[Outcome]:
        """
        Tell the same of *messages*, whose phones differ, as a `Deal` does.

        When somebody's gateway breaks, those that nobody was given were not sent.
        """
        shelf = Shelf(iter(messages))
        try:
            async with closing(self._all_of(shelf)) as outcomes:
                async for outcome in outcomes:
                    tell(outcome)
        except Exception:
            shelf.close()
            error = SmsGateError("it was not handed in: a gateway failed before")
            for message in messages[shelf.taken :]:
                tell(NotSent(message, error))

            raise

        return ()

    async def _all_of(self, shelf: Shelf) -> AsyncIterator[Outcome]:
        while not shelf.is_over:
            taken_before = shelf.taken
            async with closing(self._deal(shelf)) as outcomes:
                async for outcome in outcomes:
                    yield outcome

            if shelf.taken == taken_before and not shelf.is_over:  # nor will it ever be
                raise RuntimeError("a gateway's send_many takes no message")

        if shelf.broken is not None:
            raise shelf.broken

    async def _deal(self, shelf: Shelf) -> AsyncIterator[Outcome]:
        """
        Give messages to who is first, for as long as it is; what it refused, to the others.

        One that turns out to be locked, or out of money, is given no more.
        """
        first, *others = self.standings.order()
        passage = Passage(first, is_last=not others)
        portion = _portion(
            shelf,
            lambda: len(passage.refused) < _MOST_WAITING and self.standings.order()[0] == first,
        )
        async with closing(self._give(passage, portion)) as outcomes:
            async for outcome in outcomes:
                yield outcome

        others = [place for place in self.standings.order() if place != first]
        for place in others:
            if not passage.left():
                return

            passage = Passage(place, is_last=place == others[-1], waits=deque(passage.left()))
            async with closing(self._give(passage, passage.messages())) as outcomes:
                async for outcome in outcomes:
                    yield outcome

        for each in passage.left():
            yield each.outcome

    async def _give(self, passage: Passage, messages: Iterator[Message]) -> AsyncIterator[Outcome]:
        """
        Yield what its gateway makes of *messages*; what can move on stays in *passage*.

        A stranger's gateway may say a thing twice, forget a message, or break off. Of what it
        had, and did not tell of, nobody knows; whatever it raises is no word on that. What it
        says is told of the message that it was given, though it may have changed that.
        """
        gateway, said = self.standings.gateways[passage.place], self._said_of(passage.waits)
        ledger = Ledger()
        try:
            async with closing(gateway.send_many(ledger.note(messages))) as outcomes:
                async for outcome in outcomes:
                    if message := ledger.owed(outcome.message):
                        told = self._told(passage.place, _of(message, outcome), said)
                        ledger.settle(message, outcome.message)
                        if not passage.keeps(told):
                            yield told

            ledger.close()
        except SmsGateError as exc:
            for outcome in _untold(passage, ledger):
                yield outcome
            raise RuntimeError("a gateway's send_many broke off") from exc
        except Exception:  # a bug in somebody's gateway: first say what is certain
            for outcome in _untold(passage, ledger):
                yield outcome
            raise

    def _said_of(self, refused: Iterable[Refusal]) -> Mapping[Message, list[list[str]]]:
        """Write down who said what of each message; a message may be in it twice."""
        said: dict[Message, list[list[str]]] = {}
        for each in refused:
            words = self.standings.words(each.place, each.outcome.error)
            said.setdefault(each.outcome.message, []).append(words)

        return said

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


def _of(message: Message, outcome: Outcome) -> Outcome:
    """Tell *outcome* of *message*; what is called unknown is no certain no, whatever its error."""
    if isinstance(outcome, Unknown) and not isinstance(outcome.error, OutcomeUnknown):
        return Unknown(message, OutcomeUnknown(str(outcome.error)))

    return outcome_of(message, result_of(outcome))


def _untold(passage: Passage, ledger: Ledger) -> Iterator[Outcome]:
    """Tell what a gateway that failed has certainly not got, and what nobody knows of."""
    for each in passage.left():
        yield each.outcome

    for message in ledger.left():
        yield Unknown(message, OutcomeUnknown("its gateway failed before it told"))


def _portion(shelf: Shelf, goes_on: Callable[[], bool]) -> Iterator[Message]:
    """Give one message of *shelf*, and more for as long as *goes_on* says so before each."""
    while message := shelf.next():
        yield message
        if not goes_on():
            return
