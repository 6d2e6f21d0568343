"""The gateway's quote: both ends together, and nothing is ever sent."""

from decimal import Decimal

import pytest
from support.loopback import Loopback
from support.transports import always

from smsgate import (
    ContentRefused,
    InvalidMessage,
    Message,
    OutcomeUnknown,
    PhoneQuote,
    Quote,
    RecipientRefused,
    Refused,
    SmscGateway,
)
from smsgate.providers.network import Network
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, parse_form
from smsgate.wire.json import dumps


def gateway_over(transport: Transport, *, batch_size: int = 500) -> SmscGateway:
    """Make a gateway to the simulator's account."""
    return SmscGateway(login="demo", password="demo", transport=transport, batch_size=batch_size)


async def test_what_a_campaign_would_cost(loopback: Loopback, network: Network) -> None:
    """All of it and each phone, in one request; and no phone rings."""
    messages = [Message("+77015555555", "Код 1"), Message("77015556666", "ж" * 71)]

    quote = await gateway_over(loopback).quote(messages)

    assert quote == Quote(
        cost=Decimal("9.60"),
        parts=None,
        by_phone={
            "77015555555": PhoneQuote(cost=Decimal("3.20"), operator="40101"),
            "77015556666": PhoneQuote(cost=Decimal("6.40"), operator="40101"),
        },
    )
    assert len(loopback.asked) == 1
    assert network.sent == []


async def test_the_price_is_what_is_then_charged(loopback: Loopback) -> None:
    """The quote and the receipt agree."""
    gateway = gateway_over(loopback)
    message = Message("77015555555", "ж" * 71)

    quote = await gateway.quote([message])
    receipt = await gateway.send(message)

    assert (quote.cost, quote.parts) == (receipt.cost, receipt.parts)


async def test_messages_of_many_kinds(loopback: Loopback, network: Network) -> None:
    """A request for each kind, and for each batch of it; no phone is twice in one."""
    messages = [
        *(Message(f"7701000{n}5555", f"text {n}") for n in range(5)),
        Message("77015555555", "a|b"),
        Message("77015555555", "x", sender="Shop"),
        Message("770100005555", "again"),
    ]

    quote = await gateway_over(loopback, batch_size=3).quote(messages)

    assert quote.cost == Decimal("3.20") * len(messages)
    assert quote.by_phone["770100005555"].cost == quote.by_phone["77015555555"].cost
    assert quote.by_phone["77015555555"].cost == Decimal("6.40")
    assert len(loopback.asked) == 4
    assert {parse_form(request)["cost"] for request in loopback.asked} == {"1"}
    assert network.sent == []


async def test_nothing_is_asked_about_nothing(loopback: Loopback) -> None:
    """No messages cost nothing."""
    assert await gateway_over(loopback).quote([]) == Quote()
    assert loopback.asked == []


async def test_a_message_that_could_not_be_sent(loopback: Loopback) -> None:
    """It is refused before anything is asked, as it would be before anything is sent."""
    with pytest.raises(InvalidMessage, match="1000 characters"):
        await gateway_over(loopback).quote(
            [Message("77015555555", "x"), Message("77015556666", "x" * 1001)]
        )

    assert loopback.asked == []


async def test_a_phone_that_would_be_refused(loopback: Loopback) -> None:
    """Among others it has its reason, and adds nothing to the cost."""
    quote = await gateway_over(loopback).quote(
        [Message("77015555555", "x"), Message("77015559007", "y")]
    )

    assert quote.cost == Decimal("3.20")
    assert isinstance(quote.by_phone["77015559007"].error, RecipientRefused)


async def test_a_refusal_tells_no_text_and_no_phone() -> None:
    """The provider's words are passed on, and what is private in them is hidden."""
    words = "message is denied: my secret words to 77015555555 from HUNTER2"
    gateway = SmscGateway(
        login="me",
        password="HUNTER2",
        transport=always(HttpReply(dumps({"error": words, "error_code": 6}))),
    )

    with pytest.raises(ContentRefused, match="message is denied") as caught:
        await gateway.quote([Message("77015555555", "my secret words")])

    for private in ("secret", "5555", "HUNTER2"):
        assert private not in str(caught.value)


async def test_who_overlooks_that_it_is_a_question_is_not_asked_again() -> None:
    """Each time it is put, it would be another SMS."""
    wire = always(HttpReply(dumps({"id": 4107, "cnt": 1, "cost": "3.2"})))

    with pytest.raises(OutcomeUnknown, match="as if it was sent"):
        await gateway_over(wire).quote([Message("+77015555555", "Код 1")])

    assert len(wire.asked) == 1


async def test_a_question_that_is_too_large_is_refused() -> None:
    """HTTP 413: as when it is sent, halves of it may be taken."""
    gateway = gateway_over(always(HttpReply(b"<html>", 413)))

    with pytest.raises(Refused, match="no request of this size") as raised:
        await gateway.quote([Message("77015555555", "hi")])

    assert raised.value.code == "413"
