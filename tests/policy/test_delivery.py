"""A request is handed in once, and what became of it is found out, message by message."""

from collections.abc import Sequence

import attrs
import pytest
from support.clock import NapClock
from support.desk import letters
from support.gateways import gateway_over
from support.loopback import Loopback
from support.provider import AGAIN, BROKE, BUSY, LOSES, LOST, MESSAGE, TAKES, Provider
from support.transports import Answer, ScriptedTransport

from smsgate import (
    Accepted,
    DuplicateRequest,
    InsufficientFunds,
    Message,
    Outcome,
    OutcomeUnknown,
    SmscGateway,
    SmsGateError,
    Throttled,
    Unknown,
    Unreachable,
)
from smsgate.wire.http import HttpReply


async def test_a_lost_answer_is_found_by_asking() -> None:
    """The receipt is as good as one from the first answer, and nothing was sent twice."""
    provider = Provider([LOSES])

    receipt = await provider.gateway().send(MESSAGE)

    assert receipt.ref == "smsc:77015555555:own-id"
    assert (receipt.message_id, receipt.cost) == ("order-1", provider.network.sent[0].cost)
    assert len(provider.network.sent) == len(provider.sends) == 1


async def test_it_is_asked_where_it_can_be_answered() -> None:
    """The server that lost the answer is set aside; the mirror knows of the message as well."""
    provider = Provider([LOSES])
    await provider.gateway().send(MESSAGE)

    assert provider.questions == ["http://mirror"]


async def test_a_moment_of_not_found_is_waited_out() -> None:
    """SMSC may not find a message just after it took it."""
    provider = Provider([LOSES], blind=2)
    gateway = provider.gateway()
    await gateway.send(MESSAGE)

    assert isinstance(gateway.clock, NapClock)
    assert gateway.clock.naps == [0.5, 2.0, 6.0]
    assert len(provider.sends) == 1


async def test_not_found_is_no_proof() -> None:
    """The request may still be on its way inside: unknown, with the ref to ask later."""
    provider = Provider([LOST])

    with pytest.raises(OutcomeUnknown, match="silence") as caught:
        await provider.gateway().send(MESSAGE)

    assert caught.value.ref == "smsc:77015555555:own-id"
    assert (len(provider.sends), len(provider.questions)) == (1, 3)


@pytest.mark.parametrize("answer", [LOST, Unreachable("down"), BUSY, HttpReply(b"<html>")], ids=str)
async def test_nobody_can_be_asked(answer: Answer) -> None:
    """Then it stays unknown, for the first reason; the question's own is of no use."""
    wire = ScriptedTransport(lambda _, request: LOST if "send" in request.path else answer)
    gateway = gateway_over(wire, "smsc")

    with pytest.raises(OutcomeUnknown, match="silence"):
        await gateway.send(MESSAGE)


async def test_each_of_many_is_found_on_its_own() -> None:
    """Of a lost request only those are accepted that the provider knows."""
    provider = Provider([LOST])
    messages = [Message(f"7701555555{n}", "hello") for n in range(3)]
    wire = Loopback(provider.network)
    known = SmscGateway(
        login="demo", password="demo", transport=wire, id_factory=lambda: "own-id", batch_size=2
    )
    await sent_many(known, messages[:2])

    outcomes = await sent_many(provider.gateway(), messages)

    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted, Unknown]
    assert [outcome.message for outcome in outcomes] == messages
    assert len(provider.sends) == 1


async def sent_many(gateway: SmscGateway, messages: Sequence[Message]) -> list[Outcome]:
    """Send *messages* and list what became of them."""
    return [outcome async for outcome in gateway.send_many(messages)]


async def test_too_busy_is_waited_out() -> None:
    """The same request, id and all, goes again: the provider refused to take it."""
    provider = Provider([BUSY, BUSY, TAKES])
    gateway = provider.gateway()
    await gateway.send(MESSAGE)

    assert isinstance(gateway.clock, NapClock)
    assert gateway.clock.naps == [1.0, 2.0]
    assert len({request.body for _, request in provider.sends}) == 1
    assert len(provider.network.sent) == 1


async def test_too_busy_for_too_long() -> None:
    """Then nothing was sent, and the error says how long to wait."""
    provider = Provider([BUSY] * 9)

    with pytest.raises(Throttled) as caught:
        await provider.gateway().send(MESSAGE)

    assert caught.value.retry_after == 1.0
    assert len(provider.sends) == 5  # after 1, 2, 4 and 8 seconds; 16 more would be too long


async def test_a_duplicate_at_first_is_a_refusal() -> None:
    """Somebody sent the same a moment ago; this request was not taken."""
    with pytest.raises(DuplicateRequest):
        await Provider([AGAIN]).gateway().send(MESSAGE)


async def test_a_duplicate_of_a_repetition_is_a_hint() -> None:
    """The provider may count attempts, and only have seen the one it refused: it is asked."""
    provider = Provider([BUSY, AGAIN])

    with pytest.raises(OutcomeUnknown, match="refused as a repetition") as caught:
        await provider.gateway().send(MESSAGE)

    assert (caught.value.ref, caught.value.code) == ("smsc:77015555555:own-id", "9")
    assert len(provider.questions) == 3


async def test_a_duplicate_of_a_repetition_that_was_taken() -> None:
    """Refused as too busy, and yet taken: asking shows it."""
    provider = Provider([BUSY, AGAIN])
    provider.network = Provider([]).network
    first = Provider([TAKES], network=provider.network)
    await first.gateway().send(MESSAGE)

    receipt = await provider.gateway().send(MESSAGE)

    assert receipt.id == "own-id"
    assert len(provider.network.sent) == 1


async def test_the_caller_may_choose_to_repeat() -> None:
    """Opted in, the identical request goes once more when all of it stays unknown."""
    provider = Provider([LOST, TAKES])

    receipt = await provider.gateway(repeat_unknown=True).send(MESSAGE)

    assert receipt.id == "own-id"
    assert len({request.body for _, request in provider.sends}) == 1
    assert len(provider.sends) == 2


@pytest.mark.parametrize("second", [AGAIN, BROKE, LOST, Unreachable("down")], ids=str)
async def test_what_the_repetition_is_told_is_not_of_the_first(second: Answer) -> None:
    """The first may be on its way, so a refusal of the second proves nothing of the message."""
    provider = Provider([LOST, second, second])

    with pytest.raises(OutcomeUnknown, match="silence"):
        await provider.gateway(repeat_unknown=True).send(MESSAGE)

    assert len(provider.questions) == 4


async def test_a_repetition_that_is_lost_too_may_be_found() -> None:
    """After the repetition the provider is asked once more."""
    receipt = await Provider([LOST, LOSES]).gateway(repeat_unknown=True).send(MESSAGE)

    assert receipt.id == "own-id"


async def test_nothing_is_repeated_of_which_a_part_is_known() -> None:
    """The identical request would send the known part twice."""
    provider = Provider([LOST])
    await Provider([TAKES], network=provider.network).gateway().send(MESSAGE)
    messages = [MESSAGE, Message("77015555556", "hello")]

    outcomes = await sent_many(provider.gateway(repeat_unknown=True), messages)

    assert [type(outcome) for outcome in outcomes] == [Accepted, Unknown]
    assert len(provider.sends) == 1


@pytest.mark.parametrize(
    "scheme", ["smsclub+http", "smsclub+json", "smsclub+soap", "smsclub+xml", "pigeon"]
)
@pytest.mark.usefixtures("imaginary")
async def test_without_ids_of_ours_unknown_stays_unknown(scheme: str) -> None:
    """There is nothing to ask by, so nothing is asked, and nothing is sent again."""
    wire = ScriptedTransport(lambda _, __: LOST)

    with pytest.raises(OutcomeUnknown) as caught:
        await gateway_over(wire, scheme).send(Message("380501234567", "hello"))

    assert caught.value.ref is None
    assert len(wire.asked) == 1


async def test_an_error_in_reading_is_unknown() -> None:
    """Whatever breaks after the answer came, the message may be on its way."""

    def broken(_: HttpReply, __: Sequence[Message]) -> list[SmsGateError]:
        raise KeyError("smsc")

    gateway = gateway_over(ScriptedTransport(lambda _, __: HttpReply(b"{}")), "smsclub+json")
    gateway._codec = attrs.evolve(gateway._codec, decode_send=broken)

    with pytest.raises(OutcomeUnknown, match="KeyError"):
        await gateway.send(Message("380501234567", "hello"))


async def test_no_money_is_no_reason_to_ask() -> None:
    """A refusal is an answer."""
    provider = Provider([BROKE])

    with pytest.raises(InsufficientFunds):
        await provider.gateway().send(MESSAGE)

    assert provider.questions == []


async def test_a_part_of_a_refused_batch_is_asked_about() -> None:
    """A half whose answer was lost is looked for as a whole batch is, and found."""
    refusal = HttpReply(b'{"error": "no", "error_code": 7}')
    provider = Provider([refusal, LOSES, TAKES])

    outcomes = [outcome async for outcome in provider.gateway().send_many(letters(4))]

    assert [type(outcome) for outcome in outcomes] == [Accepted] * 4
    assert len(provider.network.sent) == 4
