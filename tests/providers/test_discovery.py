"""A new provider is one folder: nothing else in the house has to change."""

from decimal import Decimal

from support.clock import FakeClock

from smsgate import Message, Status, open_gateway
from smsgate.providers import find_gateways, find_logins, find_routes
from smsgate.simulator import Simulator, dsns, serve


def test_the_shelf_is_found_by_looking() -> None:
    """Every gateway that can be opened can also be tried against the simulator."""
    assert "smsc" in find_gateways()
    assert find_logins().keys() == find_gateways().keys()
    assert "/sys/send.php" in find_routes()
    assert all(kind.scheme == scheme for scheme, kind in find_gateways().items())


async def test_an_imaginary_provider_moves_in(imaginary: str, clock: FakeClock) -> None:
    """Its folder alone brings its DSN, its gateway and its end of the simulator."""
    simulator = Simulator(clock=clock)
    with serve(simulator) as base_url:
        async with open_gateway(dsns(base_url)[imaginary]) as gateway:
            receipt = await gateway.send(Message("+77011234567", "курлык"))
            clock.advance(2)
            report = await gateway.status(receipt.ref)
            balance = await gateway.balance()

    assert [(sms.phone, sms.text) for sms in simulator.network.sent] == [("77011234567", "курлык")]
    assert (report.status, balance.amount) == (Status.DELIVERED, Decimal(999))


def test_it_moves_out_again() -> None:
    """What one test puts on the shelf is not there for the next."""
    assert "pigeon" not in find_gateways()
