"""What a server leaves on a connection is never taken for the answer to the next request."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from decimal import Decimal

import attrs
import pytest
from faults.carriers import CARRIERS
from support.clock import FakeClock
from support.gateways import open_http
from support.sockets import http_answer, raw_server, read_request

from smsgate import Message, SmsGateError, Status, Unsupported
from smsgate.providers import find_routes
from smsgate.providers.http_gateway import HttpGateway
from smsgate.providers.network import Network
from smsgate.simulator import dsns
from smsgate.wire.http import HttpReply, HttpRequest

PHONE = "+380990000001"  # nothing magic about it


@attrs.define
class Repeater:
    """The simulated ends on a socket; every answer comes twice, in one piece."""

    network: Network

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the client hangs up."""
        while True:
            reply = self._answer(*await read_request(reader))
            kind = f"content-type: {reply.headers['content-type']}\r\n"
            writer.write(http_answer(reply.body, headers=kind) * 2)

    def _answer(self, head: bytes, body: bytes) -> HttpReply:
        first, *lines = head.decode().strip().split("\r\n")
        method, target, _ = first.split()
        pairs = (line.split(": ", 1) for line in lines)
        named = {name.lower(): value for name, value in pairs}
        return find_routes()[target](HttpRequest(target, body, named, method), self.network)


@contextlib.asynccontextmanager
async def repeated(network: Network, scheme: str, carrier: str) -> AsyncIterator[HttpGateway]:
    """Open a gateway to somebody who says everything twice."""
    async with (
        raw_server(Repeater(network).serve) as address,
        CARRIERS[carrier]() as transport,
    ):
        ready = open_http(dsns(f"http://{address}")[scheme])
        yield attrs.evolve(ready, transport=transport, timeout=1.0)


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
async def test_a_yes_that_came_twice_is_one_yes(scheme: str, carrier: str) -> None:
    """Nor is the second of them found in what the client has read too much of."""
    network = Network(clock=FakeClock())
    async with repeated(network, scheme, carrier) as gateway:
        await gateway.send(Message(PHONE, "one"))
        network.funds = Decimal(0)
        with pytest.raises(SmsGateError):
            await gateway.send(Message(PHONE, "two"))

    assert [sms.text for sms in network.sent] == ["one"]


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
async def test_a_balance_is_that_of_the_moment(scheme: str, carrier: str) -> None:
    """Not what was said twice before."""
    network = Network(clock=FakeClock())
    async with repeated(network, scheme, carrier) as gateway:
        with contextlib.suppress(Unsupported):
            await gateway.balance()
            network.funds = Decimal(7)
            assert (await gateway.balance()).amount == Decimal(7)


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
async def test_a_status_is_that_of_whom_one_asks_about(scheme: str, carrier: str) -> None:
    """What was said twice of one message is not said of the next."""
    network = Network(clock=(clock := FakeClock()))
    async with repeated(network, scheme, carrier) as gateway:
        old = await gateway.send(Message(PHONE, "one"))
        clock.advance(3600.0)
        young = await gateway.send(Message(PHONE, "two"))
        known = await gateway.status(old)
        with contextlib.suppress(SmsGateError):
            assert not (await gateway.status(young)).status.is_final

    assert known.status is Status.DELIVERED
