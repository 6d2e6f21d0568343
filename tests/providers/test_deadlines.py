"""A caller's deadline, and a gateway's own: what is too late is not sent, and says so."""

import math

import attrs
import pytest
from providers.imaginary.gateway import PigeonGateway
from support.clock import NapClock
from support.transports import ScriptedTransport, always

from smsgate import DeadlineExceeded, Fate, InvalidArgument, Message, NotSent
from smsgate.wire.http import HttpReply

CODE = Message("+77011234567", "Your code is 7781")


@pytest.fixture
def wire() -> ScriptedTransport:
    """Give a transport to a provider that takes everything."""
    return always(HttpReply(b'["1"]'))


@pytest.fixture
def gateway(wire: ScriptedTransport) -> PigeonGateway:
    """Give a gateway without a deadline of its own."""
    return PigeonGateway(loft="home", ring="R-42", transport=wire, clock=NapClock())


@pytest.mark.parametrize("deadline", [0, -3, -math.inf])
async def test_a_code_that_is_too_late_is_not_sent(
    gateway: PigeonGateway, wire: ScriptedTransport, deadline: float
) -> None:
    """What is left of a time may be less than nothing; that is no mistake, it is too late."""
    with pytest.raises(DeadlineExceeded) as caught:
        await gateway.send(CODE, deadline=deadline)

    assert caught.value.fate is Fate.NOT_SENT
    assert wire.asked == []


async def test_in_time_it_is_sent(gateway: PigeonGateway) -> None:
    """A deadline far away changes nothing."""
    assert (await gateway.send(CODE, deadline=30)).id == "1"
    assert (await gateway.send(CODE, deadline=math.inf)).id == "1"


@pytest.mark.parametrize("deadline", [math.nan, "soon", True])
async def test_a_deadline_that_is_none(gateway: PigeonGateway, deadline: float) -> None:
    """Not a number of seconds: the mistake is named, and nothing is sent."""
    with pytest.raises(InvalidArgument, match="deadline: must be a number of seconds"):
        await gateway.send(CODE, deadline=deadline)


async def test_the_gateways_own_deadline(gateway: PigeonGateway, wire: ScriptedTransport) -> None:
    """It holds for a send that has none, for each batch, and for questions."""
    hasty = attrs.evolve(gateway, deadline=1e-9)

    class Running(NapClock):
        def now(self) -> float:
            self.time += 1
            return self.time

    late = attrs.evolve(hasty, clock=Running())
    with pytest.raises(DeadlineExceeded):
        await late.send(CODE)
    with pytest.raises(DeadlineExceeded):
        await late.balance()
    with pytest.raises(DeadlineExceeded):
        await late.status("pigeon:77011234567:1")

    assert [type(outcome) async for outcome in late.send_many([CODE])] == [NotSent]
    assert wire.asked == []


async def test_the_callers_deadline_counts_more(gateway: PigeonGateway) -> None:
    """A send that says how long it has is believed."""
    hasty = attrs.evolve(gateway, deadline=1e-9)

    assert (await hasty.send(CODE, deadline=30)).id == "1"


@pytest.mark.parametrize("deadline", [0, -1, math.nan, math.inf])
def test_a_gateway_whose_every_message_is_too_late(deadline: float) -> None:
    """In the settings it is a mistake."""
    with pytest.raises(InvalidArgument, match="deadline: must be more than 0"):
        PigeonGateway(loft="home", ring="R-42", deadline=deadline)
