"""
What every gateway over HTTP shares; a provider adds its codec and its credentials.

A subclass names its ``scheme`` and moves values between its codec and the line, in the
methods without a body here. It never touches the transport.
"""

import abc
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from types import TracebackType
from typing import ClassVar, Self, TypeVar

import attrs

from smsgate.errors import InvalidArgument, InvalidMessage, SmsGateError, Unsupported
from smsgate.message import Message
from smsgate.money import Balance
from smsgate.outcome import Outcome, outcome_of
from smsgate.policy.bulk import batches, is_same_letter
from smsgate.policy.line import Line
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest, check_base_url

Number = TypeVar("Number", int, float)
Result = Receipt | SmsGateError


def _positive(_: object, field: "attrs.Attribute[Number]", value: Number) -> None:
    if not value > 0:  # so that NaN is refused too
        raise InvalidArgument(f"{field.name}: must be more than 0, not {value!r}")


@attrs.define(kw_only=True, eq=False)
class HttpGateway(abc.ABC):
    """
    One account with one provider, over HTTP. See `smsgate.Gateway` for the promises.

    ``sender`` is the default sender name. ``base_url`` (or ``base_urls``, tried in order)
    is ``scheme://host[:port]`` of another server that speaks the same protocol.
    ``timeout`` is in seconds, for one answer. At most ``max_in_flight`` requests are open
    at once, and at most ``batch_size`` messages or refs share one. A ``transport`` of your
    own is yours to close.
    """

    scheme: ClassVar[str]  #: of its DSN; also the first word of its refs

    sender: str | None = None
    base_url: str | None = None
    base_urls: Sequence[str] = ()
    timeout: float = attrs.field(default=30.0, validator=_positive)
    max_in_flight: int = attrs.field(default=14, validator=_positive)
    batch_size: int = attrs.field(default=100, validator=_positive)
    transport: Transport | None = attrs.field(default=None, repr=False)
    _line: Line = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Draw the line once every setting is known to be sound."""
        if self.base_url and self.base_urls:
            raise InvalidArgument("base_url and base_urls: give one of them, not both")

        given = [self.base_url] if self.base_url else self.base_urls
        self._line = Line(
            base_urls=[check_base_url(url) for url in given or self._default_base_urls()],
            max_in_flight=self.max_in_flight,
            timeout=self.timeout,
            transport=self.transport,
        )

    @classmethod
    @abc.abstractmethod
    def credentials(cls, user: str, password: str, /) -> Mapping[str, str]:
        """Name the settings that a DSN's user and password stand for; both may be empty."""

    @classmethod
    def located_at(cls, address: str, /) -> Mapping[str, str]:
        """Name the settings that a DSN's ``host[:port]`` stands for."""
        return {"base_url": f"https://{address}"}

    @abc.abstractmethod
    def _default_base_urls(self) -> Sequence[str]: ...

    @abc.abstractmethod
    def _check(self, message: Message) -> None:
        """Raise `InvalidMessage` for what this provider has no words for."""

    @abc.abstractmethod
    def _encode_send(self, batch: Sequence[Message]) -> HttpRequest: ...

    @abc.abstractmethod
    def _decode_send(self, reply: HttpReply, batch: Sequence[Message]) -> Sequence[Result]: ...

    @abc.abstractmethod
    def _encode_status(self, refs: Sequence[Ref]) -> HttpRequest: ...

    @abc.abstractmethod
    def _decode_status(self, reply: HttpReply, refs: Sequence[Ref]) -> Sequence[Report]: ...

    @abc.abstractmethod
    def _encode_balance(self) -> HttpRequest: ...

    @abc.abstractmethod
    def _decode_balance(self, reply: HttpReply) -> Balance: ...

    def _fits(self, batch: Sequence[Message], message: Message) -> bool:
        return len(batch) < self.batch_size and is_same_letter(batch, message)

    async def send(self, message: Message, /) -> Receipt:
        """Hand in one message. See `smsgate.Gateway.send`."""
        self._check(message)
        [result] = await self._hand_in([message])
        if isinstance(result, Receipt):
            return result

        raise result

    async def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """Hand in messages as they come. See `smsgate.Gateway.send_many`."""
        async for batch in batches(messages, self._fits):
            sound: list[Message] = []
            for message in batch:
                try:
                    self._check(message)
                except InvalidMessage as error:
                    yield outcome_of(message, error)
                else:
                    sound.append(message)

            if sound:
                for message, result in zip(sound, await self._settle(sound), strict=True):
                    yield outcome_of(message, result)

    async def _settle(self, batch: Sequence[Message]) -> Sequence[Result]:
        try:
            return await self._hand_in(batch)
        except SmsGateError as error:
            return [error] * len(batch)

    async def _hand_in(self, batch: Sequence[Message]) -> Sequence[Result]:
        reply = await self._line.exchange(self._encode_send(batch))
        return self._decode_send(reply, batch)

    async def status(self, ref: Receipt | str, /) -> Report:
        """Ask what became of one message. See `smsgate.Gateway.status`."""
        [report] = await self.statuses([ref])
        return report

    async def statuses(self, refs: Sequence[Receipt | str], /) -> list[Report]:
        """Ask about many messages. See `smsgate.Gateway.statuses`."""
        wanted = [self._own_ref(ref) for ref in refs]
        reports: list[Report] = []
        for start in range(0, len(wanted), self.batch_size):
            some = wanted[start : start + self.batch_size]
            reply = await self._line.exchange(self._encode_status(some))
            reports += self._decode_status(reply, some)

        return reports

    def _own_ref(self, ref: Receipt | str) -> Ref:
        parsed = Ref.parse(ref.ref if isinstance(ref, Receipt) else ref)
        if parsed.gateway != self.scheme:
            raise InvalidArgument(f"the ref is of {parsed.gateway!r}, not of {self.scheme!r}")

        if not parsed.ids:
            raise Unsupported(
                "the provider's ids did not add up, so this message has none of its own"
            )

        return parsed

    async def balance(self) -> Balance:
        """Ask what is left on the account."""
        return self._decode_balance(await self._line.exchange(self._encode_balance()))

    async def aclose(self) -> None:
        """Wait for what is under way, ``timeout`` at most, then let go of connections."""
        await self._line.aclose()

    async def __aenter__(self) -> Self:
        self._line.open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        await self.aclose()
