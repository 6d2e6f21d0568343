"""
The provider behind every address of a fault server: one phone network, one set of rules.

It counts what it is asked and how much of it at once, and keeps the one rule that the
simulated ends cannot: so many requests of one login in flight, and no more.
"""

import asyncio
import functools
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from urllib.parse import unquote_to_bytes, urlsplit

import attrs

from smsgate.providers import find_routes
from smsgate.providers.network import Answer, Network, Sms
from smsgate.providers.smsc.forms import problem_form, write
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

_NOT_FOUND = HttpReply(b"", 404)
_LOGIN = re.compile(rb"(?:^|[?&\s])(?:login|username|apikey)=\"?([^&\"]*)")
_CROWD = problem_form(9, "too many concurrent requests")
_SMSC = "/sys/"


_routes = functools.cache(find_routes)


class Died(Exception):
    """The provider's program ended in the middle of a request."""


@attrs.define(kw_only=True)
class MortalNetwork(Network):
    """A phone network whose program can end just before it takes a message."""

    is_dying: bool = False

    def accept(self, sms: Sms) -> None:
        """Take responsibility for *sms*, or die."""
        if self.is_dying:
            raise Died

        Network.accept(self, sms)


@attrs.define(kw_only=True)
class Provider:
    """
    Answers requests as the simulator does.

    A login with more than *most_in_flight* requests open at once hears SMSC's error 9;
    each request takes *latency* seconds. ``asked`` counts requests by path, ``most_seen``
    is the most that were open at once, by login.
    """

    most_in_flight: int = 14
    latency: float = 0.0
    duplicate_window: float = 0.0
    clock: Callable[[], float] = time.time
    network: MortalNetwork = attrs.field(init=False)
    asked: Counter[str] = attrs.field(init=False, factory=Counter)
    most_seen: Counter[str] = attrs.field(init=False, factory=Counter)
    _in_flight: Counter[str] = attrs.field(init=False, factory=Counter)
    _routes: Mapping[str, Answer] = attrs.field(init=False, factory=_routes)

    @network.default
    def _make_network(self) -> MortalNetwork:
        return MortalNetwork(clock=self.clock, duplicate_window=self.duplicate_window)

    def enter(self, request: HttpRequest) -> str:
        """Let *request* in; give the login to `leave` with, once its answer is out."""
        login = login_of(request)
        self.asked[urlsplit(request.path).path] += 1
        self._in_flight[login] += 1
        self.most_seen[login] = max(self.most_seen[login], self._in_flight[login])
        return login

    def leave(self, login: str) -> None:
        """Let the next one in."""
        self._in_flight[login] -= 1

    async def answer(self, request: HttpRequest, login: str) -> HttpReply:
        """Answer *request*: it is here that a message is accepted."""
        path = urlsplit(request.path).path
        if self._in_flight[login] > self.most_in_flight and path.startswith(_SMSC):
            return _too_many(request)

        if self.latency:
            await asyncio.sleep(self.latency)

        answer = self._routes.get(path)
        return answer(request, self.network) if answer else _NOT_FOUND

    async def refuse(self, request: HttpRequest, login: str) -> HttpReply:
        """Answer *request* as if there were no money on any account."""
        funds, self.network.funds = self.network.funds, Decimal(0)
        try:
            return await self.answer(request, login)
        finally:
            self.network.funds = funds

    async def die_of(self, request: HttpRequest, login: str) -> None:
        """Do everything that *request* asks for, short of taking its message."""
        self.network.is_dying = True
        try:
            await self.answer(request, login)
        except Died:
            """As it was to be."""
        finally:
            self.network.is_dying = False


@attrs.frozen
class Inside:
    """A transport that asks the provider itself, past every address of its."""

    provider: Provider

    async def exchange(self, _: str, request: HttpRequest, /, *, seconds: float) -> HttpReply:
        """Ask; it takes no time."""
        return await self.provider.answer(request, login_of(request))

    async def aclose(self) -> None:
        """Nothing to let go of."""


def is_question(request: HttpRequest) -> bool:
    """Whether *request* cannot make a phone ring: a status, a balance, a list of names."""
    path = urlsplit(request.path).path
    words = ("sta", "balance", "originator")  # some gates write state, some status
    return any(word in path.lower() for word in words) or b"getReports" in request.body


def login_of(request: HttpRequest) -> str:
    """Tell whose *request* is, as far as a form, an XML attribute or a header says so."""
    said = _LOGIN.search(request.body) or _LOGIN.search(request.path.encode())
    if said:
        return unquote_to_bytes(said[1]).decode("latin-1")

    return request.headers.get("authorization", "")


def _too_many(request: HttpRequest) -> HttpReply:
    form = parse_form(request, charset="latin-1")
    return write(_CROWD, form.get("fmt", "0"), "cp1251")
