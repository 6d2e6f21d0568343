"""
The official PHP client of SMSC against our simulated end.

Nobody here wrote it, so our two ends cannot merely share a mistake. It lies outside the
project; each test runs a copy whose host and login are the simulator's.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import attrs
import pytest
from starlette.types import Receive, Scope, Send
from support.clock import FakeClock

from smsgate import Message
from smsgate.providers.network import LOGIN, PASSWORD, TOKEN
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.send import encode_send
from smsgate.simulator import Simulator, serve
from smsgate.wire.http import HttpRequest, form_request

DRIVER = Path(__file__).parent / "php" / "smsc_client.php"
OFFICIAL = Path(__file__).parents[3] / "shared" / "peers" / "smsc_api.php"
PHONE = "77015555555"
TEXT = 'Ваш пароль: "1+1=2 & 50%", ціна; №7\nкінець'
_SECONDS = 30


def missing() -> str:
    """Say what the tests need and do not find; nothing when all is there."""
    if not OFFICIAL.exists():
        return f"needs the official client, {OFFICIAL.name}"

    php = shutil.which("php")
    check = [php or "", "-r", 'exit(extension_loaded("curl") ? 0 : 1);']
    has_curl = php is not None and subprocess.run(check, check=False).returncode == 0
    return "" if has_curl else "needs php with its curl extension"


MISSING = missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

Heard = str | int | bool | list["Heard"]


def pack(value: str | int, charset: str) -> str | int:
    """Write a text in *charset*, as base64."""
    return base64.b64encode(value.encode(charset)).decode() if isinstance(value, str) else value


def unpack(value: object, charset: str) -> Heard:
    """Read back what the driver printed."""
    match value:
        case list(items):
            return [unpack(item, charset) for item in items]
        case str(text):
            return base64.b64decode(text).decode(charset)
        case bool(other) | int(other):
            return other
        case _:
            raise TypeError(f"the client gave {type(value).__name__}")


@attrs.frozen(kw_only=True)
class PhpClient:
    """A copy of the official client, and how its texts are written."""

    path: Path
    charset: str

    def call(self, function: str, *arguments: str | int) -> Heard:
        """Call one of its functions."""
        said = [[function, *(pack(argument, self.charset) for argument in arguments)]]
        done = subprocess.run(
            ["php", DRIVER, self.path],
            input=json.dumps(said).encode(),
            capture_output=True,
            check=True,
            timeout=_SECONDS,
            env={**os.environ, "no_proxy": "*"},
        )
        [answer] = json.loads(done.stdout)
        return unpack(answer, self.charset)


class WatchedSimulator(Simulator):
    """A simulator that notes how each request came."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock=clock)
        self.methods: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the method, and answer."""
        self.methods.append(scope["method"])
        await super().__call__(scope, receive, send)


@pytest.fixture
def simulator(clock: FakeClock) -> WatchedSimulator:
    """Give a simulator whose clock stands still."""
    return WatchedSimulator(clock)


@attrs.frozen
class Workshop:
    """Where copies of the official client are fitted to the simulator."""

    folder: Path
    address: str

    def client(
        self,
        *,
        login: str = LOGIN,
        password: str = PASSWORD,
        post: int = 0,
        charset: str = "windows-1251",
    ) -> PhpClient:
        """Copy the client; every host in it becomes the simulator, so it reaches nobody else."""
        code = OFFICIAL.read_text(encoding="utf-8")
        for old, new in {
            'define("SMSC_LOGIN", "")': f'define("SMSC_LOGIN", "{login}")',
            'define("SMSC_PASSWORD", "")': f'define("SMSC_PASSWORD", "{password}")',
            'define("SMSC_POST", 0)': f'define("SMSC_POST", {post})',
            'define("SMSC_CHARSET", "windows-1251")': f'define("SMSC_CHARSET", "{charset}")',
            "'://www'.$i.'.smsc.kz/'": f"'://{self.address}/'",
            "212.24.33.196": "127.0.0.1",
            "://smsc.kz/": f"://{self.address}/",
        }.items():
            assert old in code, f"the official client has no {old} any more"
            code = code.replace(old, new)

        path = self.folder / "smsc_api.php"
        path.write_text(code, encoding="utf-8")
        return PhpClient(path=path, charset=charset)


@pytest.fixture
def workshop(simulator: WatchedSimulator, tmp_path: Path) -> Iterator[Workshop]:
    """Serve the simulator on a socket, and make room for copies."""
    with serve(simulator) as base_url:
        yield Workshop(tmp_path, base_url.removeprefix("http://"))


@pytest.mark.parametrize("post", [0, 1], ids=["get", "post"])
@pytest.mark.parametrize("charset", ["windows-1251", "utf-8", "koi8-r"])
def test_a_message_arrives_as_written(
    workshop: Workshop, simulator: WatchedSimulator, post: int, charset: str
) -> None:
    """In each charset and by each method: (id, count, cost, balance), and the text unharmed."""
    text = TEXT.replace("і", "и").replace("№", "N") if charset == "koi8-r" else TEXT
    client = workshop.client(post=post, charset=charset)

    assert client.call("send_sms", PHONE, text, 0, 0, 4107, 0, "Магазин") == [
        "4107",
        "1",
        "3.20",
        "996.80",
    ]
    [sms] = simulator.network.sent
    assert (sms.phone, sms.text, sms.sender, sms.ids) == (PHONE, text, "Магазин", ("4107",))
    assert simulator.methods == [["GET"], ["POST"]][post]


def test_letters_that_windows_1251_lacks(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """Kazakh letters and emoji arrive under UTF-8."""
    workshop.client(charset="utf-8").call("send_sms", PHONE, "Сәлем 😀")

    assert simulator.network.sent[0].text == "Сәлем 😀"


def test_a_long_text_goes_by_post(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """The client changes its method for an address of over two thousand characters."""
    text = "ж" * 700
    answer = workshop.client().call("send_sms", PHONE, text, 0, 0, 1)

    assert answer == ["1", "11", "35.20", "964.80"]
    assert simulator.network.sent[0].text == text
    assert simulator.methods == ["POST"]


def test_many_phones(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """One id for all, and the cost of all."""
    phones = f"{PHONE},+77015556666;77015557777"
    answer = workshop.client().call("send_sms", phones, "x", 0, 0, 4107)

    assert answer == ["4107", "1", "9.60", "990.40"]
    assert [sms.phone for sms in simulator.network.sent] == [PHONE, "77015556666", "77015557777"]


ROWS = f"{PHONE}:Ваш пароль: 1+1=2 & 50%\n+77015556666:Привет\\nкінець"
RAW = ROWS.replace("+", "").replace("&", "").replace("%", "")


@pytest.mark.parametrize(
    ("post", "charset"), [(0, "windows-1251"), (0, "utf-8"), (1, "windows-1251"), (1, "utf-8")]
)
def test_a_text_for_each(
    workshop: Workshop, simulator: WatchedSimulator, post: int, charset: str
) -> None:
    """``list`` goes into the argument for all else, beside phones and text that are empty."""
    query = f"list={quote_plus(ROWS, encoding=charset)}"
    client = workshop.client(post=post, charset=charset)

    assert client.call("send_sms", "", "", 0, 0, 4107, 0, "", query) == [
        *("4107", "2", "6.40", "993.60")
    ]
    assert [(sms.phone, sms.text) for sms in simulator.network.sent] == [
        (PHONE, "Ваш пароль: 1+1=2 & 50%"),
        ("77015556666", "Привет\nкінець"),
    ]


def test_a_list_as_the_documents_have_it(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """Their sample is not percent-encoded, and by POST it arrives all the same."""
    workshop.client(post=1).call("send_sms", "", "", 0, 0, 4107, 0, "", f"list={RAW}")

    assert [(sms.phone, sms.text) for sms in simulator.network.sent] == [
        (PHONE, "Ваш пароль: 11=2  50"),
        ("77015556666", "Привет\nкінець"),
    ]


def test_the_price_of_a_list(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """(cost, count) of all rows, and nothing is sent."""
    query = f"list={quote_plus(ROWS, encoding='cp1251')}"

    assert workshop.client().call("get_sms_cost", "", "", 0, 0, "", query) == ["6.40", "2"]
    assert simulator.network.sent == []


def php(expression: str, request: HttpRequest) -> object:
    """Let PHP read the form in *request*, and tell what *expression* makes of it."""
    code = f"parse_str(stream_get_contents(STDIN), $form); echo json_encode({expression});"
    done = subprocess.run(
        ["php", "-r", code], input=request.body, capture_output=True, check=True, timeout=_SECONDS
    )
    answer: object = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("charset", ["windows-1251", "utf-8"])
@pytest.mark.parametrize("text", ["a=b&c;d+%2B  ж\r\n", "  ", "ж ж  ", "~._-*'()!@[]{}\\|^`\x7f"])
def test_php_reads_our_forms(text: str, charset: str) -> None:
    """Whatever is in a text, PHP finds in it what we wrote."""
    request = form_request("/x", [("mes", text), ("id", "1")], charset=charset)

    assert php("array_map('bin2hex', $form)", request) == {
        "mes": text.encode(charset).hex(),
        "id": b"1".hex(),
    }


def test_php_reads_our_rows() -> None:
    """Split as PHP splits, rows are the messages that we wrote."""
    texts = ["a:b, c;d", "ж: 1+1=2 & 50%\nкінець", "&phones=7#?", "1:2\n3:4", "ә😀"]
    batch = [Message(f"+7701000000{n}", text) for n, text in enumerate(texts)]
    rows = "array_map(fn($row) => explode(':', $row, 2), explode(\"\\n\", $form['list']))"

    request = encode_send(SmscAccount(api_key="key"), batch, "id-1")

    assert php(rows, request) == [[m.to, m.text.replace("\n", "\\n")] for m in batch]


def test_without_an_id_the_server_chooses(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """The client's own default is id=0."""
    answer = workshop.client().call("send_sms", PHONE, "x")

    assert isinstance(answer, list)
    assert (answer[0],) == simulator.network.sent[0].ids
    assert answer[0] != "0"


@pytest.mark.parametrize(
    ("phone", "answer"),
    [
        ("77015559003", ["4107", "-3"]),
        ("77015559006", ["4107", "-6"]),
        ("77015559007", ["4107", "-7"]),
        ("77015559008", ["4107", "-8"]),
        ("77015559009", ["0", "-9"]),
        ("+7 701", ["0", "-1"]),
    ],
)
def test_refusals(
    workshop: Workshop, simulator: WatchedSimulator, phone: str, answer: list[str]
) -> None:
    """(id, minus the code), the id only where the documents have one."""
    assert workshop.client().call("send_sms", phone, "x", 0, 0, 4107) == answer
    assert simulator.network.sent == []


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password(workshop: Workshop, simulator: WatchedSimulator, password: str) -> None:
    """Every function takes our no for a no."""
    client = workshop.client(password=password)

    assert client.call("send_sms", PHONE, "x") == ["0", "-2"]
    assert client.call("get_sms_cost", PHONE, "x") == ["0", "-2"]
    assert client.call("get_status", "1", PHONE) == ["0", "-2"]
    assert client.call("get_status", "1,2", f"{PHONE},{PHONE}") == ["0", "-2"]
    assert client.call("get_balance") is False
    assert simulator.network.sent == []


def test_an_api_key(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """With an empty login the password travels as a key."""
    client = workshop.client(login="", password=TOKEN)

    assert client.call("send_sms", PHONE, "x", 0, 0, 4107) == ["4107", "1", "3.20", "996.80"]
    assert workshop.client(login="", password="wrong").call("get_balance") is False


@pytest.mark.parametrize(
    ("digits", "end"), [("5555", ["1", "0"]), ("2003", ["3", "0"]), ("3006", ["20", "6"])]
)
def test_a_status(workshop: Workshop, clock: FakeClock, digits: str, end: list[str]) -> None:
    """(status, time, error), from waiting to the end."""
    client, phone = workshop.client(), f"7701555{digits}"
    client.call("send_sms", phone, "x", 0, 0, 4107)

    assert client.call("get_status", "4107", phone) == ["-1", "1741172531", "0"]

    clock.advance(2)

    assert client.call("get_status", "4107", phone) == [end[0], "1741172533", end[1]]
    assert client.call("get_status", "4108", phone) == ["-3", "0", "0"]


@pytest.mark.parametrize(
    ("all_", "where"), [(1, []), (2, ["Kazakhstan", "Simulator", ""])], ids=["all=1", "all=2"]
)
def test_a_status_in_full(
    workshop: Workshop, clock: FakeClock, all_: int, where: list[str]
) -> None:
    """The client cuts the line with the text last, so commas in it survive."""
    client = workshop.client()
    client.call("send_sms", PHONE, TEXT, 0, 0, 4107, 0, "ACME")
    clock.advance(2)

    assert client.call("get_status", "4107", PHONE, all_) == [
        *("1", "1741172533", "0", "1741172531", PHONE, "3.20"),
        *where,
        *("ACME", "Delivered", TEXT),
    ]


def test_many_statuses(workshop: Workshop, clock: FakeClock) -> None:
    """A line each; with id and phone, or in full with the id."""
    client = workshop.client()
    client.call("send_sms", f"{PHONE},77015552003", "x", 0, 0, 4107, 0, "ACME")
    clock.advance(2)
    ids, phones = "4107,4107,1", f"{PHONE},77015552003,{PHONE}"

    assert client.call("get_status", ids, phones) == [
        ["1", "1741172533", "0", "4107", PHONE],
        ["3", "1741172533", "0", "4107", "77015552003"],
        ["-3", "0", "0", "1", PHONE],
    ]

    full = client.call("get_status", ids, phones, 1)

    assert isinstance(full, list)
    assert full[0] == [
        *("1", "1741172533", "0", "1741172531", PHONE, "3.20", "ACME", "Delivered", "x", "4107")
    ]


def test_a_price(workshop: Workshop, simulator: WatchedSimulator) -> None:
    """(cost, count), and nothing is sent."""
    client = workshop.client()

    assert client.call("get_sms_cost", f"{PHONE},77015556666", "ж" * 71) == ["12.80", "2"]
    assert simulator.network.sent == []


def test_a_balance(workshop: Workshop) -> None:
    """One value, as text; what was spent is gone."""
    client = workshop.client()

    assert client.call("get_balance") == "1000"

    client.call("send_sms", PHONE, "x")

    assert client.call("get_balance") == "996.80"
