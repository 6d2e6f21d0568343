"""What goes wrong is one clean error, tells the fate truly, and keeps secrets."""

import asyncio
import logging
import traceback

import attrs
import pytest
from support.clock import FakeClock
from support.gateways import foreign_dsn, gateway_over
from support.loopback import Loopback
from support.sockets import dead_port
from support.transports import Answer, HeldTransport, ScriptedTransport, always, settle

from smsgate import (
    Fate,
    InvalidArgument,
    Message,
    OutcomeUnknown,
    Receipt,
    Refused,
    SmsGateError,
    Status,
    Unreachable,
    Unsupported,
    open_gateway,
)
from smsgate.providers.network import Network
from smsgate.simulator import Simulator, dsns, serve
from smsgate.wire.http import HttpRequest

MESSAGE = Message("+380970005555", "SECRETTEXT")
PRIVATE = ("HUNTER2", "SECRETTEXT", "380970005555")


def leaks(text: str) -> list[str]:
    """List what is private and yet stands in *text*."""
    return [secret for secret in PRIVATE if secret in text]


async def test_a_wrong_password_is_one_clean_error(
    scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Over a real socket, at DEBUG: the error says what is wrong, and nothing leaks."""
    caplog.set_level(logging.DEBUG)
    simulator = Simulator()
    with serve(simulator) as base_url:
        dsn = foreign_dsn(scheme, base_url, user="somebody", password="HUNTER2")
        async with open_gateway(dsn) as gateway:
            shown = repr(gateway)
            with pytest.raises(Refused) as caught:
                await gateway.send(MESSAGE)

            with pytest.raises(SmsGateError):
                await gateway.balance()

    assert simulator.network.sent == []
    assert caught.value.fate is Fate.NOT_SENT
    assert "\n" not in str(caught.value)
    assert leaks("".join(traceback.format_exception(caught.value))) == []
    assert leaks(shown + caplog.text) == []
    assert "send_request_headers" in caplog.text  # the log was really on


async def test_a_whole_life_over_a_socket(scheme: str, caplog: pytest.LogCaptureFixture) -> None:
    """From the ready DSN: sent, followed, paid for; nothing private is shown or logged."""
    caplog.set_level(logging.DEBUG)
    clock = FakeClock()
    simulator = Simulator(clock=clock)
    with serve(simulator) as base_url:
        async with open_gateway(dsns(base_url)[scheme]) as gateway:
            receipt = await gateway.send(MESSAGE)
            clock.advance(2)
            report = await gateway.status(receipt)
            outcomes = [outcome async for outcome in gateway.send_many([MESSAGE])]
            shown = repr([gateway, MESSAGE, receipt, report, outcomes])

    assert report.status.is_delivered
    assert [sms.text for sms in simulator.network.sent] == ["SECRETTEXT"] * 2
    assert leaks(shown + caplog.text) == []


async def test_a_dead_port_is_unreachable(scheme: str) -> None:
    """Nobody listened, so nothing was sent: proof, whatever was asked."""
    with dead_port() as address:
        async with open_gateway(dsns(f"http://{address}")[scheme]) as gateway:
            for question in (gateway.send(MESSAGE), gateway.status(f"{scheme}:380970005555:1")):
                with pytest.raises(Unreachable, match=f"no connection to http://{address}"):
                    await question

            with pytest.raises((Unreachable, Unsupported)):
                await gateway.balance()


@pytest.mark.parametrize(
    "error", [Unreachable("down"), OutcomeUnknown("silence")], ids=lambda e: type(e).__name__
)
async def test_what_the_transport_proved_is_told(scheme: str, error: SmsGateError) -> None:
    """The transport's word on the fate is passed on as it is."""
    with pytest.raises(type(error), match=str(error)):
        await gateway_over(always(error), scheme).send(MESSAGE)


async def test_what_is_unknown_can_be_asked_about(scheme: str, network: Network) -> None:
    """An answer is lost after the message was taken: where we gave the id, it leads there."""
    loopback = Loopback(network)

    def lose(_: str, request: HttpRequest) -> Answer:
        loopback.answer(request)
        return OutcomeUnknown("silence")

    with pytest.raises(OutcomeUnknown) as caught:
        await gateway_over(ScriptedTransport(lose), scheme).send(MESSAGE)

    if caught.value.ref:
        report = await gateway_over(loopback, scheme).status(caught.value.ref)
        assert report.status is Status.QUEUED

    assert len(network.sent) == 1


async def test_a_ref_of_another_gateway(scheme: str) -> None:
    """Asking the wrong provider would be answered about somebody else's message."""
    gateway = gateway_over(always(OutcomeUnknown("must not be asked")), scheme)
    for ref in ("elsewhere:380970005555:1", "no ref at all", ""):
        with pytest.raises(InvalidArgument):
            await gateway.status(ref)


async def test_a_message_without_an_id_of_its_own(scheme: str) -> None:
    """When nobody knows which id is whose, that is said, and no other's status is told."""
    receipt = Receipt(gateway=scheme, id="", phone="380970005555", shared_ids=("1", "2", "3"))
    with pytest.raises(Unsupported):
        await gateway_over(always(OutcomeUnknown("must not be asked")), scheme).status(receipt)


async def test_a_cancelled_caller_cuts_nothing_short(scheme: str) -> None:
    """The exchange goes on to its end; nothing is sent again, and the next call works."""
    wire = HeldTransport(Unreachable("down"))
    gateway = attrs.evolve(gateway_over(wire, scheme), max_in_flight=1)
    async with gateway:
        caller = asyncio.create_task(gateway.send(MESSAGE))
        await wire.arrived()
        caller.cancel()
        await settle()

        assert (caller.cancelled(), wire.finished) == (True, 0)

        wire.release.set()
        with pytest.raises(Unreachable):
            await gateway.send(MESSAGE)

    assert (len(wire.taken), wire.finished) == (2, 2)


async def test_closing(scheme: str) -> None:
    """A gateway may be closed twice, and then reaches nobody."""
    wire = always(OutcomeUnknown("must not be asked"))
    gateway = gateway_over(wire, scheme)
    await gateway.aclose()
    await gateway.aclose()

    with pytest.raises(Unreachable, match="closed"):
        await gateway.send(MESSAGE)

    assert wire.asked == []
