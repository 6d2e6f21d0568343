"""SMSC's ``list`` as its documents have it: a row a message, and each with its own text."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from support.clock import FakeClock
from support.smsc import PHONE, ask, said

from smsgate import Message, Receipt
from smsgate.providers.network import Network
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.rows import is_sure
from smsgate.providers.smsc.send import decode_send, encode_send
from smsgate.providers.smsc.simulated import ROUTES
from smsgate.wire.json import loads

OTHER = "77015556666"
LIST = {"list": f"{PHONE}:hello\n+{OTHER}:{'ж' * 71}", "id": "4107"}
ACCOUNT = SmscAccount(login="demo", password="demo")
TEXTS = st.text(min_size=1, max_size=200).filter(lambda text: "\0" not in text and is_sure(text))


def test_each_has_its_own_text(network: Network) -> None:
    """Text, parts and cost are the row's; the id is that of all."""
    assert said(network, "send", **LIST, cost="3", fmt="1") == "4107,3,9.60,990.40"
    assert [(sms.phone, sms.cost, sms.ids) for sms in network.sent] == [
        (PHONE, Decimal("3.20"), ("4107",)),
        (OTHER, Decimal("6.40"), ("4107",)),
    ]
    assert [sms.text for sms in network.sent] == ["hello", "ж" * 71]
    assert said(network, "status", id="4107,", phone=OTHER, fmt="1").endswith(f",4107,{OTHER}")


@given(
    st.lists(TEXTS, min_size=1, max_size=20),
    st.sampled_from(["", "+"]),
)
def test_what_was_said_is_what_is_stored(texts: list[str], plus: str) -> None:
    """Any messages of one kind, in one request: nothing added, lost or changed."""
    network = Network(clock=FakeClock(), funds=Decimal(10**6))
    batch = [Message(f"{plus}770{n:02}555555", text) for n, text in enumerate(texts)]

    reply = ROUTES["/sys/send.php"](encode_send(ACCOUNT, batch, "id-1"), network)
    results = decode_send(reply, batch)

    assert [(sms.phone, sms.text) for sms in network.sent] == [(m.phone, m.text) for m in batch]
    receipts = [result for result in results if isinstance(result, Receipt)]
    assert [(r.phone, r.cost, r.id) for r in receipts] == [
        (sms.phone, sms.cost, "id-1") for sms in network.sent
    ]


def test_lines_on_each_row(network: Network) -> None:
    """``op=1`` tells the cost of each; a bad phone among them is refused alone."""
    rows = {**LIST, "list": LIST["list"] + "\n77015559007:x\n77015559008:y"}
    answer = loads(ask(network, "send", **rows, op="1", fmt="3").body)

    assert isinstance(answer, dict)
    assert [(line["phone"], line["cost"], line.get("error")) for line in answer["phones"]] == [
        (PHONE, "3.20", None),
        (OTHER, "6.40", None),
        ("77015559007", "0", "249"),
        ("77015559008", "0", "248"),
    ]
    assert len(network.sent) == 2


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6, 9, 10])
def test_one_row_can_sink_them_all(network: Network, code: int) -> None:
    """Every refusal but that of a phone is the refusal of the request."""
    rows = {**LIST, "list": f"{PHONE}:hello\n7701555{9000 + code}:bad\n{OTHER}:hello"}
    id_ = "4107" if code in {3, 6} else "0"

    assert said(network, "send", **rows, fmt="1") == f"{id_},-{code}"
    assert network.sent == []


@pytest.mark.parametrize(
    "list_",
    [
        pytest.param(f"{PHONE}:a\n{OTHER}", id="no-colon"),
        pytest.param(f"{PHONE}:a\n:b", id="no-phone"),
        pytest.param(f"{PHONE}:a\n{OTHER}:", id="no-text"),
        pytest.param(f"{PHONE}:a\nShop:b", id="a-word-for-a-phone"),
        pytest.param(f"{PHONE}:a\n{OTHER}:{'x' * 1001}", id="too-long"),
        pytest.param("\n\n", id="no-rows"),
    ],
)
def test_a_bad_row_is_error_1_for_all(network: Network, list_: str) -> None:
    """Nothing of a request that makes no sense in places is taken."""
    assert said(network, "send", list=list_, id="4107", fmt="1") == "0,-1"
    assert network.sent == []


@pytest.mark.parametrize(
    ("list_", "sent"),
    [
        pytest.param(f"{PHONE}:a: b", {PHONE: "a: b"}, id="first-colon"),
        pytest.param(f"{PHONE}:a\\nb", {PHONE: "a\nb"}, id="line-feed"),
        pytest.param(f"Shop,5|{PHONE}:a", {PHONE: "a"}, id="sender-and-zone"),
        pytest.param(f"{PHONE},{OTHER}:a", {PHONE: "a", OTHER: "a"}, id="two-phones"),
        pytest.param(f"{PHONE}:a\r\n{OTHER}:b\r\n", {PHONE: "a", OTHER: "b"}, id="crlf"),
    ],
)
def test_rows_of_other_clients(network: Network, list_: str, sent: Mapping[str, str]) -> None:
    """What the documents allow, whether we write it or not."""
    said(network, "send", list=list_)

    assert {sms.phone: sms.text for sms in network.sent} == sent


def test_a_list_comes_before_phones_and_text(network: Network) -> None:
    """The official libraries always send both, most often empty."""
    said(network, "send", phones=PHONE, mes="x", list=f"{OTHER}:y")

    assert [(sms.phone, sms.text) for sms in network.sent] == [(OTHER, "y")]


def test_a_phone_in_two_rows(network: Network) -> None:
    """Both are sent, and the id leads to the last: why we never do it."""
    said(network, "send", list=f"{PHONE}:a\n{PHONE}:b", id="4107")

    found = network.find("smsc", "4107", PHONE)
    assert len(network.sent) == 2
    assert found is network.sent[1]


def test_a_price_of_rows(network: Network) -> None:
    """The cost of all of them, with a line on each if asked for; nothing is sent."""
    answer = loads(ask(network, "send", **LIST, cost="1", op="1", fmt="3").body)

    assert answer == {
        "cost": "9.60",
        "cnt": 3,
        "phones": [
            {"phone": PHONE, "mccmnc": "40101", "cost": "3.20"},
            {"phone": OTHER, "mccmnc": "40101", "cost": "6.40"},
        ],
    }
    assert network.sent == []


@pytest.mark.parametrize(
    "fields",
    [LIST, {"phones": f"{PHONE},{OTHER}", "mes": "x"}, {"list": f"{PHONE},{OTHER}:x"}],
    ids=["rows", "phones", "phones-of-a-row"],
)
def test_too_many_recipients(clock: FakeClock, fields: Mapping[str, str]) -> None:
    """Beyond the network's limit a request is error 1, however they are written."""
    small, enough = (Network(clock=clock, most_recipients=most) for most in (1, 2))

    assert said(small, "send", **fields, fmt="1") == "0,-1"
    assert said(enough, "send", **fields, fmt="1").partition(",")[0] != "0"
    assert (len(small.sent), len(enough.sent)) == (0, 2)
