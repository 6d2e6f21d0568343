"""The fault server itself: its faults are real, and whoever asks twice sends twice."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from faults.exchange import Exchange, Station
from faults.server import FaultServer
from faults.table import FAULTS, Door, Fault, Phase
from faults.trigger import Aim
from support.clock import FakeClock

SEND = "/sys/send.php"
FORM_DATA = {
    "login": "demo",
    "psw": "demo",
    "phones": "77011234567",
    "mes": "hi",
    "id": "4107",
    "fmt": "1",
    "charset": "utf-8",
}
YES = "4107,1"
PATIENCE = 1.0  # seconds that a naive client has for an exchange


@pytest.fixture(scope="module")
def trust() -> ssl.SSLContext:
    """Give the usual certificates, loaded once."""
    return ssl.create_default_context()


@pytest.fixture
async def client(trust: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    """Give an HTTP client of somebody who knows nothing of all this."""
    async with httpx.AsyncClient(verify=trust, timeout=PATIENCE, trust_env=False) as client:
        yield client


async def send(client: httpx.AsyncClient, base_url: str) -> str:
    """Send once, and tell what was heard."""
    async with asyncio.timeout(PATIENCE):
        reply = await client.post(base_url + SEND, data=FORM_DATA)

    return reply.raise_for_status().content.decode("ascii")


async def send_naively(client: httpx.AsyncClient, base_urls: list[str]) -> str:
    """Send as the official clients do: on the next mirror, whatever went wrong."""
    for base_url in base_urls:
        try:
            heard = await send(client, base_url)
        except (httpx.HTTPError, TimeoutError, UnicodeError):
            continue

        if heard == YES:
            return heard

    return "all failed"


async def misfortune(fault: Fault, trust: ssl.SSLContext) -> tuple[str, int, int, bool]:
    """Send naively through *fault*: what was heard, copies then and at last, is it over."""
    async with FaultServer(fault=fault, mirrors=2) as server:
        async with httpx.AsyncClient(verify=trust, timeout=PATIENCE, trust_env=False) as client:
            heard = await send_naively(client, server.base_urls)

        copies = len(server.network.sent)
        await server.heal()
        await server.digest()
        copies_at_last = len(server.network.sent)
        async with httpx.AsyncClient(verify=trust, timeout=5.0, trust_env=False) as client:
            is_over = not fault.heals or await send(client, server.base_url) == YES

        return heard, copies, copies_at_last, is_over


async def test_who_tries_again_on_any_failure_sends_twice(trust: ssl.SSLContext) -> None:
    """
    After acceptance each fault doubles a naive client's message; before it, none does.

    And a healed server serves at the same address, unless no client would come there.
    """
    faults = FAULTS.values()
    ends = await asyncio.gather(*(misfortune(fault, trust) for fault in faults))
    copies = {f.name: 2 if f.has_message and not f.is_readable else 1 for f in faults}

    assert {f.name: end for f, end in zip(faults, ends, strict=True)} == {
        name: (YES, count, count, True) for name, count in copies.items()
    }


async def test_some_clients_follow_a_redirect(trust: ssl.SSLContext) -> None:
    """Who follows one after acceptance sends twice, in one request of his own."""
    fault = FAULTS["redirect 307, after"]
    async with FaultServer(fault=fault, mirrors=1) as server:
        async with httpx.AsyncClient(
            verify=trust, follow_redirects=True, trust_env=False
        ) as client:
            await send(client, server.base_url)

        assert server.copies("77011234567", "hi") == 2


async def test_who_trusts_everybody_is_served_by_a_stranger() -> None:
    """A client that looks at no certificate hands its messages to anyone."""
    async with FaultServer(fault=FAULTS["TLS: self-signed certificate"]) as server:
        async with httpx.AsyncClient(verify=False, trust_env=False) as client:
            assert await send(client, server.base_url) == YES

        assert server.copies("77011234567", "hi") == 1


@pytest.mark.parametrize(
    ("aim", "struck"), [(Aim.EVERYTHING, 3), (Aim.SENDS, 1), (Aim.QUESTIONS, 2)], ids=str
)
async def test_aim(client: httpx.AsyncClient, aim: Aim, struck: int) -> None:
    """A fault strikes sends, or questions, or both."""
    async with FaultServer(fault=FAULTS["502, before"], aim=aim) as server:
        for path in (SEND, "/sys/status.php", "/sys/balance.php"):
            await client.post(server.base_url + path, data=FORM_DATA)

        assert server.trigger.struck == struck
        assert server.provider.asked.total() == 3


async def test_first_and_when(client: httpx.AsyncClient) -> None:
    """A fault strikes so many times, and only what it is told to look for."""
    fault = FAULTS["502, after"]
    async with FaultServer(fault=fault, first=1, when=lambda r: b"4108" in r.body) as server:
        statuses = []
        for id_ in ("4107", "4108", "4108"):
            reply = await client.post(server.base_url + SEND, data={**FORM_DATA, "id": id_})
            statuses.append(reply.status_code)

    assert statuses == [200, 502, 200]


async def test_not_before_it_is_armed(client: httpx.AsyncClient) -> None:
    """What a test has to prepare goes well."""
    async with FaultServer(fault=FAULTS["closed, before"], armed=False) as server:
        assert await send(client, server.base_url) == YES

        server.arm()
        with pytest.raises(httpx.RemoteProtocolError):
            await send(client, server.base_url)


async def test_a_dying_provider_has_counted_the_attempt(client: httpx.AsyncClient) -> None:
    """Then it calls a repetition what it never took: its error 9 proves nothing."""
    fault = FAULTS["dies while accepting"]
    async with FaultServer(fault=fault, first=1, duplicate_window=60.0) as server:
        with pytest.raises(httpx.RemoteProtocolError):
            await send(client, server.base_url)

        assert await send(client, server.base_url) == "0,-9"
        assert server.network.sent == []


async def test_a_repetition_is_refused_by_every_mirror(client: httpx.AsyncClient) -> None:
    """The mirrors are one provider: they share the window, and its end."""
    clock = FakeClock()
    async with FaultServer(mirrors=1, duplicate_window=60.0, clock=clock) as server:
        heard = [await send(client, base_url) for base_url in server.base_urls]
        clock.advance(60.0)
        heard.append(await send(client, server.base_url))

    assert heard == [YES, "0,-9", YES]


async def test_the_fifteenth_at_once_is_one_too_many(client: httpx.AsyncClient) -> None:
    """Fourteen requests of a login may be open at once; each login has its own."""
    crowd = asyncio.Barrier(15)

    async def wait(exchange: Exchange) -> None:
        await crowd.wait()
        await exchange.hang()

    held_up = Fault(name="held up", phase=Phase.READ, deed=wait)
    async with FaultServer(fault=held_up, aim=Aim.QUESTIONS) as server:
        url = server.base_url + "/sys/balance.php"
        held = [asyncio.create_task(client.post(url, data=FORM_DATA)) for _ in range(14)]
        await crowd.wait()

        assert await send(client, server.base_url) == "0,-9"
        assert (await client.post(server.base_url + SEND, data={"login": "you"})).is_success
        assert server.provider.most_seen == {"demo": 15, "you": 1}
        await server.heal()
        await asyncio.gather(*held, return_exceptions=True)


@pytest.mark.parametrize("station", Station, ids=str)
async def test_an_exchange_can_be_held(client: httpx.AsyncClient, station: Station) -> None:
    """It waits where it is told to, with the message taken or not, and then goes on."""
    async with FaultServer() as server:
        gate = server.hold(station)
        sending = asyncio.create_task(send(client, server.base_url))
        await gate.arrived.wait()

        assert len(server.network.sent) == (station is not Station.READING)
        assert not sending.done()
        gate.open()
        assert await sending == YES


async def test_a_door_may_be_none(client: httpx.AsyncClient) -> None:
    """Before a connection nothing is heard of a client at all."""
    for fault in (fault for fault in FAULTS.values() if fault.door is not Door.OPEN):
        async with FaultServer(fault=fault) as server:
            with pytest.raises((httpx.TransportError, TimeoutError)):
                await send(client, server.base_url)

            assert server.provider.asked == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127/8")
async def test_a_matrix_does_not_use_up_the_ports() -> None:
    """Closed connections keep their ports for a minute: those of others, not the next one's."""
    servers = [FaultServer(mirrors=3) for _ in range(2)]
    hosts = []
    for server in servers:
        async with server:
            hosts += [httpx.URL(base_url).host for base_url in server.base_urls]

    assert len(set(hosts)) == len(hosts) == 8
