"""
The caller's messages, whatever they come from, taken when there is room for them.

A break in them is theirs, not ours: it ends the source and is kept in ``broken``, to be
raised once everything that was taken is settled.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from typing import Protocol

import attrs

from smsgate.errors import InvalidArgument
from smsgate.message import Message

LONGEST_TAKE = 0.02  # seconds of an iterable's own work before others have their turn
_MOST_AHEAD = 1000  # messages read from a stream before anybody has asked for them


class Source(Protocol):
    """Where messages come from."""

    broken: BaseException | None

    def next(self) -> Message | None:
        """Give the next message; None when there is none just now, or never again."""

    @property
    def is_over(self) -> bool:
        """Whether there will never be another."""

    def close(self) -> None:
        """Read no further; what was read is still given."""

    async def closed(self) -> None:
        """Wait until nothing of it runs any more."""


def source_of(
    messages: Iterable[Message] | AsyncIterable[Message], wake: Callable[[], None]
) -> Source:
    """Make the source of *messages*; *wake* is called when a stream goes on after a pause."""
    if isinstance(messages, AsyncIterable):
        return _Stream(messages, wake)

    return Shelf(iter(messages))


def _check(message: object) -> Message:
    if not isinstance(message, Message):
        raise InvalidArgument(f"messages: each must be a Message, not {type(message).__name__}")

    return message


@attrs.define(eq=False)
class Shelf:
    """An iterable: the next one is always at hand. It counts what was ``taken``."""

    messages: Iterator[Message]
    taken: int = attrs.field(init=False, default=0)
    broken: BaseException | None = attrs.field(init=False, default=None)
    is_over: bool = attrs.field(init=False, default=False)

    def next(self) -> Message | None:
        """See `Source.next`."""
        if self.is_over:
            return None

        try:
            message = _check(next(self.messages))
        except StopIteration:
            self.is_over = True
        except (Exception, asyncio.CancelledError) as exc:  # noqa: BLE001 - the caller's, either
            self.is_over, self.broken = True, exc
        else:
            self.taken += 1
            return message

        return None

    def close(self) -> None:
        """See `Source.close`."""
        self.is_over = True

    async def closed(self) -> None:
        """See `Source.closed`."""


@attrs.define(eq=False)
class _Stream:
    """An async iterable, read ahead by a task of its own: it may pause for ever."""

    messages: AsyncIterable[Message]
    wake: Callable[[], None]
    broken: BaseException | None = attrs.field(init=False, default=None)
    _ahead: deque[Message] = attrs.field(init=False, factory=deque)
    _room: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)
    _is_closed: bool = attrs.field(init=False, default=False)
    _reading: asyncio.Task[None] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin to read."""
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(self._end)

    async def _read(self) -> None:
        until = time.monotonic() + LONGEST_TAKE
        try:
            async for message in self.messages:
                self._put(_check(message))
                if len(self._ahead) >= _MOST_AHEAD:
                    self._room.clear()
                    await self._room.wait()

                if time.monotonic() > until:  # it may never have paused
                    await asyncio.sleep(0)
                    until = time.monotonic() + LONGEST_TAKE
        except asyncio.CancelledError as exc:
            if self._is_closed:  # it is we who read no further
                raise

            self.broken = exc
        except Exception as exc:  # noqa: BLE001 - as above
            self.broken = exc

    def _end(self, reading: asyncio.Task[None]) -> None:
        if reading.cancelled() and not self._is_closed:  # from outside, before it began
            self.broken = asyncio.CancelledError()
        elif not reading.cancelled() and self.broken is None:
            self.broken = reading.exception()  # one that is no Exception

        self.wake()

    def _put(self, message: Message) -> None:
        self._ahead.append(message)
        self.wake()
        if self._is_closed:  # it heard that, and goes on all the same
            raise asyncio.CancelledError

    def next(self) -> Message | None:
        """See `Source.next`."""
        self._room.set()
        return self._ahead.popleft() if self._ahead else None

    @property
    def is_over(self) -> bool:
        """See `Source.is_over`."""
        return self._reading.done() and not self._ahead

    def close(self) -> None:
        """See `Source.close`."""
        self._is_closed = True
        self._reading.cancel()

    async def closed(self) -> None:
        """See `Source.closed`."""
        await asyncio.wait({self._reading})
