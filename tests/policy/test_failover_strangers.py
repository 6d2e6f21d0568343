"""Somebody's own gateway in a failover: its mistakes cost nobody a second copy, or his outcome."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence

import attrs
import pytest
from support.desk import collect, letters
from support.scripted_gateway import ScriptedGateway
from support.several import SHAPES, Messages, Shape, failover, heads, phone, settle, streamed

from smsgate import (
    Accepted,
    Fate,
    Message,
    NotSent,
    Outcome,
    OutcomeUnknown,
    RecipientRefused,
    SmsGateError,
    Unknown,
    Unreachable,
)
from smsgate.policy.ledger import Ledger

NOT_HIM = RecipientRefused("not him")
shapes = pytest.mark.parametrize("shape", SHAPES)


class Forgetful(ScriptedGateway):
    """Says nothing of the second message."""

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        async for outcome in super().send_many(messages):
            if outcome.message.phone != phone(1):
                yield outcome


class Brittle(ScriptedGateway):
    """Breaks off after its first word, with one that stands for "not sent"."""

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        async for outcome in super().send_many(messages):
            yield outcome
            raise Unreachable("gone")


class Stammering(ScriptedGateway):
    """Says everything twice."""

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        async for outcome in super().send_many(messages):
            yield outcome
            yield outcome


@shapes
async def test_a_bug_is_not_gone_round(shape: Shape) -> None:
    """What was known is told, whom it struck is unknown, and nobody else is asked."""
    first = ScriptedGateway("first", [None, NOT_HIM, ZeroDivisionError()], batch_size=3)
    spare = ScriptedGateway("spare")
    found: list[Outcome] = []

    with pytest.raises(ZeroDivisionError):
        await collect(failover(first, spare).send_many(shape(letters(3))), found)

    assert heads(found) == {"Unknown": 3}
    assert spare.sent == []


@shapes
async def test_what_was_refused_before_a_bug_is_not_sent(shape: Shape) -> None:
    """It cannot go on to another any more."""
    first = ScriptedGateway("first", [None, NOT_HIM, ZeroDivisionError()])
    gateway = failover(first, ScriptedGateway("spare"))
    found: list[Outcome] = []

    with pytest.raises(ZeroDivisionError):
        await collect(gateway.send_many(shape(letters(3))), found)

    assert heads(found) == {"first": 1, "NotSent": 1, "Unknown": 1}


@shapes
async def test_a_gateway_that_forgets_a_message(shape: Shape) -> None:
    """Nobody waits for ever, and who was forgotten is unknown."""
    found: list[Outcome] = []

    with pytest.raises(RuntimeError, match="forgot a message"):
        await collect(failover(Forgetful("first")).send_many(shape(letters(3))), found)

    assert heads(found) == {"first": 2, "Unknown": 1}


@shapes
async def test_what_a_gateway_raises_is_no_word_on_what_it_had(shape: Shape) -> None:
    """It may have sent what it took."""
    found: list[Outcome] = []
    gateway = failover(Brittle("first", batch_size=3), ScriptedGateway("spare"))

    with pytest.raises(RuntimeError, match="broke off") as caught:
        await collect(gateway.send_many(shape(letters(3))), found)

    assert isinstance(caught.value.__cause__, Unreachable)
    assert heads(found) == {"first": 1, "Unknown": 2}


async def test_whom_a_broken_gateway_was_not_given_is_not_sent() -> None:
    """Those were at hand with what it took."""
    gateway = failover(Brittle("first", batch_size=3))
    found: list[Outcome] = []

    with pytest.raises(RuntimeError, match="broke off"):
        await collect(gateway.send_many(streamed(letters(5))), found)

    assert heads(found) == {"first": 1, "Unknown": 2, "NotSent": 2}


@shapes
async def test_a_yes_that_is_said_twice(shape: Shape) -> None:
    """It is one outcome."""
    outcomes = await settle(failover(Stammering("first")), shape(letters(3)))

    assert heads(outcomes) == {"first": 3}


@shapes
async def test_a_no_that_is_said_twice(shape: Shape) -> None:
    """It moves its message on once: the spare sends no second copy."""
    spare = ScriptedGateway("spare")
    outcomes = await settle(failover(Stammering("first", [NOT_HIM]), spare), shape(letters(3)))

    assert heads(outcomes) == {"spare": 3}
    assert len(spare.sent) == 3


async def test_equal_messages_are_several_all_the_same() -> None:
    """A list may have them, and each has its outcome."""
    spare = ScriptedGateway("spare")
    outcomes = await settle(failover(Stammering("first", [NOT_HIM]), spare), letters(1) * 3)

    assert heads(outcomes) == {"spare": 3}
    assert len(spare.sent) == 3


class Decorating(ScriptedGateway):
    """Adds its sender to what it is given, and tells of that; the last comes first."""

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        assert isinstance(messages, Iterable)
        signed = [attrs.evolve(message, sender="ACME") for message in messages]
        outcomes = [outcome async for outcome in super().send_many(signed)]
        for outcome in reversed(outcomes):
            yield outcome


class Reversing(ScriptedGateway):
    """Tells of the last first."""

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        outcomes = [outcome async for outcome in super().send_many(messages)]
        for outcome in reversed(outcomes):
            yield outcome


class Confused(ScriptedGateway):
    """Says "not sent" of what it does not know."""

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        async for outcome in super().send_many(messages):
            yield NotSent(outcome.message, OutcomeUnknown("lost"))


class Wild(ScriptedGateway):
    """Says what nobody understands."""

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        async for outcome in super().send_many(messages):
            yield NotSent(outcome.message, ValueError())  # type: ignore[arg-type]


async def test_a_gateway_may_change_messages_on_the_way() -> None:
    """What it says is told of those that it was given."""
    messages = letters(3)
    outcomes = await settle(failover(Decorating("first")), messages)

    assert heads(outcomes) == {"first": 3}
    assert [outcome.message for outcome in outcomes] == messages[::-1]


async def test_two_texts_to_one_phone_are_told_apart() -> None:
    """Whichever is told of first."""
    messages = [Message(phone(1), "one"), Message(phone(1), "two")]
    outcomes = await settle(failover(Reversing("first", [NOT_HIM, None])), messages)

    assert [(type(each), each.message.text) for each in outcomes] == [
        (Accepted, "two"),
        (NotSent, "one"),
    ]


@shapes
async def test_what_is_not_known_is_unknown_whatever_it_is_called(shape: Shape) -> None:
    """The fate of the error decides: nothing moves on, and nobody sends it again."""
    spare = ScriptedGateway("spare")
    outcomes = await settle(failover(Confused("first"), spare), shape(letters(1)))

    assert heads(outcomes) == {"Unknown": 1}
    assert spare.sent == []


@shapes
async def test_what_nobody_understands_is_unknown(shape: Shape) -> None:
    """It is a bug, and its message has an outcome all the same."""
    found: list[Outcome] = []

    with pytest.raises(AttributeError):
        await collect(failover(Wild("first")).send_many(shape(letters(1))), found)

    assert heads(found) == {"Unknown": 1}


@attrs.define(eq=False)
class Scripted(ScriptedGateway):
    """Tells of what is at *places*, in that order, as if it *is_changed* or as it is."""

    places: Sequence[int] = attrs.field(default=(), kw_only=True)
    is_changed: bool = attrs.field(default=False, kw_only=True)

    async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
        """Answer."""
        outcomes = [outcome async for outcome in super().send_many(messages)]
        for place in self.places:
            outcome = outcomes[place]
            message = attrs.evolve(outcome.message, sender="ACME" if self.is_changed else None)
            yield attrs.evolve(outcome, message=message)


@pytest.mark.parametrize(
    ("script", "places", "is_changed", "told", "moved"),
    [
        pytest.param([NOT_HIM, None], [0, 0, 1], False, ["spare", "first"], ["one"], id="no-twice"),
        pytest.param(
            [None, NOT_HIM], [0, 0, 1], False, ["first", "spare"], ["two"], id="yes-twice"
        ),
        pytest.param([None], [0, 0], False, ["first", "Unknown"], [], id="one-forgotten"),
        pytest.param([None, NOT_HIM], [1, 0], True, ["Unknown", "Unknown"], [], id="changed"),
    ],
)
async def test_two_texts_to_one_phone(
    script: list[SmsGateError | None],
    places: list[int],
    told: list[str],
    moved: list[str],
    *,
    is_changed: bool,
) -> None:
    """What is said of one is not taken for a word on the other."""
    first = Scripted("first", script, places=places, is_changed=is_changed)
    spare = ScriptedGateway("spare")
    messages, found = [Message(phone(1), "one"), Message(phone(1), "two")], list[Outcome]()
    with contextlib.suppress(RuntimeError):
        await collect(failover(first, spare).send_many(messages), found)

    by_text = {outcome.message.text: next(iter(heads([outcome]))) for outcome in found}
    assert [by_text["one"], by_text["two"]] == told
    assert len(found) == 2
    assert [message.text for message in spare.sent] == moved


@shapes
async def test_unknown_stays_unknown_whatever_its_error(shape: Shape) -> None:
    """A "not sent" within does not make it certain."""

    class Vague(ScriptedGateway):
        async def send_many(self, messages: Messages, /) -> AsyncIterator[Outcome]:
            async for outcome in super().send_many(messages):
                yield Unknown(outcome.message, Unreachable("reset while reading"))

    spare = ScriptedGateway("spare")
    outcomes = await settle(failover(Vague("first"), spare), shape(letters(1)))

    assert heads(outcomes) == {"Unknown": 1}
    [error] = [outcome.error for outcome in outcomes if isinstance(outcome, Unknown)]
    assert (str(error), error.fate) == ("reset while reading", Fate.UNKNOWN)
    assert spare.sent == []


async def test_what_is_kept_of_what_was_told_is_bounded() -> None:
    """A million messages need no more memory than a thousand."""
    ledger = Ledger()
    for message in ledger.note(letters(1200)):
        ledger.settle(message, message)

    assert len(ledger._told) == 1000
    assert ledger.left() == []
