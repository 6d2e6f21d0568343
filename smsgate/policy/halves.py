"""
Whether a refused batch is worth handing in again in halves. Pure.

A provider that refuses a whole request may mean one of its messages: a wrong phone, a
forbidden text, or too many of them at once. Nobody else shall suffer for it. But he may
as well mean all of them, and a server that is asked too often for what it refuses blocks
the address; so the search is given up when nobody seems to be better off alone.
"""

from collections.abc import Sequence

import attrs

from smsgate.errors import ContentRefused, RecipientRefused, Refused
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

_OF_ONE = frozenset({Refused, RecipientRefused, ContentRefused})
_ENOUGH = 3


def may_be_of_one(results: Sequence[Result], batch: Sequence[Message]) -> Refused | None:
    """Find the one refusal of all of *batch* that one of several may be to blame for."""
    first = results[0]
    if len(batch) == 1 or not isinstance(first, Refused) or type(first) not in _OF_ONE:
        return None

    is_of_all = all(result is first for result in results)
    is_in_each = isinstance(first, ContentRefused) and len({m.text for m in batch}) == 1
    return first if is_of_all and not is_in_each else None


@attrs.define(eq=False)
class Doubt:
    """What the parts of a refused batch came to so far."""

    refused_alone: int = 0
    is_any_taken: bool = False
    is_given_up: bool = False

    def learn(self, results: Sequence[Result]) -> None:
        """Take note of the *results* of one part."""
        self.is_any_taken |= any(isinstance(result, Receipt) for result in results)
        self.refused_alone += len(results) == 1 and isinstance(results[0], Refused)

    @property
    def is_hopeless(self) -> bool:
        """Whether no more is to be tried: none was taken, and several were refused even alone."""
        return self.is_given_up or (not self.is_any_taken and self.refused_alone >= _ENOUGH)
