"""
The books of a soak: what callers were told, and what the library put on record.

Every message has a phone of its own, and its phone for an id, so that both can be laid
beside what the server has; that is the business of `faults.audit`.
"""

import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import attrs
from faults.witness import Passage

from smsgate.message import Message
from smsgate.outcome import Outcome

_JOURNAL = logging.getLogger("smsgate")


@attrs.define
class Books:
    """
    What is known on the callers' side, by phone.

    ``told`` is what callers heard, ``recorded`` what the journal says, ``passages`` are
    all requests in their order.
    """

    messages: Mapping[str, Message]
    told: dict[str, list[Outcome]] = attrs.field(factory=lambda: defaultdict(list))
    recorded: dict[str, list[str]] = attrs.field(factory=lambda: defaultdict(list))
    passages: list[Passage] = attrs.field(factory=list)

    @classmethod
    def of(cls, messages: Iterable[Message]) -> Self:
        """Open the books for *messages*."""
        return cls({message.phone: message for message in messages})

    def tell(self, outcome: Outcome) -> None:
        """Put down what a caller was told."""
        self.told[outcome.message.phone].append(outcome)

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Put down what the library logs, until the block ends."""
        level, propagates = _JOURNAL.level, _JOURNAL.propagate
        scribe = _Scribe(self.recorded)
        _JOURNAL.addHandler(scribe)
        _JOURNAL.setLevel(logging.INFO)
        _JOURNAL.propagate = False
        try:
            yield
        finally:
            _JOURNAL.removeHandler(scribe)
            _JOURNAL.setLevel(level)
            _JOURNAL.propagate = propagates


class _Scribe(logging.Handler):
    """Takes down the fate in each record that is about a message."""

    def __init__(self, recorded: dict[str, list[str]]) -> None:
        super().__init__()
        self._recorded = recorded

    def emit(self, record: logging.LogRecord) -> None:
        """Take down *record*."""
        fields = vars(record)
        if "message_id" in fields:
            self._recorded[fields["message_id"]].append(fields["fate"])
