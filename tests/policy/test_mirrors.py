"""A mirror is tried on proof that the last one never saw the request, and on nothing else."""

import pytest
from support.transports import Answer, ScriptedTransport

from smsgate import OutcomeUnknown, Refused, SmsGateError, Unreachable
from smsgate.policy.mirrors import exchange_on_mirrors
from smsgate.wire.http import HttpReply, HttpRequest

REQUEST = HttpRequest("/sys/send.php")
URLS = ["http://one", "http://two", "http://three"]
DOWN = Unreachable("down")
YES = HttpReply(b"yes")


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

    reply = await exchange_on_mirrors(wire, URLS, REQUEST)

    assert reply is answers[tried - 1]
    assert wire.asked == [(url, REQUEST) for url in URLS[:tried]]


@pytest.mark.parametrize(
    ("answers", "tried"),
    [
        ((OutcomeUnknown("silence"), YES, YES), 1),
        ((DOWN, OutcomeUnknown("silence"), YES), 2),
        ((Refused("no"), YES, YES), 1),
        ((DOWN, DOWN, Unreachable("down as well")), 3),
    ],
    ids=["silence", "silence-of-the-second", "refused", "all-down"],
)
async def test_no_proof_no_other_try(answers: tuple[Answer, ...], tried: int) -> None:
    """After anything but proof a second copy on a mirror could be a second SMS."""
    wire = mirrors(*answers)

    with pytest.raises(SmsGateError) as caught:
        await exchange_on_mirrors(wire, URLS, REQUEST)

    assert caught.value is answers[tried - 1]
    assert [url for url, _ in wire.asked] == URLS[:tried]


async def test_a_provider_without_mirrors() -> None:
    """One address is a list of one."""
    wire = ScriptedTransport(lambda _, __: DOWN)

    with pytest.raises(Unreachable):
        await exchange_on_mirrors(wire, URLS[:1], REQUEST)

    assert len(wire.asked) == 1
