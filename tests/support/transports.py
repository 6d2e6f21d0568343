"""Transports that answer as they are told."""

import asyncio
from collections.abc import Callable

import attrs

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.wire.http import HttpReply, HttpRequest

Answer = HttpReply | SmsGateError


@attrs.define
class ScriptedTransport:
    """Answers what *script* says to a base URL and a request, and keeps what it was asked."""

    script: Callable[[str, HttpRequest], Answer]
    asked: list[tuple[str, HttpRequest]] = attrs.field(init=False, factory=list)
    is_closed: bool = attrs.field(init=False, default=False)

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float
    ) -> HttpReply:
        """Answer as the script says."""
        self.asked.append((base_url, request))
        answer = self.script(base_url, request)
        if isinstance(answer, SmsGateError):
            raise answer

        return answer

    async def aclose(self) -> None:
        """Remember that somebody closed it."""
        self.is_closed = True


def always(answer: Answer) -> ScriptedTransport:
    """Make a transport with one answer to everything."""
    return ScriptedTransport(lambda _, __: answer)


@attrs.define
class HeldTransport:
    """Takes every request at once, and answers none before `release` is set."""

    answer: Answer = attrs.field(factory=lambda: HttpReply(b"{}"))
    release: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)
    taken: list[HttpRequest] = attrs.field(init=False, factory=list)
    finished: int = attrs.field(init=False, default=0)
    most: int = attrs.field(init=False, default=0)
    is_closed: bool = attrs.field(init=False, default=False)
    _in_flight: int = attrs.field(init=False, default=0)
    _arrivals: asyncio.Semaphore = attrs.field(init=False, factory=lambda: asyncio.Semaphore(0))

    async def exchange(self, _: str, request: HttpRequest, /, *, seconds: float) -> HttpReply:
        """Take *request*, and answer when released; unknown after *seconds*."""
        self.taken.append(request)
        self._in_flight += 1
        self.most = max(self.most, self._in_flight)
        self._arrivals.release()
        try:
            async with asyncio.timeout(seconds):
                await self.release.wait()
        except TimeoutError:
            raise OutcomeUnknown("no answer in time") from None
        finally:
            self._in_flight -= 1

        self.finished += 1
        if isinstance(self.answer, SmsGateError):
            raise self.answer

        return self.answer

    async def arrived(self, count: int = 1) -> None:
        """Wait until *count* more requests were taken."""
        for _ in range(count):
            await self._arrivals.acquire()

    async def aclose(self) -> None:
        """Remember that somebody closed it."""
        self.is_closed = True


async def settle() -> None:
    """Let every task that can run do so, until all of them wait for something."""
    for _ in range(50):
        await asyncio.sleep(0)
