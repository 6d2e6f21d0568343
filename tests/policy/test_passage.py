"""Messages on their way from gateway to gateway: told at once, stopped, and never flooding."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable

import pytest
from support.desk import collect, letters
from support.scripted_gateway import ScriptedGateway
from support.several import failover, heads, settle

from smsgate import (
    InsufficientFunds,
    InvalidArgument,
    Message,
    NotSent,
    Outcome,
    RecipientRefused,
    Refused,
)

BROKE = InsufficientFunds("no money")
NOT_HIM = RecipientRefused("not him")


async def test_who_stops_early_ends_all_of_it() -> None:
    """Once it is closed nothing more is handed in, by no gateway behind it."""
    closed: list[str] = []

    class Closing(ScriptedGateway):
        async def send_many(
            self, messages: Iterable[Message] | AsyncIterable[Message], /
        ) -> AsyncIterator[Outcome]:
            try:
                async for outcome in super().send_many(messages):
                    yield outcome
            finally:
                closed.append(self.name)

    gateway = failover(Closing("first", [NOT_HIM, None]), Closing("spare"))
    outcomes = gateway.send_many(letters(9))
    await anext(outcomes)
    await outcomes.aclose()  # type: ignore[attr-defined]

    assert closed == ["first"]


async def test_what_cannot_be_closed_is_left_alone() -> None:
    """Whoever gives another kind of async iterator has nothing to close."""

    class Bare:
        def __init__(self, outcomes: AsyncIterator[Outcome]) -> None:
            self._outcomes = outcomes

        def __aiter__(self) -> AsyncIterator[Outcome]:
            return self

        async def __anext__(self) -> Outcome:
            return await anext(self._outcomes)

    class Plain(ScriptedGateway):
        def send_many(
            self, messages: Iterable[Message] | AsyncIterable[Message], /
        ) -> AsyncIterator[Outcome]:
            return Bare(super().send_many(messages))

    assert heads(await settle(failover(Plain("first")), letters(3))) == {"first": 3}


async def test_it_is_said_once_that_a_gateway_is_asked_last(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A bulk without money is one line in the log, and not a thousand."""
    await settle(failover(ScriptedGateway("broke", [BROKE], batch_size=50)), letters(50))

    assert len([r for r in caplog.records if "is asked last" in r.getMessage()]) == 1


async def test_the_last_ones_refusal_is_told_at_once() -> None:
    """Nobody is left to take it, so there is nothing to wait for."""
    spare = ScriptedGateway("spare", [NOT_HIM])
    outcomes = failover(ScriptedGateway("first", [NOT_HIM]), spare).send_many(letters(9))

    assert isinstance(await anext(outcomes), NotSent)
    assert len(spare.sent) == 1


async def test_a_locked_spare_is_not_asked_for_all() -> None:
    """Whoever asks a server again and again with a wrong password has his address blocked."""
    spare = ScriptedGateway("spare", [BROKE])

    outcomes = await settle(failover(ScriptedGateway("first", [NOT_HIM]), spare), letters(50))

    assert heads(outcomes) == {"NotSent": 50}
    assert len(spare.sent) == 1
    errors = {type(outcome.error) for outcome in outcomes if isinstance(outcome, NotSent)}
    assert errors == {InsufficientFunds, RecipientRefused}


async def test_what_a_locked_spare_was_not_given_goes_to_the_next() -> None:
    """It is passed over."""
    gateways = [ScriptedGateway(name, [error]) for name, error in (("a", NOT_HIM), ("b", BROKE))]
    last = ScriptedGateway("last")

    assert heads(await settle(failover(*gateways, last), letters(50))) == {"last": 50}
    assert len(gateways[1].sent) == 1


async def test_a_bug_in_the_spare_is_not_gone_round() -> None:
    """What the first refused is told, and what the spare refused; the bug is seen."""
    spare = ScriptedGateway("spare", [Refused("nor here"), ZeroDivisionError()])
    last, found = ScriptedGateway("last"), list[Outcome]()

    with pytest.raises(ZeroDivisionError):
        await collect(
            failover(ScriptedGateway("a", [NOT_HIM]), spare, last).send_many(letters(5)), found
        )

    assert heads(found) == {"NotSent": 4, "Unknown": 1}
    assert last.sent == []


async def test_a_gateway_that_takes_nothing_is_a_bug() -> None:
    """It would be given the same messages again, for ever."""

    class Idle(ScriptedGateway):
        async def send_many(
            self, _: Iterable[Message] | AsyncIterable[Message], /
        ) -> AsyncIterator[Outcome]:
            for outcome in list[Outcome]():
                yield outcome

    with pytest.raises(RuntimeError, match="send_many takes no message"):
        await settle(failover(Idle("first"), ScriptedGateway("spare")), letters(3))


async def test_a_list_with_something_else_in_it_ends_there() -> None:
    """What was taken is seen through by all gateways, then the mistake is named."""
    strange: list[Message] = [*letters(2), "77010000001"]  # type: ignore[list-item]
    gateway, found = (
        failover(ScriptedGateway("first", [BROKE]), ScriptedGateway("spare")),
        list[Outcome](),
    )

    with pytest.raises(InvalidArgument, match="each must be a Message, not str"):
        await collect(gateway.send_many(strange), found)

    assert heads(found) == {"spare": 2}
