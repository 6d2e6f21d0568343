"""The JSON gateway: what a caller sees, against the simulated end."""

from decimal import Decimal

import pytest
from support.clock import FakeClock, NapClock
from support.loopback import Loopback

from smsgate.errors import (
    AuthenticationFailed,
    ContentRefused,
    DuplicateRequest,
    InvalidArgument,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
    Throttled,
)
from smsgate.message import Message
from smsgate.outcome import Accepted, NotSent, Unknown
from smsgate.providers.network import TOKEN
from smsgate.providers.smsclub.json.gateway import SmsClubJsonGateway
from smsgate.receipt import Ref
from smsgate.report import Status


@pytest.fixture
def gateway(loopback: Loopback) -> SmsClubJsonGateway:
    """Give the gateway at the simulated end; no wait takes time."""
    return SmsClubJsonGateway(token=TOKEN, sender="SMSGATE", transport=loopback, clock=NapClock())


async def test_a_message_is_sent_and_followed(
    gateway: SmsClubJsonGateway, clock: FakeClock
) -> None:
    """By its receipt, and by the text that was stored of it."""
    receipt = await gateway.send(Message("+380990000001", "x"))
    early = await gateway.status(receipt)
    clock.advance(10)
    late = await gateway.status(receipt.ref)

    assert (early.status, late.status) == (Status.QUEUED, Status.DELIVERED)


async def test_each_of_many_has_its_own_outcome(
    gateway: SmsClubJsonGateway, loopback: Loopback
) -> None:
    """Taken, refused, and in neither map: in one request."""
    phones = ["380990000001", "380990009001", "380990009404"]

    outcomes = [o async for o in gateway.send_many(Message(phone, "x") for phone in phones)]

    assert [type(outcome) for outcome in outcomes] == [Accepted, NotSent, Unknown]
    assert len(loopback.asked) == 1


@pytest.mark.parametrize(
    ("digits", "kind"),
    [
        ("9001", RecipientRefused),
        ("9400", Refused),
        ("9404", OutcomeUnknown),
        ("9406", ContentRefused),
        ("9429", Throttled),
        ("9453", DuplicateRequest),
        ("9500", OutcomeUnknown),
        ("9501", OutcomeUnknown),
    ],
)
async def test_errors(gateway: SmsClubJsonGateway, digits: str, kind: type[SmsGateError]) -> None:
    """Each is of the class that a caller would act on."""
    with pytest.raises(SmsGateError) as caught:
        await gateway.send(Message(f"38099000{digits}", "x"))

    assert type(caught.value) is kind


async def test_a_wrong_token_is_told(loopback: Loopback) -> None:
    """Without showing it."""
    gateway = SmsClubJsonGateway(token="s3cret", sender="SMSGATE", transport=loopback)

    with pytest.raises(AuthenticationFailed) as caught:
        await gateway.send(Message("380990000001", "x"))

    assert "s3cret" not in str(caught.value) + repr(gateway)


async def test_an_emoji_passes_only_where_it_is_asked_for(
    gateway: SmsClubJsonGateway, loopback: Loopback
) -> None:
    """It may arrive as a question mark."""
    brave = SmsClubJsonGateway(token=TOKEN, sender="SMSGATE", emoji=True, transport=loopback)
    message = Message("380990000001", "😀")

    with pytest.raises(InvalidMessage, match=r"U\+1F600"):
        await gateway.send(message)
    await brave.send(message)

    assert [sms.text for sms in loopback.network.sent] == ["😀"]


async def test_a_question_has_a_hundred_ids_at_most(
    gateway: SmsClubJsonGateway, loopback: Loopback
) -> None:
    """Messages of several parts count as several; the reports come in the order asked."""
    receipt = await gateway.send(Message("380990000001", "x"))
    strangers = [Ref(gateway.scheme, "1", (f"{i}a", f"{i}b", f"{i}c")) for i in range(40)]
    loopback.asked.clear()

    reports = await gateway.statuses([*map(str, strangers), receipt])

    assert [report.status for report in reports] == [Status.UNKNOWN] * 40 + [Status.QUEUED]
    assert [request.body.count(b",") + 1 for request in loopback.asked] == [99, 22]


async def test_nothing_is_asked_when_one_ref_is_wrong(
    gateway: SmsClubJsonGateway, loopback: Loopback
) -> None:
    """It is the caller's mistake, so it is told before the loopback."""
    with pytest.raises(InvalidArgument):
        await gateway.statuses([f"{gateway.scheme}:1:1", "smsc:1:1"])

    assert loopback.asked == []


async def test_money_and_sender_names(gateway: SmsClubJsonGateway) -> None:
    """The account can be asked about itself."""
    balance = await gateway.balance()

    assert (balance.amount, balance.currency) == (Decimal(1000), "UAH")
    assert await gateway.originators() == ["SMSGATE", "SMS CLUB"]


def test_a_batch_is_no_larger_than_the_gate_takes() -> None:
    """A hundred phones, a hundred ids."""
    assert SmsClubJsonGateway(token="t").batch_size == 100
    with pytest.raises(InvalidArgument, match="batch_size"):
        SmsClubJsonGateway(token="t", batch_size=101)


def test_the_default_server_speaks_tls() -> None:
    """The token must not travel in the clear."""
    assert SmsClubJsonGateway(token="t")._line.servers.mirrors.items == ["https://im.smsclub.mobi"]


@pytest.mark.parametrize(
    ("user", "password", "token"), [("", "t0ken", "t0ken"), ("t0ken", "", "t0ken"), ("a", "b", "b")]
)
def test_a_dsn_has_the_token_for_a_password(user: str, password: str, token: str) -> None:
    """Or for a user, where nothing else stands there."""
    assert SmsClubJsonGateway.credentials(user, password) == {"token": token}
