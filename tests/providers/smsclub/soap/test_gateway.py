"""The SOAP gateway: what a caller sees, against the simulated end."""

import pytest
from support.clock import FakeClock
from support.loopback import Loopback

from smsgate.dsn import open_gateway
from smsgate.errors import InvalidArgument, InvalidMessage, OutcomeUnknown, Refused, Unsupported
from smsgate.message import Message
from smsgate.outcome import Accepted
from smsgate.providers.network import LOGIN, PASSWORD, Network
from smsgate.providers.smsclub.soap.gateway import SmsClubSoapGateway
from smsgate.report import Status


@pytest.fixture
def clock() -> FakeClock:
    """Give a clock that moves when told."""
    return FakeClock()


@pytest.fixture
def wire(clock: FakeClock) -> Loopback:
    """Give a way to the simulated end."""
    return Loopback(Network(clock=clock))


@pytest.fixture
def gateway(wire: Loopback) -> SmsClubSoapGateway:
    """Give the gateway at the simulated end."""
    return SmsClubSoapGateway(username=LOGIN, password=PASSWORD, sender="SMSGATE", transport=wire)


async def test_a_message_is_sent_and_followed(
    gateway: SmsClubSoapGateway, clock: FakeClock
) -> None:
    """Two parts, two ids, one report."""
    receipt = await gateway.send(Message("+380990000001", "я" * 71))
    early = await gateway.status(receipt)
    clock.advance(10)
    late = await gateway.status(receipt.ref)

    assert len(receipt.part_ids) == 2
    assert (early.status, late.status) == (Status.SENT, Status.DELIVERED)


async def test_many_share_a_request(gateway: SmsClubSoapGateway, wire: Loopback) -> None:
    """One text for three phones is one call."""
    messages = [Message(f"38099000000{place}", "x") for place in range(3)]

    outcomes = [outcome async for outcome in gateway.send_many(messages)]

    assert [type(outcome) for outcome in outcomes] == [Accepted] * 3
    assert len(wire.asked) == 1


async def test_the_default_server_speaks_tls() -> None:
    """The password must not travel in the clear unless somebody asks for it."""
    gateway = SmsClubSoapGateway(username="demo", password="demo")

    assert gateway._line.base_urls == ["https://gate.smsclub.mobi"]


async def test_a_refusal_is_raised(gateway: SmsClubSoapGateway) -> None:
    """With the provider's own words and code."""
    with pytest.raises(Refused, match="черном") as caught:
        await gateway.send(Message("380990009002", "x"))

    assert caught.value.code == "Client"


@pytest.mark.parametrize("phone", ["380990009500", "380990009501"])
async def test_an_unclear_answer_is_unknown(
    gateway: SmsClubSoapGateway, wire: Loopback, phone: str
) -> None:
    """The message is on its way, so it must not look refused."""
    with pytest.raises(OutcomeUnknown):
        await gateway.send(Message(phone, "x"))

    assert len(wire.network.sent) == 1


@pytest.mark.parametrize("text", ["\x01", "я" * 470])
async def test_what_cannot_be_carried_is_never_sent(
    gateway: SmsClubSoapGateway, wire: Loopback, text: str
) -> None:
    """A character that XML lacks, a text of eight parts."""
    with pytest.raises(InvalidMessage):
        await gateway.send(Message("380990000001", text))

    assert wire.asked == []


async def test_a_balance_is_not_supported(gateway: SmsClubSoapGateway, wire: Loopback) -> None:
    """The gate has no operation for it, so nothing is asked."""
    with pytest.raises(Unsupported):
        await gateway.balance()

    assert wire.asked == []


async def test_the_settings_reach_the_wire(wire: Loopback) -> None:
    """What the provider's WSDL would settle can be set."""
    gateway = SmsClubSoapGateway(
        username=LOGIN, password=PASSWORD, namespace="urn:a", action="urn:b", transport=wire
    )

    await gateway.send(Message("380990000001", "x", sender="SMSGATE"))

    [request] = wire.asked
    assert request.headers["soapaction"] == '"urn:b"'
    assert b'xmlns:ns1="urn:a"' in request.body


@pytest.mark.parametrize("setting", ["endpoint", "namespace", "action"])
def test_a_bad_setting_is_refused_at_birth(setting: str) -> None:
    """By its name, from a DSN too."""
    with pytest.raises(InvalidArgument, match=f"^{setting}: "):
        open_gateway(f"smsclub+soap://demo:demo@?{setting}=a%20b%22")


def test_a_login_that_xml_cannot_carry_is_refused_at_birth() -> None:
    """Without showing it."""
    with pytest.raises(InvalidArgument, match="login") as caught:
        SmsClubSoapGateway(username="demo", password="s3cret\x01")

    assert "s3cret" not in str(caught.value)


async def test_secrets_stay_out_of_repr(gateway: SmsClubSoapGateway, wire: Loopback) -> None:
    """Of the gateway and its requests."""
    await gateway.send(Message("380990000001", "x"))

    assert PASSWORD.encode() in wire.asked[0].body
    assert "password" not in repr(gateway)
    assert "login" not in repr(wire.asked)
