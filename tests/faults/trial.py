"""
One cell of the matrix, carried out: a real gateway, real sockets, and one misfortune.

Timeouts and pauses are the gateway's own defaults; on a `HastyLoop` they cost no time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import cache

import attrs
from faults.carriers import CARRIERS, DEFAULT, Carrier
from faults.cells import STATIONS, Cancel, Cell, Mirrors, Operation
from faults.hasty import LoopClock
from faults.provider import Inside
from faults.server import FaultServer
from support.clock import FakeClock
from support.gateways import NOWHERE, open_http
from support.transports import settle

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.outcome import Accepted, Outcome, Unknown, outcome_of
from smsgate.policy.limits import forget_limits
from smsgate.providers.http_gateway import HttpGateway
from smsgate.receipt import Receipt
from smsgate.report import Report
from smsgate.simulator import dsns
from smsgate.transport import Transport

_LONGEST = 1000.0  # seconds: what takes longer hangs
ONE = Message("+380977777661", "Код 1234")
TWIN = Message("+380977777662", "Код 1234")
OTHER = Message("+380977777663", "інше")
LATER = Message("+380977777664", "потім")
MESSAGES = {
    Operation.SEND: [ONE],
    Operation.SEND_MANY: [ONE, TWIN, OTHER],
    Operation.SEND_ALIKE: [ONE, TWIN],
    Operation.STATUS: [ONE],
}


@attrs.define(kw_only=True)
class Story:
    """
    What happened in a cell: what the caller was told, and what the provider has.

    ``reports`` is what each ref that was told leads to, once all is over; ``strangers``
    are the messages whose receipt is somebody else's. ``later`` is what became of one
    more message then, None where no client could hand it in.
    """

    outcomes: list[Outcome] = attrs.field(factory=list)
    answer: Report | SmsGateError | None = None
    is_cancelled: bool = False
    asked: int = 0
    later: Outcome | None = None
    reports: dict[Message, Report] = attrs.field(factory=dict)
    strangers: list[Message] = attrs.field(factory=list)
    copies: dict[Message, int] = attrs.field(factory=dict)
    is_over: bool = False


Wrap = Callable[[Transport, Cell, FaultServer], Transport]


def as_it_is(transport: Transport, _: Cell, __: FaultServer) -> Transport:
    """Leave the transport what it is."""
    return transport


async def carry_out(cell: Cell, wrap: Wrap = as_it_is, *, carrier: str = DEFAULT) -> Story:
    """
    Let the misfortune of *cell* happen over *carrier*, end it, and see what is left.

    To see that mistakes are found out, *wrap* may put one into the transport.
    """
    story = Story()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST), _server(cell) as server:
            async with _gateway(cell, server, wrap, CARRIERS[carrier]) as gateway:
                await _act(cell, gateway, server, story)
                story.asked = server.provider.asked.total()
                await server.heal()
                if cell.fault.heals or cell.mirrors is Mirrors.GOOD:
                    story.later = await _send(gateway, LATER)

            await server.digest()
            await _look_back(cell, server, story)
            story.is_over = True

    return story


def _server(cell: Cell) -> FaultServer:
    return FaultServer(
        fault=cell.fault,
        mirrors=0 if cell.mirrors is Mirrors.NONE else 2,
        faulty=None if cell.mirrors is Mirrors.BAD else (0,),
        aim=cell.aim,
        armed=False,
        duplicate_window=60.0 if cell.has_window else 0.0,
        clock=FakeClock(),
    )


@cache
def _ready(scheme: str, *, repeats: bool = False) -> HttpGateway:
    return open_http(dsns(NOWHERE)[scheme] + "&repeat_unknown=yes" * repeats)


@contextlib.asynccontextmanager
async def _gateway(
    cell: Cell, server: FaultServer, wrap: Wrap, carrier: Carrier
) -> AsyncIterator[HttpGateway]:
    """Open a gateway to *server* whose limits nobody shares."""
    forget_limits()
    async with carrier() as transport:
        gateway = attrs.evolve(
            _ready(cell.scheme, repeats=cell.repeats),
            base_url=None,
            base_urls=server.base_urls,
            transport=wrap(transport, cell, server),
            clock=LoopClock(),
            max_in_flight=1 if cell.cancel is Cancel.TURN else 14,
        )
        async with gateway:
            yield gateway


def _inside(cell: Cell, server: FaultServer) -> Gateway:
    """Make a gateway that reaches the provider past all addresses and faults."""
    transport = Inside(server.provider)
    return attrs.evolve(_ready(cell.scheme), transport=transport, clock=LoopClock())


async def _act(cell: Cell, gateway: HttpGateway, server: FaultServer, story: Story) -> None:
    """Do what the caller does, and cancel him where the cell says."""
    match cell.operation:
        case Operation.SEND:
            action = _send_one(gateway, story)
        case Operation.SEND_MANY | Operation.SEND_ALIKE:
            action = _send_many(gateway, MESSAGES[cell.operation], story)
        case Operation.STATUS:
            receipt = await _inside(cell, server).send(ONE)
            action = _ask(gateway, receipt, story)

    server.arm()
    async with _ready_to_cancel(cell, gateway, server) as moment:
        caller = asyncio.create_task(action)
        if moment:
            await asyncio.wait({caller, moment}, return_when=asyncio.FIRST_COMPLETED)
            story.is_cancelled = caller.cancel()
            moment.cancel()

        await asyncio.wait({caller})

    if not caller.cancelled():
        caller.result()

    while gateway._line._under_way:
        await asyncio.wait(set(gateway._line._under_way))


@contextlib.asynccontextmanager
async def _ready_to_cancel(
    cell: Cell, gateway: HttpGateway, server: FaultServer
) -> AsyncIterator[asyncio.Task[object] | None]:
    """Give what ends when the caller of *cell* has come to where he is to be cancelled."""
    match cell.cancel:
        case Cancel.NEVER:
            yield None
        case Cancel.START:
            yield asyncio.create_task(asyncio.sleep(0))
        case Cancel.TURN:
            turn = await gateway._line.limits.turn(1)
            yield asyncio.create_task(settle())
            turn.release()
        case where:
            gate = server.hold(STATIONS[where])
            yield asyncio.create_task(gate.arrived.wait())
            gate.open()


async def _send(gateway: Gateway, message: Message) -> Outcome:
    try:
        return outcome_of(message, await gateway.send(message))
    except SmsGateError as error:
        return outcome_of(message, error)


async def _send_one(gateway: Gateway, story: Story) -> None:
    story.outcomes.append(await _send(gateway, ONE))


async def _send_many(gateway: Gateway, messages: Sequence[Message], story: Story) -> None:
    async for outcome in gateway.send_many(messages):
        story.outcomes.append(outcome)


async def _ask(gateway: Gateway, receipt: Receipt, story: Story) -> None:
    try:
        story.answer = await gateway.status(receipt)
    except SmsGateError as error:
        story.answer = error


async def _look_back(cell: Cell, server: FaultServer, story: Story) -> None:
    """Count the copies, and ask about every ref, past all faults."""
    for message in [*MESSAGES[cell.operation], LATER]:
        story.copies[message] = server.copies(message.phone, message.text)

    asking = _inside(cell, server)
    for outcome in [*story.outcomes, *([story.later] if story.later else [])]:
        if ref := ref_of(outcome):
            story.reports[outcome.message] = await asking.status(ref)

        if isinstance(outcome, Accepted) and not _is_owner(cell, server, outcome):
            story.strangers.append(outcome.message)


def _is_owner(cell: Cell, server: FaultServer, outcome: Accepted) -> bool:
    """Whether the ids of a receipt are those of its message."""
    message, receipt = outcome.message, outcome.receipt
    provider = cell.scheme.partition("+")[0]
    ids = receipt.part_ids or ((receipt.id,) if receipt.id else ())
    found = [server.network.find(provider, id_, message.phone) for id_ in ids]
    return all(sms is not None and sms.text == message.text for sms in found)


def ref_of(outcome: Outcome) -> str | None:
    """Find by what the caller can ask about *outcome*, if there is anything."""
    match outcome:
        case Accepted(receipt=receipt):
            return receipt.ref if receipt.id else None
        case Unknown(error=OutcomeUnknown(ref=ref)):
            return ref
        case _:
            return None
