"""The run: every row has an ending, whatever the gateway says and whenever it stops."""

import asyncio
import errno
import os
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path

import attrs
import pytest
from cli.bulk.files import endings, kinds, outcomes, phones, written
from support.scripted_gateway import ScriptedGateway

from smsgate import (
    Accepted,
    AddressBlocked,
    AuthenticationFailed,
    InsufficientFunds,
    Message,
    Outcome,
    OutcomeUnknown,
    RecipientRefused,
    SmsGateError,
    Unreachable,
)
from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.prices import Price, price_of_parts
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.cli.bulk.run import Run
from smsgate.cli.bulk.stop import Stop
from smsgate.cli.bulk.tally import End, Tally
from smsgate.cli.exits import Exit

BAD = Withheld("InvalidMessage", "no phone")


def rows(count: int) -> list[Row]:
    """Make good rows."""
    return [
        Row(line, phone, None, Message(phone, "hello"))
        for line, phone in enumerate(phones(count), start=2)
    ]


@attrs.define
class Bench:
    """A run through a scripted gateway, and what came of it."""

    path: Path
    tally: Tally = attrs.field(factory=Tally)
    stop: Stop = attrs.field(factory=Stop)
    budget: Budget = attrs.field(factory=Budget)

    @property
    def exit_code(self) -> Exit:
        """Give what the run's end says."""
        is_by_hand = self.stop.is_by_hand
        end = End(
            tally=self.tally, budget=self.budget, path=self.path, seconds=1, is_by_hand=is_by_hand
        )
        return end.exit_code

    async def run(
        self,
        given: Iterable[Row],
        gateway: ScriptedGateway,
        *,
        price_of: Callable[[Message], Price] = lambda _: Price(),
        cap: Decimal | None = None,
        watch: Callable[[], None] = lambda: None,
    ) -> Run:
        """Run to the end."""
        self.budget = Budget(cap)
        listed = list(given)
        self.tally.total = len(listed)
        self.tally.earlier = sum(row.result is SETTLED for row in listed)
        ledger = Ledger.create(self.path)
        run = Run(
            rows=iter(listed),
            gateway=gateway,
            ledger=ledger,
            price_of=price_of,
            budget=self.budget,
            stop=self.stop,
            tally=self.tally,
            watch=watch,
        )
        try:
            await run.go()
        finally:
            ledger.close()

        return run


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Give a place to run."""
    return Bench(tmp_path / "results.jsonl")


async def test_every_row_has_its_ending(bench: Bench) -> None:
    """Accepted, refused, unknown, bad and settled: each counted once, and all written down."""
    refused, lost, *good = rows(20)
    gateway = ScriptedGateway(
        "smsc",
        refuses={
            refused.phone: RecipientRefused("invalid number", code="7"),
            lost.phone: OutcomeUnknown("silence", ref="smsc:1:2"),
        },
        batch_size=4,
    )
    bad = Row(99, "", None, BAD)
    await bench.run([refused, lost, *good, bad, good[0].withhold(SETTLED)], gateway)

    assert outcomes(bench.path) == {"accepted": 18, "not sent": 2, "unknown": 1}
    assert kinds(bench.path) == {"RecipientRefused": 1, "OutcomeUnknown": 1, "InvalidMessage": 1}
    assert (bench.tally.accepted, bench.tally.not_sent, bench.tally.unknown) == (18, 2, 1)
    assert (bench.tally.earlier, bench.tally.left) == (1, 0)
    assert bench.exit_code == Exit.UNKNOWN


async def test_handed_in_is_written_first(bench: Bench) -> None:
    """Before the gateway has a message, the file says so."""
    seen: list[set[object]] = []

    def watch() -> None:
        lines = [slip[0] for fact in written(bench.path) for slip in listed(fact)]
        seen.append({*endings(bench.path)} - set(lines))

    def listed(fact: dict[str, object]) -> list[list[object]]:
        found = fact.get("handing_in")
        return found if isinstance(found, list) else []

    await bench.run(rows(30), ScriptedGateway("smsc", batch_size=3), watch=watch)

    assert len(seen) == 30
    assert set().union(*seen) == set()


async def test_little_is_written_down_ahead(bench: Bench) -> None:
    """A run that is cut off leaves hardly more unknown than the gateway had in its hands."""
    await bench.run(rows(2000), ScriptedGateway("smsc", batch_size=100))

    chunks = [fact["handing_in"] for fact in written(bench.path) if "handing_in" in fact]
    sizes = [len(chunk) for chunk in chunks if isinstance(chunk, list)]

    assert sizes[:5] == [8, 8, 16, 32, 64]
    assert max(sizes) <= 200
    assert sum(sizes) == 2000


@pytest.mark.parametrize(
    "error",
    [AuthenticationFailed("wrong password"), AddressBlocked("blocked"), InsufficientFunds("broke")],
)
async def test_fatal_refusal_ends_the_run(error: SmsGateError, bench: Bench) -> None:
    """What would refuse all the others too is not asked a million times."""
    gateway = ScriptedGateway("smsc", [None, error])
    await bench.run(rows(100), gateway)

    assert len(gateway.sent) < 10
    assert outcomes(bench.path) == {"accepted": 1, "not sent": 99}
    assert kinds(bench.path) == {type(error).__name__: 99}
    assert bench.exit_code == Exit.NOT_SENT


@pytest.mark.parametrize("error", [OutcomeUnknown("silence"), Unreachable("no connection")])
async def test_run_in_vain_ends(error: SmsGateError, bench: Bench) -> None:
    """When nothing is accepted any more, going on would only lose messages."""
    gateway = ScriptedGateway("smsc", [error], batch_size=50)
    await bench.run(rows(4000), gateway)

    assert 2000 <= len(gateway.sent) < 3000
    assert kinds(bench.path)["InVain"] == 4000 - len(gateway.sent)
    assert bench.tally.left == 0


async def test_bad_recipients_are_not_the_run_s_fault(bench: Bench) -> None:
    """However many stand together in the file, what comes after them is sent."""
    *bad, good = rows(2500)
    refuses = {row.phone: RecipientRefused("invalid number") for row in bad}
    await bench.run([*bad, good], ScriptedGateway("smsc", refuses=refuses, batch_size=50))

    assert outcomes(bench.path) == {"accepted": 1, "not sent": 2499}


async def test_stop_by_hand(bench: Bench) -> None:
    """What the gateway has gets its ending, the rest is written down as stopped."""

    def watch() -> None:
        if bench.tally.accepted == 20:
            bench.stop.by_hand()

    await bench.run(rows(100), ScriptedGateway("smsc"), watch=watch)

    assert bench.tally.accepted < 30
    assert outcomes(bench.path) == {
        "accepted": bench.tally.accepted,
        "not sent": 100 - bench.tally.accepted,
    }
    assert kinds(bench.path).keys() == {"Stopped"}
    assert bench.exit_code == Exit.STOPPED


async def test_cap_stops_before_it_is_passed(bench: Bench) -> None:
    """The first row that does not fit, and everything after it, is not sent."""
    gateway = ScriptedGateway("smsc")
    await bench.run(
        rows(50), gateway, price_of=partial(price_of_parts, Decimal(3)), cap=Decimal(32)
    )

    assert len(gateway.sent) == 10
    assert kinds(bench.path) == {"CapReached": 40}


@attrs.define(eq=False)
class Dear(ScriptedGateway):
    """A gateway whose messages cost 5 each."""

    async def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """Send, and tell the cost."""
        async for outcome in ScriptedGateway.send_many(self, messages):
            assert isinstance(outcome, Accepted)
            yield Accepted(outcome.message, attrs.evolve(outcome.receipt, cost=Decimal(5)))


async def test_dearer_than_was_said(bench: Bench) -> None:
    """When the receipts name higher costs, no more is handed in than is under way by then."""
    gateway = Dear("smsc")
    run = await bench.run(
        rows(50), gateway, price_of=partial(price_of_parts, Decimal(1)), cap=Decimal(20)
    )

    assert len(gateway.sent) < 8
    assert kinds(bench.path) == {"CapReached": 50 - len(gateway.sent)}
    assert bench.tally.again == bench.tally.not_sent
    assert run.budget.spent >= 20
    assert "messages cost more than their prices said" in (bench.stop.words or "")


async def test_money_of_a_refused_message_can_be_spent(bench: Bench) -> None:
    """A message that was not sent cost nothing."""
    given = rows(12)
    gateway = ScriptedGateway("smsc", refuses={given[0].phone: RecipientRefused("no")})
    await bench.run(given, gateway, price_of=partial(price_of_parts, Decimal(1)), cap=Decimal(11))

    assert outcomes(bench.path) == {"accepted": 11, "not sent": 1}


async def test_message_without_a_price_does_not_fit_a_cap(bench: Bench) -> None:
    """It is left out; the others are sent."""
    error = RecipientRefused("invalid number")
    prices = iter([Price(Decimal(1)), Price(), Price(error=error), Price(Decimal(1))])
    price_of = lambda _: next(prices)  # noqa: E731
    await bench.run(rows(4), ScriptedGateway("smsc"), price_of=price_of, cap=Decimal(5))

    assert kinds(bench.path) == {"NoPrice": 1, "RecipientRefused": 1}
    assert (bench.tally.accepted, bench.tally.again) == (2, 0)


async def test_nothing_but_bad_rows(bench: Bench) -> None:
    """Nothing is handed in, and nothing says so."""
    await bench.run([Row(2, "", None, BAD)], ScriptedGateway("smsc"))

    assert [fact.get("outcome") for fact in written(bench.path)] == ["not sent"]


async def test_gateway_that_breaks(bench: Bench) -> None:
    """What it had is unknown, in the tally and, by what was handed in, in the file."""
    with pytest.raises(RuntimeError):
        await bench.run(rows(30), ScriptedGateway("smsc", [None, None, RuntimeError("bug")]))

    assert bench.tally.unknown > 0
    assert bench.tally.left > 0
    assert bench.exit_code == Exit.UNKNOWN


@attrs.define(eq=False)
class Lazy(ScriptedGateway):
    """A gateway that takes no message at all."""

    async def send_many(
        self, messages: Iterable[Message] | AsyncIterable[Message], /
    ) -> AsyncIterator[Outcome]:
        """Yield nothing."""
        for outcome in list[Outcome]():
            yield outcome


async def test_gateway_that_takes_nothing(bench: Bench) -> None:
    """Then nobody was sent anything, and the file says that."""
    await bench.run(rows(3), Lazy("lazy"))

    assert kinds(bench.path) == {"NotTaken": 3}
    assert bench.stop.words == "the gateway took no more messages"
    assert bench.tally.again == 3


async def test_everybody_accepted(bench: Bench) -> None:
    """Nothing is left to say."""
    await bench.run(rows(3), ScriptedGateway("smsc"))

    assert bench.stop.reason is None
    assert bench.exit_code == Exit.OK


@pytest.mark.parametrize("kind", ["settled", "bad", "unpriced"])
async def test_others_have_their_turn_while_rows_are_skipped(kind: str, bench: Bench) -> None:
    """
    However many rows in a row are not sent, the loop goes round meanwhile.

    Otherwise a request that is under way would time out, and no Ctrl-C be heard.
    """
    first, *skipped, last = rows(5002)
    reasons = {"settled": SETTLED, "bad": BAD}
    if kind in reasons:
        skipped = [row.withhold(reasons[kind]) for row in skipped]

    prices = {first.phone: Decimal(1), last.phone: Decimal(1)}
    gateway = ScriptedGateway("smsc", batch_size=10)
    turn, looks = 0, Counter[int]()

    async def take_turns() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def watch() -> None:
        looks[turn] += 1

    others = asyncio.create_task(take_turns())
    await bench.run(
        [first, *skipped, last],
        gateway,
        price_of=lambda message: Price(prices.get(message.phone)),
        cap=Decimal(10),
        watch=watch,
    )
    others.cancel()

    assert [message.phone for message in gateway.sent] == [first.phone, last.phone]
    assert sum(looks.values()) == 5002
    assert max(looks.values()) <= 1024


async def test_stop_is_heard_while_rows_are_skipped(bench: Bench) -> None:
    """Whoever stops the run then has stopped it: the row after them is not sent."""
    good, last = rows(2)

    def watch() -> None:
        asyncio.get_running_loop().call_soon(bench.stop.by_hand)

    settled = [good.withhold(SETTLED)] * 2000
    await bench.run([good, *settled, last], ScriptedGateway("smsc"), watch=watch)

    assert outcomes(bench.path) == {"accepted": 1, "not sent": 1}
    assert kinds(bench.path) == {"Stopped": 1}


async def test_what_could_not_be_written_down_was_not_handed_in(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those rows have not been tried; nothing about them is unknown, now or for a later run."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    gateway = ScriptedGateway("smsc")
    with pytest.raises(SmsGateError, match="the result file cannot be written: No space left"):
        await bench.run(rows(3), gateway)

    assert (bench.tally.unknown, bench.tally.left) == (0, 3)
    assert written(bench.path) == []
    assert gateway.sent == []
