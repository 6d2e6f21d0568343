"""SMSC's end as its documents have it: who may ask, charsets, statuses, balance."""

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from hypothesis import example, given, strategies as st
from support.clock import FakeClock
from support.smsc import PHONE, SEND, ask, said

from smsgate.providers.network import Network
from smsgate.providers.smsc.simulated import LOGINS, ROUTES
from smsgate.wire.http import FORM, HttpRequest
from smsgate.wire.json import loads
from smsgate.wire.xml import parse_xml


def test_logins() -> None:
    """The simulator's account is one for all, and its DSN says so."""
    assert LOGINS == {"smsc": "demo:demo"}


@pytest.mark.parametrize(
    "who",
    [
        {"login": "demo", "psw": "demo"},
        {"login": "DEMO", "psw": "demo"},
        {"login": "", "psw": "", "apikey": "demo-token"},
    ],
    ids=["login", "login-in-capitals", "api-key"],
)
def test_who_may_ask(network: Network, who: Mapping[str, str]) -> None:
    """A login, whatever its case, with its password; or a key."""
    assert said(network, "balance", **who) == "1000"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("charset", "written", "text"),
    [
        ("", "cp1251", "Привіт, ґанок"),
        ("windows-1251", "cp1251", "Привіт, ґанок"),
        ("utf-8", "utf-8", "Сәлем 😀"),
        ("koi8-r", "koi8-r", "Привет"),
    ],
)
def test_charsets(network: Network, method: str, charset: str, written: str, text: str) -> None:
    """The charset asked for rules the text of the request and of the answer."""
    form = {**SEND, "mes": text, "charset": charset}
    ask(network, "send", method=method, written=written, **form)
    entry = ask(
        network, "status", id="4107", phone=PHONE, all="1", fmt="3", charset=charset, method=method
    )

    assert network.sent[0].text == text
    answer = loads(entry.body.decode(written).encode())
    assert isinstance(answer, dict)
    assert answer["message"] == text


def test_utf_8_under_the_default_charset_arrives_garbled(network: Network) -> None:
    """The server says OK and somebody reads nonsense: why we always name the charset."""
    answer = ask(network, "send", written="utf-8", **{**SEND, "mes": "Код"})

    assert answer.body == b"OK - 1 SMS, ID - 4107"
    assert network.sent[0].text == "РљРѕРґ"


def test_letters_that_the_answers_charset_lacks_are_lost(network: Network) -> None:
    """As on the live server, which does not say so."""
    ask(network, "send", written="utf-8", **{**SEND, "mes": "Сәлем", "charset": "utf-8"})
    answer = said(network, "status", id="4107", phone=PHONE, all="1", fmt="1")

    assert answer.endswith(",Слем")


@pytest.mark.parametrize("fmt", ["0", "1", "2", "3"])
def test_the_header_claims_one_charset_for_all(network: Network, fmt: str) -> None:
    """Recorded: the answer is in the charset asked for, whatever its header says."""
    headers = ask(network, "balance", fmt=fmt, charset="utf-8").headers

    assert headers["content-type"].endswith("; charset=windows-1251")


def test_bytes_outside_the_charset_are_refused(network: Network) -> None:
    """No guess is stored as a text."""
    answer = ask(network, "send", written="cp1251", **{**SEND, "mes": "Код", "charset": "utf-8"})

    assert answer.body == b"ERROR = 1 (parameters error)"
    assert network.sent == []


def test_query_and_form_together(network: Network) -> None:
    """As PHP has it: login in the address, the rest in the form."""
    request = HttpRequest(
        "/sys/send.php?login=demo&psw=demo", urlencode(SEND).encode(), {"content-type": FORM}
    )

    assert ROUTES["/sys/send.php"](request, network).body == b"OK - 1 SMS, ID - 4107"


@pytest.mark.parametrize(
    ("digits", "status"),
    [
        ("5555", "1,1741172533,0"),
        ("2002", "2,1741172533,0"),
        ("2003", "3,1741172533,0"),
        ("2020", "20,1741172533,0"),
        ("2007", "7,1741172533,0"),
        ("3006", "20,1741172533,6"),
        ("3255", "20,1741172533,255"),
    ],
)
def test_magic_digits_choose_the_end(
    network: Network, clock: FakeClock, digits: str, status: str
) -> None:
    """Every documented end can be brought about, and one that nobody knows."""
    phone = f"7701555{digits}"
    said(network, "send", **{**SEND, "phones": phone})
    seen = []
    for _ in range(3):
        seen.append(said(network, "status", id="4107", phone=phone, fmt="1"))
        clock.advance(1)

    assert seen == ["-1,1741172531,0", "0,1741172532,0", status]


WHERE = "Kazakhstan,Simulator,"  # country, operator, and a region that is empty
STATUS = {"id": "4107", "phone": PHONE}


@pytest.mark.parametrize(
    ("fields", "short"),
    [
        ({}, "1,1741172533,0"),
        ({"all": "0"}, "1,1741172533,0"),
        ({"all": "1"}, f"1,1741172533,0,1741172531,{PHONE},3.20,SMSC,Delivered,hello, you"),
        (
            {"all": "2"},
            f"1,1741172533,0,1741172531,{PHONE},3.20,{WHERE},SMSC,Delivered,hello, you",
        ),
        ({"id": "4107,"}, f"1,1741172533,0,4107,{PHONE}"),
        (
            {"id": "4107,", "all": "1"},
            f"1,1741172533,0,1741172531,{PHONE},3.20,SMSC,Delivered,hello, you,4107",
        ),
    ],
    ids=["default", "all=0", "all=1", "all=2", "list-of-one", "list-of-one-in-full"],
)
def test_status_in_one_line(
    network: Network, clock: FakeClock, fields: Mapping[str, str], short: str
) -> None:
    """``status,time,err``; in full nine fields, or twelve with the country; the text is last."""
    ask(network, "send", **{**SEND, "mes": "hello, you"})
    clock.advance(2)
    answer = said(network, "status", **{**STATUS, **fields}, fmt="1")

    assert answer == short


def test_status_of_several(network: Network, clock: FakeClock) -> None:
    """One line each, in the order asked; id and phone are appended, in full the id alone."""
    ask(network, "send", **{**SEND, "phones": f"{PHONE},77015552003", "sender": "Shop"})
    clock.advance(2)
    several = {"id": "4107,4107,1", "phone": f"77015552003,+{PHONE},{PHONE}"}

    assert said(network, "status", **several, fmt="1").split("\n") == [
        "3,1741172533,0,4107,77015552003",
        f"1,1741172533,0,4107,{PHONE}",
        f"-3,0,0,1,{PHONE}",
    ]
    assert said(network, "status", **several, all="1", fmt="1").split("\n") == [
        "3,1741172533,0,1741172531,77015552003,3.20,Shop,Status 3,hello,4107",
        f"1,1741172533,0,1741172531,{PHONE},3.20,Shop,Delivered,hello,4107",
        f"-3,0,0,1,{PHONE}",
    ]


def test_status_in_words(network: Network, clock: FakeClock) -> None:
    """Form 0 has a date in it; the timestamp is safer."""
    ask(network, "send", **SEND)
    clock.advance(2)

    assert said(network, "status", **STATUS) == (
        "Status = 1, check_time = 05.03.2025 11:02:13, err = 0"
    )


@pytest.mark.parametrize("all_", ["0", "1", "2"])
def test_status_as_json_and_xml(network: Network, clock: FakeClock, all_: str) -> None:
    """The same names in both; in full also what was sent, and in detail where to."""
    ask(network, "send", **SEND)
    clock.advance(2)
    entry = loads(ask(network, "status", **STATUS, all=all_, fmt="3").body)
    document = parse_xml(ask(network, "status", **STATUS, all=all_, fmt="2").body)

    short = {"status", "last_date", "last_timestamp", "err"}
    full = short | {"send_date", "send_timestamp", "phone", "cost", "sender_id", "status_name"}
    full |= {"message", "comment", "type"}
    detailed = full | {"country", "operator", "operator_orig", "region", "mccmnc", "sms_cnt"}
    assert isinstance(entry, dict)
    assert entry.keys() == {"0": short, "1": full, "2": detailed}[all_]
    assert document.tag == "sms"
    assert {child.tag: child.text or "" for child in document} == {
        name: str(value) for name, value in entry.items()
    }


def test_several_statuses_as_json_and_xml(network: Network) -> None:
    """A list of the same entries, each with its id and its phone."""
    ask(network, "send", **SEND)
    several = {"id": "4107,1", "phone": f"{PHONE},{PHONE}"}
    entries = loads(ask(network, "status", **several, fmt="3").body)
    document = parse_xml(ask(network, "status", **several, fmt="2").body)

    assert isinstance(entries, list)
    assert [(entry["id"], entry["phone"]) for entry in entries] == [("4107", PHONE), ("1", PHONE)]
    assert [child.findtext("status") for child in document.iter("sms")] == ["-1", "-3"]


@pytest.mark.parametrize(
    "fields",
    [{"id": "", "phone": PHONE}, {"id": "1,2", "phone": PHONE}, {"id": "1", "phone": ""}],
    ids=["no-id", "one-phone-for-two", "no-phone"],
)
def test_a_status_question_that_makes_no_sense(network: Network, fields: Mapping[str, str]) -> None:
    """An error has the short form of an error, for a list as well."""
    assert said(network, "status", **fields, fmt="1") == "0,-1"


@pytest.mark.parametrize(
    ("fmt", "cur", "answer"),
    [
        ("0", "", "1000"),
        ("1", "", "1000"),
        ("2", "", "<balance>1000</balance>"),
        ("3", "", '{"balance":"1000"}'),
        ("1", "1", "1000"),
        ("3", "1", '{"balance":"1000","currency":"KZT"}'),
    ],
)
def test_balance_in_every_form(network: Network, fmt: str, cur: str, answer: str) -> None:
    """One value, where an error has two; the currency when it is asked for."""
    assert said(network, "balance", fmt=fmt, cur=cur) == answer


def test_money_runs_out(clock: FakeClock) -> None:
    """Every accepted part is charged, and what cannot be paid for is not sent."""
    network = Network(clock=clock, funds=Decimal("6.50"))
    answers = [said(network, "send", **SEND, fmt="1") for _ in range(3)]

    assert answers == ["4107,1", "4107,1", "4107,-3"]
    assert said(network, "balance") == "0.10"
    assert len(network.sent) == 2


@given(
    command=st.sampled_from(["send", "status", "balance"]),
    fields=st.dictionaries(
        st.sampled_from(["phones", "mes", "id", "phone", "cost", "fmt", "charset", "all", "op"]),
        st.sampled_from(["", "0", "1", "2", "3", "20", "9007", "1,2", "²", ",", "utf-8", "koi8-r"])
        | st.text(max_size=8),
    ),
)
@example("send", {"phones": "20", "mes": "x"})
@example("send", {"phones": "3", "mes": "x", "id": "²", "charset": "utf-8"})
def test_no_request_breaks_the_server(command: str, fields: Mapping[str, str]) -> None:
    """A wrong request is answered, in whatever form it asks for."""
    answer = ask(Network(clock=FakeClock()), command, written="utf-8", **fields)

    assert answer.status == 200


@given(st.binary())
def test_no_bytes_break_the_server(body: bytes) -> None:
    """Nor does one that is no form at all."""
    request = HttpRequest("/sys/send.php", body, {"content-type": FORM})

    assert ROUTES["/sys/send.php"](request, Network(clock=FakeClock())).body.startswith(b"ERROR = ")
