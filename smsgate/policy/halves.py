"""
Who is to blame for a batch that was refused as a whole? A search by halves. Pure.

A provider that refuses a whole request may mean one of its messages: a wrong phone, a
forbidden text, or too many of them at once. Nobody else shall suffer for it. But he may
as well mean all of them, and a server that is asked too often for what it refuses blocks
the address. So until somebody is taken the search goes on, after each one who is refused
alone, where most are left. It is given up when three from different places were refused
alone and nobody was taken, or when much more was refused than taken. What a message gets
that is taken is a receipt, or a price, where it was only a question.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

import attrs

from smsgate.errors import ContentRefused, RecipientRefused, Refused, SmsGateError
from smsgate.message import Message
from smsgate.wire.codec import has_lost, has_taken

Taken = TypeVar("Taken")
_OF_ONE = frozenset({Refused, RecipientRefused, ContentRefused})
_ENOUGH = 3  # refused alone, while nobody was taken
_ENOUGH_IN_DOUBT = 1  # the same, when nobody escaped this refusal the last time
_TOO_MUCH = 64  # requests refused, more than were taken


def may_be_of_one(results: Sequence[object], batch: Sequence[Message]) -> Refused | None:
    """Find the one refusal of all of *batch* that one of several may be to blame for."""
    first = results[0]
    if len(batch) == 1 or not isinstance(first, Refused) or type(first) not in _OF_ONE:
        return None

    is_of_all = all(result is first for result in results)
    is_in_each = isinstance(first, ContentRefused) and len({m.text for m in batch}) == 1
    return first if is_of_all and not is_in_each else None


def of_all(refusal: Refused, batch: Sequence[Message]) -> list[Refused]:
    """Tell each of *batch* that all were refused together: it may be the fault of another."""
    together = f"{refusal}; said of {len(batch)} messages together"
    return [Refused(together, code=refusal.code)] * len(batch)


@attrs.define(eq=False)
class Search(Generic[Taken]):
    """
    A search through *batch*, all of which met *refusal*.

    It *is_doubtful* when nobody escaped the same refusal the last time: then one message
    is tried alone before anything else.
    ``results`` has one for each message: that of `of_all`, until something else is known.
    """

    batch: Sequence[Message]
    refusal: Refused
    is_doubtful: bool = False
    results: list[Taken | SmsGateError] = attrs.field(init=False)
    untold: set[int] = attrs.field(init=False)  #: places of those that nobody else decided
    _is_over: bool = attrs.field(init=False, default=False)
    _parts: list[range] = attrs.field(init=False)  # to be tried; the last one is next
    _surplus: int = attrs.field(init=False, default=1)  # requests refused, less those taken
    _refused_alone: int = attrs.field(init=False, default=0)
    _largest_taken: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Begin with two halves, or in doubt with the first one alone."""
        everybody = range(len(self.batch))
        self.results = [*of_all(self.refusal, self.batch)]
        self.untold = set(everybody)
        self._parts = [everybody[1:], everybody[:1]] if self.is_doubtful else _halves(everybody)

    def next_part(self) -> range | None:
        """Give the places of what is to be tried next; None when the search is over."""
        is_over = self._is_over or self.was_in_vain or self._surplus >= _TOO_MUCH
        return None if is_over or not self._parts else self._parts.pop()

    @property
    def was_in_vain(self) -> bool:
        """Whether it is given up because enough were refused alone, and nobody was taken."""
        enough = _ENOUGH_IN_DOUBT if self.is_doubtful else _ENOUGH
        return not self._largest_taken and self._refused_alone >= enough

    def learn(self, part: range, results: Sequence[Taken | SmsGateError]) -> None:
        """Take in the *results* of *part*: what is refused whole is searched further."""
        messages = self.batch[part.start : part.stop]
        if may_be_of_one(results, messages):
            self._surplus += 1
            self._parts += _halves(part)
            return

        self.results[part.start : part.stop] = results
        self.untold -= set(part)
        if has_taken(results):
            self._surplus -= 1
            self._largest_taken = max(self._largest_taken, len(part))
        elif isinstance(results[0], Refused):
            self._learn_refusal(part, results[0])

        if not self._largest_taken:
            self._parts.sort(key=len)  # from a dead end to where most are left

    def _learn_refusal(self, part: range, refusal: Refused) -> None:
        self._surplus += 1
        self._refused_alone += len(part) == 1
        self._is_over |= type(refusal) not in _OF_ONE  # a blocked address, no more money

    @property
    def right_size(self) -> int | None:
        """How many may share a request, if it is certain that their number was refused."""
        if type(self.refusal) is not Refused or self._refused_alone or not self._largest_taken:
            return None

        is_certain = self._surplus >= _TOO_MUCH or not (self.untold or has_lost(self.results))
        return self._largest_taken if is_certain else None


def _halves(part: range) -> list[range]:
    """Cut *part* in two; the first half comes last, to be tried next."""
    middle = part.start + len(part) // 2
    return [range(middle, part.stop), range(part.start, middle)]
