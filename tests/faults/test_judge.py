"""The judge can say no: every untruth that it is there to find is found."""

import asyncio
from collections.abc import Sequence

import attrs
import pytest
from faults.cells import Cancel, Cell, Mirrors, Operation
from faults.hasty import run_hastily
from faults.judge import judge
from faults.server import FaultServer
from faults.table import FAULTS
from faults.trial import LATER, ONE, Story, carry_out
from faults.trigger import Aim

from smsgate.errors import OutcomeUnknown, Refused, SmsGateError
from smsgate.outcome import Accepted, NotSent, Outcome, Unknown
from smsgate.receipt import Receipt
from smsgate.report import Report, Status
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest

CELL = Cell("smsc", Operation.SEND, FAULTS["closed, before"])
TAKEN = Cell("smsc", Operation.SEND, FAULTS["closed, after"], aim=Aim.SENDS)
RECEIPT = Receipt(gateway="smsc", id="1", phone=ONE.phone)
LOST = OutcomeUnknown("no answer", ref="smsc:380977777661:1")
QUEUED = Report(status=Status.QUEUED, phone=ONE.phone)
NOT_FOUND = Report(status=Status.NOT_FOUND, phone=ONE.phone)


def story(outcome: Outcome, copies: int, report: Report | None = None) -> Story:
    """Tell a story of one message."""
    known = {outcome.message: report} if report else {}
    return Story(outcomes=[outcome], copies={ONE: copies}, reports=known, is_over=True)


def test_truth_is_not_complained_of() -> None:
    """Nobody has it, nobody can know it, and there is a ref to ask by."""
    assert judge(CELL, story(Unknown(ONE, LOST), 0, NOT_FOUND)).wrongs == ()
    assert judge(TAKEN, story(Accepted(ONE, RECEIPT), 1, QUEUED)).wrongs == ()


@pytest.mark.parametrize(
    ("cell", "told", "wrong"),
    [
        pytest.param(
            TAKEN, story(Accepted(ONE, RECEIPT), 2, QUEUED), "2 copies of one message", id="doubled"
        ),
        pytest.param(
            CELL, story(Accepted(ONE, RECEIPT), 0), "told accepted, and the provider lacks it",
            id="not-accepted",
        ),
        pytest.param(
            TAKEN, story(NotSent(ONE, Refused("no")), 1), "told not sent, and the provider has it",
            id="sent-after-all",
        ),
        pytest.param(
            TAKEN, story(Unknown(ONE, LOST), 1, QUEUED), "told unknown, could be accepted",
            id="could-have-asked",
        ),
        pytest.param(
            CELL, story(Unknown(ONE, OutcomeUnknown("lost")), 0), "told unknown, without a ref",
            id="no-ref",
        ),
        pytest.param(
            TAKEN, story(Accepted(ONE, RECEIPT), 1, NOT_FOUND),
            "told accepted, and its ref leads to not found", id="wrong-ref",
        ),
        pytest.param(TAKEN, Story(), "it hangs", id="hangs"),
        pytest.param(TAKEN, Story(is_over=True), "0 outcomes", id="no-outcome"),
        pytest.param(
            attrs.evolve(TAKEN, cancel=Cancel.TURN),
            Story(is_cancelled=True, asked=1, is_over=True),
            "cancelled before its turn, and sent", id="cancelled-in-vain",
        ),
        pytest.param(
            attrs.evolve(CELL, operation=Operation.STATUS),
            Story(answer=Report(status=Status.NOT_FOUND, phone=ONE.phone), is_over=True),
            "told that it is not found", id="wrong-status",
        ),
        pytest.param(
            attrs.evolve(TAKEN, fault=FAULTS["slow drip, in time"], operation=Operation.STATUS),
            Story(answer=LOST, is_over=True), "told an error, could be a report", id="no-status",
        ),
    ],
)  # fmt: skip
def test_every_wrong_is_named(cell: Cell, told: Story, wrong: str) -> None:
    """Each with the cell that it happened in."""
    assert f"{cell}: {wrong}" in judge(cell, told).wrongs


def test_a_foreign_receipt_is_a_wrong() -> None:
    """An id that is another message's leads the caller astray."""
    told = story(Accepted(ONE, RECEIPT), 1, QUEUED)
    told.strangers.append(ONE)

    assert judge(TAKEN, told).wrongs == (f"{TAKEN}: told accepted, with the id of another message",)


def test_a_gateway_must_live_on() -> None:
    """What went wrong once must not go wrong for ever."""
    told = story(Accepted(ONE, RECEIPT), 1, QUEUED)
    told.copies[LATER] = 0
    told.later = Unknown(LATER, LOST)

    assert judge(TAKEN, told).wrongs == (
        f"{TAKEN}: the gateway is spoilt: the next message is unknown",
    )


@attrs.frozen
class Careless:
    """A transport that does what the official clients do: the next address on any failure."""

    inner: Transport
    base_urls: Sequence[str]

    async def exchange(
        self, base_url: str, request: HttpRequest, /, *, seconds: float
    ) -> HttpReply:
        """Try every address until one answers."""
        last: SmsGateError = OutcomeUnknown("nobody was asked")
        for url in [base_url, *(url for url in self.base_urls if url != base_url)]:
            try:
                reply = await self.inner.exchange(url, request, seconds=seconds)
            except SmsGateError as error:
                last = error
                continue

            if reply.is_ok and reply.body:
                return reply

        raise last

    async def aclose(self) -> None:
        """Let go of connections."""
        await self.inner.aclose()


def carelessly(transport: Transport, _: Cell, server: FaultServer) -> Transport:
    """Make *transport* careless."""
    return Careless(transport, server.base_urls)


@pytest.mark.parametrize("scheme", ["smsc", "smsclub+json"])
@pytest.mark.parametrize(
    "fault", ["closed, after", "hangs, after", "502, after", "empty 200, after"]
)
def test_the_matrix_finds_a_careless_transport(scheme: str, fault: str) -> None:
    """Break the rule that only proof moves a message on, and the matrix is full of doubles."""
    cell = Cell(scheme, Operation.SEND, FAULTS[fault], Mirrors.GOOD)
    careful, careless = (
        judge(cell, run_hastily(carry_out(cell, *wrap))).wrongs for wrap in ((), (carelessly,))
    )

    assert careful == ()
    assert f"{cell}: 2 copies of one message" in careless


def test_time_is_skipped_only_when_nothing_moves() -> None:
    """An hour of sleep costs nothing, and a socket is still faster than the next second."""

    async def race() -> list[str]:
        finished: list[str] = []

        async def sleep() -> None:
            await asyncio.sleep(3600)
            finished.append("the hour")

        async def talk() -> None:
            reader, writer = await asyncio.open_connection(*address)
            for _ in range(100):
                writer.write(b"x")
                await reader.readexactly(1)

            writer.close()
            finished.append("the talk")

        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while said := await reader.read(1):
                writer.write(said)

            writer.close()

        async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            await asyncio.gather(sleep(), talk())

        return finished

    assert run_hastily(race()) == ["the talk", "the hour"]
