"""The commands, as typed: what they print, where, and the exit code."""

import io
import sys
from importlib.metadata import version

import attrs
import pytest
from cli.sockets import free_address
from cli.terminal import PASSWORD, PHONE, TEXT, Terminal

from smsgate.cli import errands
from smsgate.cli.exits import Exit
from smsgate.providers import find_logins
from smsgate.providers.http_gateway import HttpGateway
from smsgate.receipt import Ref
from smsgate.simulator import dsns

SENT_KEYS = {
    *("outcome", "ref", "gateway", "id", "part_ids", "message_id", "phone", "parts", "cost"),
    *("error", "kind", "code", "fate", "notes"),
}
REPORT_KEYS = {
    *("ref", "status", "is_final", "is_delivered", "is_failure", "reason", "status_code"),
    *("status_text", "reason_code", "at", "phone", "cost"),
    *("error", "kind", "code", "fate", "notes"),
}
BALANCE_KEYS = {"amount", "currency", "credit", "error", "kind", "code", "fate", "notes"}
REF = "smsc:77011234567:410700001"
every_gateway = pytest.mark.parametrize("scheme", sorted(find_logins()))


@attrs.frozen
class Failure:
    """A send that cannot end well, and how it must end."""

    dsn: str | None  # with {here}, {poor}, {nobody} or {mute} for where it goes
    code: int
    outcome: str
    says: str
    phone: str = PHONE


SECRET = f"demo:{PASSWORD}"
FAILURES = [
    pytest.param(
        Failure(f"smsc://{SECRET}@{{here}}", 1, "not sent", "authorise error"),
        id="wrong-password",
    ),
    pytest.param(
        Failure(f"smsc://{SECRET}@{{nobody}}", 1, "not sent", "no connection"),
        id="dead-port",
    ),
    pytest.param(
        Failure("smsc://demo:demo@{here}", 1, "not sent", "not a digit", phone="8-701-1234567"),
        id="bad-number",
    ),
    pytest.param(
        Failure("smsc://demo:demo@{here}", 1, "not sent", "invalid number", phone="77011239007"),
        id="number-refused-by-the-provider",
    ),
    pytest.param(
        Failure("smsc://demo:demo@{poor}", 1, "not sent", "no money"),
        id="no-money",
    ),
    pytest.param(
        Failure(f"smsc://{SECRET}@{{mute}}?deadline=0.4", 3, "unknown", "no answer"),
        id="no-answer",
    ),
    pytest.param(
        Failure(f"sms://{SECRET}@{{here}}", 2, "not sent", "unknown scheme"),
        id="unknown-scheme",
    ),
    pytest.param(
        Failure("smsc://{here}", 2, "not sent", "login and password"),
        id="no-credentials",
    ),
    pytest.param(
        Failure(f"smsc://{SECRET}@{{here}}?colour=red", 2, "not sent", "unknown setting"),
        id="unknown-setting",
    ),
    pytest.param(Failure(PASSWORD, 2, "not sent", "the DSN must read"), id="no-dsn-at-all"),
    pytest.param(Failure(None, 2, "not sent", "SMSGATE_URL is not set"), id="nothing-set"),
]


@pytest.fixture
def arguments(
    failure: Failure, address: str, poor_address: str, mute_address: str
) -> tuple[str, ...]:
    """Write the command line of *failure*."""
    if failure.dsn is None:
        return ("send", failure.phone, TEXT)

    dsn = failure.dsn.format(
        here=address, poor=poor_address, mute=mute_address, nobody=free_address()
    )
    return ("send", failure.phone, TEXT, "--gateway", dsn)


@pytest.mark.parametrize("failure", FAILURES)
def test_failure_is_one_sentence(
    failure: Failure, arguments: tuple[str, ...], terminal: Terminal
) -> None:
    """
    A send that fails says so once, on stderr, with the truth in the exit code.

    Where to ask about an unknown outcome is a result, so that goes to stdout.
    """
    screen = terminal.run(*arguments)

    results = [line.partition("  ")[2] for line in screen.out.splitlines()]
    assert screen.code == failure.code
    assert results == (["unknown"] if failure.code == Exit.UNKNOWN else [])
    assert len(screen.err.splitlines()) == 1
    assert screen.err.startswith(f"{failure.outcome}: ")
    assert failure.says in screen.err
    assert failure.phone.removeprefix("+") not in screen.err


def test_too_late_is_not_sent(address: str, terminal: Terminal) -> None:
    """A code that nobody waits for any more stays here, and the exit code says so."""
    dsn = f"smsc://demo:demo@{address}"
    late = terminal.run("send", PHONE, TEXT, "--gateway", dsn, "--deadline", "0")
    early = terminal.run("send", PHONE, TEXT, "--gateway", dsn, "--deadline", "30")

    assert (late.code, early.code) == (1, 0)
    assert late.err.startswith("not sent: its turn does not come before the deadline")


@pytest.mark.parametrize("failure", FAILURES)
def test_failure_for_machines(
    failure: Failure, arguments: tuple[str, ...], terminal: Terminal
) -> None:
    """With ``--json`` the same is one object on stdout, with the keys of every send."""
    screen = terminal.run(*arguments, "--json")

    [facts] = screen.facts
    assert screen.code == failure.code
    assert screen.err == ""
    assert facts.keys() == SENT_KEYS
    assert facts["outcome"] == facts["fate"] == failure.outcome
    assert failure.says in str(facts["error"])
    assert bool(facts["ref"]) == (failure.outcome == "unknown")
    assert facts["phone"] is None


@every_gateway
def test_send_prints_the_ref_first(scheme: str, address: str, terminal: Terminal) -> None:
    """The first word on stdout is the ref, so that a person or ``cut`` can take it."""
    dsn = dsns(f"http://{address}")[scheme]
    screen = terminal.run("send", "+380977777662", TEXT, "--gateway", dsn)

    assert (screen.code, screen.err) == (0, "")
    assert Ref.parse(screen.out.split()[0]).phone == "380977777662"
    assert "accepted" in screen.out


@every_gateway
def test_ref_can_be_asked_about(scheme: str, address: str, terminal: Terminal) -> None:
    """What ``send`` printed is what ``status`` takes, whoever the provider is."""
    dsn = dsns(f"http://{address}")[scheme]
    ref = terminal.run("send", "380977777662", TEXT, "--gateway", dsn).out.split()[0]
    screen = terminal.run("status", ref, "--gateway", dsn)

    assert (screen.code, screen.err) == (0, "")
    assert screen.out.startswith(f"{ref}  delivered")


def test_receipt_for_machines(
    gateway: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Money is text, ids are text, and the environment's DSN does for ``--gateway``."""
    monkeypatch.setenv("SMSGATE_URL", gateway)
    screen = terminal.run("send", PHONE, TEXT, "--id", "order-7", "--sender", "SHOP", "--json")

    [facts] = screen.facts
    assert (screen.code, screen.err) == (0, "")
    assert facts.keys() == SENT_KEYS
    assert facts["outcome"] == "accepted"
    assert facts["ref"] == f"smsc:77011234567:{facts['id']}"
    assert (facts["phone"], facts["message_id"]) == ("77011234567", "order-7")
    assert (facts["parts"], facts["cost"]) == (1, "3.20")
    assert facts["error"] is facts["kind"] is facts["code"] is facts["fate"] is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        pytest.param("Код 1234\n".encode(), "Код 1234", id="the-shell's-newline-goes"),
        pytest.param(b"two\r\n\r\n", "two\r\n", id="only-the-last-newline-goes"),
        pytest.param(b"  none \t", "  none \t", id="nothing-else-goes"),
    ],
)
def test_text_from_stdin(typed: bytes, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``-`` reads the message from stdin, every character of it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))

    assert errands.read_text("-") == wanted


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        pytest.param(io.TextIOWrapper(io.BytesIO(b"\xff"), "utf-8"), "utf-8", id="no-text"),
        pytest.param(io.TextIOWrapper(io.BytesIO(b"\n"), "utf-8"), "empty", id="nothing"),
        pytest.param(None, "closed", id="closed"),
    ],
)
def test_unreadable_stdin_sends_nothing(
    stdin: io.TextIOWrapper | None,
    says: str,
    gateway: str,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bytes that are no text are refused, not replaced."""
    monkeypatch.setattr(sys, "stdin", stdin)
    screen = terminal.run("send", PHONE, "-", "--gateway", gateway)

    assert screen.code == Exit.NOT_SENT
    assert screen.err.startswith("not sent: text: ")
    assert says in screen.err


class Interrupted(io.BytesIO):
    """Somebody presses Ctrl-C while we read."""

    def read(self, size: int | None = -1) -> bytes:
        """Be interrupted."""
        raise KeyboardInterrupt


def test_interrupt_before_anything_was_sent(
    gateway: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C before the request exists is no unknown outcome: exit code 130."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted(), "utf-8"))
    screen = terminal.run("send", PHONE, "-", "--gateway", gateway)

    assert (screen.code, screen.out, screen.err) == (130, "", "stopped\n")


@pytest.mark.parametrize("text", ["--jsno", "-j", "--gateway=smsc://x", "-hello"])
def test_mistyped_option_is_not_sent(text: str, gateway: str, terminal: Terminal) -> None:
    """What looks like an option never becomes somebody's SMS."""
    screen = terminal.run("send", "--gateway", gateway, PHONE, text)

    assert screen.code == Exit.USAGE
    assert screen.out == ""


@pytest.mark.parametrize("text", ["-20%", "none", "null", "[1]", '{"a": 1}', "@file", "a=b", "#"])
def test_strange_texts_are_texts(text: str, gateway: str, terminal: Terminal) -> None:
    """The command line has no grammar inside a text."""
    screen = terminal.run("send", PHONE, text, "--gateway", gateway)

    assert (screen.code, screen.err) == (0, "")


def test_defect_is_unknown_not_unsent(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """If smsgate itself breaks, the message may have left; a traceback would exit with 1."""

    def broken_gateway(_: str | None) -> HttpGateway:
        raise RuntimeError(PASSWORD)

    monkeypatch.setattr(errands, "open_gateway", broken_gateway)
    screen = terminal.run("send", PHONE, TEXT)

    assert screen.code == Exit.UNKNOWN
    assert screen.err.startswith("unknown: smsgate itself failed (RuntimeError at ")
    assert len(screen.err.splitlines()) == 1


def test_statuses_come_in_the_order_asked(gateway: str, terminal: Terminal) -> None:
    """One line a ref; a message that failed is an answer, not an error."""
    refs = [
        terminal.run("send", phone, TEXT, "--gateway", gateway).out.split()[0]
        for phone in ("77011232020", "77011234567")
    ]
    screen = terminal.run("status", *refs, REF, "--gateway", gateway)

    assert screen.code == Exit.OK
    assert [line.split("  ")[:2] for line in screen.out.splitlines()] == [
        [refs[0], "undeliverable"],
        [refs[1], "delivered"],
        [REF, "not found"],
    ]


def test_statuses_for_machines(gateway: str, terminal: Terminal) -> None:
    """One object a ref, with the same keys whatever became of it."""
    ref = terminal.run("send", PHONE, TEXT, "--gateway", gateway).out.split()[0]
    screen = terminal.run("status", ref, REF, "--gateway", gateway, "--json")

    known, unknown = screen.facts
    assert screen.code == Exit.OK
    assert known.keys() == unknown.keys() == REPORT_KEYS
    assert (known["ref"], known["status"], known["is_final"]) == (ref, "delivered", True)
    assert (known["cost"], known["phone"], known["error"]) == ("3.20", "77011234567", None)
    assert str(known["at"]).endswith("+00:00")
    assert (unknown["status"], unknown["is_final"], unknown["at"]) == ("not found", False, None)


@pytest.fixture
def where(dsn: str, address: str, mute_address: str) -> str:
    """Point *dsn* at a server."""
    return dsn.format(here=address, mute=mute_address, nobody=free_address())


UNANSWERED = [
    pytest.param(f"smsc://{SECRET}@{{here}}", 1, "authorise error", id="wrong-password"),
    pytest.param(f"smsc://{SECRET}@{{nobody}}", 1, "no connection", id="dead-port"),
    pytest.param(f"smsc://{SECRET}@{{mute}}", 1, "no answer from", id="no-answer"),
    pytest.param(f"sms://{SECRET}@{{here}}", 2, "unknown scheme", id="unknown-scheme"),
]
QUESTIONS = [
    pytest.param(("status", REF, REF), id="status"),
    pytest.param(("balance",), id="balance"),
]


@pytest.mark.parametrize(("dsn", "code", "says"), UNANSWERED)
@pytest.mark.parametrize("question", QUESTIONS)
def test_question_without_an_answer(
    question: tuple[str, ...], where: str, code: int, says: str, terminal: Terminal
) -> None:
    """A question that fails says so once; it says nothing of messages on their way."""
    screen = terminal.run(*question, "--gateway", where)

    assert (screen.code, screen.out) == (code, "")
    assert screen.err.startswith("no answer: ")
    assert len(screen.err.splitlines()) == 1
    assert says in screen.err
    assert "on its way" not in screen.err


@pytest.mark.parametrize(("dsn", "code", "says"), UNANSWERED)
@pytest.mark.parametrize("question", QUESTIONS)
def test_question_without_an_answer_for_machines(
    question: tuple[str, ...], where: str, code: int, says: str, terminal: Terminal
) -> None:
    """With ``--json`` there is an object for each thing asked, with the keys of an answer."""
    screen = terminal.run(*question, "--gateway", where, "--json")

    keys = [REPORT_KEYS for _ in question[1:]] or [BALANCE_KEYS]

    assert (screen.code, screen.err) == (code, "")
    assert [facts.keys() for facts in screen.facts] == keys
    assert all(says in str(facts["error"]) for facts in screen.facts)


@pytest.mark.parametrize("ref", ["", "nonsense", "smsclub+http:380977777662:1"])
def test_foreign_ref_is_a_usage_error(ref: str, gateway: str, terminal: Terminal) -> None:
    """A text that is no ref of this gateway's is asked about nowhere."""
    screen = terminal.run("status", ref, "--gateway", gateway)

    assert screen.code == Exit.USAGE
    assert screen.err.startswith("no answer: ")


def test_balance(poor_address: str, terminal: Terminal) -> None:
    """The amount comes first, in the account's money, and is text for machines."""
    dsn = f"smsc://demo:demo@{poor_address}"
    screen = terminal.run("balance", "--gateway", dsn)
    [facts] = terminal.run("balance", "--gateway", dsn, "--json").facts

    assert (screen.code, screen.out, screen.err) == (0, "0 KZT\n", "")
    assert facts.keys() == BALANCE_KEYS
    assert (facts["amount"], facts["currency"], facts["error"]) == ("0", "KZT", None)


def test_version(terminal: Terminal) -> None:
    """The version is the installed one's."""
    screen = terminal.run("--version")

    assert (screen.code, screen.out) == (0, f"smsgate {version('smsgate')}\n")
