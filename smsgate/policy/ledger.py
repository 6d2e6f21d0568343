"""What a gateway was given and has not told of yet: not everybody's gateway keeps its promises."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import attrs

from smsgate.message import Message


@attrs.define(eq=False)
class Ledger:
    """Notes messages as they are given; equal ones may be given more than once."""

    _owed: Counter[Message] = attrs.field(init=False, factory=Counter)

    def note(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Give *messages*, and note each."""
        for message in messages:
            self._owed[message] += 1
            yield message

    def settles(self, message: Message) -> bool:
        """Whether *message* was owed; from now on it is owed once less."""
        if not self._owed[message]:
            return False

        self._owed[message] -= 1
        if not self._owed[message]:
            del self._owed[message]  # there may be millions

        return True

    def left(self) -> Sequence[Message]:
        """List what was not told of."""
        return list(self._owed.elements())

    def close(self) -> None:
        """Raise `RuntimeError` if anything was not told of."""
        if self._owed:
            raise RuntimeError("a gateway's send_many forgot a message")
