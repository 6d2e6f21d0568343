"""
Whatever goes wrong, nothing private gets out: no password, no key, no phone, no text.

All of them are planted, every path on which something can fail is gone, every logger
tells all it knows, and a net is cast for what was planted (see `contract.net`).
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import attrs
import httpx
import pytest
from contract.echoes import READINGS, echoes
from contract.lives import live, show, whole_life
from contract.net import Net, cast
from contract.planted import ACCOUNTS, KEY, MESSAGE, PHONE, SECRET, TEXT, knowing_us
from faults.hasty import LoopClock
from faults.server import FaultServer
from faults.table import FAULTS, Fault
from faults.trigger import Aim
from support.clock import NapClock
from support.transports import Answer, HeldTransport, ScriptedTransport

from smsgate import (
    Accepted,
    FailoverGateway,
    Message,
    NotSent,
    OutcomeUnknown,
    Receipt,
    Ref,
    Report,
    SmscGateway,
    SmsClubHttpGateway,
    SmsClubJsonGateway,
    SmsClubSoapGateway,
    SmsClubXmlGateway,
    SmsGateError,
    Status,
    Unknown,
    errors,
    open_gateway,
)
from smsgate.policy.clock import SYSTEM_CLOCK
from smsgate.policy.limits import forget_limits
from smsgate.providers.http_gateway import HttpGateway
from smsgate.transport.httpx import HttpxTransport
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.json import dumps

every_account = pytest.mark.parametrize("account", ACCOUNTS)


@pytest.fixture
def net(capfd: pytest.CaptureFixture[str]) -> Iterator[Net]:
    """Cast a net for the time of a test; what came on the screen is in it, too."""
    with cast() as net:
        yield net


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@attrs.define
class Paths:
    """Notes where requests go; strikes every time."""

    seen: list[str] = attrs.field(factory=list)

    def __call__(self, request: HttpRequest) -> bool:
        """Note one."""
        self.seen.append(request.path)
        return True


async def go_wrong(account: str, fault: Fault, aim: Aim, net: Net) -> None:
    """Live a whole life with a server and a mirror on which *fault* strikes."""
    paths = Paths()
    async with FaultServer(fault=fault, mirrors=1, faulty=None, aim=aim, when=paths) as server:
        provider = server.provider
        provider._routes = {path: knowing_us(a) for path, a in provider._routes.items()}
        patience = httpx.Timeout(None, connect=5.0)
        async with httpx.AsyncClient(verify=_trust(), timeout=patience, trust_env=False) as client:
            gateway = attrs.evolve(
                ACCOUNTS[account],
                base_urls=server.base_urls,
                transport=HttpxTransport(client),
                clock=LoopClock(),
            )
            await whole_life(gateway, net)

    net.show(paths.seen)


@pytest.mark.once
@every_account
@pytest.mark.parametrize("fault", FAULTS.values(), ids=str)
def test_every_fault(
    account: str, fault: Fault, net: Net, capfd: pytest.CaptureFixture[str]
) -> None:
    """Over real sockets, with a server and a mirror that go wrong in every way there is."""
    live(go_wrong(account, fault, Aim.EVERYTHING, net))
    net.show(*capfd.readouterr())

    assert net.leaks() == []
    assert {"smsgate", "asyncio"} <= net.loggers  # they really told


@pytest.mark.once
@pytest.mark.parametrize("fault", FAULTS.values(), ids=str)
def test_a_fault_that_is_asked_about(fault: Fault, net: Net) -> None:
    """SMSC is asked what became of a message, and knows."""
    live(go_wrong("smsc", fault, Aim.SENDS, net))

    assert net.leaks() == []


def over(account: str, answer: Callable[[HttpRequest], Answer]) -> HttpGateway:
    """Open *account* over a transport that answers everything so; it never waits."""
    wire = ScriptedTransport(lambda _, request: answer(request))
    return attrs.evolve(ACCOUNTS[account], transport=wire, clock=NapClock())


def leaks_of_echoes(account: str, reading: str, net: Net) -> dict[str, list[str]]:
    """List, by answer, what gets out when a provider repeats its requests."""
    found: dict[str, list[str]] = {}
    for name, answer in echoes(ACCOUNTS[account].scheme, reading):
        net.caught.clear()
        forget_limits()
        asyncio.run(whole_life(over(account, answer), net))
        found[name] = net.leaks()

    return {name: leaks for name, leaks in found.items() if leaks}


@every_account
@pytest.mark.parametrize("reading", READINGS)
def test_every_echo(account: str, reading: str, net: Net) -> None:
    """A provider may repeat what it was sent in any answer, as it came or decoded."""
    assert leaks_of_echoes(account, reading, net) == {}


@every_account
@pytest.mark.parametrize("reading", READINGS)
def test_no_echo_is_hidden_in_an_error(account: str, reading: str, net: Net) -> None:
    """Nor is it in the errors behind our errors, where a debugger would find it."""
    net.sees_hidden = True

    assert leaks_of_echoes(account, reading, net) == {}


ERRORS = [
    kind("it went wrong")
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, SmsGateError)
]


@every_account
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_error(account: str, error: SmsGateError, net: Net) -> None:
    """Whatever a transport raises of our own."""
    asyncio.run(whole_life(over(account, lambda _: error), net))

    assert net.leaks() == []


@every_account
@pytest.mark.parametrize("kind", [OSError, ValueError, TimeoutError, KeyError, ExceptionGroup])
def test_every_foreign_error(account: str, kind: type[Exception], net: Net) -> None:
    """A transport of somebody's may break its word, and quote the request."""

    def fail(request: HttpRequest) -> Answer:
        said = f"{request.headers} {request.body!r}"
        raise ExceptionGroup(said, [OSError(said)]) if kind is ExceptionGroup else kind(said)

    asyncio.run(whole_life(over(account, fail), net))

    assert net.leaks() == []


@every_account
def test_cancelled_and_closed(account: str, net: Net) -> None:
    """Callers give up, and the gateway closes before the server has answered."""

    async def leave() -> None:
        wire = HeldTransport()
        gateway = attrs.evolve(
            ACCOUNTS[account], transport=wire, timeout=0.01, max_in_flight=2, clock=SYSTEM_CLOCK
        )
        callers = [asyncio.create_task(gateway.send(MESSAGE)) for _ in range(4)]
        callers.append(asyncio.create_task(gateway.send(MESSAGE, deadline=0.001)))
        await wire.arrived(2)
        callers[0].cancel()
        callers[2].cancel()
        await gateway.aclose()
        for caller in callers:
            await show(net, wait_for(caller))

    async def wait_for(caller: asyncio.Task[Receipt]) -> Receipt:
        return await caller

    live(leave())

    assert net.leaks() == []


@pytest.mark.parametrize("reading", READINGS)
def test_failover(reading: str, net: Net) -> None:
    """What one provider said is noted on the error of the next, without what is private."""

    def refuse(request: HttpRequest) -> HttpReply:
        return HttpReply(dumps({"error": READINGS[reading](request), "error_code": 3}))

    members = [over(account, refuse) for account in ("smsc", "smsc-key", "json")]
    net.show(members)
    asyncio.run(whole_life(FailoverGateway(members, clock=NapClock()), net))

    assert net.leaks() == []


MISTAKES: Mapping[str, Callable[[], object]] = {
    "two logins": lambda: SmscGateway(login="me", password=SECRET, api_key=KEY),
    "half a login": lambda: SmscGateway(password=SECRET),
    "login in the host": lambda: SmscGateway(api_key=KEY, host=f"me:{SECRET}@smsc.kz"),
    "login in the address": lambda: SmscGateway(api_key=KEY, base_url=f"https://me:{KEY}@host"),
    "query in the address": lambda: SmscGateway(api_key=KEY, base_url=f"https://host?psw={KEY}"),
    "no charset for it": lambda: SmsClubHttpGateway(username="me", password=f"{SECRET}\u4e00"),
    "no XML for it": lambda: SmsClubXmlGateway(username="me", password=f"{SECRET}\x01"),
    "no SOAP for it": lambda: SmsClubSoapGateway(username="me", password=f"{SECRET}\x01"),
    "no header for it": lambda: SmsClubJsonGateway(token=SECRET),
    "two secrets": lambda: SmsClubHttpGateway(username="me", password=SECRET, token=KEY),
    "secret for a sender": lambda: SmsClubJsonGateway(token=KEY, sender=SECRET),
    "line break": lambda: SmsClubJsonGateway(token=KEY, sender=f"{KEY[:9]}\n"),
    "bad timeout": lambda: SmscGateway(api_key=KEY, timeout=-1.0),
    "bad batch": lambda: SmsClubJsonGateway(token=KEY, batch_size=101),
    "no DSN": lambda: open_gateway(SECRET),
    "no scheme": lambda: open_gateway(f"//me:{KEY}@smsc.kz"),
    "unknown scheme": lambda: open_gateway(f"smscs://me:{KEY}@smsc.kz"),
    "unknown setting": lambda: open_gateway(f"smsc://me:{KEY[:9]}@smsc.kz?psw={KEY[:9]}"),
    "twice": lambda: open_gateway(f"smsc://smsc.kz?api_key={KEY[:9]}&api_key={KEY[:9]}"),
    "bad port": lambda: open_gateway(f"smsc://me:{SECRET}@smsc.kz:x"),
    "not encoded": lambda: open_gateway(f"smsc://me:{KEY}?#@smsc.kz"),
    "bad code": lambda: open_gateway(f"smsc://me:{KEY[:9]}%ff@smsc.kz"),
    "no @": lambda: open_gateway(f"smsclub+json://:{KEY}"),
    "failover": lambda: open_gateway(f"failover(smsc://me:{SECRET}@ x://me:{KEY}@)"),
    "failover not closed": lambda: open_gateway(f"failover(smsc://me:{KEY}@"),
    "bad phone": lambda: Message(f"{PHONE}x", TEXT),
    "long phone": lambda: Message(f"{PHONE}{PHONE}", TEXT),
    "zero byte": lambda: Message(PHONE, f"{TEXT}\0"),
    "half a character": lambda: Message(PHONE, f"{TEXT}\ud800"),
    "bad sender": lambda: Message(PHONE, TEXT, sender=TEXT),
    "bad id": lambda: Message(PHONE, TEXT, id=b"x"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_every_mistake(mistake: Callable[[], object], net: Net) -> None:
    """An error in a setting, a DSN or a message says what is wrong, and quotes nothing private."""
    with pytest.raises(SmsGateError) as caught:
        mistake()

    net.show(caught.value)
    assert net.leaks() == []


@every_account
@pytest.mark.parametrize(
    "ref",
    ["", PHONE, f"{PHONE}:1", f"smsc:{PHONE}", f"elsewhere:{PHONE}:1", f"smsc:+{PHONE}:1"],
    ids=["empty", "phone", "two-words", "no-id", "elsewhere", "plus"],
)
def test_every_bad_ref(account: str, ref: str, net: Net) -> None:
    """A ref has a phone in it, so an error about one does not repeat it."""
    asyncio.run(show(net, over(account, lambda _: HttpReply(b"")).status(ref)))

    assert net.leaks() == []


@every_account
@pytest.mark.parametrize(
    "text", [f"{TEXT}\u4e00", f"{TEXT}\x01", f"{TEXT}😀", TEXT * 99], ids=ascii
)
def test_every_text_that_cannot_be_carried(account: str, text: str, net: Net) -> None:
    """The error names one character; a log of it is no copy of the message."""
    gateway = over(account, lambda _: HttpReply(b""))
    asyncio.run(show(net, gateway.send(Message(PHONE, text))))

    assert net.leaks() == []


def test_what_is_handed_out_hides_it(net: Net) -> None:
    """Messages, receipts, reports and outcomes are logged by everybody."""
    receipt = Receipt(gateway="smsc", id="1", phone=PHONE)
    error = OutcomeUnknown("silence", ref=receipt.ref)
    net.show(MESSAGE, receipt, Ref.parse(receipt.ref).ids, Report(status=Status.SENT, phone=PHONE))
    net.show(Accepted(MESSAGE, receipt), NotSent(MESSAGE, error), Unknown(MESSAGE, error))
    net.show(HttpRequest("/", TEXT.encode(), {"authorization": KEY}), HttpReply(TEXT.encode()))

    assert net.leaks() == []
