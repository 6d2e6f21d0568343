"""
Who is to blame for a batch that was refused as a whole? A search by halves. Pure.

A provider that refuses a whole request may mean one of its messages: a wrong phone, a
forbidden text, or too many of them at once. Nobody else shall suffer for it. But he may
as well mean all of them, and a server that is asked too often for what it refuses blocks
the address. So after each one who is refused alone the search goes on where most are left,
and it is given up when three from different places were refused alone and nobody was
taken, or when all too much was refused.
"""

from collections.abc import Sequence

import attrs

from smsgate.errors import ContentRefused, RecipientRefused, Refused
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.wire.codec import Result

_OF_ONE = frozenset({Refused, RecipientRefused, ContentRefused})
_ENOUGH = 3  # refused alone, while nobody was taken
_ALL_AND_HALVES = 3  # requests refused
_TOO_MUCH = 64  # the same


def may_be_of_one(results: Sequence[Result], batch: Sequence[Message]) -> Refused | None:
    """Find the one refusal of all of *batch* that one of several may be to blame for."""
    first = results[0]
    if len(batch) == 1 or not isinstance(first, Refused) or type(first) not in _OF_ONE:
        return None

    is_of_all = all(result is first for result in results)
    is_in_each = isinstance(first, ContentRefused) and len({m.text for m in batch}) == 1
    return first if is_of_all and not is_in_each else None


@attrs.define(eq=False)
class Search:
    """
    A search through *batch*, all of which met *refusal*.

    It *is_doubtful* when nobody escaped the same refusal the last time: then it is enough
    that both halves are refused, too.
    ``results`` has one for each message: the refusal, until something else is known.
    ``is_over`` may be set from outside: then no more is tried.
    """

    batch: Sequence[Message]
    refusal: Refused
    is_doubtful: bool = False
    results: list[Result] = attrs.field(init=False)
    untold: set[int] = attrs.field(init=False)  #: places of those that nobody else decided
    is_over: bool = attrs.field(init=False, default=False)
    _parts: list[range] = attrs.field(init=False)  # to be tried; the last one is next
    _refused: int = attrs.field(init=False, default=1)
    _refused_alone: int = attrs.field(init=False, default=0)
    _largest_taken: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Begin with two halves."""
        self.results = [self.refusal] * len(self.batch)
        self.untold = set(range(len(self.batch)))
        self._parts = _halves(range(len(self.batch)))

    def next_part(self) -> range | None:
        """Give the places of what is to be tried next; None when the search is over."""
        if self.is_over or self._is_hopeless or self._refused >= _TOO_MUCH or not self._parts:
            return None

        return self._parts.pop()

    @property
    def _is_hopeless(self) -> bool:
        are_halves_refused = self.is_doubtful and self._refused >= _ALL_AND_HALVES
        return not self._largest_taken and (are_halves_refused or self._refused_alone >= _ENOUGH)

    def learn(self, part: range, results: Sequence[Result]) -> None:
        """Take in the *results* of *part*: what is refused whole is searched further."""
        messages = self.batch[part.start : part.stop]
        if may_be_of_one(results, messages):
            self._refused += 1
            self._parts += _halves(part)
            if self.is_doubtful:
                self._parts.sort(key=len)

            return

        self.results[part.start : part.stop] = results
        self.untold -= set(part)
        if any(isinstance(result, Receipt) for result in results):
            self._largest_taken = max(self._largest_taken, len(part))
        elif isinstance(results[0], Refused):
            self._learn_refusal(part, results[0])

        self._parts.sort(key=len)  # from a dead end to where most are left

    def _learn_refusal(self, part: range, refusal: Refused) -> None:
        self._refused += 1
        self._refused_alone += len(part) == 1
        self.is_over |= type(refusal) not in _OF_ONE  # a blocked address, no more money

    @property
    def was_in_vain(self) -> bool:
        """Whether it was given up without anybody taken."""
        return not self._largest_taken and bool(self.untold)

    @property
    def right_size(self) -> int | None:
        """How many may share a request, if it was their number that was refused."""
        was_the_number = type(self.refusal) is Refused and not self._refused_alone
        return self._largest_taken if was_the_number and self._largest_taken else None


def _halves(part: range) -> list[range]:
    """Cut *part* in two; the first half comes last, to be tried next."""
    middle = part.start + len(part) // 2
    return [range(middle, part.stop), range(part.start, middle)]
