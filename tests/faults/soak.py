"""
A soak: thousands of sends through bad weather, and then the books are compared.

Callers are many more than may be in flight; some hand in many messages at once, some have
a deadline, some are cancelled at any moment, and some gateways let sends linger, so that
they share requests. Requests go wrong in every way of `faults.table`, addresses die and come back.
In the end nobody may have been told what is not so. Run it by itself for a summary::

    PYTHONPATH=tests python -m faults.soak --seed 1 --sends 20000
"""

import argparse
import asyncio
import contextlib
import re
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Protocol

import attrs
import httpx
from faults.audit import Audit, Tally, add_up
from faults.books import Books
from faults.hasty import LoopClock, run_hastily
from faults.server import FaultServer
from faults.weather import Weather
from faults.witness import Witness
from support.gateways import NOWHERE, SCHEMES, open_http

from smsgate.errors import SmsGateError
from smsgate.message import Message
from smsgate.outcome import Outcome, outcome_of
from smsgate.policy.limits import forget_limits
from smsgate.providers.http_gateway import HttpGateway
from smsgate.receipt import Receipt
from smsgate.simulator import dsns
from smsgate.transport.httpx import HttpxTransport

SMSC = "smsc"
_MIRRORS = 2  # beside the main address
_CALLERS = 60  # many more than may be in flight
_CHANCE = 0.08  # of a fault, at each of the points where one may strike
_CANCELLED, _IN_A_HURRY, _IN_BULK = 0.06, 0.15, 0.03
_LARGEST = 60  # messages of one send_many
_LINGER = 0.02  # seconds
_SMSC_SHARE = 0.6  # of all sends
_RICH = Decimal(10**9)
_WORDS = ("Your code is", "Код", "Здравствуйте! Ваш заказ", "a=b&c;d + 100%")

_SCATTER = 4813  # coprime to the number of phones; their last digits are magic to providers
_PHONES = 10**7
_STRANGE = re.compile("(95..|9005|2007)$")  # magic: no client can make sense of the answers


class Sender(Protocol):
    """As much of a gateway as a soak needs."""

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """See `smsgate.Gateway.send`."""

    def send_many(self, messages: Iterable[Message], /) -> AsyncIterator[Outcome]:
        """See `smsgate.Gateway.send_many`."""


Wrap = Callable[[HttpGateway], Sender]


@attrs.frozen
class Job:
    """What one caller is to do: hand in *messages*, and perhaps be cancelled."""

    messages: Sequence[Message]
    is_bulk: bool
    deadline: float | None
    cancelled_after: float | None
    by_timeout: bool


def jobs(random: Random, sends: int, prefix: str) -> Iterator[Job]:
    """Draw jobs that have *sends* messages together, each to a phone of its own."""
    phones, number = _phones(prefix), 0
    while number < sends:
        is_bulk = random.random() < _IN_BULK
        count = min(random.randint(1, _LARGEST) if is_bulk else 1, sends - number)
        text = f"{random.choice(_WORDS)} {number}"
        number += count
        is_personal = random.random() < 0.5  # a text of its own for each phone
        yield Job(
            messages=[
                Message(phone, f"{text}, {place}" if is_personal else text, id=phone)
                for place, phone in enumerate(islice(phones, count))
            ],
            is_bulk=is_bulk,
            deadline=random.uniform(0.1, 60) if random.random() < _IN_A_HURRY else None,
            cancelled_after=_moment(random) if random.random() < _CANCELLED else None,
            by_timeout=random.random() < 0.5,
        )


def _phones(prefix: str) -> Iterator[str]:
    for place in range(_PHONES):
        phone = f"{prefix}{place * _SCATTER % _PHONES:07}"
        if not _STRANGE.search(phone):
            yield phone


def _moment(random: Random) -> float:
    """Draw a moment: at once, within an exchange, while it waits, or much later."""
    return random.choice([0.0, *(random.uniform(0, most) for most in (0.003, 0.03, 0.3, 60))])


async def carry_out(job: Job, gateway: Sender, books: Books) -> None:
    """Do what *job* says, and put on the books what the caller was told."""
    seconds, action = job.cancelled_after, _hand_in(job, gateway, books)
    is_timed = seconds is not None and job.by_timeout
    caller = asyncio.create_task(_in_time(action, seconds) if is_timed else action)
    if seconds is not None and not job.by_timeout:
        alarm = asyncio.get_running_loop().call_later(seconds, caller.cancel)
        caller.add_done_callback(lambda _: alarm.cancel())

    await asyncio.wait({caller})
    if not caller.cancelled():
        caller.result()


async def _in_time(action: Coroutine[object, object, None], seconds: float | None) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await action


async def _hand_in(job: Job, gateway: Sender, books: Books) -> None:
    if job.is_bulk:
        async for outcome in gateway.send_many(job.messages):
            books.tell(outcome)
        return

    for message in job.messages:
        try:
            receipt = await gateway.send(message, deadline=job.deadline)
        except SmsGateError as error:
            books.tell(outcome_of(message, error))
        else:
            books.tell(outcome_of(message, receipt))


def _as_it_is(gateway: HttpGateway) -> Sender:
    return gateway


async def soak(
    scheme: str, *, sends: int, seed: int, linger: float | None = None, wrap: Wrap = _as_it_is
) -> Tally:
    """Soak the gateway of *scheme*, as *wrap* makes it, and compare the books."""
    random = Random(f"{scheme} {seed}")
    mark = SCHEMES.index(scheme) + (len(SCHEMES) if linger else 0)  # of its phones
    drawn = list(jobs(random, sends, f"3809{mark}"))
    books = Books.of(message for job in drawn for message in job.messages)
    forget_limits()
    async with _server() as server:
        weather = Weather(server, random, _CHANCE)
        await weather.break_out()
        with books.kept():
            async with _gateway(scheme, server, weather, books, linger) as gateway:
                await _employ(drawn, wrap(gateway), books)

        await server.heal()
        await server.digest()
        return Audit(books, server, weather, asks=scheme == SMSC).tally()


def _server() -> FaultServer:
    clock = LoopClock().now
    server = FaultServer(mirrors=_MIRRORS, duplicate_window=60.0, clock=clock)
    server.network.funds = _RICH
    return server


@contextlib.asynccontextmanager
async def _gateway(
    scheme: str, server: FaultServer, weather: Weather, books: Books, linger: float | None
) -> AsyncIterator[HttpGateway]:
    patience = httpx.Timeout(None, connect=5.0)
    async with httpx.AsyncClient(timeout=patience, trust_env=False) as client:
        witness = Witness(HttpxTransport(client), books.messages, weather.tick, books.passages)
        ready = attrs.evolve(
            open_http(dsns(NOWHERE)[scheme]),
            base_url=None,
            base_urls=server.base_urls,
            transport=witness,
            clock=LoopClock(),
            linger=linger,
        )
        async with ready as gateway:
            yield gateway


async def _employ(drawn: Sequence[Job], gateway: Sender, books: Books) -> None:
    """Let many callers take the jobs, one after the other."""
    waiting = iter(drawn)

    async def caller() -> None:
        for job in waiting:
            await carry_out(job, gateway, books)

    async with asyncio.TaskGroup() as callers:
        for _ in range(_CALLERS):
            callers.create_task(caller())


def soak_all(*, sends: int, seed: int) -> Tally:
    """Soak every gateway there is, SMSC most of all."""
    of_smsc = int(sends * _SMSC_SHARE)
    each = -(-(sends - of_smsc) // (len(SCHEMES) - 1))
    shares = {scheme: of_smsc if scheme == SMSC else each for scheme in SCHEMES}
    return add_up(
        run_hastily(soak(scheme, sends=shares[scheme] // 2, seed=seed, linger=linger))
        for scheme in SCHEMES
        for linger in (None, _LINGER)
    )


def main() -> None:
    """Soak, print the summary, and fail if anything in it is wrong."""
    parser = argparse.ArgumentParser(description="Soak every gateway in bad weather.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sends", type=int, default=20_000)
    parser.add_argument("--list", action="store_true", help="name every unknown message")
    chosen = parser.parse_args()
    began = time.perf_counter()
    tally = soak_all(sends=chosen.sends, seed=chosen.seed)
    seconds = time.perf_counter() - began
    unknowns = [f"unknown {phone}: {', '.join(names)}" for phone, names in tally.unknowns.items()]
    lines = [*tally.lines(), *(unknowns if chosen.list else ()), f"{'seconds':<48}{seconds:>8.1f}"]
    sys.stdout.write("\n".join([*lines, ""]))
    raise SystemExit(bool(tally.wrongs))


if __name__ == "__main__":
    main()
