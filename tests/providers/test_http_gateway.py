"""What every gateway over HTTP shares, tried on an imaginary provider."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlsplit

import attrs
import pytest
from providers.imaginary.gateway import PigeonGateway
from providers.imaginary.simulated import ROUTES
from support.clock import FakeClock
from support.transports import Answer, ScriptedTransport, always

from smsgate import (
    Accepted,
    InvalidArgument,
    InvalidMessage,
    Message,
    NotSent,
    Outcome,
    OutcomeUnknown,
    Receipt,
    Refused,
    Status,
    Unknown,
    Unreachable,
    Unsupported,
)
from smsgate.providers.network import Network
from smsgate.transport import Transport
from smsgate.wire.codec import Codec
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.json import loads

GOOD, BAD, LOST = "77011234567", "77011239001", "77011239500"
LONG = "x" * 101


@pytest.fixture
def wire(network: Network) -> ScriptedTransport:
    """Give a transport to the pigeons' simulated end."""

    def script(_: str, request: HttpRequest) -> Answer:
        return ROUTES[urlsplit(request.path).path](request, network)

    return ScriptedTransport(script)


def pigeons(transport: Transport | None = None, *, batch_size: int = 100) -> PigeonGateway:
    """Make a gateway over *transport*."""
    return PigeonGateway(loft="home", ring="R-42", transport=transport, batch_size=batch_size)


def asked_for(transport: ScriptedTransport) -> list[Sequence[str]]:
    """List whom each request was about."""
    bodies = [loads(request.body) for _, request in transport.asked]
    return [body["to"] for body in bodies if isinstance(body, dict)]


def kinds(outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Say in a word what became of each phone."""
    return {outcome.message.phone: type(outcome).__name__ for outcome in outcomes}


async def test_send_gives_a_receipt(wire: ScriptedTransport, network: Network) -> None:
    """The receipt holds the provider's id, the phone and the caller's own reference."""
    receipt = await pigeons(wire).send(Message(f"+{GOOD}", "hello", id="order-1"))

    assert receipt == Receipt(
        gateway="pigeon", id=network.sent[0].ids[0], phone=GOOD, message_id="order-1"
    )


async def test_send_raises_what_became_of_it(wire: ScriptedTransport) -> None:
    """A refusal inside an accepted request is the refusal of the one message."""
    with pytest.raises(Refused, match="a hawk lives there"):
        await pigeons(wire).send(Message(BAD, "hello"))

    with pytest.raises(OutcomeUnknown, match="unreadable"):
        await pigeons(wire).send(Message(LOST, "hello"))


async def test_an_invalid_message_never_leaves(wire: ScriptedTransport) -> None:
    """What the provider has no words for is settled before the wire."""
    with pytest.raises(InvalidMessage, match="100 characters"):
        await pigeons(wire).send(Message(GOOD, LONG))

    assert wire.asked == []


async def test_the_three_outcomes(wire: ScriptedTransport, network: Network) -> None:
    """Each message has exactly one outcome, whatever happens to the others."""
    messages = [
        Message(GOOD, "one"),
        Message(BAD, "one"),
        Message("77011111111", LONG),
        Message(LOST, "two"),
        Message("77012222222", "three"),
    ]

    outcomes = [outcome async for outcome in pigeons(wire).send_many(messages)]

    assert kinds(outcomes) == {
        GOOD: "Accepted",
        BAD: "NotSent",
        "77011111111": "NotSent",
        LOST: "Unknown",
        "77012222222": "Accepted",
    }
    assert {outcome.message for outcome in outcomes} == set(messages)
    assert [sms.phone for sms in network.sent] == [GOOD, LOST, "77012222222"]


async def test_one_bad_message_does_not_sink_its_batch(wire: ScriptedTransport) -> None:
    """A message that cannot be carried is left out of the request that it would have shared."""
    phones = [f"7701000000{n}" for n in range(4)]
    messages = [Message(phone, LONG) for phone in phones[:2]]
    messages += [Message(phone, "fine") for phone in phones[2:]]

    outcomes = [outcome async for outcome in pigeons(wire).send_many(messages)]

    assert list(kinds(outcomes).values()) == ["NotSent", "NotSent", "Accepted", "Accepted"]
    assert asked_for(wire) == [phones[2:]]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(Unreachable("nobody there"), NotSent, id="unreachable"),
        pytest.param(OutcomeUnknown("silence"), Unknown, id="silence"),
        pytest.param(HttpReply(b'{"no": "closed on Sundays"}', 500), NotSent, id="refused"),
        pytest.param(HttpReply(b'["1"]'), Unknown, id="one-line-for-two"),
    ],
)
async def test_a_batch_shares_the_fate_of_its_request(
    answer: Answer, kind: type[NotSent] | type[Unknown]
) -> None:
    """An error of the whole request is the outcome of every message in it, and is not raised."""
    messages = [Message("77010000001", "x"), Message("77010000002", "x")]

    outcomes = [outcome async for outcome in pigeons(always(answer)).send_many(messages)]

    assert [type(outcome) for outcome in outcomes] == [kind, kind]
    assert [outcome.message for outcome in outcomes] == messages


async def test_nothing_to_ask_by_without_an_id_of_ours() -> None:
    """A provider that takes no id from us cannot be asked about a lost answer."""
    with pytest.raises(OutcomeUnknown) as caught:
        await pigeons(always(OutcomeUnknown("silence", code="7"))).send(Message(GOOD, "x"))

    assert (caught.value.ref, caught.value.code) == (None, "7")


async def test_what_shares_a_request(wire: ScriptedTransport) -> None:
    """One text to many phones is one request, `batch_size` at most, and no phone twice."""
    same = [Message(f"7701000000{n}", "same") for n in range(3)]
    twice = [Message(f"+{same[2].phone}", "same"), Message("77010000009", "same")]
    other = [Message(same[0].phone, "other"), Message(same[1].phone, "other", sender="ACME")]

    gateway = pigeons(wire, batch_size=2)
    outcomes = [outcome async for outcome in gateway.send_many([*same, *twice, *other])]

    assert [type(outcome) for outcome in outcomes] == [Accepted] * 7
    assert asked_for(wire) == [
        ["77010000000", "77010000001"],
        ["77010000002"],
        ["77010000002", "77010000009"],
        ["77010000000"],
        ["77010000001"],
    ]


async def test_a_broken_list_loses_nothing(wire: ScriptedTransport) -> None:
    """What was taken from a list that then breaks is settled before the break is seen."""

    def broken() -> Iterator[Message]:
        yield Message("77010000001", "x")
        yield Message("77010000002", "x")
        raise LookupError("no such order")

    outcomes: list[Outcome] = []

    async def send_all() -> None:
        async for outcome in pigeons(wire).send_many(broken()):
            outcomes.append(outcome)  # noqa: PERF401 - a comprehension would lose them

    with pytest.raises(LookupError, match="no such order"):
        await send_all()

    assert kinds(outcomes) == {"77010000001": "Accepted", "77010000002": "Accepted"}


async def test_an_async_stream_is_sent_as_it_comes(wire: ScriptedTransport) -> None:
    """A one-time code does not wait for a neighbour that may never come."""
    seen: list[int] = []
    more = asyncio.Event()

    async def stream() -> AsyncIterator[Message]:
        for n in range(3):
            seen.append(len(wire.asked))
            yield Message(f"7701000000{n}", "same")
            await more.wait()
            more.clear()

    async for outcome in pigeons(wire).send_many(stream()):
        assert isinstance(outcome, Accepted)
        more.set()

    assert seen == [0, 1, 2]


async def test_statuses_come_in_the_order_asked(wire: ScriptedTransport, clock: FakeClock) -> None:
    """Many refs are few requests, and each report stands where its ref stood."""
    gateway = pigeons(wire, batch_size=2)
    receipts = []
    for n in range(5):
        receipts.append(await gateway.send(Message(f"7701000000{n}", "x")))
        clock.advance(0.5)

    wire.asked.clear()
    reports = await gateway.statuses([receipts[4], receipts[0].ref, *receipts[1:4]])

    assert [report.status for report in reports] == [
        Status.QUEUED,
        Status.DELIVERED,
        Status.DELIVERED,
        Status.SENT,
        Status.SENT,
    ]
    assert [report.phone[-1] for report in reports] == ["4", "0", "1", "2", "3"]
    assert [len(some) for some in asked_for(wire)] == [2, 2, 1]


async def test_no_refs_no_request(wire: ScriptedTransport) -> None:
    """Nothing to ask about is answered at once."""
    assert await pigeons(wire).statuses([]) == []
    assert wire.asked == []


@pytest.mark.parametrize(
    ("ref", "kind", "rule"),
    [
        pytest.param("nonsense", InvalidArgument, "a ref reads", id="no-ref"),
        pytest.param(
            f"smsc:{GOOD}:1", InvalidArgument, "of 'smsc', not of 'pigeon'", id="wrong-gateway"
        ),
        pytest.param(
            Receipt(gateway="pigeon", id="", phone=GOOD, shared_ids=("1", "2")),
            Unsupported,
            "did not add up",
            id="nobody-knows-whose",
        ),
    ],
)
async def test_a_ref_that_cannot_be_asked(
    wire: ScriptedTransport, ref: Receipt | str, kind: type[Exception], rule: str
) -> None:
    """A wrong ref is our own error, before the wire: another's report would be a lie."""
    with pytest.raises(kind, match=rule):
        await pigeons(wire).status(ref)

    assert wire.asked == []


@attrs.define(kw_only=True, eq=False)
class PoorPigeons(PigeonGateway):
    """Pigeons without a word for grain."""

    def _make_codec(self) -> Codec:
        return attrs.evolve(super()._make_codec(), balance=None)


async def test_no_word_for_a_balance(wire: ScriptedTransport) -> None:
    """A gate that has none says so, and asks nobody."""
    with pytest.raises(Unsupported, match="pigeon has no word for a balance"):
        await PoorPigeons(loft="home", ring="R-42", transport=wire).balance()

    assert wire.asked == []


async def test_mirrors_are_tried_on_proof_alone() -> None:
    """The provider's own servers, in order, until one can be reached."""

    def script(base_url: str, _: HttpRequest) -> Answer:
        return Unreachable("down") if "second" not in base_url else HttpReply(b'["12.5"]')

    wire = ScriptedTransport(script)

    assert (await pigeons(wire).balance()).amount == 12.5
    assert [url for url, _ in wire.asked] == [
        "https://pigeon.invalid",
        "https://second.pigeon.invalid",
    ]


@pytest.mark.parametrize(
    ("options", "urls"),
    [
        ({"base_url": "http://a.example/"}, ["http://a.example"]),
        (
            {"base_urls": ["http://a.example", "http://b.example:81"]},
            ["http://a.example", "http://b.example:81"],
        ),
    ],
    ids=["base-url", "base-urls"],
)
async def test_other_servers(options: Mapping[str, object], urls: Sequence[str]) -> None:
    """A base URL replaces the provider's own servers, all of them."""
    make: Callable[..., PigeonGateway] = PigeonGateway
    wire = always(Unreachable("down"))
    with pytest.raises(Unreachable):
        await make(loft="home", ring="R-42", transport=wire, **options).balance()

    assert [url for url, _ in wire.asked] == urls


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        pytest.param({"timeout": 0}, "timeout: must be more than 0", id="no-time"),
        pytest.param({"timeout": -1}, "timeout: must be more than 0", id="negative-time"),
        pytest.param({"timeout": math.nan}, "timeout: must be more than 0", id="nan"),
        pytest.param({"timeout": math.inf}, "timeout: must be more than 0 and less", id="for-ever"),
        pytest.param({"timeout": 10**400}, "timeout: must be more than 0 and less", id="ages"),
        pytest.param({"timeout": Decimal(5)}, "timeout: must be a number", id="decimal"),
        pytest.param({"max_in_flight": 0}, "max_in_flight: must be more than 0", id="none"),
        pytest.param({"max_in_flight": 2.5}, "must be a whole number", id="half-a-request"),
        pytest.param({"batch_size": 0}, "batch_size: must be more than 0", id="empty-batches"),
        pytest.param(
            {"base_url": "http://a", "base_urls": ["http://b"]}, "not both", id="url-and-urls"
        ),
        pytest.param({"base_url": "http://a/path"}, "base_url: must read", id="path"),
        pytest.param({"base_url": "http://me:pw@a"}, "base_url: must read", id="login"),
        pytest.param({"base_urls": ["http://a", "b"]}, "base_url: must read", id="one-is-wrong"),
        pytest.param({"base_url": ""}, "base_url: must read", id="empty-url"),
        pytest.param({"sender": "A\nB"}, r"sender: '\\n' \(U\+000A\) is not", id="sender"),
    ],
)
def test_settings_are_checked_at_birth(options: Mapping[str, object], rule: str) -> None:
    """A gateway that cannot work is not made, so no message meets the mistake first."""
    make: Callable[..., PigeonGateway] = PigeonGateway

    with pytest.raises(InvalidArgument, match=rule):
        make(loft="home", ring="R-42", **options)


async def test_a_closed_gateway_is_unreachable(wire: ScriptedTransport) -> None:
    """After closing nothing is sent, and the error is proof of it."""
    gateway = pigeons(wire)
    async with gateway:
        pass

    with pytest.raises(Unreachable, match="the gateway is closed"):
        await gateway.send(Message(GOOD, "hello"))
    with pytest.raises(Unreachable, match="the gateway is closed"):
        await gateway.__aenter__()

    assert wire.asked == []
    assert not wire.is_closed  # it is its owner's


def test_the_secret_is_not_shown() -> None:
    """A gateway in a log does not open the account."""
    assert "R-42" not in repr(pigeons())


@pytest.mark.parametrize("name", ["sender", "base_url", "timeout", "ring"])
def test_settings_are_settled_at_birth(name: str) -> None:
    """A setting that could be changed would show in ``repr`` and do nothing."""
    gateway = PigeonGateway(loft="home", ring="R-42")

    with pytest.raises(attrs.exceptions.FrozenAttributeError):
        setattr(gateway, name, "other")
