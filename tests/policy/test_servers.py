"""A mirror is tried on proof that the last one never saw the request, and on nothing else."""

import contextlib
from collections.abc import Mapping

import pytest
from support.clock import NapClock
from support.lines import REQUEST, YES, carry, line_over
from support.transports import Answer, ScriptedTransport

from smsgate import OutcomeUnknown, Refused, SmsGateError, Unreachable
from smsgate.wire.http import HttpReply

URLS = ["http://one", "http://two", "http://three"]
DOWN = Unreachable("down")
SILENCE = OutcomeUnknown("silence")


def mirrors(*answers: Answer) -> ScriptedTransport:
    """Make a transport in which each of `URLS` has an answer of its own."""
    found = dict(zip(URLS, answers, strict=True))
    return ScriptedTransport(lambda url, _: found[url])


@pytest.mark.parametrize(
    ("answers", "tried"),
    [
        ((YES, YES, YES), 1),
        ((DOWN, YES, YES), 2),
        ((DOWN, DOWN, YES), 3),
        ((HttpReply(b"", 503), YES, YES), 1),
    ],
    ids=["first", "second", "third", "an-error-page-is-an-answer"],
)
async def test_the_first_answer_stands(answers: tuple[Answer, ...], tried: int) -> None:
    """In order, each once, until one answers; then no other is asked."""
    wire = mirrors(*answers)

    reply = await carry(line_over(wire, base_urls=URLS))

    assert reply is answers[tried - 1]
    assert wire.asked == [(url, REQUEST) for url in URLS[:tried]]


@pytest.mark.parametrize(
    ("answers", "tried"),
    [
        ((SILENCE, YES, YES), 1),
        ((DOWN, SILENCE, YES), 2),
        ((Refused("no"), YES, YES), 1),
        ((DOWN, DOWN, Unreachable("down as well")), 3),
    ],
    ids=["silence", "silence-of-the-second", "refused", "all-down"],
)
async def test_no_proof_no_other_try(answers: tuple[Answer, ...], tried: int) -> None:
    """After anything but proof a second copy on a mirror could be a second SMS."""
    wire = mirrors(*answers)

    with pytest.raises(SmsGateError) as caught:
        await carry(line_over(wire, base_urls=URLS))

    assert caught.value is answers[tried - 1]
    assert [url for url, _ in wire.asked] == URLS[:tried]


class Servers:
    """Three servers that can fail and come back, and who was asked since the last look."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = dict.fromkeys(URLS, YES)
        self.wire = ScriptedTransport(lambda url, _: self.answers[url])
        self.clock = NapClock()
        self.line = line_over(self.wire, base_urls=URLS, clock=self.clock)

    async def asked(self, answers: Mapping[str, Answer] | None = None) -> list[str]:
        """Carry one request and say which servers it was put to."""
        self.answers.update(answers or {})
        before = len(self.wire.asked)
        with contextlib.suppress(SmsGateError):
            await carry(self.line)

        return [url.removeprefix("http://") for url, _ in self.wire.asked[before:]]


async def test_one_that_failed_is_set_aside_and_comes_back() -> None:
    """It costs one request a connection, not each; after a while it is there again."""
    servers = Servers()

    assert await servers.asked({URLS[0]: DOWN}) == ["one", "two"]
    assert await servers.asked({URLS[0]: YES}) == ["two"]

    servers.clock.time += 60

    assert await servers.asked({URLS[1]: DOWN}) == ["two", "one"]


async def test_the_one_that_works_is_kept() -> None:
    """There is no reason to go back to one that failed while another does well."""
    servers = Servers()
    await servers.asked({URLS[0]: DOWN})
    servers.clock.time += 600

    assert await servers.asked() == ["two"]


@pytest.mark.parametrize("failure", [SILENCE, DOWN], ids=["unknown", "unreachable"])
async def test_any_failure_sets_aside(failure: Answer) -> None:
    """A lost message stays lost, but the next ones go where they are answered."""
    servers = Servers()
    await servers.asked({URLS[0]: failure})

    assert await servers.asked() == ["two"]


async def test_an_unreadable_answer_sets_aside() -> None:
    """A server that shows a maintenance page is asked last for a while."""
    servers = Servers()

    def unreadable(reply: HttpReply) -> HttpReply:
        raise reply.unreadable()

    with pytest.raises(OutcomeUnknown):
        await carry(servers.line, decode=unreadable)

    assert await servers.asked() == ["two"]


async def test_a_refusal_is_the_answer_of_a_server_that_works() -> None:
    """No server is left because an account has no money."""
    servers = Servers()
    await servers.asked({URLS[0]: DOWN, URLS[1]: Refused("no money")})

    assert await servers.asked({URLS[0]: YES}) == ["two"]


async def test_who_had_hardly_any_time_is_hardly_judged() -> None:
    """One message that came late does not take all the others from a server that is well."""
    servers = Servers()
    servers.answers[URLS[0]] = SILENCE
    with pytest.raises(OutcomeUnknown):
        await carry(servers.line, by=servers.clock.now() + 0.001)

    servers.clock.time += 0.1

    assert await servers.asked({URLS[0]: YES}) == ["one"]


async def test_when_all_failed_all_are_tried() -> None:
    """To be set aside is to be asked last: there may be nobody else."""
    servers = Servers()
    await servers.asked(dict.fromkeys(URLS, DOWN))

    assert await servers.asked() == ["one", "two", "three"]


async def test_the_operator_learns_which_server_failed(caplog: pytest.LogCaptureFixture) -> None:
    """Once for each failure, with the server as a field of its own."""
    await Servers().asked({URLS[0]: DOWN})

    assert [(record.levelname, vars(record)["server"]) for record in caplog.records] == [
        ("WARNING", "http://one")
    ]
