"""What a caller sees is the same through every text gate, in every dialect."""

from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from support.clock import FakeClock
from support.loopback import Loopback

from smsgate import (
    Accepted,
    InvalidArgument,
    InvalidMessage,
    Message,
    NotSent,
    OutcomeUnknown,
    Refused,
    SmsClubHttpGateway,
    SmsClubSoapGateway,
    SmsClubXmlGateway,
    SmsGateError,
    Status,
    Unknown,
    Unsupported,
)
from smsgate.providers.network import LOGIN, PASSWORD, SENDER, TOKEN
from smsgate.providers.smsclub.text_gateway import SmsClubTextGateway

Kind = Callable[..., SmsClubTextGateway]
DIALECTS: Mapping[str, tuple[Kind, Mapping[str, object]]] = {
    "http-password": (SmsClubHttpGateway, {"password": PASSWORD}),
    "http-token": (SmsClubHttpGateway, {"token": TOKEN}),
    "xml-form-field": (SmsClubXmlGateway, {"password": PASSWORD}),
    "xml-raw-body": (SmsClubXmlGateway, {"password": PASSWORD, "raw_body": True}),
    "soap": (SmsClubSoapGateway, {"password": PASSWORD}),
}


@pytest.fixture(params=DIALECTS)
async def gateway(
    request: pytest.FixtureRequest, loopback: Loopback
) -> AsyncIterator[SmsClubTextGateway]:
    """Open a gateway in one of the dialects."""
    kind, settings = DIALECTS[request.param]
    async with kind(username=LOGIN, sender=SENDER, transport=loopback, **settings) as opened:
        yield opened


async def test_a_message_goes_all_the_way(
    gateway: SmsClubTextGateway, loopback: Loopback, clock: FakeClock
) -> None:
    """Sent, on the way, delivered: by its receipt and by the ref that was stored."""
    text = "Вітаю! ]]> & <b>\r\n" * 4

    receipt = await gateway.send(Message("+380990000001", text, id="mine"))
    on_the_way = await gateway.status(receipt)
    clock.advance(2)
    at_its_end = await gateway.status(receipt.ref)

    [sms] = loopback.network.sent
    assert (sms.phone, sms.text, sms.sender) == ("380990000001", text, SENDER)
    assert (receipt.gateway, receipt.parts, receipt.message_id) == (gateway.scheme, 2, "mine")
    assert receipt.part_ids == sms.ids
    assert (on_the_way.status, at_its_end.status) == (Status.QUEUED, Status.DELIVERED)


@pytest.mark.parametrize(
    ("digits", "status"),
    [
        ("2001", Status.FAILED),
        ("2002", Status.EXPIRED),
        ("2003", Status.UNDELIVERABLE),
        ("2004", Status.NO_REPORT),
        ("2005", Status.REJECTED),
        ("2006", Status.DELETED),
        ("2007", Status.QUEUED),
        ("2008", Status.UNKNOWN),
    ],
)
async def test_every_end_is_told(
    gateway: SmsClubTextGateway, clock: FakeClock, digits: str, status: Status
) -> None:
    """Whatever word the gate ends with, the caller gets a status for it."""
    receipt = await gateway.send(Message(f"38099000{digits}", "hi"))
    clock.advance(2)

    assert (await gateway.status(receipt)).status is status


@pytest.mark.parametrize("digits", ["9001", "9002", "9003", "9005"])
async def test_a_refusal_says_why(
    gateway: SmsClubTextGateway, loopback: Loopback, digits: str
) -> None:
    """The gate's own words, and proof that nothing was sent."""
    with pytest.raises(Refused, match=r"номер|Номер|средств"):
        await gateway.send(Message(f"38099000{digits}", "hi"))

    assert loopback.network.sent == []


async def test_a_page_after_a_send_is_unknown(
    gateway: SmsClubTextGateway, loopback: Loopback
) -> None:
    """The simulated server did take it, so calling it not sent would ring twice."""
    with pytest.raises(OutcomeUnknown):
        await gateway.send(Message("380990009500", "hi"))

    assert len(loopback.network.sent) == 1


async def test_one_text_shares_a_request(gateway: SmsClubTextGateway, loopback: Loopback) -> None:
    """Same text, new phones: one request, and each message has the ids of its own parts."""
    messages = [Message(f"38099000000{n}", "я" * 71) for n in range(3)]

    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    accepted = {o.message.phone: o.receipt.part_ids for o in outcomes if isinstance(o, Accepted)}
    assert accepted == {sms.phone: sms.ids for sms in loopback.network.sent}
    assert [len(ids) for ids in accepted.values()] == [2, 2, 2]
    assert len(loopback.asked) == 1


async def test_many_are_asked_about_at_once(
    gateway: SmsClubTextGateway, loopback: Loopback, clock: FakeClock
) -> None:
    """The reports come in the order asked."""
    phones = ["380990000001", "380990002001", "380990002002"]
    receipts = [await gateway.send(Message(phone, "hi")) for phone in phones]
    clock.advance(2)
    loopback.asked.clear()

    reports = await gateway.statuses(receipts[::-1])

    assert [r.status for r in reports] == [Status.EXPIRED, Status.FAILED, Status.DELIVERED]
    assert len(loopback.asked) == 1


async def test_a_dropped_recipient_leaves_the_batch_unknown(gateway: SmsClubTextGateway) -> None:
    """Two ids for three: nobody can say who was left out."""
    messages = [Message(phone, "hi") for phone in ("380990000001", "380990009005", "380990000002")]

    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    assert [type(outcome) for outcome in outcomes] == [Unknown] * 3


async def test_ids_that_do_not_add_up_are_nobodys(gateway: SmsClubTextGateway) -> None:
    """Each receipt says so, and none of the messages can be asked about alone."""
    messages = [Message(phone, "hi") for phone in ("380990009006", "380991119006")]

    receipts = [o.receipt async for o in gateway.send_many(messages) if isinstance(o, Accepted)]

    assert [len(receipt.shared_ids) for receipt in receipts] == [4, 4]
    with pytest.raises(Unsupported):
        await gateway.status(receipts[0])


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        pytest.param(Message("380990000001", "я" * 470), "parts", id="too-long"),
        pytest.param(Message("380990000001", "hi", sender="Ім'я"), "sender", id="sender"),
    ],
)
async def test_what_cannot_be_carried_never_leaves(
    gateway: SmsClubTextGateway, loopback: Loopback, message: Message, hint: str
) -> None:
    """Alone it raises; among others it alone is not sent."""
    with pytest.raises(InvalidMessage, match=hint):
        await gateway.send(message)

    sound = Message("380990000002", message.text[:2])
    outcomes = [outcome async for outcome in gateway.send_many([message, sound])]

    assert {o.message: type(o) for o in outcomes} == {message: NotSent, sound: Accepted}
    assert len(loopback.asked) == 1


@pytest.mark.parametrize("kind", [SmsClubHttpGateway, SmsClubXmlGateway, SmsClubSoapGateway])
@pytest.mark.parametrize("password", [None, "", "sesame\ud800"])
def test_a_login_that_cannot_work_is_refused_at_once(
    kind: type[SmsClubTextGateway], password: str | None
) -> None:
    """Before the first message, and without the secret in the error."""
    with pytest.raises(InvalidArgument) as caught:
        kind(username="u", password=password)

    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("kind", [SmsClubHttpGateway, SmsClubXmlGateway, SmsClubSoapGateway])
async def test_no_secret_and_no_text_is_told(
    kind: type[SmsClubTextGateway], loopback: Loopback
) -> None:
    """Neither ``repr`` nor an error has the password, the phone or the text."""
    gateway = kind(username=LOGIN, password="sesame", sender=SENDER, transport=loopback)

    with pytest.raises(SmsGateError) as caught:
        await gateway.send(Message("380990000001", "open up"))

    told = f"{gateway!r} {caught.value!r} {loopback.asked!r}"
    assert [secret for secret in ("sesame", "380990000001", "open up") if secret in told] == []


@pytest.mark.parametrize("kind", [SmsClubHttpGateway, SmsClubXmlGateway, SmsClubSoapGateway])
def test_the_default_server_speaks_tls(kind: type[SmsClubTextGateway]) -> None:
    """The password must not travel in the clear unless somebody asks for it."""
    gateway = kind(username="u", password="p")

    assert gateway._line.servers.mirrors.items == ["https://gate.smsclub.mobi"]
