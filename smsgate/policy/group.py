"""
One request's worth of messages: of one kind, to phones that differ, until it is full. Pure.

Phones differ by their last digits: a provider may take 8 701 and 7 701 for the same.
"""

from collections.abc import Callable, Hashable

import attrs

from smsgate.message import Message, local_part

Kind = Callable[[Message], Hashable | None]  #: None goes alone

_MOST_CHARACTERS = 50_000  # of one request: about 100 KB, or 300 KB as a form


@attrs.define(eq=False)
class Group:
    """Messages that share a request, by the local part of the phone."""

    by_phone: dict[str, Message] = attrs.field(init=False, factory=dict)
    _text: str | None = attrs.field(init=False, default=None)  # of all of them, if it is one
    _sum: int = attrs.field(init=False, default=0)  # characters of all texts

    def take(self, message: Message) -> bool:
        """Take *message* in; False if it has to go in another request."""
        phone, text = local_part(message.phone), message.text
        if phone in self.by_phone or not self._has_room_for(text):
            return False

        if not self.by_phone:
            self._text = text
        elif text != self._text:
            self._text = None

        self.by_phone[phone] = message
        self._sum += len(text)
        return True

    def _has_room_for(self, text: str) -> bool:
        """Whether *text* fits: the first that differs makes all of them be written for each."""
        is_first_other = self._text is not None and text != self._text
        return not is_first_other or self._sum + len(text) <= _MOST_CHARACTERS

    @property
    def characters(self) -> int:
        """How many characters the request holds: one text for all is in it once."""
        return self._sum if self._text is None else len(self._text)

    def leave(self, message: Message) -> None:
        """Take *message* out again."""
        del self.by_phone[local_part(message.phone)]
        self._sum -= len(message.text)


@attrs.define(eq=False)
class BatchSize:
    """How many messages may share a request: as set, or less once that was refused."""

    most: int

    def was_too_much(self, enough: int) -> None:
        """Take no more than *enough* from now on."""
        self.most = min(self.most, enough)

    def is_reached(self, group: Group) -> bool:
        """Whether *group* is a full request."""
        return len(group.by_phone) >= self.most or group.characters >= _MOST_CHARACTERS
