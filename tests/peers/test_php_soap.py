"""
PHP's own SOAP against ours: its client at our simulator, our gateway at its server.

Nobody here wrote ext/soap, so our two ends cannot merely share a mistake. The provider's
examples are written for this client, and its server is very likely this one.
"""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from support.clock import FakeClock

from smsgate.errors import OutcomeUnknown, Refused, SmsGateError
from smsgate.message import Message
from smsgate.outcome import Accepted
from smsgate.providers.network import LOGIN, PASSWORD, SENDER
from smsgate.providers.smsclub.soap.endpoint import PATH
from smsgate.providers.smsclub.soap.gateway import SmsClubSoapGateway
from smsgate.receipt import Receipt, Ref
from smsgate.report import Status
from smsgate.simulator import Simulator, serve

SCRIPTS = Path(__file__).parent / "php"
PHP = ["php", "-d", "soap.wsdl_cache_enabled=0"]
PHONES = ["380675126700", "380675126701", "380675126702"]
TRICKY = "Привіт, 'світ' & \"всі\" ]]> <b>\r\n\r\tкінець ї € 😀"
_SECONDS = 30


def _has_soap() -> bool:
    check = 'exit(extension_loaded("soap") ? 0 : 1);'
    php = shutil.which("php")
    return php is not None and subprocess.run([php, "-r", check], check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _has_soap(), reason="needs php with its soap extension")


@pytest.fixture
def simulator() -> Simulator:
    """Give a simulator whose clock stands still."""
    return Simulator(clock=FakeClock())


@pytest.fixture
def url(simulator: Simulator) -> Iterator[str]:
    """Serve it on a socket."""
    with serve(simulator) as url:
        yield url


def _call(url: str, operation: str, *arguments: object, password: str = PASSWORD) -> object:
    """Let PHP's client make one call, and read what it has to show for it."""
    said = json.dumps([LOGIN, password, *arguments])
    done = subprocess.run(
        [*PHP, SCRIPTS / "soap_client.php", url + PATH, operation, said],
        capture_output=True,
        check=True,
        timeout=_SECONDS,
    )
    answer: object = json.loads(done.stdout)
    return answer


def test_its_client_sends_one(url: str, simulator: Simulator) -> None:
    """A phone as a text gives a list of one id, and the text arrives exactly."""
    answer = _call(url, "sendSms", SENDER, PHONES[0], "Привіт ]]> & \r\n'\"<b>")

    [sms] = simulator.network.sent
    assert answer == {"result": list(sms.ids)}
    assert (sms.phone, sms.text, sms.sender) == (PHONES[0], "Привіт ]]> & \r\n'\"<b>", SENDER)


def test_its_client_sends_many(url: str, simulator: Simulator) -> None:
    """Phones in any form, and as numbers, give an id for each, in their order."""
    free_form = ["(050)123-45-67", "0671234567", "095-123-45-67", "+380(99)123-45-67", 380675126700]

    answer = _call(url, "sendSms", SENDER, free_form, "x")

    sent = simulator.network.sent
    assert answer == {"result": [sms.ids[0] for sms in sent]}
    assert [sms.phone for sms in sent] == [
        "0501234567",
        "0671234567",
        "0951234567",
        "380991234567",
        "380675126700",
    ]


def test_its_client_reads_reports(url: str, simulator: Simulator) -> None:
    """By a list of texts, by a list of numbers, and by one of either."""
    _call(url, "sendSms", SENDER, PHONES[:2], "x")
    one, two = (sms.ids[0] for sms in simulator.network.sent)

    both = {"result": {one: "ACCEPTE", two: "ACCEPTE"}}
    assert _call(url, "getReports", [one, two]) == both
    assert _call(url, "getReports", [int(one), int(two)]) == both
    assert _call(url, "getReports", one) == {"result": {one: "ACCEPTE"}}
    assert _call(url, "getReports", int(one)) == {"result": {one: "ACCEPTE"}}


def test_a_wrong_password_is_a_fault_to_its_client(url: str, simulator: Simulator) -> None:
    """It throws a SoapFault, which is all that the provider's examples catch."""
    answer = _call(url, "sendSms", SENDER, PHONES[0], "x", password="wrong")

    assert answer == {
        "fault": "SOAP-ENV:Client",
        "text": "Не найдено соответствие пары логин\\пароль",
    }
    assert simulator.network.sent == []


@attrs.frozen
class Peer:
    """A running PHP server, and the file in which it writes what it hears."""

    url: str
    file: Path

    def gateway(self, endpoint: str, behaviour: str) -> SmsClubSoapGateway:
        """Make a gateway to it; the login tells the server what to do."""
        return SmsClubSoapGateway(
            username=behaviour, password="s", sender=SENDER, base_url=self.url, endpoint=endpoint
        )

    def heard(self) -> object:
        """Read the arguments of the last call."""
        arguments: object = json.loads(self.file.read_text())
        return arguments


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """Run PHP's server on a free port of this machine, until the last test is done."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"

    file = tmp_path_factory.mktemp("peer") / "heard.json"
    with subprocess.Popen(
        [*PHP, "-S", address, SCRIPTS / "soap_server.php"],
        env={**os.environ, "SMSGATE_HEARD": str(file)},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert any("started" in line for line in server.stderr or ())
            yield Peer(f"http://{address}", file)
        finally:
            server.terminate()


@pytest.fixture(params=["/without-a-wsdl", "/typed"])
def endpoint(request: pytest.FixtureRequest) -> str:
    """Give a path of the server: without a WSDL, or with one that has a type for ids."""
    return str(request.param)


async def _send(peer: Peer, endpoint: str, behaviour: str) -> Receipt:
    async with peer.gateway(endpoint, behaviour) as gateway:
        return await gateway.send(Message(PHONES[0], "x"))


async def _ask(
    peer: Peer, endpoint: str, behaviour: str, *ids: str
) -> list[tuple[Status, str | None]]:
    refs = [str(Ref("smsclub+soap", PHONES[0], (id_,))) for id_ in ids]
    async with peer.gateway(endpoint, behaviour) as gateway:
        return [(report.status, report.code) for report in await gateway.statuses(refs)]


async def test_its_server_hears_one_recipient(peer: Peer, endpoint: str) -> None:
    """And the text exactly: Cyrillic, markup, quotes, line ends, an emoji."""
    async with peer.gateway(endpoint, "list") as gateway:
        receipt = await gateway.send(Message(f"+{PHONES[0]}", TRICKY))

    assert peer.heard() == ["list", "s", SENDER, PHONES[0], TRICKY]
    assert receipt.part_ids == ("000101",)


async def test_its_server_hears_many_recipients(peer: Peer, endpoint: str) -> None:
    """As a list, not as an object; and each message has its own id."""
    async with peer.gateway(endpoint, "list") as gateway:
        outcomes = [o async for o in gateway.send_many(Message(phone, "x") for phone in PHONES)]

    assert peer.heard() == ["list", "s", SENDER, PHONES, "x"]
    assert [o.receipt.id for o in outcomes if isinstance(o, Accepted)] == [
        "000101",
        "000102",
        "000103",
    ]


async def test_its_server_hears_ids_as_texts(peer: Peer, endpoint: str) -> None:
    """In a list, even one, with the zeros that a number would lose."""
    await _ask(peer, endpoint, "text-keys", "000101")

    assert peer.heard() == ["text-keys", "s", ["000101"]]


@pytest.mark.parametrize(
    ("behaviour", "id_"), [("list", "000101"), ("bare-id", "000101"), ("numbers", "101")]
)
async def test_ids_that_its_server_writes(peer: Peer, behaviour: str, id_: str) -> None:
    """A list of texts or of numbers, or the only id bare."""
    receipt = await _send(peer, "/without-a-wsdl", behaviour)

    assert receipt.part_ids == (id_,)


@pytest.mark.parametrize(
    "behaviour", ["map", "object", "nothing", "false", "throws", "crashes", "dies"]
)
async def test_what_proves_nothing_is_unknown(peer: Peer, behaviour: str) -> None:
    """PHP may break after the message was taken: an exception, an error, an early end."""
    with pytest.raises(OutcomeUnknown):
        await _send(peer, "/without-a-wsdl", behaviour)


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        ("refuses", Refused, "Client"),
        ("own-code", Refused, "104"),
        ("crashes", OutcomeUnknown, "Server"),
        ("throws", OutcomeUnknown, None),
    ],
)
async def test_faults_that_its_server_writes(
    peer: Peer, endpoint: str, behaviour: str, kind: type[SmsGateError], code: str | None
) -> None:
    """A thrown SoapFault is the gate's no; an error is PHP's own, an exception an empty page."""
    with pytest.raises(SmsGateError) as caught:
        await _send(peer, endpoint, behaviour)

    assert type(caught.value) is kind
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("behaviour", "ids", "words"),
    [
        pytest.param(
            "text-keys",
            ["p0066a46dc", "000101"],
            [(Status.UNDELIVERABLE, "UNDELIV"), (Status.DELIVERED, "DELIVRD")],
            id="text-keys",
        ),
        pytest.param(
            "number-keys",
            ["410700002", "410700001"],
            [(Status.UNDELIVERABLE, "UNDELIV"), (Status.DELIVERED, "DELIVRD")],
            id="number-keys",
        ),
        pytest.param(
            "list-keys", ["0", "1"], [(Status.UNKNOWN, None)] * 2, id="keys-that-make-a-list"
        ),
        pytest.param("bare-word", ["000101"], [(Status.DELIVERED, "DELIVRD")], id="one-word"),
    ],
)
async def test_reports_that_its_server_writes(
    peer: Peer,
    endpoint: str,
    behaviour: str,
    ids: list[str],
    words: list[tuple[Status, str | None]],
) -> None:
    """A map with text or number keys; a list, whose words are nobody's; a single word."""
    assert await _ask(peer, endpoint, behaviour, *ids) == words


async def test_a_question_may_be_refused(peer: Peer, endpoint: str) -> None:
    """In the server's own words."""
    with pytest.raises(Refused, match="Неверный логин"):
        await _ask(peer, endpoint, "refuses", "000101")
