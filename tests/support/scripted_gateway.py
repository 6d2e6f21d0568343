"""A gateway that answers as it is told."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from types import TracebackType
from typing import Self

import attrs
from support.clock import NapClock

from smsgate import (
    Balance,
    InvalidArgument,
    Message,
    Outcome,
    Receipt,
    Ref,
    Report,
    SmsGateError,
    Status,
)
from smsgate.outcome import outcome_of


@attrs.define(eq=False)
class ScriptedGateway:
    """
    A `smsgate.Gateway` of the provider *name*, which keeps what it was asked.

    It answers messages with the errors of *script* in turn, None for a receipt, then with
    the last of them for ever; *refuses* goes by phone and before the script. A question is
    answered from *known*, by id, or with *silence*. Each message costs *seconds*.
    """

    name: str
    script: Sequence[BaseException | None] = (None,)
    refuses: Mapping[str, SmsGateError] = attrs.field(factory=dict, kw_only=True)
    known: Mapping[str, Status] = attrs.field(factory=dict, kw_only=True)
    silence: SmsGateError | None = attrs.field(default=None, kw_only=True)
    batch_size: int = attrs.field(default=1, kw_only=True)
    clock: NapClock = attrs.field(factory=NapClock, kw_only=True)
    seconds: float = attrs.field(default=0.0, kw_only=True)
    will_not_open: Exception | None = attrs.field(default=None, kw_only=True)
    will_not_close: Exception | None = attrs.field(default=None, kw_only=True)
    sent: list[Message] = attrs.field(init=False, factory=list)
    deadlines: list[float | None] = attrs.field(init=False, factory=list)
    asked: list[list[str]] = attrs.field(init=False, factory=list)
    is_open: bool = attrs.field(init=False, default=False)
    is_closed: bool = attrs.field(init=False, default=False)

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """Answer as the script says."""
        self.deadlines.append(deadline)
        result = self._answer(message)
        if isinstance(result, SmsGateError):
            raise result

        return result

    async def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """Take as many as fit into a batch, then answer each as the script says."""
        async for batch in _batches(messages, self.batch_size):
            for outcome in [outcome_of(message, self._answer(message)) for message in batch]:
                yield outcome

    def _answer(self, message: Message) -> Receipt | SmsGateError:
        self.sent.append(message)
        self.clock.time += self.seconds
        error = self.refuses.get(message.phone) or self._next()
        if error is None:
            return Receipt(gateway=self.name, id=str(len(self.sent)), phone=message.phone)

        if isinstance(error, SmsGateError):
            return error

        raise error

    def _next(self) -> BaseException | None:
        first, *rest = self.script
        self.script = rest or self.script
        return first

    async def status(self, ref: Receipt | str, /) -> Report:
        """Answer one question."""
        [report] = await self.statuses([ref])
        return report

    async def statuses(self, refs: Sequence[Receipt | str], /) -> list[Report]:
        """Answer for ids that are known; the others are not found."""
        parsed = [Ref.parse(ref.ref if isinstance(ref, Receipt) else ref) for ref in refs]
        if any(ref.gateway != self.name for ref in parsed):
            raise InvalidArgument("not mine")

        self.asked.append([str(ref) for ref in parsed])
        if self.silence:
            raise self.silence

        return [
            Report(status=self.known.get(ref.ids[0], Status.NOT_FOUND), phone=ref.phone)
            for ref in parsed
        ]

    async def balance(self) -> Balance:
        """Tell a sum."""
        return Balance(amount=Decimal(7))

    async def aclose(self) -> None:
        """Remember it, or fail to."""
        self.is_closed = True
        if self.will_not_close:
            raise self.will_not_close

    async def __aenter__(self) -> Self:
        if self.will_not_open:
            raise self.will_not_open

        self.is_open = True
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        await self.aclose()


async def _batches(
    messages: Iterable[Message] | AsyncIterable[Message], size: int
) -> AsyncIterator[list[Message]]:
    """Group *messages* by *size*; those of a stream go one by one."""
    if isinstance(messages, AsyncIterable):
        async for message in messages:
            yield [message]
        return

    left = iter(messages)
    while batch := list(islice(left, size)):
        yield batch
