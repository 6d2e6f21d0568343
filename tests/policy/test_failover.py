"""One message and several providers: never two copies, and the next one only on proof."""

import asyncio
import contextlib
import logging
import traceback
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st
from support.clock import NapClock
from support.scripted_gateway import ScriptedGateway
from support.several import failover

from smsgate import (
    AuthenticationFailed,
    ContentRefused,
    DeadlineExceeded,
    DuplicateRequest,
    InsufficientFunds,
    InvalidArgument,
    InvalidMessage,
    Message,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmscGateway,
    SmsClubHttpGateway,
    SmsGateError,
    Throttled,
    Unreachable,
    Unsupported,
)
from smsgate.policy.elsewhere import verdict_on

MESSAGE = Message("77010000001", "x")
DOWN = Unreachable("down")
BROKE = InsufficientFunds("no money")
ERRORS = [
    DOWN,
    BROKE,
    AuthenticationFailed("who?"),
    Throttled("slow"),
    RecipientRefused("not him"),
    ContentRefused("not that"),
    Refused("no"),
    InvalidMessage("cp1251"),
    Unsupported("no such word"),
    OutcomeUnknown("?"),
    DuplicateRequest("again?"),
    DeadlineExceeded("late"),
    InvalidArgument("settings"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_who_is_asked_next(error: SmsGateError) -> None:
    """The spare is asked exactly when the verdict on the first one's answer lets it."""
    first, spare = ScriptedGateway("first", [error]), ScriptedGateway("spare")
    gateway = failover(first, spare)

    if verdict_on(error).moves_on:
        assert (await gateway.send(MESSAGE)).gateway == "spare"
    else:
        with pytest.raises(type(error)) as caught:
            await gateway.send(MESSAGE)

        assert caught.value is error
        assert spare.sent == []

    assert first.sent == [MESSAGE]


@given(st.lists(st.sampled_from([None, *ERRORS]), min_size=1, max_size=5))
async def test_nobody_is_asked_after_a_message_may_be_out(
    answers: list[SmsGateError | None],
) -> None:
    """Whatever the gateways say, each is asked once at most, and only after proof."""
    gateways = [ScriptedGateway(str(place), [answer]) for place, answer in enumerate(answers)]

    last: SmsGateError | None = None
    try:
        await failover(*gateways).send(MESSAGE)
    except SmsGateError as error:
        last = error

    asked = [len(gateway.sent) for gateway in gateways]
    heard = answers[: sum(asked)]
    assert asked == [1] * len(heard) + [0] * (len(answers) - len(heard))
    assert all(answer and verdict_on(answer).moves_on for answer, _ in pairwise(heard))
    assert type(last) is type(heard[-1])


async def test_when_all_said_no() -> None:
    """The error is the last one's, and its notes tell what the others said."""
    last = Refused("closed", code="5")
    gateway = failover(*(ScriptedGateway("x", [error]) for error in (DOWN, BROKE, last)))

    with pytest.raises(Refused) as caught:
        await gateway.send(MESSAGE)

    assert (str(caught.value), caught.value.code) == ("closed", "5")
    assert caught.value.__notes__ == [
        "gateways[0], ScriptedGateway: Unreachable: down",
        "gateways[1], ScriptedGateway: InsufficientFunds: no money",
    ]


async def test_an_unknown_outcome_keeps_its_ref() -> None:
    """It stays where it is: it can still be asked about, and the notes say what came before."""
    lost = OutcomeUnknown("no answer", ref="spare:77010000001:9")
    gateway = failover(ScriptedGateway("first", [DOWN]), ScriptedGateway("spare", [lost]))

    with pytest.raises(OutcomeUnknown) as caught:
        await gateway.send(MESSAGE)

    assert caught.value.ref == lost.ref
    assert caught.value.__notes__ == ["gateways[0], ScriptedGateway: Unreachable: down"]


async def test_notes_do_not_pile_up() -> None:
    """A gateway that always raises the same object does not collect a history in it."""
    gateway = failover(ScriptedGateway("first", [DOWN]), ScriptedGateway("spare", [BROKE]))

    for _ in range(3):
        with pytest.raises(SmsGateError) as caught:
            await gateway.send(MESSAGE)

        assert len(caught.value.__notes__) == 1


async def test_nothing_private_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Neither notes, nor tracebacks' messages, nor the log quote the phone or the text."""
    caplog.set_level(logging.DEBUG)
    message = Message("77012345678", "HUNTER")
    gateway = failover(ScriptedGateway("first", [DOWN]), ScriptedGateway("spare", [BROKE]))

    with pytest.raises(SmsGateError) as caught:
        await gateway.send(message)

    said = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(gateway)
    assert [word for word in ("77012345678", "HUNTER") if word in said] == []


async def test_who_is_down_is_asked_last_for_a_while() -> None:
    """No later message pays for the first one's discovery; then the preferred one is back."""
    clock = NapClock()
    first, spare = ScriptedGateway("first", [DOWN, None]), ScriptedGateway("spare")
    gateway = failover(first, spare, clock=clock)
    heard = [(await gateway.send(MESSAGE)).gateway]

    clock.time += 59
    heard.append((await gateway.send(MESSAGE)).gateway)
    clock.time += 1
    heard.append((await gateway.send(MESSAGE)).gateway)

    assert heard == ["spare", "spare", "first"]
    assert len(first.sent) == 2
    assert clock.naps == []


async def test_setting_aside_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """An operator sees that, and why, messages take another way."""
    gateway = failover(ScriptedGateway("first", [BROKE]), ScriptedGateway("spare"))

    await gateway.send(MESSAGE)

    assert [record.getMessage() for record in caplog.records] == [
        "gateways[0], ScriptedGateway is asked last for 60 s: InsufficientFunds: no money"
    ]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_who_is_set_aside(error: SmsGateError) -> None:
    """What is wrong with one message says nothing about the provider's next one."""
    first, spare = ScriptedGateway("first", [error, None]), ScriptedGateway("spare")
    gateway = failover(first, spare)
    with contextlib.suppress(SmsGateError):
        await gateway.send(MESSAGE)

    receipt = await gateway.send(MESSAGE)

    assert receipt.gateway == ("spare" if verdict_on(error).sets_aside else "first")


async def test_when_all_are_down_all_are_tried() -> None:
    """To be set aside is to be asked last, and not to be given up."""
    clock = NapClock()
    first, spare = ScriptedGateway("first", [DOWN]), ScriptedGateway("spare", [DOWN, DOWN, None])
    gateway = failover(first, spare, clock=clock)

    for _ in range(2):
        with pytest.raises(Unreachable):
            await gateway.send(MESSAGE)

    assert (await gateway.send(MESSAGE)).gateway == "spare"


async def test_one_that_works_again_is_back_at_once() -> None:
    """It was only asked because the spare would not have the message; that ended its time."""
    first = ScriptedGateway("first", [DOWN, None])
    spare = ScriptedGateway("spare", [None, RecipientRefused("not him"), None])
    gateway = failover(first, spare)

    heard = [(await gateway.send(MESSAGE)).gateway for _ in range(3)]

    assert heard == ["spare", "first", "first"]


async def test_without_a_deadline_none_is_handed_on() -> None:
    """Each gateway then keeps to its own."""
    first, spare = ScriptedGateway("first", [DOWN]), ScriptedGateway("spare")

    await failover(first, spare).send(MESSAGE)

    assert (first.deadlines, spare.deadlines) == ([None], [None])


async def test_the_seconds_left_are_handed_on() -> None:
    """The deadline is for all of them together."""
    clock = NapClock()
    first = ScriptedGateway("first", [DOWN], clock=clock, seconds=4)
    spare = ScriptedGateway("spare")

    await failover(first, spare, clock=clock).send(MESSAGE, deadline=10)

    assert (first.deadlines, spare.deadlines) == ([10.0], [6.0])


async def test_no_time_left() -> None:
    """A message that would be too late is not sent, and the error says so."""
    clock = NapClock()
    first = ScriptedGateway("first", [DOWN], clock=clock, seconds=10)
    spare = ScriptedGateway("spare")

    with pytest.raises(DeadlineExceeded) as caught:
        await failover(first, spare, clock=clock).send(MESSAGE, deadline=10)

    assert spare.sent == []
    assert caught.value.__notes__ == ["gateways[0], ScriptedGateway: Unreachable: down"]


async def test_no_time_from_the_start() -> None:
    """Nobody is asked, and nobody is set aside for it."""
    first, spare = ScriptedGateway("first"), ScriptedGateway("spare")
    gateway = failover(first, spare)

    with pytest.raises(DeadlineExceeded):
        await gateway.send(MESSAGE, deadline=0)

    assert first.sent == []
    assert (await gateway.send(MESSAGE)).gateway == "first"


async def test_one_that_eats_the_deadline_is_set_aside() -> None:
    """Else a provider that swallows connections would be asked first for ever, in vain."""
    gateway = failover(
        ScriptedGateway("first", [DeadlineExceeded("late")]), ScriptedGateway("spare")
    )
    with pytest.raises(DeadlineExceeded):
        await gateway.send(MESSAGE, deadline=5)

    assert (await gateway.send(MESSAGE, deadline=5)).gateway == "spare"


@pytest.mark.parametrize("deadline", [float("nan"), "10"])
async def test_a_deadline_is_a_number(deadline: float) -> None:
    """What is no number of seconds is a mistake, and no reason to wait for ever."""
    first = ScriptedGateway("first")

    with pytest.raises(InvalidArgument, match="deadline: must be a number of seconds"):
        await failover(first).send(MESSAGE, deadline=deadline)

    assert first.sent == []


async def test_a_bug_is_not_gone_round() -> None:
    """Who knows what a gateway did before it broke: nobody else gets the message."""
    spare = ScriptedGateway("spare")

    with pytest.raises(ZeroDivisionError):
        await failover(ScriptedGateway("first", [ZeroDivisionError()]), spare).send(MESSAGE)

    assert spare.sent == []


async def test_a_cancelled_caller_moves_nothing_on() -> None:
    """The exchange under way may still succeed."""
    spare = ScriptedGateway("spare")

    with pytest.raises(asyncio.CancelledError):
        await failover(ScriptedGateway("first", [asyncio.CancelledError()]), spare).send(MESSAGE)

    assert spare.sent == []


async def test_a_failover_inside_another() -> None:
    """It is a gateway like any other, and what its own gateways said is told."""
    inner = failover(ScriptedGateway("a", [DOWN]), ScriptedGateway("b", [BROKE]))
    spare = ScriptedGateway("spare", [None, Refused("no")])
    gateway = failover(inner, spare)

    assert (await gateway.send(MESSAGE)).gateway == "spare"
    with pytest.raises(SmsGateError) as caught:
        await gateway.send(MESSAGE)

    assert isinstance(caught.value, InsufficientFunds)
    assert caught.value.__notes__ == [
        "gateways[1], ScriptedGateway: Refused: no",
        "gateways[0], ScriptedGateway: Unreachable: down",
    ]


def test_what_one_gateway_can_carry_can_be_sent() -> None:
    """It is invalid only if all of them say so; a stranger's is not asked beforehand."""
    cyrillic = SmsClubHttpGateway(username="u", password="p", sender="ACME")
    short = SmscGateway(api_key="key")
    emoji, long = Message("380990000001", "😀"), Message("380990000001", "я" * 1001)

    with pytest.raises(InvalidMessage, match="cannot carry"):
        failover(cyrillic).check(emoji)

    failover(cyrillic, short).check(emoji)
    with pytest.raises(InvalidMessage, match="SMSC takes 1000 characters"):
        failover(cyrillic, short).check(Message("380990000001", "😀" * 1001))

    failover(short, ScriptedGateway("stranger")).check(long)
