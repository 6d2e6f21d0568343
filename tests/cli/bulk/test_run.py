"""The run: every row has an ending, whatever the gateway says and whenever it stops."""

import errno
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path

import attrs
import pytest
from cli.bulk.bench import Bench, rows
from cli.bulk.files import endings, kinds, outcomes, written
from support.scripted_gateway import ScriptedGateway
from support.several import failover

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
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.prices import Price, price_of_parts
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.cli.exits import Exit
from smsgate.cli.facts import Facts

BAD = Withheld("InvalidMessage", "no phone")
FATAL = [AuthenticationFailed("wrong"), AddressBlocked("blocked"), InsufficientFunds("broke")]


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


@pytest.mark.parametrize("error", FATAL)
async def test_fatal_refusal_ends_the_run(error: SmsGateError, bench: Bench) -> None:
    """What would refuse all the others too is not asked a million times."""
    gateway = ScriptedGateway("smsc", [None, error])
    await bench.run(rows(100), gateway)

    assert len(gateway.sent) < 10
    assert outcomes(bench.path) == {"accepted": 1, "not sent": 99}
    assert kinds(bench.path) == {type(error).__name__: 99}
    assert bench.exit_code == Exit.NOT_SENT


@pytest.mark.parametrize("error", FATAL)
async def test_refusal_behind_a_failover_is_not_everybodys(
    error: SmsGateError, bench: Bench
) -> None:
    """Phones that one gateway refuses are offered to the other, which refuses all."""
    given = rows(1000)
    refuses = {row.phone: RecipientRefused("invalid number") for row in given[:150]}
    healthy = ScriptedGateway("smsc", refuses=refuses, batch_size=10)
    await bench.run(given, failover(healthy, ScriptedGateway("spare", [error])))

    assert outcomes(bench.path) == {"accepted": 850, "not sent": 150}


@pytest.mark.parametrize("error", FATAL)
@pytest.mark.parametrize("batch_size", [1, 50, 500])
async def test_failover_that_is_refused_everywhere(
    error: SmsGateError, batch_size: int, bench: Bench
) -> None:
    """It is asked as little as any of its gateways alone: that would only make it worse."""
    gateways = [ScriptedGateway(name, [error], batch_size=batch_size) for name in ("a", "b")]
    await bench.run(rows(9000), failover(*gateways))

    assert max(len(gateway.sent) for gateway in gateways) <= 2 * batch_size
    assert kinds(bench.path) == {type(error).__name__: 9000}


@pytest.mark.parametrize("error", [OutcomeUnknown("silence"), Unreachable("no connection")])
async def test_run_in_vain_ends(error: SmsGateError, bench: Bench) -> None:
    """When nothing is accepted any more, going on would only lose messages."""
    gateway = ScriptedGateway("smsc", [error], batch_size=50)
    await bench.run(rows(4000), gateway)

    assert 2000 <= len(gateway.sent) < 3000
    assert kinds(bench.path)["InVain"] == 4000 - len(gateway.sent)
    assert bench.tally.left == 0


async def test_failures_here_and_there_are_not_in_vain(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message that is accepted shows that others may be: the count begins anew."""
    monkeypatch.setattr("smsgate.cli.bulk.run._MOST_IN_VAIN", 20)
    failures = [Unreachable("no connection")] * 19
    await bench.run(rows(39), ScriptedGateway("smsc", [*failures, None, *failures]))

    assert outcomes(bench.path) == {"accepted": 1, "not sent": 38}
    assert kinds(bench.path) == {"Unreachable": 38}


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


async def test_nothing_cheaper_slips_in_after_the_cap(bench: Bench) -> None:
    """The first row that does not fit ends the run, though there is money for the one after it."""
    prices = iter([Price(Decimal(4)), Price(Decimal(9)), Price(Decimal(1))])
    price_of = lambda _: next(prices)  # noqa: E731
    gateway = ScriptedGateway("smsc")
    await bench.run(rows(3), gateway, price_of=price_of, cap=Decimal(10))

    assert [message.phone for message in gateway.sent] == [rows(1)[0].phone]
    assert kinds(bench.path) == {"CapReached": 2}


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


async def test_a_full_disk_hides_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on its way then is still counted, and told to whoever can keep it."""
    gateway = ScriptedGateway("smsc", batch_size=8)

    def watch() -> None:
        if bench.tally.accepted == 10:
            write = Ledger.write
            monkeypatch.setattr(Ledger, "write", lambda *_, **__: write(full, {}))

    full = Ledger(Path("/dev/full"), open("/dev/full", "r+b", buffering=0))  # noqa: ASYNC230, SIM115, PTH123
    run = bench.run(rows(100), gateway, watch=watch)
    with pytest.raises(SmsGateError, match="the result file cannot be written: No space left"):
        await run

    full.close()
    assert bench.tally.accepted == len(gateway.sent) < 40
    assert bench.tally.unknown == 0
    assert bench.ledger
    assert len(bench.ledger.unwritten) > 0
    assert outcomes(bench.path) == {"accepted": 10}


async def test_rows_for_which_there_is_no_room(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stay untried: they are in the file of rows, and not kept in memory as well."""

    def never(*_: object, **__: object) -> None:
        raise SmsGateError("no room")

    monkeypatch.setattr(Ledger, "write", never)
    bad = [Row(line, "", None, BAD) for line in range(1000)]
    with pytest.raises(SmsGateError, match="no room"):
        await bench.run(bad, ScriptedGateway("smsc"))

    assert bench.ledger
    assert len(bench.ledger.unwritten) == 1
    assert (bench.tally.not_sent, bench.tally.left) == (1, 999)


async def test_space_that_comes_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then all of it is written after all; the run has stopped all the same."""
    write, room = Ledger.write, [True] * 5 + [False] * 3

    def sometimes(ledger: Ledger, facts: Facts, *, is_synced: bool = False) -> None:
        if "outcome" in facts and room and not room.pop(0):
            raise SmsGateError("no room")

        write(ledger, facts, is_synced=is_synced)

    monkeypatch.setattr(Ledger, "write", sometimes)
    await bench.run(rows(100), ScriptedGateway("smsc"))

    assert kinds(bench.path).keys() == {"ResultFile"}
    assert outcomes(bench.path).total() == 100
    assert bench.tally.accepted == outcomes(bench.path)["accepted"] >= 5


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
