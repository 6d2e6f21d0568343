"""The XML gateway and the simulated end, from the caller's side."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from support.clock import FakeClock
from support.loopback import Loopback

from smsgate.errors import (
    InvalidArgument,
    InvalidMessage,
    OutcomeUnknown,
    Refused,
    SmsGateError,
    Unsupported,
)
from smsgate.message import Message
from smsgate.outcome import Accepted, NotSent, Unknown
from smsgate.providers.network import LOGIN, PASSWORD, SENDER, Network
from smsgate.providers.smsclub.xml.gateway import SmsClubXmlGateway
from smsgate.report import Status


@pytest.fixture
def clock() -> FakeClock:
    """Make a clock that stands still."""
    return FakeClock()


@pytest.fixture
def loopback(clock: FakeClock) -> Loopback:
    """Make a way to an empty network."""
    return Loopback(Network(clock=clock))


@pytest.fixture(params=[False, True], ids=["form-field", "raw-body"])
async def gateway(
    request: pytest.FixtureRequest, loopback: Loopback
) -> AsyncIterator[SmsClubXmlGateway]:
    """Open a gateway in either dialect."""
    async with SmsClubXmlGateway(
        username=LOGIN,
        password=PASSWORD,
        sender=SENDER,
        raw_body=request.param,
        transport=loopback,
    ) as opened:
        yield opened


def phone(number: int) -> str:
    """Make a phone whose last digits mean nothing to the simulator."""
    return f"380990000{number:03}"


async def test_a_message_goes_all_the_way(
    gateway: SmsClubXmlGateway, loopback: Loopback, clock: FakeClock
) -> None:
    """Sent, on the way, delivered: by its receipt and by the ref that was stored."""
    text = "Сәлем \U0001f600 ]]> & <b>\r\n" * 4

    receipt = await gateway.send(Message("+380990000001", text, id="mine"))
    on_the_way = await gateway.status(receipt)
    clock.advance(2)
    at_its_end = await gateway.status(receipt.ref)

    [sms] = loopback.network.sent
    assert (sms.phone, sms.text, sms.sender) == ("380990000001", text, SENDER)
    assert (receipt.gateway, receipt.parts, receipt.message_id) == ("smsclub+xml", 2, "mine")
    assert receipt.part_ids == sms.ids
    assert (on_the_way.status, at_its_end.status) == (Status.SENT, Status.DELIVERED)


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
    gateway: SmsClubXmlGateway, clock: FakeClock, digits: str, status: Status
) -> None:
    """Whatever word the gate ends with, the caller gets a status for it."""
    receipt = await gateway.send(Message(f"38099000{digits}", "hi"))
    clock.advance(2)

    assert (await gateway.status(receipt)).status is status


@pytest.mark.parametrize("digits", ["9001", "9002", "9003", "9005"])
async def test_a_refusal_says_why(
    gateway: SmsClubXmlGateway, loopback: Loopback, digits: str
) -> None:
    """The gate's own words, and proof that nothing was sent."""
    with pytest.raises(Refused, match=r"номер|Номер|средств"):
        await gateway.send(Message(f"38099000{digits}", "hi"))

    assert loopback.network.sent == []


async def test_a_page_after_a_send_is_unknown(
    gateway: SmsClubXmlGateway, loopback: Loopback
) -> None:
    """The simulated server did take it, so calling it not sent would ring twice."""
    with pytest.raises(OutcomeUnknown):
        await gateway.send(Message("380990009500", "hi"))

    assert len(loopback.network.sent) == 1


async def test_texts_of_all_kinds_share_a_request(
    gateway: SmsClubXmlGateway, loopback: Loopback
) -> None:
    """Each message has the ids of its own parts, whatever stands beside it."""
    texts = ["short", "я" * 71, "short", "я" * 200, "x" * 161]
    messages = [Message(phone(n), text) for n, text in enumerate(texts)]

    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    accepted = {o.message.phone: o.receipt.part_ids for o in outcomes if isinstance(o, Accepted)}
    assert accepted == {sms.phone: sms.ids for sms in loopback.network.sent}
    assert [len(accepted[message.phone]) for message in messages] == [1, 2, 1, 3, 2]
    assert len(loopback.asked) == 1


@pytest.mark.parametrize(
    ("messages", "requests"),
    [
        pytest.param([Message(phone(n), "hi") for n in range(3)], 1, id="one-text"),
        pytest.param([Message(phone(n), f"hi {n}") for n in range(3)], 1, id="own-texts"),
        pytest.param([Message(phone(1), f"hi {n}") for n in range(3)], 3, id="one-phone"),
        pytest.param(
            [Message(phone(n), "hi", sender=s) for n, s in enumerate(["A", "B", "B"])],
            2,
            id="two-senders",
        ),
        pytest.param([Message(phone(n), "hi") for n in range(101)], 2, id="over-the-batch-size"),
    ],
)
async def test_what_may_share_a_request(
    gateway: SmsClubXmlGateway, loopback: Loopback, messages: list[Message], requests: int
) -> None:
    """One sender and no phone twice, up to the batch size: then any texts ride together."""
    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    assert {o.message: type(o) for o in outcomes} == dict.fromkeys(messages, Accepted)
    assert len(loopback.asked) == requests
    assert len(loopback.network.sent) == len(outcomes) == len(messages)


async def test_many_are_asked_about_at_once(
    gateway: SmsClubXmlGateway, loopback: Loopback, clock: FakeClock
) -> None:
    """The reports come in the order asked."""
    phones = ["380990000001", "380990002001", "380990002002"]
    receipts = [await gateway.send(Message(phone, "hi")) for phone in phones]
    clock.advance(2)
    loopback.asked.clear()

    reports = await gateway.statuses(receipts[::-1])

    assert [r.status for r in reports] == [Status.EXPIRED, Status.FAILED, Status.DELIVERED]
    assert len(loopback.asked) == 1


async def test_a_dropped_recipient_leaves_the_batch_unknown(gateway: SmsClubXmlGateway) -> None:
    """Two ids for three: nobody can say who was left out."""
    messages = [Message(to, f"hi {to}") for to in (phone(1), "380990009005", phone(2))]

    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    assert [type(outcome) for outcome in outcomes] == [Unknown] * 3


async def test_an_id_too_many_is_nobodys(gateway: SmsClubXmlGateway) -> None:
    """Everybody was taken, but none of them can be asked about alone."""
    messages = [Message(to, f"hi {to}") for to in (phone(1), "380990009006")]

    receipts = [o.receipt async for o in gateway.send_many(messages) if isinstance(o, Accepted)]

    assert {len(receipt.shared_ids) for receipt in receipts} == {3}
    with pytest.raises(Unsupported):
        await gateway.status(receipts[0])


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        pytest.param(Message(phone(1), "hi \x01"), r"U\+0001", id="control-character"),
        pytest.param(Message(phone(1), "я" * 470), "parts", id="too-long"),
        pytest.param(Message(phone(1), "hi", sender="Ім'я"), "sender", id="sender"),
        pytest.param(Message(phone(1), "hi", valid_for=timedelta(minutes=5)), "for", id="life"),
    ],
)
async def test_what_cannot_be_carried_never_leaves(
    gateway: SmsClubXmlGateway, loopback: Loopback, message: Message, hint: str
) -> None:
    """Alone it raises; among others it alone is not sent."""
    with pytest.raises(InvalidMessage, match=hint):
        await gateway.send(message)

    messages = [Message(phone(2), "a"), message, Message(phone(3), "b")]
    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    assert {o.message.phone: type(o) for o in outcomes} == {
        phone(1): NotSent,
        phone(2): Accepted,
        phone(3): Accepted,
    }
    assert {sms.phone for sms in loopback.network.sent} == {phone(2), phone(3)}


@pytest.mark.parametrize(
    ("raw_body", "path"), [(False, "/hfw_smpp_addon/xmlsendsmspost.php"), (True, "/xml/")]
)
async def test_the_dialect_is_a_setting(loopback: Loopback, raw_body: bool, path: str) -> None:
    """The page's form field unless ``raw_body`` asks for what newer clients send."""
    gateway = SmsClubXmlGateway(
        username=LOGIN,
        password=PASSWORD,
        sender=SENDER,
        raw_body=raw_body,
        transport=loopback,
    )

    await gateway.send(Message(phone(1), "hi"))

    assert [request.path for request in loopback.asked] == [path]


async def test_there_is_no_balance_here(gateway: SmsClubXmlGateway, loopback: Loopback) -> None:
    """No word for it was ever documented, so nothing is asked."""
    with pytest.raises(Unsupported, match="balance"):
        await gateway.balance()

    assert loopback.asked == []


@pytest.mark.parametrize("password", [None, "", "sesame\x02"])
def test_a_login_that_cannot_work_is_refused_at_once(password: str | None) -> None:
    """Before the first message, and without the secret in the error."""
    with pytest.raises(InvalidArgument) as caught:
        SmsClubXmlGateway(username="u", password=password)

    assert "sesame" not in str(caught.value)


async def test_no_secret_and_no_text_is_told(loopback: Loopback) -> None:
    """Neither ``repr`` nor an error has the password, the phone or the text."""
    gateway = SmsClubXmlGateway(
        username=LOGIN, password="sesame", sender=SENDER, transport=loopback
    )

    with pytest.raises(SmsGateError) as caught:
        await gateway.send(Message(phone(1), "very private"))

    told = repr(gateway) + repr(loopback.asked) + str(caught.value)
    assert not any(secret in told for secret in ("sesame", phone(1), "private"))


async def test_a_ref_of_another_gate_is_refused(gateway: SmsClubXmlGateway) -> None:
    """Ids of one gate mean nothing, or something else, to another."""
    with pytest.raises(InvalidArgument, match=r"smsclub\+http"):
        await gateway.status("smsclub+http:380990000001:000101")
