"""The HTTP gateway and the simulated end, from the caller's side."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

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
from smsgate.providers.network import LOGIN, PASSWORD, SENDER, TOKEN, Network
from smsgate.providers.smsclub.http.gateway import SmsClubHttpGateway
from smsgate.report import Status
from smsgate.wire.http import parse_form


@pytest.fixture
def clock() -> FakeClock:
    """Make a clock that stands still."""
    return FakeClock()


@pytest.fixture
def loopback(clock: FakeClock) -> Loopback:
    """Make a way to an empty network."""
    return Loopback(Network(clock=clock))


@pytest.fixture(params=[(PASSWORD, None), (None, TOKEN)], ids=["password", "token"])
async def gateway(
    request: pytest.FixtureRequest, loopback: Loopback
) -> AsyncIterator[SmsClubHttpGateway]:
    """Open a gateway in either dialect."""
    password, token = request.param
    async with SmsClubHttpGateway(
        username=LOGIN, password=password, token=token, sender=SENDER, transport=loopback
    ) as opened:
        yield opened


async def test_a_message_goes_all_the_way(
    gateway: SmsClubHttpGateway, loopback: Loopback, clock: FakeClock
) -> None:
    """Sent, on the way, delivered: by its receipt and by the ref that was stored."""
    receipt = await gateway.send(Message("+380990000001", "Вітаю! " * 11, id="mine"))
    on_the_way = await gateway.status(receipt)
    clock.advance(2)
    at_its_end = await gateway.status(receipt.ref)

    [sms] = loopback.network.sent
    assert (sms.phone, sms.text, sms.sender) == ("380990000001", "Вітаю! " * 11, SENDER)
    assert (receipt.gateway, receipt.parts, receipt.message_id) == ("smsclub+http", 2, "mine")
    assert receipt.part_ids == sms.ids
    assert (on_the_way.status, at_its_end.status) == (Status.SENT, Status.DELIVERED)


async def test_the_balance_has_money_and_credit(gateway: SmsClubHttpGateway) -> None:
    """Both are `Decimal`, and the price of each part is gone from the first."""
    await gateway.send(Message("380990000001", "я" * 71))

    balance = await gateway.balance()

    assert (balance.amount, balance.credit) == (Decimal("999.1000"), Decimal(0))


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
    gateway: SmsClubHttpGateway, clock: FakeClock, digits: str, status: Status
) -> None:
    """Whatever word the gate ends with, the caller gets a status for it."""
    receipt = await gateway.send(Message(f"38099000{digits}", "hi"))
    clock.advance(2)

    assert (await gateway.status(receipt)).status is status


@pytest.mark.parametrize("digits", ["9001", "9002", "9003", "9005"])
async def test_a_refusal_says_why(
    gateway: SmsClubHttpGateway, loopback: Loopback, digits: str
) -> None:
    """The gate's own words, and proof that nothing was sent."""
    with pytest.raises(Refused, match=r"номер|Номер|средств"):
        await gateway.send(Message(f"38099000{digits}", "hi"))

    assert loopback.network.sent == []


async def test_a_page_after_a_send_is_unknown(
    gateway: SmsClubHttpGateway, loopback: Loopback
) -> None:
    """The simulated server did take it, so calling it not sent would ring twice."""
    with pytest.raises(OutcomeUnknown):
        await gateway.send(Message("380990009500", "hi"))

    assert len(loopback.network.sent) == 1


async def test_one_text_shares_a_request(gateway: SmsClubHttpGateway, loopback: Loopback) -> None:
    """Same text, new phones: one request, each with its own ids; another text waits."""
    texts = ["я" * 71] * 3 + ["other"]
    messages = [Message(f"38099000000{n}", text) for n, text in enumerate(texts)]

    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    accepted = {o.message.phone: o.receipt.part_ids for o in outcomes if isinstance(o, Accepted)}
    assert accepted == {sms.phone: sms.ids for sms in loopback.network.sent}
    assert [len(accepted[message.phone]) for message in messages] == [2, 2, 2, 1]
    assert len(loopback.asked) == 2


async def test_many_are_asked_about_at_once(
    gateway: SmsClubHttpGateway, loopback: Loopback, clock: FakeClock
) -> None:
    """The reports come in the order asked."""
    phones = ["380990000001", "380990002001", "380990002002"]
    receipts = [await gateway.send(Message(phone, "hi")) for phone in phones]
    clock.advance(2)
    loopback.asked.clear()

    reports = await gateway.statuses(receipts[::-1])

    assert [r.status for r in reports] == [Status.EXPIRED, Status.FAILED, Status.DELIVERED]
    assert len(loopback.asked) == 1


async def test_a_dropped_recipient_leaves_the_batch_unknown(gateway: SmsClubHttpGateway) -> None:
    """Two ids for three: nobody can say who was left out."""
    messages = [Message(phone, "hi") for phone in ("380990000001", "380990009005", "380990000002")]

    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    assert [type(outcome) for outcome in outcomes] == [Unknown] * 3


async def test_an_id_too_many_is_nobodys(gateway: SmsClubHttpGateway) -> None:
    """Everybody was taken, but none of them can be asked about alone."""
    messages = [Message(phone, "hi") for phone in ("380990009006", "380991119006")]

    receipts = [o.receipt async for o in gateway.send_many(messages) if isinstance(o, Accepted)]

    assert {len(receipt.shared_ids) for receipt in receipts} == {4}
    with pytest.raises(Unsupported):
        await gateway.status(receipts[0])


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        pytest.param(Message("380990000001", "hi \U0001f600"), r"U\+1F600", id="emoji"),
        pytest.param(Message("380990000001", "я" * 470), "parts", id="too-long"),
        pytest.param(Message("380990000001", "hi", sender="Ім'я"), "sender", id="sender"),
        pytest.param(
            Message("380990000001", "hi", valid_for=timedelta(seconds=90)), "minutes", id="life"
        ),
    ],
)
async def test_what_cannot_be_carried_never_leaves(
    gateway: SmsClubHttpGateway, loopback: Loopback, message: Message, hint: str
) -> None:
    """Alone it raises; among others it alone is not sent."""
    with pytest.raises(InvalidMessage, match=hint):
        await gateway.send(message)

    sound = Message("380990000002", message.text[:2])
    outcomes = [outcome async for outcome in gateway.send_many([message, sound])]

    assert {o.message: type(o) for o in outcomes} == {message: NotSent, sound: Accepted}
    assert len(loopback.asked) == 1


async def test_base64_may_go_with_a_token(loopback: Loopback) -> None:
    """The page and the clients disagree, so ``base64`` overrules what goes with the secret."""
    gateway = SmsClubHttpGateway(
        username=LOGIN, token=TOKEN, sender=SENDER, base64=True, transport=loopback
    )

    await gateway.send(Message("380990000001", "hi"))

    assert parse_form(loopback.asked[0])["text"] == "aGk="


async def test_plain_text_may_go_with_a_password(loopback: Loopback) -> None:
    """It works the other way round too; this server reads Base64 there, and says so."""
    gateway = SmsClubHttpGateway(
        username=LOGIN, password=PASSWORD, sender=SENDER, base64=False, transport=loopback
    )

    with pytest.raises(Refused, match="закодирован"):
        await gateway.send(Message("380990000001", "hi"))

    assert parse_form(loopback.asked[0])["text"] == "hi"


@pytest.mark.parametrize(
    ("password", "token"),
    [
        pytest.param(None, None, id="no-secret"),
        pytest.param("sesame", "sesame", id="two-secrets"),
        pytest.param(None, "sesame ұ", id="outside-the-code-page"),
    ],
)
def test_a_login_that_cannot_work_is_refused_at_once(
    password: str | None, token: str | None
) -> None:
    """Before the first message, and without the secret in the error."""
    with pytest.raises(InvalidArgument) as caught:
        SmsClubHttpGateway(username="u", password=password, token=token)

    assert "sesame" not in str(caught.value)


async def test_no_secret_and_no_text_is_told(loopback: Loopback) -> None:
    """Neither ``repr`` nor an error has the password, the phone or the text."""
    gateway = SmsClubHttpGateway(
        username=LOGIN, password="sesame", sender=SENDER, transport=loopback
    )

    with pytest.raises(SmsGateError) as caught:
        await gateway.send(Message("380990000001", "very private"))

    told = repr(gateway) + repr(loopback.asked) + str(caught.value)
    assert not any(secret in told for secret in ("sesame", "380990000001", "private"))


def test_a_dsn_names_a_username() -> None:
    """The user and the password of a DSN are just that; a token is a setting."""
    assert SmsClubHttpGateway.credentials("u", "p") == {"username": "u", "password": "p"}


async def test_a_ref_of_another_gate_is_refused(gateway: SmsClubHttpGateway) -> None:
    """Ids of one gate mean nothing, or something else, to another."""
    with pytest.raises(InvalidArgument, match=r"smsclub\+xml"):
        await gateway.status("smsclub+xml:380990000001:000101")
