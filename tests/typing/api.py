"""What a caller's editor sees. Checked by mypy, never run."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import assert_never, assert_type

import aiohttp
import httpx

import smsgate
from smsgate import (
    Accepted,
    Balance,
    FailoverGateway,
    Fate,
    Gateway,
    Message,
    NotSent,
    Outcome,
    OutcomeUnknown,
    PhoneQuote,
    Quote,
    Reason,
    Receipt,
    Ref,
    Report,
    SmscGateway,
    SmsGateError,
    Status,
    Throttled,
    Unknown,
    open_gateway,
)
from smsgate.transport import Transport
from smsgate.transport.aiohttp import AiohttpTransport
from smsgate.transport.httpx import HttpxTransport


async def first_contact() -> None:
    """Write the first ten lines of a new user."""
    async with open_gateway("smsc://login:password@smsc.kz?sender=ACME") as gateway:
        receipt = await gateway.send(Message("+77011234567", "Код 1234"))
        assert_type(receipt, Receipt)
        assert_type(receipt.ref, str)
        assert_type(await gateway.status(receipt), Report)
        assert_type(await gateway.status(receipt.ref), Report)
        assert_type(await gateway.statuses([receipt, receipt.ref]), list[Report])
        assert_type(await gateway.balance(), Balance)
        assert_type(await gateway.aclose(), None)


def every_gateway_is_a_gateway(transport: Transport) -> Sequence[Gateway]:
    """Make the concrete classes, for people who prefer them."""
    return [
        SmscGateway(login="me", password="secret", host="smsc.ua", sender="ACME"),
        SmscGateway(api_key="secret", base_url="http://127.0.0.1:8025", timeout=5, max_in_flight=3),
        SmscGateway(api_key="secret", base_urls=["http://a", "http://b"], transport=transport),
        smsgate.SmsClubHttpGateway(username="me", password="secret"),
        smsgate.SmsClubHttpGateway(username="me", token="secret"),
        smsgate.SmsClubXmlGateway(username="me", password="secret"),
        smsgate.SmsClubSoapGateway(username="me", password="secret"),
        smsgate.SmsClubJsonGateway(token="secret"),
        open_gateway(),
    ]


def a_failover_is_a_gateway(first: Gateway, spare: SmscGateway) -> Gateway:
    """Put gateways behind each other; the failover is one of them to whoever sends."""
    gateway = FailoverGateway([first, spare], set_aside=30)
    assert_type(gateway.gateways, Sequence[Gateway])
    return FailoverGateway([gateway, open_gateway("failover(smsc://:key@ smsclub+json://:key@)")])


def a_client_of_your_own(client: httpx.AsyncClient) -> Transport:
    """Make a transport of an `httpx.AsyncClient` that is already there."""
    return HttpxTransport(client)


async def many(gateway: Gateway, messages: list[Message], stream: AsyncIterator[Message]) -> None:
    """Match outcomes: one of the three forgotten does not pass."""
    assert_type(gateway.send_many(messages), AsyncIterator[Outcome])
    gateway.send_many(message for message in messages)
    async for outcome in gateway.send_many(stream):
        assert_type(outcome.message, Message)
        match outcome:
            case Accepted(receipt=receipt):
                assert_type(receipt, Receipt)
            case NotSent(error=error) | Unknown(error=error):
                assert_type(error, SmsGateError)
            case _:
                assert_never(outcome)


def values(message: Message, receipt: Receipt, report: Report, balance: Balance) -> None:
    """Look at every field: each has one type, and money is never a float."""
    Message("7", "x", sender="A", id="1", send_at=datetime.now(UTC), valid_for=timedelta(hours=1))
    assert_type(message.to, str)
    assert_type(message.phone, str)
    assert_type(message.send_at, datetime | None)
    assert_type(receipt.id, str)
    assert_type(receipt.parts, int | None)
    assert_type(receipt.part_ids, tuple[str, ...])
    assert_type(receipt.cost, Decimal | None)
    assert_type(receipt.message_id, str | None)
    assert_type(Ref.parse(receipt.ref), Ref)
    assert_type(report.status, Status)
    assert_type(report.status.is_final, bool)
    assert_type(report.reason, Reason)
    assert_type(report.at, datetime | None)
    assert_type(report.parts, tuple[Report, ...])
    assert_type(balance.amount, Decimal)
    assert_type(balance.credit, Decimal | None)


async def prices(gateway: SmscGateway, messages: list[Message]) -> None:
    """Ask what a campaign would cost: what was not said is None, and never a guess."""
    quote = await gateway.quote(messages)
    assert_type(quote, Quote)
    assert_type(quote.cost, Decimal)
    assert_type(quote.parts, int | None)
    for phone, part in quote.by_phone.items():
        assert_type(phone, str)
        assert_type(part, PhoneQuote)
        assert_type(part.cost, Decimal | None)
        assert_type(part.operator, str | None)
        assert_type(part.error, SmsGateError | None)


async def failures(gateway: Gateway, message: Message) -> Fate | None:
    """Catch one root: each error says what became of the message."""
    try:
        await gateway.send(message)
    except Throttled as error:
        assert_type(error.retry_after, float | None)
    except OutcomeUnknown as error:
        assert_type(error.ref, str | None)
    except SmsGateError as error:
        assert_type(error.code, str | None)
        return error.fate

    return None


async def mistakes(gateway: Gateway) -> None:
    """Make mistakes: were one of them let through, its ignore would be an error."""
    message = Message("77011234567", "x")
    message.text = "y"  # type: ignore[misc]
    Message("77011234567", "x", "ACME")  # type: ignore[call-arg]
    Message(77011234567, "x")  # type: ignore[arg-type]
    await gateway.send("77011234567")  # type: ignore[arg-type]
    FailoverGateway(["smsc://:key@"])  # type: ignore[list-item]
    FailoverGateway([gateway], 60)  # type: ignore[call-arg,arg-type]
    await gateway.status(message)  # type: ignore[arg-type]
    await gateway.quote([message])  # type: ignore[attr-defined]
    SmscGateway("me", "secret")  # type: ignore[call-arg]
    SmscGateway(login="me", pasword="secret")  # type: ignore[call-arg]


def a_session_of_yours(session: aiohttp.ClientSession) -> Sequence[Gateway]:
    """Bring an aiohttp session, or let the transport have its own; let sends share requests."""
    return [
        SmscGateway(api_key="secret", transport=AiohttpTransport(session, max_connections=14)),
        SmscGateway(api_key="secret", transport=AiohttpTransport(), linger=0.01, batch_size=100),
    ]
