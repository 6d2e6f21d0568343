"""The simulator as an ASGI app: every provider's paths on one address."""

from collections.abc import AsyncIterator
from decimal import Decimal

import httpx
import pytest
from support.clock import FakeClock
from support.gateways import open_http

from smsgate.errors import InvalidArgument
from smsgate.message import Message
from smsgate.providers import find_logins, find_routes
from smsgate.providers.smsc.gateway import SmscGateway
from smsgate.report import Status
from smsgate.simulator import Simulator, dsns
from smsgate.transport.httpx import HttpxTransport

ADDRESS = "http://simulator.test"
MESSAGE = Message("+77011234567", "Код 1234")


@pytest.fixture
def clock() -> FakeClock:
    """Give the time in the network."""
    return FakeClock()


@pytest.fixture
def simulator(clock: FakeClock) -> Simulator:
    """Make a simulator that lives by the clock."""
    return Simulator(pace=10.0, clock=clock)


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    """Give an HTTP client that reaches it in process."""
    transport = httpx.ASGITransport(simulator)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def gateway(client: httpx.AsyncClient) -> SmscGateway:
    """Make a gateway of the library on that client."""
    transport = HttpxTransport(client)
    return SmscGateway(login="demo", password="demo", base_url=ADDRESS, transport=transport)


async def test_message_lives_by_the_clock(
    gateway: SmscGateway, simulator: Simulator, clock: FakeClock
) -> None:
    """Queued for one pace, sent for another, then delivered; and the text is kept."""
    async with gateway:
        receipt = await gateway.send(MESSAGE)
        statuses = []
        for _ in range(3):
            statuses.append((await gateway.status(receipt)).status)
            clock.advance(10.0)

    assert statuses == [Status.QUEUED, Status.SENT, Status.DELIVERED]
    assert [sms.text for sms in simulator.network.sent] == [MESSAGE.text]


async def test_query_counts_as_a_form(client: httpx.AsyncClient) -> None:
    """Providers read GET as well as POST, and so does the simulator."""
    query = {"login": "demo", "psw": "demo", "fmt": "3"}
    by_get = await client.get("/sys/balance.php", params=query)
    by_post = await client.post("/sys/balance.php", data=query)

    assert by_get.json() == by_post.json() == {"balance": "1000"}


@pytest.mark.parametrize("path", ["/", "/sys/other.php"])
async def test_path_of_nobody(client: httpx.AsyncClient, path: str) -> None:
    """A path that no provider has is not found."""
    assert (await client.post(path)).status_code == 404


@pytest.mark.parametrize("path", sorted(find_routes()))
async def test_gibberish_is_answered(client: httpx.AsyncClient, path: str) -> None:
    """No body makes the simulator fall over."""
    reply = await client.post(path, content=b"\xff\xfe<gibberish>&a=%zz")

    assert reply.status_code < 600
    assert reply.content


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8025", ADDRESS, "https://sim.test:8443"])
@pytest.mark.parametrize("scheme", sorted(find_logins()))
def test_dsns_open(scheme: str, base_url: str) -> None:
    """Each DSN is whole: it opens its gateway and leads to the simulator, with a sender."""
    gateway = open_http(dsns(base_url)[scheme])

    assert gateway.scheme == scheme
    assert gateway.base_url == base_url
    assert gateway.sender


@pytest.mark.parametrize("pace", [0.0, -1.0, float("nan")])
def test_pace_must_make_sense(pace: float) -> None:
    """A message must take some time."""
    with pytest.raises(InvalidArgument, match="pace: "):
        Simulator(pace=pace)


@pytest.mark.parametrize("funds", ["-1", "nan", "inf"])
def test_funds_must_make_sense(funds: str) -> None:
    """An account has an amount of money."""
    with pytest.raises(InvalidArgument, match="funds: "):
        Simulator(funds=Decimal(funds))


@pytest.mark.parametrize("window", [-1.0, float("nan"), float("inf")])
def test_duplicate_window_must_make_sense(window: float) -> None:
    """A window lasts so many seconds, or there is none."""
    with pytest.raises(InvalidArgument, match="duplicate_window: "):
        Simulator(duplicate_window=window)


async def test_a_simulator_may_know_repetitions(clock: FakeClock) -> None:
    """Without a window every send is taken; with one the same send is refused for a while."""
    query = {"login": "demo", "psw": "demo", "phones": "77011234567", "mes": "hi", "fmt": "1"}
    answers = {}
    for window in (0.0, 60.0):
        transport = httpx.ASGITransport(Simulator(duplicate_window=window, clock=clock))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            replies = [await client.post("/sys/send.php", data=query) for _ in range(2)]
            answers[window] = [reply.text for reply in replies]

    assert answers[0.0] == ["410700001,1", "410700002,1"]
    assert answers[60.0] == ["410700001,1", "0,-9"]
