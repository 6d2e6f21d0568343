"""The one interface: what callers may rely on, whoever the provider is."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self

from smsgate.message import Message
from smsgate.money import Balance
from smsgate.outcome import Outcome
from smsgate.receipt import Receipt
from smsgate.report import Report


class Gateway(Protocol):
    """
    A way to send SMS. Nobody inherits from it; everything that has these methods is one.

    Usable with ``async with``, or opened by its first use and closed by `aclose`.
    """

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """
        Hand in one message.

        Returns once the provider has taken responsibility for it. Raises only
        `SmsGateError`; its ``fate`` says whether the message may still arrive.
        Cancelling the caller does not cut the exchange short.

        *deadline* is how many seconds all of it may take: waiting for a turn, mirrors,
        asking what became of it. A message that has not left by then is not sent at all:
        `DeadlineExceeded`.
        """

    def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """
        Hand in messages as they come, and yield what became of each as it is known.

        Every message taken from *messages* has exactly one outcome, whatever happens
        to the others, for as long as you iterate: if you stop early, the outcomes of a
        group of messages that was already handed in are lost with the iterator. Outcomes
        need not come in the order of the messages.
        """

    async def status(self, ref: Receipt | str, /) -> Report:
        """
        Ask what became of one message, by its receipt or its stored ``ref``.

        Raises `InvalidArgument` for a text that is no ref of this gateway's,
        `Unsupported` for a receipt without an id of its own, and any other
        `SmsGateError` when nothing could be learned.
        """

    async def statuses(self, refs: Sequence[Receipt | str], /) -> list[Report]:
        """Ask about many messages in few requests; the reports come in the order asked."""

    async def balance(self) -> Balance:
        """Ask what is left on the account."""

    async def aclose(self) -> None:
        """Wait for what is under way, within bounds, then let go of connections."""

    async def __aenter__(self) -> Self:
        """Open the gateway."""

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Close it."""
