"""Messages on their way through one of several gateways, and what it certainly has not got."""

from collections import deque
from collections.abc import Iterator
from typing import TypeGuard

import attrs

from smsgate.errors import Refused
from smsgate.message import Message
from smsgate.outcome import NotSent, Outcome
from smsgate.policy.elsewhere import verdict_on


@attrs.frozen
class Refusal:
    """What the gateway at *place* has certainly not got."""

    outcome: NotSent
    place: int


@attrs.define(eq=False)
class Passage:
    """
    What is given to the gateway at *place*, and what it refuses.

    *waits* is what others refused before; it is given until the gateway turns out to be
    locked. After the last gateway nothing moves on.
    """

    place: int
    is_last: bool
    waits: deque[Refusal] = attrs.field(factory=deque)
    refused: list[Refusal] = attrs.field(init=False, factory=list)
    _is_locked: bool = attrs.field(init=False, default=False)

    def messages(self) -> Iterator[Message]:
        """Deal out what waits."""
        while self.waits and not self._is_locked:
            yield self.waits.popleft().outcome.message

    def keeps(self, outcome: Outcome) -> bool:
        """Keep *outcome* if its message may go on to another gateway."""
        self._is_locked |= _locks(outcome)
        if self.is_last or not _moves_on(outcome):
            return False

        self.refused.append(Refusal(outcome, self.place))
        return True

    def left(self) -> list[Refusal]:
        """List what nobody has got so far."""
        return [*self.refused, *self.waits]


def _moves_on(outcome: Outcome) -> TypeGuard[NotSent]:
    """Whether its message may go to another gateway, and might do better there."""
    return isinstance(outcome, NotSent) and verdict_on(outcome.error).moves_on


def _locks(outcome: Outcome) -> bool:
    """Whether the account is refused, whoever the message is for."""
    match outcome:
        case NotSent(error=Refused() as error):
            return verdict_on(error).sets_aside
        case _:
            return False
