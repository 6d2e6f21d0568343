"""The caller's messages, dealt out in portions, so that they can change hands midway."""

from collections.abc import Callable, Iterator

import attrs

from smsgate.message import Message


@attrs.define(eq=False)
class Feed:
    """
    Deals out *messages*, each of them once.

    A break in them is theirs, not ours: it ends the feed and is kept in ``broken``, to be
    raised when what was taken is settled.
    """

    messages: Iterator[Message]
    is_over: bool = attrs.field(init=False, default=False)
    broken: Exception | None = attrs.field(init=False, default=None)

    def portion(self, goes_on: Callable[[], bool]) -> Iterator[Message]:
        """Give one message, and more for as long as *goes_on* says so before each."""
        try:
            for message in self.messages:
                yield message
                if not goes_on():
                    return
        except Exception as exc:  # noqa: BLE001 - whatever a caller's iterable may raise
            self.broken = exc

        self.is_over = True
