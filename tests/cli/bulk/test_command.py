"""``smsgate bulk`` as typed: what it prints, where, and the exit code."""

import io
import os
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from cli.bulk.files import TEXT, endings, kinds, outcomes, phones, sent, write_campaign, write_rows
from cli.sockets import free_address
from cli.terminal import PASSWORD, Terminal

from smsgate.cli.exits import Exit
from smsgate.simulator import Simulator, dsns

pytestmark = pytest.mark.usefixtures("dsn")


def test_whole_run(file: Path, results: Path, simulator: Simulator, terminal: Terminal) -> None:
    """Good rows are sent, each bad one has its reason, and the summary adds up."""
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.NOT_SENT
    assert sent(simulator) == [("77011111112", "Галя, привет"), ("77011234567", "Анна, привет")]
    assert [endings(results)[line]["outcome"] for line in range(2, 7)] == [
        *("accepted", "not sent", "not sent", "accepted", "not sent"),
    ]
    assert kinds(results) == {"InvalidMessage": 2, "Repeated": 1}
    lines = screen.out.splitlines()
    assert lines[0] == "2 accepted · 3 not sent · 0 unknown"
    assert lines[1].endswith(", cost 6.40")
    assert lines[2].startswith("not sent: 2 InvalidMessage (to: it may be a local number; ")
    assert lines[3:] == [
        "not sent: 1 Repeated (it repeats line 5)",
        f"every outcome is in {results}",
        "3 rows cannot be sent as written: the result file says why",
    ]


def test_plan_is_told_first(file: Path, dsn: str, terminal: Terminal) -> None:
    """What will happen is said before it does: rows, parts, gateway, sender, reasons."""
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    address = dsn.partition("@")[2].partition("?")[0]
    said = [line.split(maxsplit=1) for line in screen.err.splitlines()]

    assert said[0] == ["file", str(file)]
    assert said[1] == ["gateway", f"smsc at {address}, sender ACME"]
    assert said[2:5] == [
        ["rows", "5: 2 to send · 3 not"],
        ["parts", "2"],
        ["cost", "not asked; --dry-run does"],
    ]
    assert [line.split(":")[0] for line in screen.err.splitlines()[6:9]] == [
        *("line 3", "line 4", "line 6"),
    ]


def test_run_for_machines(file: Path, results: Path, terminal: Terminal) -> None:
    """With --json the summary is one object on stdout."""
    screen = terminal.run("bulk", str(file), *TEXT, "--yes", "--json")

    [facts] = screen.facts
    reasons = facts.pop("reasons")
    assert isinstance(reasons, dict)
    assert [(kind, reason["rows"]) for kind, reason in reasons.items()] == [
        *(("InvalidMessage", 2), ("Repeated", 1)),
    ]
    assert isinstance(facts.pop("seconds"), float)
    assert facts == {
        "rows": 5,
        "accepted": 2,
        "not_sent": 3,
        "unknown": 0,
        "earlier": 0,
        "still_unknown": 0,
        "not_tried": 0,
        "to_resume": 0,
        "cost": "6.40",
        "is_over_cap": False,
        "stopped": None,
        "results": str(results),
        "is_complete": True,
        "is_spoiled": False,
        "unwritten": [],
    }


def test_dry_run(file: Path, results: Path, simulator: Simulator, terminal: Terminal) -> None:
    """Parts and costs for each operator, as the provider quotes them, and nothing is sent."""
    screen = terminal.run("bulk", str(file), *TEXT, "--dry-run")

    assert screen.code == Exit.OK
    assert sent(simulator) == []
    assert not results.exists()
    assert screen.out.split()[:5] == ["country", "operator", "messages", "parts", "cost"]
    assert screen.out.splitlines()[-1].split() == ["all", "2", "2", "6.40"]
    assert "6.40 as quoted" in screen.err


def test_dry_run_for_machines(file: Path, terminal: Terminal) -> None:
    """One object with the sums and a list of places; no gateway for a price of one's own."""
    arguments = ("--dry-run", "--part-price", "3", "--json")
    [facts] = terminal.run("bulk", str(file), *TEXT, *arguments).facts

    totals = {"messages": 2, "parts": 2, "cost": "6", "unpriced": 0}
    assert facts == {
        "rows": 5,
        "not_sent": 3,
        "earlier": 0,
        **totals,
        "refusal": None,
        "places": [{"country": "Kazakhstan", "operator": "Kcell/Activ", **totals}],
    }


def test_dry_run_without_prices(file: Path, base_url: str, terminal: Terminal) -> None:
    """A gateway that tells none leaves a question mark."""
    dsn = dsns(base_url)["smsclub+json"]
    screen = terminal.run("bulk", str(file), *TEXT, "--dry-run", "--gateway", dsn)

    assert screen.out.splitlines()[-1].split() == ["all", "2", "2", "?"]
    assert "not known" in screen.err


def test_dry_run_that_gets_no_answer(file: Path, terminal: Terminal) -> None:
    """A question without an answer is no usage error."""
    dsn = f"smsc://demo:{PASSWORD}@{free_address()}"
    screen = terminal.run("bulk", str(file), *TEXT, "--dry-run", "--gateway", dsn)

    assert (screen.code, screen.out) == (Exit.NOT_SENT, "")
    assert screen.err.startswith("no answer: ")


def test_spend_cap(tmp_path: Path, simulator: Simulator, terminal: Terminal) -> None:
    """The run stops before the cap is passed; the rest is resumed."""
    file = write_campaign(tmp_path / "clients.csv", 20)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes", "--max-cost", "20")
    spent = sum(sms.cost for sms in simulator.network.sent)
    resume = ("--resume", f"{file}.results.jsonl", "--yes")
    terminal.run("bulk", str(file), *TEXT, *resume)

    assert screen.code == Exit.NOT_SENT
    assert spent == Decimal("19.20")
    assert "--max-cost 20 stops it before the end" in screen.err
    assert "stopped: the spend cap is reached" in screen.out
    assert [phone for phone, _ in sent(simulator)] == phones(20)


def test_price_that_was_too_low(tmp_path: Path, dsn: str, terminal: Terminal) -> None:
    """Where nobody can be asked the cap goes by the price that was given; its failing is told."""
    file = write_campaign(tmp_path / "clients.csv", 3)
    spare = f"failover({dsn} smsc://demo:demo@{free_address()})"
    cheap = ("--max-cost", "1", "--part-price", "0.01", "--gateway", spare)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes", *cheap)

    assert screen.code == Exit.NOT_SENT
    assert "over the cap: 9.60 was spent, --max-cost is 1\n" in screen.out


def test_file_that_grows_meanwhile(
    tmp_path: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is sent that was not looked at, and the run says that there may be more."""
    file = write_campaign(tmp_path / "clients.csv", 3)
    results = Path(f"{file}.results.jsonl")
    fsync = os.fsync

    def grow(descriptor: int) -> None:
        fsync(descriptor)
        with file.open("a") as end:
            end.write("77011234567,Anna\n" * bool(results.stat().st_size))

    monkeypatch.setattr(os, "fsync", grow)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.NOT_SENT
    assert [phone for phone, _ in sent(simulator)] == phones(3)
    assert screen.out.startswith("3 accepted · 0 not sent · 0 unknown\n")
    assert "stopped: the file was changed while it was read\nevery outcome is in" in screen.out


def test_wrong_password_stops_at_once(tmp_path: Path, dsn: str, terminal: Terminal) -> None:
    """A million refusals help nobody."""
    file = write_campaign(tmp_path / "clients.csv", 50)
    wrong = dsn.replace("demo:demo", f"demo:{PASSWORD}")
    screen = terminal.run("bulk", str(file), *TEXT, "--yes", "--gateway", wrong)

    assert screen.code == Exit.NOT_SENT
    assert "stopped: smsc: authorise error" in screen.out
    assert outcomes(Path(f"{file}.results.jsonl")) == {"not sent": 50}


def test_rows_from_stdin(
    tmp_path: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``-`` reads the rows from a pipe."""
    body = '{"to": "77011234567", "text": "Код"}\n'.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body), "utf-8"))
    monkeypatch.chdir(tmp_path)
    screen = terminal.run("bulk", "-", "--yes")

    assert screen.code == Exit.OK
    assert sent(simulator) == [("77011234567", "Код")]
    assert outcomes(tmp_path / "stdin.results.jsonl") == {"accepted": 1}


WRONG = [
    pytest.param((), "add --yes", id="nobody-to-ask"),
    pytest.param(
        ("--yes",),
        "no column 'text'; it has: name, phone; texts are in the column text, or as --text says",
        id="no-text",
    ),
    pytest.param(("--yes", "--text", "{nmae}"), "no column 'nmae'", id="mistyped-column"),
    pytest.param(("--yes", "--text", "{name"), "a { stands alone", id="lone-brace"),
    pytest.param(("--yes", *TEXT, "--phone", "mobile"), "no column 'mobile'", id="no-phones"),
    pytest.param(("--yes", *TEXT, "--charset", "x"), "charset: ", id="no-charset"),
    pytest.param(("--yes", *TEXT, "--country", "XX"), "--country: ", id="no-country"),
    pytest.param(("--yes", *TEXT, "--max-cost", "-1"), "--max-cost: ", id="no-amount"),
    pytest.param(("--part-price", "3,20"), "--part-price 3,20: write 3.20", id="comma"),
    pytest.param(("--max-cost", "1,000"), "--max-cost 1,000: write 1000.00", id="thousands"),
    pytest.param(("--max-cost", "1 000 000.5"), "write 1000000.50", id="millions"),
    pytest.param(("--yes", "--text", ""), "--text: it is blank", id="empty-text"),
    pytest.param(("--yes", "--text", " \xa0"), "--text: it is blank", id="blank-text"),
    pytest.param(("--yes", *TEXT, "--delimiter", "::"), "'::' is none", id="no-delimiter"),
    pytest.param(("--yes", *TEXT, "--result", "absent/r"), "no such folder", id="no-folder"),
    pytest.param(("--yes", *TEXT, "--strict"), "the first is line 3: ", id="strict"),
    pytest.param(("--yes", *TEXT, "--resume", "absent"), "No such file", id="nothing-to-resume"),
    pytest.param(("--yes", *TEXT, "--gateway", "sms://x"), "unknown scheme", id="no-gateway"),
    pytest.param(
        ("--yes", *TEXT, "--max-cost", "1", "--part-price", "0.01"),
        "leave --part-price out",
        id="price-that-the-gateway-knows-better",
    ),
    pytest.param(
        ("--yes", *TEXT, "--max-cost", "1", "--gateway", "smsclub+json://:t@im.smsclub.mobi"),
        "give --part-price",
        id="cap-without-a-price",
    ),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG)
def test_usage_errors_send_nothing(
    arguments: tuple[str, ...], says: str, file: Path, simulator: Simulator, terminal: Terminal
) -> None:
    """What is wrong with the command line or the file is told before anything is sent."""
    screen = terminal.run("bulk", str(file), *arguments)

    assert (screen.code, screen.out) == (Exit.USAGE, "")
    assert screen.err.startswith("usage: ")
    assert says in screen.err
    assert sent(simulator) == []
    assert not Path(f"{file}.results.jsonl").exists()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        ("phone,name\n", "nothing is below its header"),
        ("phone,name\n1,2,3\n", "line 2: "),
    ],
)
def test_file_without_rows(body: str, says: str, file: Path, terminal: Terminal) -> None:
    """There is nothing to read the columns from."""
    file.write_text(body, encoding="utf-8")
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.USAGE
    assert says in screen.err


def test_bad_last_line_is_told_first(file: Path, simulator: Simulator, terminal: Terminal) -> None:
    """All of the file is read before anything is sent."""
    file.write_bytes(file.read_bytes() + b"77011111113,\xff\n")
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    assert screen.code == Exit.USAGE
    assert "line 7 is not valid utf-8" in screen.err
    assert sent(simulator) == []


def test_what_the_gateway_cannot_carry_is_a_bad_row(
    file: Path, base_url: str, simulator: Simulator, terminal: Terminal
) -> None:
    """A text that its charset lacks is told before the question, and stops a strict run."""
    old = f"smsclub+http://demo:demo@{base_url.removeprefix('http://')}?sender=ACME"
    text = ("--text", "{name} 😀", "--gateway", old, "--allow-empty")
    strict = terminal.run("bulk", str(file), *text, "--yes", "--strict")
    dry = terminal.run("bulk", str(file), *text, "--dry-run", "--part-price", "1", "--json")

    assert strict.code == Exit.USAGE
    assert "5 rows cannot be sent, so none is; the first is line 2: " in strict.err
    assert "cannot carry" in strict.err
    assert [(facts["messages"], facts["not_sent"]) for facts in dry.facts] == [(0, 5)]
    assert sent(simulator) == []


def test_file_that_changes_meanwhile(
    tmp_path: Path, simulator: Simulator, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was handed in has its ending; the rest was not tried, and that is said."""
    file = write_campaign(tmp_path / "clients.csv", 30)
    fsync = os.fsync

    def spoil(descriptor: int) -> None:
        fsync(descriptor)
        file.write_bytes(b"phone,name\n" + b"\xff" * 100)

    monkeypatch.setattr(os, "fsync", spoil)
    monkeypatch.setattr(io, "TextIOWrapper", ShortSighted)
    screen = terminal.run("bulk", str(file), *TEXT, "--yes")

    accepted = len(sent(simulator))
    assert screen.code == Exit.NOT_SENT
    assert f"{accepted} accepted" in screen.out
    assert f"{30 - accepted} not tried" in screen.out
    assert "stopped: the file was changed while it was read\n" in screen.out
    assert "every outcome" not in screen.out


class ShortSighted(io.TextIOWrapper):
    """Reads ahead as little as it can."""

    def __init__(self, file: io.BufferedReader, charset: str, newline: str) -> None:
        super().__init__(file, charset, newline=newline)
        self._CHUNK_SIZE = 16


def test_spare_gateway_takes_over(
    tmp_path: Path, dsn: str, simulator: Simulator, terminal: Terminal
) -> None:
    """Several gateways behind each other are one; each row still has its own ending."""
    file = write_campaign(tmp_path / "clients.csv", 150)
    several = f"failover(smsc://demo:demo@{free_address()} {dsn})"
    screen = terminal.run("bulk", str(file), *TEXT, "--yes", "--gateway", several)

    assert screen.code == Exit.OK
    assert "gateway  failover: smsc at 127.0.0.1:" in screen.err
    assert [phone for phone, _ in sent(simulator)] == phones(150)
    assert outcomes(Path(f"{file}.results.jsonl")) == {"accepted": 150}


def test_example_of_the_documents(terminal: Terminal) -> None:
    """The file that the page on bulk shows can be sent as it is, once its country is known."""
    file = Path(__file__).parents[3] / "examples" / "clients.csv"
    arguments = ("--text", "Dear {name}, order {order} is ready", "--dry-run", "--json")
    [alone] = terminal.run("bulk", str(file), *arguments).facts
    [helped] = terminal.run("bulk", str(file), *arguments, "--country", "KZ").facts

    assert (alone["messages"], alone["not_sent"]) == (3, 1)
    assert (helped["messages"], helped["not_sent"]) == (4, 0)


def test_no_phones_are_found(tmp_path: Path, terminal: Terminal) -> None:
    """Whoever is told so learns where they are looked for, and how to say where they are."""
    file = write_rows(tmp_path / "clients.csv", [("1", "a")], header="mobile,text")
    screen = terminal.run("bulk", str(file), "--yes")

    assert "'phone'; it has: mobile, text; phones are in the column phone or to, " in screen.err
