"""
What every gateway over HTTP shares; a provider adds its codec and its credentials.

A subclass names its ``scheme``, its credentials, its servers and its codec: the methods
without a body here. It never touches the transport.
"""

import abc
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from functools import partial
from math import inf
from types import TracebackType
from typing import ClassVar, Self, TypeVar

import attrs

from smsgate.errors import (
    InvalidArgument,
    InvalidMessage,
    OutcomeUnknown,
    Refused,
    Unsupported,
)
from smsgate.message import Message, check_sender
from smsgate.money import Balance
from smsgate.outcome import Outcome
from smsgate.policy.bulk import Bulk, all_at_once
from smsgate.policy.clock import SYSTEM_CLOCK, Clock, check_deadline
from smsgate.policy.delivery import Delivery, Way
from smsgate.policy.gathering import Gathering
from smsgate.policy.group import BatchSize
from smsgate.policy.limits import limits_of
from smsgate.policy.line import Line
from smsgate.policy.questions import ask, share
from smsgate.policy.rota import Rota
from smsgate.policy.servers import Servers
from smsgate.policy.settings import positive, positive_if_given
from smsgate.policy.sorter import Sorter
from smsgate.providers.discretion import Discretion
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report
from smsgate.transport import Transport
from smsgate.wire.codec import Codec, Question, Result
from smsgate.wire.http import HttpReply, check_base_url

Answer = TypeVar("Answer")
_AHEAD = 2  # batches that are written while they wait for a turn
_SET_ASIDE = 60.0  # seconds without a server that failed


def _sound_sender(_: object, __: object, sender: str | None) -> None:
    try:
        check_sender(sender)
    except InvalidMessage as error:
        raise InvalidArgument(str(error)) from None


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class HttpGateway(abc.ABC):
    """
    One account with one provider, over HTTP. See `smsgate.Gateway` for the promises.

    ``sender`` is the default sender name. ``base_url`` (or ``base_urls``, tried in order)
    is ``scheme://host[:port]`` of another server that speaks the same protocol.
    ``timeout`` is in seconds, for one exchange, mirrors included, once it has its turn;
    ``connect_timeout`` for one connection; ``deadline``, if there is one, for the whole of
    a `send`, a batch or a question. At most ``max_in_flight`` requests are open at once,
    counting every gateway of the same login in this process, and at most ``batch_size``
    messages, or ids, share one; less, once the provider has refused so many. A
    ``transport`` of your own is yours to close. Settings are final.

    With ``linger``, plain sends that come at once share requests, as those of `send_many`
    do: one that finds others under way waits so many seconds for more of its kind. One
    that finds nothing under way leaves at once.
    """

    scheme: ClassVar[str]  #: of its DSN; also the first word of its refs

    sender: str | None = attrs.field(default=None, validator=_sound_sender)
    base_url: str | None = None
    base_urls: Sequence[str] = ()
    timeout: float = attrs.field(default=30.0, validator=positive)
    connect_timeout: float = attrs.field(default=5.0, validator=positive)
    deadline: float | None = attrs.field(default=None, validator=positive_if_given)
    max_in_flight: int = attrs.field(default=14, validator=positive)
    batch_size: int = attrs.field(default=100, validator=positive)
    transport: Transport | None = attrs.field(default=None, repr=False)
    clock: Clock = attrs.field(default=SYSTEM_CLOCK, repr=False)
    linger: float | None = attrs.field(default=None, validator=positive_if_given)
    _line: Line = attrs.field(init=False, repr=False, on_setattr=attrs.setters.NO_OP)
    _codec: Codec = attrs.field(init=False, repr=False, on_setattr=attrs.setters.NO_OP)
    _way: Way = attrs.field(init=False, repr=False, on_setattr=attrs.setters.NO_OP)
    _discretion: Discretion = attrs.field(init=False, repr=False, on_setattr=attrs.setters.NO_OP)
    _gathering: Gathering | None = attrs.field(
        init=False, repr=False, on_setattr=attrs.setters.NO_OP
    )

    def __attrs_post_init__(self) -> None:
        """Bind the codec and draw the line, once every setting is known to be sound."""
        self._codec = self._make_codec()
        self._line = self._make_line()
        self._discretion = Discretion(self._secrets())
        self._way = Way(
            line=self._line,
            gateway=self.scheme,
            encode=self._codec.encode_send,
            decode=self._decode_send,
            about=self._about,
            size=BatchSize(self.batch_size),
            repeats=self._codec.repeats_unknown,
        )
        self._gathering = self._make_gathering(self.linger) if self.linger else None

    def _make_line(self) -> Line:
        if self.base_url is not None and self.base_urls:
            raise InvalidArgument("base_url and base_urls: give one of them, not both")

        # An empty base_url is a mistake, and no reason to turn to the real provider.
        given = self.base_urls if self.base_url is None else [self.base_url]
        base_urls = [check_base_url(url) for url in given or self._default_base_urls()]
        servers = Servers(
            mirrors=Rota(base_urls, set_aside=_SET_ASIDE, keeps=True),
            timeout=self.timeout,
            connect_timeout=self.connect_timeout,
            max_connections=self.max_in_flight,
            clock=self.clock,
            transport=self.transport,
        )
        limits = limits_of(f"{self.scheme.partition('+')[0]} {self._login()}")
        return Line(servers=servers, limits=limits, max_in_flight=self.max_in_flight)

    def _make_gathering(self, seconds: float) -> Gathering:
        return Gathering(
            kind=self._codec.kind,
            size=self._way.size,
            seconds=seconds,
            clock=self.clock,
            hand_in=self._hand_in,
            at_once=self.max_in_flight + _AHEAD,
        )

    def _secrets(self) -> Sequence[str]:
        hidden = [f.name for f in attrs.fields(type(self)) if f.init and not f.repr]
        values = [getattr(self, name) for name in hidden]
        return [value for value in values if isinstance(value, str)]

    @classmethod
    @abc.abstractmethod
    def credentials(cls, user: str, password: str, /) -> Mapping[str, str]:
        """Name the settings that a DSN's user and password stand for; both may be empty."""

    @classmethod
    def located_at(cls, address: str, /) -> Mapping[str, str]:
        """Name the settings that a DSN's ``host[:port]`` stands for."""
        return {"base_url": f"https://{address}"}

    @abc.abstractmethod
    def _login(self) -> str:
        """Name the account that the provider's limits are about."""

    @abc.abstractmethod
    def _default_base_urls(self) -> Sequence[str]: ...

    @abc.abstractmethod
    def _make_codec(self) -> Codec:
        """Bind the provider's language to this account."""

    def check(self, message: Message, /) -> None:
        """Raise `InvalidMessage` for what this gateway has no words for; nothing is sent."""
        self._codec.check(message)

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """Hand in one message. See `smsgate.Gateway.send`."""
        by = self._by(deadline)
        self._codec.check(message)
        if self._gathering and not self._line.limits.is_idle:
            self._line.check_loop()
            result = await self._gathering.send(message, by)
        else:
            [result] = await self._hand_in([message], by)

        if isinstance(result, Receipt):
            return result

        raise result

    def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """Hand in messages as they come. See `smsgate.Gateway.send_many`."""
        bulk = Bulk(
            messages=messages,
            check=self._codec.check,
            sorter=Sorter(self._codec.kind, self._way.size),
            deal=all_at_once(lambda batch: self._hand_in(batch, self._by(None))),
            at_once=self.max_in_flight + _AHEAD,
        )
        return bulk.outcomes()

    async def _hand_in(self, batch: Sequence[Message], by: float) -> Sequence[Result]:
        return await Delivery(self._way, batch, by).run()

    def _decode_send(self, reply: HttpReply, batch: Sequence[Message]) -> Sequence[Result]:
        return self._read(reply, lambda reply: self._codec.decode_send(reply, batch), batch)

    def _read(
        self, reply: HttpReply, decode: Callable[[HttpReply], Answer], batch: Sequence[Message]
    ) -> Answer:
        """Decode the answer to a request full of *batch*, which may have been too large."""
        try:
            return self._discretion.over(decode, batch)(reply)
        except OutcomeUnknown:
            if not reply.is_too_large:
                raise

        raise Refused("the server takes no request of this size (HTTP 413)", code="413")

    def _by(self, deadline: float | None) -> float:
        """Find the moment at which *deadline* seconds, or the gateway's own, are over."""
        seconds = self.deadline if deadline is None else deadline
        if seconds is None:
            return inf

        return self.clock.now() + check_deadline(seconds)

    async def status(self, ref: Receipt | str, /) -> Report:
        """Ask what became of one message. See `smsgate.Gateway.status`."""
        [report] = await self.statuses([ref])
        return report

    async def statuses(self, refs: Sequence[Receipt | str], /) -> list[Report]:
        """Ask about many messages. See `smsgate.Gateway.statuses`."""
        reports: list[Report] = []
        for group in share([self._own_ref(ref) for ref in refs], self.batch_size):
            answer = await ask(self._line, self._about(group), by=self._by(None))
            reports.extend(answer)

        return reports

    def _about(self, refs: Sequence[Ref]) -> Question[Sequence[Report]]:
        """Make the question what became of *refs*."""

        def decode(reply: HttpReply) -> Sequence[Report]:
            return self._codec.decode_status(reply, refs)

        discreet = self._discretion.over(decode, phones=[ref.phone for ref in refs])
        return Question(partial(self._codec.encode_status, refs), discreet)

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
        """Ask what is left on the account; `Unsupported` where there is no word for it."""
        if not self._codec.balance:
            raise Unsupported(f"{self.scheme} has no word for a balance; ask another gate")

        return await self._ask(self._codec.balance)

    async def _ask(self, question: Question[Answer]) -> Answer:
        discreet = attrs.evolve(question, decode=self._discretion.over(question.decode))
        return await ask(self._line, discreet, by=self._by(None))

    async def aclose(self) -> None:
        """Wait for what is under way, about ``timeout`` at most, then let go of connections."""
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
