"""The XML gateway and the simulated end, from the caller's side."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from support.loopback import Loopback

from smsgate.errors import (
    InvalidArgument,
    InvalidMessage,
    Unsupported,
)
from smsgate.message import Message
from smsgate.outcome import Accepted
from smsgate.providers.network import LOGIN, PASSWORD, SENDER
from smsgate.providers.smsclub.xml.gateway import SmsClubXmlGateway


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


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        pytest.param(Message(phone(1), "hi \x01"), r"U\+0001", id="control-character"),
        pytest.param(Message(phone(1), "hi", valid_for=timedelta(minutes=5)), "for", id="life"),
    ],
)
async def test_what_cannot_be_carried_never_leaves(
    gateway: SmsClubXmlGateway, loopback: Loopback, message: Message, hint: str
) -> None:
    """XML 1.0 has no control characters, and this gate no word for a life time."""
    with pytest.raises(InvalidMessage, match=hint):
        await gateway.send(message)

    assert loopback.asked == []


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


async def test_a_ref_of_another_gate_is_refused(gateway: SmsClubXmlGateway) -> None:
    """Ids of one gate mean nothing, or something else, to another."""
    with pytest.raises(InvalidArgument, match=r"smsclub\+http"):
        await gateway.status("smsclub+http:380990000001:000101")
