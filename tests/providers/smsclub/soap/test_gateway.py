"""The SOAP gateway: what a caller sees, against the simulated end."""

import pytest
from support.loopback import Loopback

from smsgate.errors import InvalidArgument, InvalidMessage, OutcomeUnknown, Refused, Unsupported
from smsgate.message import Message
from smsgate.opening import open_gateway
from smsgate.providers.network import LOGIN, PASSWORD
from smsgate.providers.smsclub.soap.gateway import SmsClubSoapGateway


@pytest.fixture
def gateway(loopback: Loopback) -> SmsClubSoapGateway:
    """Give the gateway at the simulated end."""
    return SmsClubSoapGateway(
        username=LOGIN, password=PASSWORD, sender="SMSGATE", transport=loopback
    )


async def test_a_refusal_is_raised(gateway: SmsClubSoapGateway) -> None:
    """With the provider's own words and code."""
    with pytest.raises(Refused, match="черном") as caught:
        await gateway.send(Message("380990009002", "x"))

    assert caught.value.code == "Client"


@pytest.mark.parametrize("phone", ["380990009500", "380990009501"])
async def test_an_unclear_answer_is_unknown(
    gateway: SmsClubSoapGateway, loopback: Loopback, phone: str
) -> None:
    """The message is on its way, so it must not look refused."""
    with pytest.raises(OutcomeUnknown):
        await gateway.send(Message(phone, "x"))

    assert len(loopback.network.sent) == 1


@pytest.mark.parametrize("text", ["\x01", "я" * 470])
async def test_what_cannot_be_carried_is_never_sent(
    gateway: SmsClubSoapGateway, loopback: Loopback, text: str
) -> None:
    """A character that XML lacks, a text of eight parts."""
    with pytest.raises(InvalidMessage):
        await gateway.send(Message("380990000001", text))

    assert loopback.asked == []


async def test_a_balance_is_not_supported(gateway: SmsClubSoapGateway, loopback: Loopback) -> None:
    """The gate has no operation for it, so nothing is asked."""
    with pytest.raises(Unsupported):
        await gateway.balance()

    assert loopback.asked == []


async def test_the_settings_reach_the_wire(loopback: Loopback) -> None:
    """What the provider's WSDL would settle can be set."""
    gateway = SmsClubSoapGateway(
        username=LOGIN, password=PASSWORD, namespace="urn:a", action="urn:b", transport=loopback
    )

    await gateway.send(Message("380990000001", "x", sender="SMSGATE"))

    [request] = loopback.asked
    assert request.headers["soapaction"] == '"urn:b"'
    assert b'xmlns:ns1="urn:a"' in request.body


@pytest.mark.parametrize("setting", ["endpoint", "namespace", "action"])
def test_a_bad_setting_is_refused_at_birth(setting: str) -> None:
    """By its name, from a DSN too."""
    with pytest.raises(InvalidArgument, match=f"^{setting}: "):
        open_gateway(f"smsclub+soap://demo:demo@?{setting}=a%20b%22")
