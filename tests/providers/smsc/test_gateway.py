"""The gateway's two ends together: what was said is what was stored, and what is told."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st
from support.clock import FakeClock, NapClock
from support.loopback import Loopback
from support.transports import Answer, ScriptedTransport, always

from smsgate import (
    Accepted,
    AuthenticationFailed,
    ContentRefused,
    InvalidArgument,
    Message,
    NotSent,
    OutcomeUnknown,
    Receipt,
    RecipientRefused,
    SmscGateway,
    Status,
    Throttled,
    Unknown,
    Unreachable,
)
from smsgate.providers.network import Network
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

TEXTS = st.text(min_size=1, max_size=1000).filter(lambda text: "\0" not in text)
PHONES = st.from_regex(r"\+?7[0-9]{6}5555", fullmatch=True)  # no magic in these


def gateway_over(transport: Transport, **settings: str) -> SmscGateway:
    """Make a gateway to the simulator's account, on which no wait takes time."""
    return SmscGateway(
        login="demo",
        password="demo",
        transport=transport,
        sender=settings.get("sender"),
        clock=NapClock(),
    )


@given(to=PHONES, text=TEXTS)
@example(to="+77015555555", text="a=b&c;d+%2B\r\n,;:phones=7&id=0\x01]]>ә😀€")
async def test_what_is_stored_is_what_was_said(to: str, text: str) -> None:
    """No character of a text is lost or changed, and no text adds a recipient."""
    network = Network(clock=FakeClock())
    message = Message(to, text)
    receipt = await gateway_over(Loopback(network)).send(message)

    [sms] = network.sent
    assert (sms.phone, sms.text, sms.ids) == (message.phone, text, (receipt.id,))
    assert receipt.cost == sms.cost


@given(text=TEXTS, phones=st.lists(PHONES, min_size=1, unique_by=lambda to: to.strip("+")))
async def test_many_are_stored_as_said(text: str, phones: list[str]) -> None:
    """Sharing a request changes nothing about a message, its cost or its recipient."""
    network = Network(clock=FakeClock(), funds=Decimal(10**6))
    messages = [Message(to, text) for to in phones]

    outcomes = [o async for o in gateway_over(Loopback(network)).send_many(messages)]

    assert [type(outcome) for outcome in outcomes] == [Accepted] * len(messages)
    assert [(sms.phone, sms.text) for sms in network.sent] == [(m.phone, text) for m in messages]


@given(st.lists(TEXTS | st.text("a|\\\n\r ж:,", min_size=1), min_size=1, max_size=20))
@example(["one", "two\n77015555559:three", "C:\\new", "Shop|x", " four "])
async def test_personal_texts_are_stored_as_said(texts: list[str]) -> None:
    """Those that ride together and those that go alone: every phone gets its own text."""
    network = Network(clock=FakeClock(), funds=Decimal(10**6))
    messages = [Message(f"770{n:02}5555555", text) for n, text in enumerate(texts)]

    outcomes = [o async for o in gateway_over(Loopback(network)).send_many(messages)]

    assert {type(outcome) for outcome in outcomes} == {Accepted}
    assert sorted((sms.phone, sms.text) for sms in network.sent) == [
        (m.phone, m.text) for m in messages
    ]


async def test_personal_texts_share_a_request(loopback: Loopback, network: Network) -> None:
    """Hundreds of them are as few as the batch size allows."""
    messages = [Message(f"7701{n:03}5555", f"Код {n}") for n in range(300)]
    gateway = SmscGateway(login="demo", password="demo", transport=loopback, batch_size=150)

    outcomes = [o async for o in gateway.send_many(messages)]

    assert [type(outcome) for outcome in outcomes] == [Accepted] * 300
    assert [len(parse_form(r)["list"].split("\n")) for r in loopback.asked] == [150, 150]
    assert {sms.phone: sms.text for sms in network.sent} == {m.phone: m.text for m in messages}


@pytest.mark.parametrize("sender", ["ACME", "Мой магазин", "a&b=c;d"])
async def test_the_sender_arrives(loopback: Loopback, network: Network, sender: str) -> None:
    """On the gateway or on the message; the message's own comes first."""
    gateway = gateway_over(loopback, sender="Usual")
    await gateway.send(Message("77015555555", "x"))
    await gateway.send(Message("77015555555", "x", sender=sender))

    assert [sms.sender for sms in network.sent] == ["Usual", sender]


async def test_every_request_has_an_id_of_its_own(loopback: Loopback) -> None:
    """The same message twice is two messages, and each can be asked about."""
    gateway = gateway_over(loopback)
    message = Message("77015555555", "x")
    receipts = [await gateway.send(message) for _ in range(100)]
    ids = [parse_form(request)["id"] for request in loopback.asked]

    assert len(set(ids)) == 100
    assert [receipt.id for receipt in receipts] == ids
    assert all(id_.isalnum() and len(id_) == 32 for id_ in ids)


async def test_an_id_of_your_own_making(loopback: Loopback, network: Network) -> None:
    """A number or a text: it comes back, and can be asked by."""
    ids = iter(["4107", "order-1", "a" * 41])
    gateway = SmscGateway(
        login="demo", password="demo", transport=loopback, id_factory=lambda: next(ids)
    )
    receipts = [await gateway.send(Message("77015555555", "x")) for _ in range(2)]

    assert [receipt.id for receipt in receipts] == ["4107", "order-1"]
    assert [report.code for report in await gateway.statuses(receipts)] == ["-1", "-1"]
    with pytest.raises(InvalidArgument, match="id_factory"):
        await gateway.send(Message("77015555555", "x"))
    assert len(network.sent) == 2


async def test_a_message_is_followed_to_its_end(loopback: Loopback, clock: FakeClock) -> None:
    """From the stored ref alone: queued, sent, delivered."""
    gateway = gateway_over(loopback)
    ref = (await gateway.send(Message("+77015555555", "Код"))).ref
    seen = []
    for _ in range(4):
        report = await gateway.status(ref)
        seen.append(report.status)
        clock.advance(1)

    assert seen == [Status.QUEUED, Status.SENT, Status.DELIVERED, Status.DELIVERED]
    assert report.at == datetime.fromtimestamp(int(clock()) - 1, UTC)
    assert (report.cost, report.text) == (Decimal("3.20"), "Delivered")


async def test_many_statuses_are_one_request(loopback: Loopback, clock: FakeClock) -> None:
    """Each message by its id and phone; one that nobody knows is not found."""
    gateway = gateway_over(loopback)
    phones = ["77015552003", "77015552022", "77015555555", "77015553006"]
    outcomes = [o async for o in gateway.send_many([Message(phone, "x") for phone in phones])]
    receipts = [outcome.receipt for outcome in outcomes if isinstance(outcome, Accepted)]
    clock.advance(9)
    loopback.asked.clear()

    reports = await gateway.statuses([*receipts, "smsc:77010000000:nobody"])

    assert [report.status for report in reports] == [
        Status.EXPIRED,
        Status.UNDELIVERABLE,
        Status.DELIVERED,
        Status.UNDELIVERABLE,
        Status.NOT_FOUND,
    ]
    assert len(loopback.asked) == 1


async def test_refusals_of_one_phone_among_many(loopback: Loopback, network: Network) -> None:
    """The good ones are accepted; each bad one is told why."""
    phones = ["77015555555", "77015559007", "77015559008"]

    good, wrong, barred = [
        outcome
        async for outcome in gateway_over(loopback).send_many(Message(p, "x") for p in phones)
    ]

    assert isinstance(good, Accepted)
    for bad in (wrong, barred):
        assert isinstance(bad, NotSent)
        assert isinstance(bad.error, RecipientRefused)
    assert [sms.phone for sms in network.sent] == phones[:1]


@pytest.mark.parametrize(
    ("phone", "kind"), [("77015559006", ContentRefused), ("77015559019", Throttled)]
)
async def test_a_refusal_of_all(
    loopback: Loopback, network: Network, phone: str, kind: type[Exception]
) -> None:
    """When the request is refused, each message in it is."""
    errors = [
        outcome.error
        async for outcome in gateway_over(loopback).send_many(
            [Message("77015555555", "x"), Message(phone, "x")]
        )
        if isinstance(outcome, NotSent)
    ]

    assert [type(error) for error in errors] == [kind, kind]
    assert network.sent == []


async def test_the_balance(loopback: Loopback) -> None:
    """What was spent is gone, to the tiyn."""
    gateway = gateway_over(loopback)
    await gateway.send(Message("77015555555", "ж" * 71))
    balance = await gateway.balance()

    assert (balance.amount, balance.currency) == (Decimal("993.60"), "KZT")


async def test_an_api_key(loopback: Loopback) -> None:
    """A key does for login and password."""
    gateway = SmscGateway(api_key="demo-token", transport=loopback)

    assert isinstance(await gateway.send(Message("77015555555", "x")), Receipt)
    with pytest.raises(AuthenticationFailed, match="authorise error"):
        await SmscGateway(api_key="wrong", transport=loopback).balance()


async def test_the_mirrors_of_a_host() -> None:
    """The official order, over https, and each only on proof that the last was not reached."""
    wire = always(Unreachable("down"))
    gateway = SmscGateway(api_key="key", host="smsc.ua", transport=wire)
    with pytest.raises(Unreachable):
        await gateway.send(Message("77015555555", "x"))

    assert [url for url, _ in wire.asked] == [
        "https://smsc.ua",
        "https://www2.smsc.ua",
        "https://www3.smsc.ua",
        "https://www4.smsc.ua",
        "https://www5.smsc.ua",
    ]
    assert len({request.body for _, request in wire.asked}) == 1  # one id on all of them


@pytest.mark.parametrize("host", ["", "smsc.kz/sys", "me:pw@smsc.kz", "smsc.kz?x", "смс.kz"])
def test_a_host_is_a_host(host: str) -> None:
    """Nothing but a name and perhaps a port."""
    with pytest.raises(InvalidArgument, match="base_url: must read"):
        SmscGateway(api_key="key", host=host)


def test_secrets_are_not_shown() -> None:
    """A gateway in a log does not open the account."""
    shown = repr([SmscGateway(login="me", password="HUNTER2"), SmscGateway(api_key="HUNTER2")])

    assert "HUNTER2" not in shown


async def test_a_lost_answer_can_be_asked_about(
    loopback: Loopback, network: Network, clock: FakeClock
) -> None:
    """Each message of a lost request has its own ref: our id, which SMSC knows it by."""

    def lose(_: str, request: HttpRequest) -> Answer:
        loopback.answer(request)
        return HttpReply(b"<h1>502</h1>", 502)

    phones = ["77015555555", "77015556666"]
    messages = [Message(phone, "x") for phone in phones]
    lossy = gateway_over(ScriptedTransport(lose))

    errors = [o.error async for o in lossy.send_many(messages) if isinstance(o, Unknown)]
    refs = [error.ref for error in errors if isinstance(error, OutcomeUnknown) and error.ref]

    own_id = network.sent[0].ids[0]
    assert refs == [f"smsc:{phone}:{own_id}" for phone in phones]
    assert "HTTP 502" in str(errors[0])

    clock.advance(2)
    reports = await gateway_over(loopback).statuses(refs)

    assert [(report.phone, report.status) for report in reports] == [
        (phone, Status.DELIVERED) for phone in phones
    ]


async def test_a_line_that_says_nothing_clear_can_be_asked_about() -> None:
    """The same holds for the one message whose line is unreadable in an accepted request."""
    body = b'{"id": 1, "cnt": 1, "phones": [{"phone": "77015555555", "status": "99"}]}'
    gateway = SmscGateway(
        api_key="key",
        transport=always(HttpReply(body)),
        id_factory=lambda: "order-1",
        clock=NapClock(),
    )
    with pytest.raises(OutcomeUnknown, match="status 99") as caught:
        await gateway.send(Message("77015555555", "x"))

    assert caught.value.ref == "smsc:77015555555:order-1"
    assert caught.value.code == "99"


@pytest.mark.parametrize("made", [12345, None, b"id"])
async def test_an_id_factory_that_makes_no_text(loopback: Loopback, made: object) -> None:
    """It is our caller's mistake, told as one, before anything is sent."""
    gateway = SmscGateway(
        api_key="key",
        transport=loopback,
        id_factory=[made].pop,  # type: ignore[arg-type]
    )

    with pytest.raises(InvalidArgument, match="id_factory: it must make str"):
        await gateway.send(Message("77011234567", "x"))

    with pytest.raises(InvalidArgument, match=r"id_factory: it failed \(IndexError\)"):
        await gateway.send(Message("77011234567", "x"))

    [outcome] = [o async for o in gateway.send_many([Message("77011234567", "x")])]
    assert isinstance(outcome, NotSent)

    assert loopback.asked == []


async def test_the_answer_to_another_request_is_none_to_this_one(network: Network) -> None:
    """
    A server that answers twice puts the second copy in front of the next answer.

    The id in it is that of an earlier request of ours, so it says nothing of this message;
    SMSC is asked, and knows.
    """
    real = Loopback(network)
    answers: list[HttpReply] = []

    def twice(_: str, request: HttpRequest) -> Answer:
        answer = real.answer(request)
        if "send" not in request.path:
            return answer

        answers.append(answer)
        return answers[0]

    gateway = gateway_over(ScriptedTransport(twice))
    first = await gateway.send(Message("77015555555", "one"))
    second = await gateway.send(Message("77015556666", "two"))

    assert [sms.ids for sms in network.sent] == [(first.id,), (second.id,)]
    assert first.id != second.id
