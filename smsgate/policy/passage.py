"""Messages on their way from one gateway, which has certainly not got them, to the next."""

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
    """What *waits* to be given to one gateway, until it is locked, and what it refused."""

    waits: deque[Refusal]
    refused: list[Refusal] = attrs.field(init=False, factory=list)
    is_locked: bool = attrs.field(init=False, default=False)

    def messages(self) -> Iterator[Message]:
        """Deal out the messages."""
        while self.waits and not self.is_locked:
            yield self.waits.popleft().outcome.message

    def left(self) -> list[Refusal]:
        """List what nobody has got so far."""
        return [*self.refused, *self.waits]


def moves_on(outcome: Outcome) -> TypeGuard[NotSent]:
    """Whether its message may go to another gateway, and might do better there."""
    return isinstance(outcome, NotSent) and verdict_on(outcome.error).moves_on


def locks(outcome: Outcome) -> bool:
    """Whether the account is refused, whoever the message is for."""
    match outcome:
        case NotSent(error=Refused() as error):
            return verdict_on(error).sets_aside
        case _:
            return False
