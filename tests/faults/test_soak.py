"""The soak in small; ``nox -s faults`` runs the large one."""

from collections.abc import AsyncIterator, Callable, Iterable
from random import Random

import attrs
import pytest
from faults.audit import ACCEPTED, CANCELLED, DUPLICATES, FALSE, NOT_SENT, STRUCK, UNKNOWN, Tally
from faults.hasty import run_hastily
from faults.soak import Sender, jobs, soak, soak_all
from support.gateways import SCHEMES

from smsgate.errors import OutcomeUnknown, Refused, SmsGateError
from smsgate.message import Message
from smsgate.outcome import Accepted, Outcome, Unknown, outcome_of
from smsgate.providers.http_gateway import HttpGateway
from smsgate.receipt import Receipt

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def tally() -> Tally:
    """Give what a small soak of every gateway comes to."""
    return soak_all(sends=2500, seed=1)


def test_nobody_is_told_what_is_not_so(tally: Tally) -> None:
    """No copy, no false report, no unknown without a reason, nothing off the record."""
    assert tally.wrongs == []
    assert (tally.counts[DUPLICATES], tally.counts[FALSE]) == (0, 0)


def test_every_message_is_accounted_for(tally: Tally) -> None:
    """Each has one ending, and each kind of ending came up."""
    endings = [tally.counts[word] for word in (ACCEPTED, NOT_SENT, UNKNOWN, CANCELLED)]

    assert all(endings)
    assert sum(endings) == tally.counts["sends"] == 2500
    assert len(tally.unknowns) == tally.counts[UNKNOWN]


def test_the_weather_was_bad(tally: Tally) -> None:
    """A soak in which nothing strikes shows nothing."""
    assert len(tally.faults) > 20
    assert tally.counts["addresses that died"] > 0
    assert tally.counts["requests repeated"] > 0


def test_fewer_are_unknown_than_lost_their_answer() -> None:
    """Where the provider can be asked, most answers that were lost are found."""
    tally = run_hastily(soak("smsc", sends=200, seed=2))

    assert 0 < tally.counts[UNKNOWN] < tally.counts[STRUCK]


def test_a_seed_is_a_soak() -> None:
    """The same seed draws the same jobs, so that a failure can be looked at again."""
    first, again = (list(jobs(Random(7), 100, "38090")) for _ in range(2))

    assert first == again


def test_every_message_has_a_phone_of_its_own() -> None:
    """Or copies could not be counted."""
    drawn = [message.phone for job in jobs(Random(7), 5000, "38090") for message in job.messages]

    assert len(set(drawn)) == len(drawn) == 5000


@attrs.define
class Naive:
    """Sends to the next mirror after any failure, as the official clients do."""

    gateway: HttpGateway

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """Try each server until one says yes."""
        error: SmsGateError = Refused("no server")
        for base_url in self.gateway._line.servers.mirrors.items:
            try:
                return await self._try(base_url, message)
            except SmsGateError as exc:
                error = exc

        raise error

    async def _try(self, base_url: str, message: Message) -> Receipt:
        codec = self.gateway._codec
        request = codec.encode_send([message])
        reply = await self.gateway._line.servers.open().exchange(base_url, request, seconds=5.0)
        [result] = codec.decode_send(reply, [message])
        if isinstance(result, SmsGateError):
            raise result

        return result

    async def send_many(self, messages: Iterable[Message], /) -> AsyncIterator[Outcome]:
        """Send one after the other."""
        for message in messages:
            try:
                yield outcome_of(message, await self.send(message))
            except SmsGateError as error:
                yield outcome_of(message, error)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_copies_are_found(scheme: str) -> None:
    """A client that sends again without proof is found out, on every gate."""
    tally = run_hastily(soak(scheme, sends=300, seed=1, wrap=Naive))

    assert tally.counts[DUPLICATES] > 0
    assert any("copies" in wrong for wrong in tally.wrongs)


@attrs.define
class Liar:
    """Tells something else than what the gateway said."""

    gateway: HttpGateway
    lie: Callable[[Outcome], Outcome]

    async def send(self, message: Message, /, *, deadline: float | None = None) -> Receipt:
        """Send, and lie about it."""
        try:
            said = outcome_of(message, await self.gateway.send(message, deadline=deadline))
        except SmsGateError as error:
            said = outcome_of(message, error)

        told = self.lie(said)
        if isinstance(told, Accepted):
            return told.receipt

        raise told.error

    async def send_many(self, messages: Iterable[Message], /) -> AsyncIterator[Outcome]:
        """Send, and lie about it."""
        async for said in self.gateway.send_many(messages):
            yield self.lie(said)


def call_it_accepted(said: Outcome) -> Outcome:
    """Hope for the best."""
    nobodys = Receipt(gateway="smsc", id="1", phone=said.message.phone)
    return Accepted(said.message, nobodys) if isinstance(said, Unknown) else said


def call_it_refused(said: Outcome) -> Outcome:
    """Fear the worst."""
    return outcome_of(said.message, Refused("no"))


def call_it_unknown(said: Outcome) -> Outcome:
    """Say nothing, just in case."""
    return outcome_of(said.message, OutcomeUnknown("who knows"))


@pytest.mark.parametrize(
    ("lie", "wrongs"),
    [
        pytest.param(
            call_it_accepted,
            ["accepted, and the server has 0", "accepted, with the id of another message"],
            id="accepted",
        ),
        pytest.param(call_it_refused, ["not sent, and the server has 1"], id="not-sent"),
        pytest.param(
            call_it_unknown,
            [
                "unknown, and nothing struck",
                "unknown, and the server said that it has it",
                "told ['unknown'], recorded ['accepted']",
            ],
            id="unknown",
        ),
    ],
)
def test_lies_are_found(lie: Callable[[Outcome], Outcome], wrongs: list[str]) -> None:
    """Whatever a client tells its callers is held against what the server has."""

    def liar(gateway: HttpGateway) -> Sender:
        return Liar(gateway, lie)

    tally = run_hastily(soak("smsc", sends=200, seed=3, wrap=liar))
    found = {wrong.partition(": ")[2] for wrong in tally.wrongs}

    assert found.issuperset(wrongs)
