"""
A witness between a gateway and its transport: it numbers every request and says nothing.

The number travels in a header, so that what the server did to a request can be laid
beside what its client saw.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Container

import attrs
from faults.provider import is_question
from faults.weather import MARK

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest

_PHONES = re.compile(rb"(?<!\d)\d{11,12}(?!\d)|(?<=%2B)\d{11,12}(?!\d)")
_ERROR = b'"error'


@attrs.define(kw_only=True)
class Passage:
    """One request on its way: to whom, about which phones, when, and how it ended."""

    mark: str
    base_url: str
    phones: frozenset[str]
    is_question: bool
    began: float
    seconds: float
    ended: float = 0.0
    is_unreachable: bool = False
    is_answered: bool = False  #: at the level of HTTP, and with no documented no

    @property
    def is_out_of_time(self) -> bool:
        """Whether it took all the time it had."""
        return self.ended - self.began >= self.seconds


@attrs.define
class Witness:
    """A transport that keeps a record; before each request it lets *tick* happen."""

    transport: Transport
    phones: Container[str]
    tick: Callable[[], Awaitable[None]]
    passages: list[Passage]

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float
    ) -> HttpReply:
        """See `smsgate.transport.Transport`."""
        passage = self._begin(base_url, request, seconds)
        await self.tick()
        marked = attrs.evolve(request, headers={**request.headers, MARK: passage.mark})
        try:
            reply = await self.transport.exchange(base_url, marked, seconds=seconds)
        except SmsGateError as error:
            passage.is_unreachable = not isinstance(error, OutcomeUnknown)
            raise
        finally:
            passage.ended = asyncio.get_running_loop().time()

        passage.is_answered = reply.is_ok and _ERROR not in reply.body
        return reply

    def _begin(self, base_url: str, request: HttpRequest, seconds: float) -> Passage:
        said = {phone.decode() for phone in _PHONES.findall(request.body)}
        passage = Passage(
            mark=str(len(self.passages)),
            base_url=base_url,
            phones=frozenset(phone for phone in said if phone in self.phones),
            is_question=is_question(request),
            began=asyncio.get_running_loop().time(),
            seconds=seconds,
        )
        self.passages.append(passage)
        return passage

    async def aclose(self) -> None:
        """Close the transport."""
        await self.transport.aclose()
