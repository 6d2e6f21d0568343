"""What became of each message is on record, and nothing that is private."""

import asyncio
import logging
import subprocess
import sys

import attrs
import pytest
from support.clock import NapClock
from support.gateways import SCHEMES, gateway_over
from support.loopback import Loopback
from support.transports import HeldTransport, ScriptedTransport, always, settle

from smsgate import (
    Message,
    OutcomeUnknown,
    Receipt,
    Refused,
    SmscGateway,
    SmsGateError,
    Unreachable,
)
from smsgate.policy.journal import note
from smsgate.wire.codec import Result
from smsgate.wire.http import HttpReply, HttpRequest

MESSAGE = Message("+77015555555", "the code is 4417", id="order-7")
RECEIPT = Receipt(gateway="smsc", id="4107", phone="77015555555", part_ids=("4107", "4108"))
UNKNOWN = OutcomeUnknown("silence", code="17", ref="smsc:77015555555:4107")
FIELDS = ("gateway", "fate", "ref", "message_id", "code")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Put on record whatever comes, from DEBUG on."""
    caplog.set_level(logging.DEBUG, "smsgate")
    return caplog


def outcomes(told: pytest.LogCaptureFixture) -> list[tuple[object, ...]]:
    """List the attributes of the records on what became of a message."""
    return [
        tuple(getattr(record, field) for field in FIELDS)
        for record in told.records
        if hasattr(record, "fate")
    ]


@pytest.mark.parametrize(
    ("result", "level", "said"),
    [
        pytest.param(
            RECEIPT, logging.INFO, ("accepted", "smsc:…55:4107,4108", None), id="accepted"
        ),
        pytest.param(Refused("no", code="3"), logging.INFO, ("not sent", None, "3"), id="refused"),
        pytest.param(Unreachable("down"), logging.INFO, ("not sent", None, None), id="unreachable"),
        pytest.param(UNKNOWN, logging.WARNING, ("unknown", "smsc:…55:4107", "17"), id="unknown"),
        pytest.param(OutcomeUnknown("?"), logging.WARNING, ("unknown", None, None), id="no-ref"),
    ],
)
def test_a_record_can_be_searched(
    told: pytest.LogCaptureFixture, result: Result, level: int, said: tuple[object, ...]
) -> None:
    """Everything an operator looks for is an attribute; only the unknown is a warning."""
    note("smsc", MESSAGE, result, 1.23456)

    [record] = told.records
    fate, ref, code = said
    assert (record.name, record.levelno) == ("smsgate", level)
    assert outcomes(told) == [("smsc", fate, ref, "order-7", code)]
    assert vars(record)["seconds"] == 1.235


@pytest.mark.parametrize(
    ("result", "line"),
    [
        pytest.param(RECEIPT, "smsc accepted smsc:…55:4107,4108 in 0.500 s", id="accepted"),
        pytest.param(Refused("no money"), "smsc not sent in 0.500 s: no money", id="refused"),
        pytest.param(UNKNOWN, "smsc unknown smsc:…55:4107 in 0.500 s: silence", id="unknown"),
    ],
)
def test_a_record_can_be_read(told: pytest.LogCaptureFixture, result: Result, line: str) -> None:
    """One line, also for people who log no more than lines."""
    note("smsc", MESSAGE, result, 0.5)

    assert [record.getMessage() for record in told.records] == [line]


def test_a_receipt_without_an_id_of_its_own(told: pytest.LogCaptureFixture) -> None:
    """Its ref leads nowhere, and is put on record as it is."""
    note("smsclub+xml", MESSAGE, attrs.evolve(RECEIPT, id="", part_ids=(), shared_ids=("1",)), 0.0)

    [record] = outcomes(told)
    assert record[2] == "smsc:…55:"


# Numbers and names of the moment and the process, in which any four digits may stand by chance.
OF_THE_MACHINE = ("created", "msecs", "relativeCreated", "thread", "process", "taskName")


@pytest.mark.parametrize("result", [RECEIPT, Refused("no"), UNKNOWN], ids=["yes", "no", "unknown"])
def test_neither_phone_nor_text_is_on_record(
    told: pytest.LogCaptureFixture, result: Result
) -> None:
    """Two digits tell phones apart, and nobody can call them."""
    note("smsc", MESSAGE, result, 0.0)

    fields = [{**vars(record), **dict.fromkeys(OF_THE_MACHINE)} for record in told.records]
    shown = str(fields)
    assert [word for word in ("7015555", "4417", "the code") if word in shown] == []


@pytest.mark.parametrize(("level", "count"), [("INFO", 2), ("WARNING", 1), ("ERROR", 0)])
def test_who_wants_less_gets_less(caplog: pytest.LogCaptureFixture, level: str, count: int) -> None:
    """The level of the logger decides, as for any logger."""
    caplog.set_level(level, "smsgate")
    note("smsc", MESSAGE, RECEIPT, 0.0)
    note("smsc", MESSAGE, UNKNOWN, 0.0)

    assert len(caplog.records) == count


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_send_is_one_record(
    scheme: str, told: pytest.LogCaptureFixture, loopback: Loopback
) -> None:
    """Through every gateway, with the name of its ref."""
    receipt = await gateway_over(loopback, scheme).send(MESSAGE)

    ids = receipt.ref.rpartition(":")[2]
    assert outcomes(told) == [(scheme, "accepted", f"{scheme}:…55:{ids}", "order-7", None)]


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_each_message_of_a_batch_is_one_record(
    scheme: str, told: pytest.LogCaptureFixture, loopback: Loopback
) -> None:
    """Those of one request as well as those of several."""
    numbers = [5, 6, 7]
    letters = [Message(f"7701000000{n}", "one text", id=f"{n}") for n in numbers]
    letters.append(Message("77010000008", "another", id="8"))
    async for outcome in gateway_over(loopback, scheme).send_many(letters):
        assert outcome.message in letters

    assert [(record[1], record[3]) for record in outcomes(told)] == [
        ("accepted", id_) for id_ in "5678"
    ]


@pytest.mark.parametrize(
    ("error", "fate"),
    [(Unreachable("down"), "not sent"), (OutcomeUnknown("silence"), "unknown")],
    ids=["unreachable", "unknown"],
)
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_what_failed_for_all_is_a_record_each(
    scheme: str, error: SmsGateError, fate: str, told: pytest.LogCaptureFixture
) -> None:
    """A request that fails takes several messages with it, and each has its own line."""
    letters = [Message(f"7701000000{n}", "one text", id=f"{n}") for n in (5, 6)]
    async for outcome in gateway_over(always(error), scheme).send_many(letters):
        assert outcome.message in letters

    assert [(record[1], record[3]) for record in outcomes(told)] == [(fate, "5"), (fate, "6")]


async def test_what_was_asked_and_found_is_accepted(
    told: pytest.LogCaptureFixture, loopback: Loopback
) -> None:
    """The record is about the message, not about the request: it comes once, in the end."""

    def lose(_: str, request: HttpRequest) -> HttpReply | OutcomeUnknown:
        answer = loopback.answer(request)
        return OutcomeUnknown("silence") if request.own_id else answer

    receipt = await gateway_over(ScriptedTransport(lose), "smsc").send(MESSAGE)

    ref = f"smsc:…55:{receipt.id}"
    assert outcomes(told) == [("smsc", "accepted", ref, "order-7", None)]


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        pytest.param(HttpReply(b'{"id":"4107","cnt":1}'), "accepted", id="accepted"),
        pytest.param(Unreachable("down"), "not sent", id="unreachable"),
        pytest.param(HttpReply(b"<html>"), "unknown", id="unknown"),
    ],
)
async def test_a_cancelled_caller_finds_it_on_record(
    told: pytest.LogCaptureFixture, answer: HttpReply | SmsGateError, fate: str
) -> None:
    """Whoever stopped waiting can read what became of the message: nothing vanishes."""
    wire = HeldTransport(answer)
    gateway = SmscGateway(
        api_key="key", id_factory=lambda: "4107", transport=wire, clock=NapClock()
    )
    caller = asyncio.create_task(gateway.send(MESSAGE))
    await wire.arrived()
    caller.cancel()
    await settle()

    assert (caller.cancelled(), outcomes(told)) == (True, [])

    wire.release.set()
    await gateway.aclose()

    [(name, became, _, message_id, _)] = outcomes(told)
    assert (name, became, message_id) == ("smsc", fate, "order-7")


async def test_what_a_closing_gateway_cuts_off_is_on_record(
    told: pytest.LogCaptureFixture,
) -> None:
    """Its caller is gone, and the answer will not be waited for: the ref is left to ask by."""
    wire = HeldTransport()
    gateway = SmscGateway(
        api_key="key", id_factory=lambda: "4107", transport=wire, clock=NapClock()
    )
    caller = asyncio.create_task(gateway.send(MESSAGE))
    await wire.arrived()
    caller.cancel()
    gateway._line.servers.timeout = 0.01
    await gateway.aclose()

    assert outcomes(told) == [("smsc", "unknown", "smsc:…55:4107", "order-7", None)]


SENDING = """
import asyncio, logging
import smsgate, smsgate.policy.journal
from smsgate.wire.http import HttpReply

class Page:
    async def exchange(self, base_url, request, /, *, seconds):
        return HttpReply(b"<html>")

    async def aclose(self):
        pass

async def send():
    gateway = smsgate.SmscGateway(api_key="key", transport=Page(), deadline=0.5)
    outcomes = [o async for o in gateway.send_many([smsgate.Message("77015555555", "x")])]
    assert type(outcomes[0]).__name__ == "Unknown"
"""
RUN = "\nasyncio.run(send())"
WITHOUT_OUR_HANDLER = '\nlogging.getLogger("smsgate").handlers.clear()'


@pytest.mark.parametrize(
    ("code", "is_silent"),
    [(SENDING + RUN, True), (SENDING + WITHOUT_OUR_HANDLER + RUN, False)],
    ids=["as-it-is", "or-else"],
)
def test_it_is_silent_until_somebody_wants_it(code: str, *, is_silent: bool) -> None:
    """
    Without any logging set up, a warning of ours does not get onto anybody's screen.

    Python itself would print it: see "or else".
    """
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )

    assert done.stdout == ""
    assert (done.stderr == "") == is_silent
