"""Many messages and several providers: every message has one outcome, and no copy."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st
from support.clock import NapClock
from support.desk import collect, letters
from support.scripted_gateway import ScriptedGateway
from support.several import SHAPES, Shape, failover, heads, phone, settle

from smsgate import (
    Accepted,
    DuplicateRequest,
    InsufficientFunds,
    InvalidMessage,
    Message,
    NotSent,
    Outcome,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
    Unknown,
    Unreachable,
)
from smsgate.policy.elsewhere import verdict_on

DOWN = Unreachable("down")
BROKE = InsufficientFunds("no money")
LOST = OutcomeUnknown("?")
NOT_HIM = RecipientRefused("not him")
ANSWERS = [None, DOWN, BROKE, LOST, NOT_HIM, DuplicateRequest("again?")]


@given(
    scripts=st.lists(
        st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=8), min_size=1, max_size=4
    ),
    batch_size=st.integers(1, 4),
    numbers=st.lists(st.integers(0, 5), max_size=12),
    shape=st.sampled_from(SHAPES),
)
async def test_every_message_has_one_outcome(
    scripts: list[list[SmsGateError | None]],
    batch_size: int,
    numbers: list[int],
    shape: Shape,
) -> None:
    """Whatever the gateways say, nothing is forgotten and nothing goes out twice."""
    gateways = [
        ScriptedGateway(str(place), script, batch_size=batch_size)
        for place, script in enumerate(scripts)
    ]
    messages = [Message(phone(number), "x") for number in numbers]

    outcomes = await settle(failover(*gateways), shape(messages))

    assert Counter(outcome.message for outcome in outcomes) == Counter(messages)
    handed_in = sum(len(gateway.sent) for gateway in gateways)
    proofs = sum(
        len(getattr(o.error, "__notes__", ())) for o in outcomes if isinstance(o, NotSent | Unknown)
    )
    assert len(messages) <= handed_in
    assert proofs <= handed_in - len(messages)


@given(
    answers=st.lists(st.lists(st.sampled_from(ANSWERS), min_size=6, max_size=6), min_size=1),
    batch_size=st.integers(1, 4),
    shape=st.sampled_from(SHAPES),
)
async def test_no_message_moves_without_proof(
    answers: list[list[SmsGateError | None]],
    batch_size: int,
    shape: Shape,
) -> None:
    """For each message: all but the last who were asked had said a no that lets it move on."""
    messages = letters(6)
    said = [dict(zip(map(phone, range(6)), row, strict=True)) for row in answers]
    gateways = [
        ScriptedGateway(
            str(place), refuses={p: e for p, e in row.items() if e}, batch_size=batch_size
        )
        for place, row in enumerate(said)
    ]

    outcomes = await settle(failover(*gateways), shape(messages))

    for outcome in outcomes:
        asked = [place for place, gateway in enumerate(gateways) if outcome.message in gateway.sent]
        heard = [said[place][outcome.message.phone] for place in asked]
        stops = [error for error in heard if not error or not verdict_on(error).moves_on]
        assert all(gateways[place].sent.count(outcome.message) == 1 for place in asked)
        locked = [place for place, row in enumerate(said) if BROKE in row.values()]
        assert len(stops) == 1 or (stops == [] and {*asked, *locked} == {*range(len(gateways))})
        assert isinstance(outcome, Accepted) == (None in stops)
        assert isinstance(outcome, Unknown) == (LOST in stops)


@pytest.mark.parametrize("shape", SHAPES)
async def test_only_what_was_refused_moves_on(
    shape: Shape,
) -> None:
    """One bad phone is the spare's; the first one keeps the rest."""
    first = ScriptedGateway("first", refuses={phone(1): NOT_HIM}, batch_size=2)

    outcomes = await settle(failover(first, ScriptedGateway("spare")), shape(letters(5)))

    assert heads(outcomes) == {"first": 4, "spare": 1}


async def test_an_unknown_outcome_stays_where_it_is() -> None:
    """It may be on its way: it is never the spare's, and the messages after it are."""
    first, spare = ScriptedGateway("first", [None, LOST]), ScriptedGateway("spare")

    outcomes = await settle(failover(first, spare), letters(4))

    assert heads(outcomes) == {"first": 1, "Unknown": 1, "spare": 2}
    assert letters(4)[1] not in spare.sent


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_dead_gateway_is_given_no_more(
    shape: Shape,
) -> None:
    """A campaign does not wait for a time-out a message: one batch, then the spare's turn."""
    first, spare = ScriptedGateway("first", [DOWN], batch_size=3), ScriptedGateway("spare")

    outcomes = await settle(failover(first, spare), shape(letters(500)))

    assert heads(outcomes) == {"spare": 500}
    assert len(first.sent) == 3


async def test_the_preferred_one_returns_in_the_midst_of_a_campaign() -> None:
    """When its time is over it is given the rest."""
    clock = NapClock()
    first = ScriptedGateway("first", [DOWN, None])
    spare = ScriptedGateway("spare", clock=clock, seconds=10)

    outcomes = await settle(failover(first, spare, clock=clock), letters(20))

    assert heads(outcomes) == {"spare": 6, "first": 14}


async def test_when_all_said_no() -> None:
    """Each message has its own history, though the messages of a batch share an error."""
    first = ScriptedGateway(
        "first", refuses={phone(0): NOT_HIM, phone(1): Refused("no")}, batch_size=2
    )
    gateway = failover(first, ScriptedGateway("spare", [BROKE], batch_size=2))

    outcomes = await settle(gateway, letters(2))

    assert heads(outcomes) == {"NotSent": 2}
    assert {
        outcome.message.phone: outcome.error.__notes__
        for outcome in outcomes
        if isinstance(outcome, NotSent)
    } == {
        phone(0): ["gateways[0], ScriptedGateway: RecipientRefused: not him"],
        phone(1): ["gateways[0], ScriptedGateway: Refused: no"],
    }


async def test_the_same_message_twice() -> None:
    """Two equal messages are two messages: each moves on once, with its own history."""
    first = ScriptedGateway("first", [NOT_HIM, Refused("no")], batch_size=2)
    gateway = failover(first, ScriptedGateway("spare", [Refused("nor here")]))

    outcomes = await settle(gateway, letters(1) * 2)

    errors = [outcome.error for outcome in outcomes if isinstance(outcome, NotSent)]
    assert sorted(note for error in errors for note in error.__notes__) == [
        "gateways[0], ScriptedGateway: RecipientRefused: not him",
        "gateways[0], ScriptedGateway: Refused: no",
    ]


async def test_one_that_works_again_is_back_at_once() -> None:
    """It was only asked because the spare would not have the message; that ended its time."""
    first = ScriptedGateway("first", [DOWN, None])
    spare = ScriptedGateway("spare", [None, NOT_HIM, None])
    gateway = failover(first, spare)

    for heard in ("spare", "first", "first"):
        assert heads(await settle(gateway, letters(1))) == {heard: 1}


async def test_memory_is_flat() -> None:
    """However many are refused, only so many wait for the spare at a time."""
    first, spare = ScriptedGateway("first", [NOT_HIM], batch_size=7), ScriptedGateway("spare")
    most, settled = 0, 0

    def many() -> Iterator[Message]:
        nonlocal most
        for taken, message in enumerate(letters(1000)):
            most = max(most, taken - settled)
            yield message

    async for _ in failover(first, spare).send_many(many()):
        settled += 1

    assert settled == 1000
    assert most <= 100 + 7


async def test_a_list_is_read_no_further_than_needed() -> None:
    """What nobody has handed in yet has not been taken, so that a caller may stop."""
    taken: list[Message] = []

    def many() -> Iterator[Message]:
        for message in letters(10):
            taken.append(message)
            yield message

    async for _ in failover(ScriptedGateway("first", batch_size=3)).send_many(many()):
        break

    assert taken == letters(3)


@pytest.mark.parametrize("answer", [None, DOWN])
async def test_a_break_comes_after_what_was_taken(answer: SmsGateError | None) -> None:
    """A list that breaks is settled up to the break, then the break is seen, once."""

    def broken() -> Iterator[Message]:
        yield from letters(2)
        raise LookupError("no such order")

    first = ScriptedGateway("first", [answer], batch_size=5)
    found: list[Outcome] = []
    with pytest.raises(LookupError, match="no such order"):
        await collect(failover(first, ScriptedGateway("spare")).send_many(broken()), found)

    assert [outcome.message for outcome in found] == letters(2)
    assert heads(found).keys() == {"spare" if answer else "first"}


async def test_a_list_that_makes_a_bad_message() -> None:
    """The caller's own mistake is the caller's to see."""
    broken = (Message(to, "x") for to in [phone(0), "not a phone"])

    with pytest.raises(InvalidMessage):
        await settle(failover(ScriptedGateway("first")), broken)


async def test_an_empty_list() -> None:
    """Nothing to do is done."""
    assert await settle(failover(ScriptedGateway("first")), []) == []


async def test_a_cancelled_caller_moves_nothing_on() -> None:
    """What is under way may still succeed."""
    spare = ScriptedGateway("spare")
    gateway = failover(ScriptedGateway("first", [NOT_HIM, asyncio.CancelledError()]), spare)

    with pytest.raises(asyncio.CancelledError):
        await settle(gateway, letters(5))

    assert spare.sent == []


async def test_a_failover_inside_another() -> None:
    """It is a gateway like any other."""
    inner = failover(
        ScriptedGateway("a", [NOT_HIM, None]), ScriptedGateway("b", [Refused("no"), None])
    )

    outcomes = await settle(failover(inner, ScriptedGateway("spare")), letters(3))

    assert heads(outcomes) == {"a": 2, "spare": 1}
