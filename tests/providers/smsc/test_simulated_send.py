"""SMSC's ``send.php`` as its documents have it: every form, every refusal, every flag."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from support.clock import FakeClock
from support.smsc import PHONE, SEND, ask, said

from smsgate.providers.network import Network
from smsgate.wire.json import loads
from smsgate.wire.xml import parse_xml


@pytest.mark.parametrize(
    ("cost", "words", "short", "json"),
    [
        (
            "0",
            "OK - 1 SMS, ID - 4107",
            "4107,1",
            {"id": 4107, "cnt": 1},
        ),
        (
            "1",
            "3.20 (1 SMS)",
            "3.20,1",
            {"cost": "3.20", "cnt": 1},
        ),
        (
            "2",
            "OK - 1 SMS, ID - 4107",
            "4107,1,3.20",
            {"id": 4107, "cnt": 1, "cost": "3.20"},
        ),
        (
            "3",
            "OK - 1 SMS, ID - 4107",
            "4107,1,3.20,996.80",
            {"id": 4107, "cnt": 1, "cost": "3.20", "balance": "996.80"},
        ),
    ],
)
def test_send_in_every_form(
    clock: FakeClock, cost: str, words: str, short: str, json: Mapping[str, object]
) -> None:
    """``id,cnt,cost,balance`` as far as ``cost`` asks for them; 1 is a price and sends nothing."""
    forms = {}
    for fmt in ("", "0", "1", "2", "3", "9"):
        network = Network(clock=clock)
        forms[fmt] = said(network, "send", **SEND, cost=cost, fmt=fmt)

        assert len(network.sent) == (0 if cost == "1" else 1)

    assert [forms[fmt] for fmt in ("", "0", "9")] == [words] * 3  # the default, and an unknown one
    assert forms["1"] == short
    assert loads(forms["3"].encode()) == json
    assert {child.tag: child.text for child in parse_xml(forms["2"])} == {
        name: str(value) for name, value in json.items()
    }


def test_parts_and_recipients_are_counted_apart(network: Network) -> None:
    """``cnt`` is parts; the words and the money count every phone."""
    fields = {**SEND, "phones": f"{PHONE};+77015556666, 77015557777", "mes": "ж" * 71, "cost": "3"}

    assert said(network, "send", **fields, fmt="1") == "4107,2,19.20,980.80"
    assert said(network, "send", **fields, fmt="0") == "OK - 6 SMS, ID - 4107"
    assert [sms.phone for sms in network.sent[:3]] == [PHONE, "77015556666", "77015557777"]


@pytest.mark.parametrize("id_", ["", "0"])
def test_the_server_chooses_an_id(network: Network, id_: str) -> None:
    """The libraries' default, 0, is no id."""
    first, second = (said(network, "send", **{**SEND, "id": id_}, fmt="1") for _ in range(2))

    assert first != second
    assert first.partition(",")[0] == network.sent[0].ids[0]


def test_a_text_for_an_id(network: Network) -> None:
    """A text comes back as a text, a number as a number."""
    answer = loads(ask(network, "send", **{**SEND, "id": "order-1"}, fmt="3").body)

    assert answer == {"id": "order-1", "cnt": 1}


PROBLEMS = [
    ("1", "parameters error", False),
    ("2", "authorise error", False),
    ("3", "no money", True),
    ("4", "ip is blocked", False),
    ("5", "invalid date format", False),
    ("6", "message is denied", True),
    ("7", "invalid number", True),
    ("8", "message can not be delivered", True),
    ("9", "duplicate request, wait a minute", False),
    ("10", "wrong captcha code", False),
]


@pytest.mark.parametrize(("code", "text", "has_id"), PROBLEMS, ids=[row[0] for row in PROBLEMS])
def test_refusals_in_every_form(network: Network, code: str, text: str, *, has_id: bool) -> None:
    """``0,-N``, or ``id,-N`` for the errors that carry the message's id: 3, 6, 7 and 8."""
    fields = {**SEND, "phones": f"77015559{int(code):03}"}
    id_ = {"id": "4107"} if has_id else {}

    assert said(network, "send", **fields, fmt="0") == f"ERROR = {code} ({text})" + (
        ", ID - 4107" if has_id else ""
    )
    assert said(network, "send", **fields, fmt="1") == f"{'4107' if has_id else '0'},-{code}"
    assert loads(ask(network, "send", **fields, fmt="3").body) == {
        "error": text,
        "error_code": int(code),
        **id_,
    }
    tags = {child.tag: child.text for child in parse_xml(said(network, "send", **fields, fmt="2"))}
    assert tags == {"error": text, "error_code": code, **id_}
    assert network.sent == []


def test_code_9_has_two_meanings(network: Network) -> None:
    """They are told apart by the text alone."""
    answer = said(network, "send", **{**SEND, "phones": "77015559019"})

    assert answer == "ERROR = 9 (too many concurrent requests)"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"phones": ""}, 1, id="no-phones"),
        pytest.param({"phones": ",;"}, 1, id="separators-alone"),
        pytest.param({"phones": "G1"}, 1, id="group"),
        pytest.param({"phones": "٧٧٠١"}, 1, id="other-digits"),
        pytest.param({"mes": ""}, 1, id="no-text"),
        pytest.param({"id": "a b"}, 1, id="bad-id"),
        pytest.param({"id": "²"}, 1, id="odd-digit-for-id"),
        pytest.param({"psw": "wrong"}, 2, id="wrong-password"),
        pytest.param({"login": "", "psw": "demo"}, 2, id="no-login"),
        pytest.param({"mes": "x" * 160 * 500}, 3, id="no-money"),
        pytest.param({"phones": "77015559007,77015559007"}, 7, id="one-bad-phone-twice"),
    ],
)
def test_requests_that_make_no_sense(
    network: Network, fields: Mapping[str, str], code: int
) -> None:
    """The server says no, and keeps nothing."""
    form = {**SEND, **fields, "fmt": "3", "charset": "utf-8"}
    answer = loads(ask(network, "send", written="utf-8", **form).body)

    assert isinstance(answer, dict)
    assert (answer["error_code"], network.sent) == (code, [])


def test_lines_on_each_phone(network: Network) -> None:
    """``op=1`` tells of all, ``err=1`` of the bad ones alone; status and error mark the bad."""
    good = {"phone": PHONE, "mccmnc": "40101", "cost": "3.20"}
    wrong = {"phone": "77015559007", "mccmnc": "", "cost": "0", "status": "22", "error": "249"}
    barred = {"phone": "77015559008", "mccmnc": "", "cost": "0", "status": "20", "error": "248"}
    fields = {**SEND, "phones": f"{PHONE},77015559007,77015559008", "fmt": "3"}

    lines = {}
    for flags in ({"op": "1"}, {"err": "1"}, {}):
        answer = loads(ask(network, "send", **fields, **flags).body)
        assert isinstance(answer, dict)
        lines["".join(flags)] = answer.get("phones")

    assert lines == {"op": [good, wrong, barred], "err": [wrong, barred], "": None}
    assert [sms.phone for sms in network.sent] == [PHONE] * 3


def test_no_line_without_a_bad_phone(network: Network) -> None:
    """``err=1`` has nothing to say of a request in which all is well."""
    assert loads(ask(network, "send", **SEND, err="1", fmt="3").body) == {"id": 4107, "cnt": 1}


def test_no_repetition_within_the_window(clock: FakeClock) -> None:
    """An identical send is error 9 for a while, and is not taken; then it is a new one."""
    network = Network(clock=clock, duplicate_window=60.0)
    answers = []
    for _ in range(3):
        answers.append(said(network, "send", **SEND, fmt="1"))
        clock.advance(30.0)

    assert answers == ["4107,1", "0,-9", "4107,1"]
    assert len(network.sent) == 2


@pytest.mark.parametrize("field", ["phones", "mes", "id", "sender", "cost"])
def test_another_parameter_is_another_send(clock: FakeClock, field: str) -> None:
    """Identical is only what is identical in everything, the id included."""
    network = Network(clock=clock, duplicate_window=60.0)
    said(network, "send", **SEND)
    said(network, "send", **{**SEND, field: "77015556666" if field == "phones" else "3"})

    assert len(network.sent) == 2


def test_attempts_count_not_acceptances(clock: FakeClock) -> None:
    """A send that was refused for money is a repetition the next time, as far as we know."""
    network = Network(clock=clock, funds=Decimal(0), duplicate_window=60.0)

    assert said(network, "send", **SEND, fmt="1") == "4107,-3"
    assert said(network, "send", **SEND, fmt="1") == "0,-9"


def test_a_price_is_no_send(clock: FakeClock) -> None:
    """Asking for the price has a rule of its own, and does not use up the send."""
    network = Network(clock=clock, duplicate_window=60.0)
    prices = [said(network, "send", **SEND, cost="1", fmt="1") for _ in range(2)]

    assert prices == ["3.20,1"] * 2
    assert said(network, "send", **SEND, fmt="1") == "4107,1"
