"""``send.php``: what is asked, and what may be asked together."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given, strategies as st

from smsgate import InvalidArgument, InvalidMessage, Message
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.rows import is_sure
from smsgate.providers.smsc.send import check, encode_send, kind
from smsgate.wire.http import parse_form

ACCOUNT = SmscAccount(login="me", password="pw", sender="ACME")
ONE = Message("+77010000001", "Код 1234", id="order-1")
THREE = [Message(f"7701000000{n}", "x", id=f"order-{n}") for n in (1, 2, 3)]


def test_a_bare_message() -> None:
    """Our own id is always there to ask by; cost and a line on each phone are asked for."""
    form = parse_form(encode_send(SmscAccount(api_key="key"), [ONE], "id-1"))

    assert form == {
        "apikey": "key",
        "fmt": "3",
        "charset": "utf-8",
        "phones": "+77010000001",
        "mes": "Код 1234",
        "id": "id-1",
        "cost": "3",
        "op": "1",
    }


def test_every_option() -> None:
    """Moments are unix seconds, so no time zone of anybody's account is in the way."""
    almaty = timezone(timedelta(hours=5))
    message = attrs.evolve(
        ONE,
        sender="My Shop",
        send_at=datetime(2030, 1, 1, 5, tzinfo=almaty),
        valid_for=timedelta(hours=1, minutes=5),
    )

    form = parse_form(encode_send(ACCOUNT, [message], "1"))

    assert (form["sender"], form["time"], form["valid"]) == ("My Shop", "01893456000", "01:05")


def test_many_phones_in_one_request() -> None:
    """One text and one id for all; the sender is the account's when the message has none."""
    form = parse_form(encode_send(ACCOUNT, THREE, "1"))

    assert form["phones"] == "77010000001,77010000002,77010000003"
    assert form["sender"] == "ACME"


def test_a_text_for_each_in_one_request() -> None:
    """Rows take the place of phones and text; everything else stays as it is."""
    batch = [Message("+77010000001", "Код: 1"), Message("77010000002", "Код: 2")]

    personal = parse_form(encode_send(ACCOUNT, batch, "id-1"))
    same = parse_form(encode_send(ACCOUNT, THREE, "id-1"))

    assert personal["list"] == "+77010000001:Код: 1\n77010000002:Код: 2"
    assert personal.keys() - same.keys() == {"list"}
    assert same.keys() - personal.keys() == {"phones", "mes"}
    assert (personal["id"], personal["op"], personal["sender"]) == ("id-1", "1", "ACME")


@given(st.lists(st.text(min_size=1), min_size=2, max_size=4))
@example(["a&list=7:x", "b#"])
@example(["a", "b\n77010000009:c&phones=7"])
def test_no_text_adds_a_parameter(texts: list[str]) -> None:
    """Whatever is in them, a request has the same parameters, and each of them once."""
    batch = [Message(f"7701000000{n}", t.replace("\0", "-")) for n, t in enumerate(texts)]
    riding = [message for message in batch if is_sure(message.text)] or batch[:1]

    body = encode_send(ACCOUNT, riding, "1").body.decode()

    content = ["phones", "mes"] if len({m.text for m in riding}) == 1 else ["list"]
    assert [field.partition("=")[0] for field in body.split("&")] == [
        *("login", "psw", "fmt", "charset", *content, "id", "cost", "op", "sender")
    ]


LATER = datetime(2030, 1, 1, tzinfo=UTC)
TWICE = datetime(2030, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))  # back at 3


@pytest.mark.parametrize(
    ("one_", "other", "is_one_kind"),
    [
        pytest.param(ONE, Message("77010000002", "Код 5678"), True, id="personal"),
        pytest.param(ONE, attrs.evolve(ONE, id="order-2"), True, id="another-order"),
        pytest.param(ONE, attrs.evolve(ONE, sender="Shop"), False, id="another-sender"),
        pytest.param(ONE, attrs.evolve(ONE, send_at=LATER), False, id="another-moment"),
        pytest.param(
            ONE, attrs.evolve(ONE, valid_for=timedelta(hours=1)), False, id="another-life"
        ),
        pytest.param(
            attrs.evolve(ONE, send_at=TWICE),
            attrs.evolve(ONE, send_at=TWICE.replace(fold=1)),
            False,
            id="an-hour-that-comes-twice",
        ),
        pytest.param(ONE, attrs.evolve(ONE, text="a|b"), False, id="no-row"),
        pytest.param(
            Message("77010000002", "a|b"), attrs.evolve(ONE, text="a|b"), True, id="same-no-row"
        ),
        pytest.param(
            Message("77010000002", "a|c"), attrs.evolve(ONE, text="a|b"), False, id="two-no-rows"
        ),
    ],
)
def test_what_may_share_a_request(one_: Message, other: Message, *, is_one_kind: bool) -> None:
    """A sender, a moment and a life are for all; a text that is no row shares with its like."""
    assert (kind(one_) == kind(other)) == is_one_kind
    assert hash(kind(one_))


@pytest.mark.parametrize("own_id", ["1", "2147483647", "a" * 40, "A.b-c_9", "00"])
def test_ids_that_smsc_takes(own_id: str) -> None:
    """Numbers, or up to 40 letters, digits, dots, dashes and underscores."""
    assert parse_form(encode_send(ACCOUNT, [ONE], own_id))["id"] == own_id


@pytest.mark.parametrize("own_id", ["", "0", "a" * 41, "a b", "a,b", "ід", "1\n"])
def test_ids_that_smsc_would_not_keep(own_id: str) -> None:
    """Without an id of our own nothing could be asked after a lost answer."""
    with pytest.raises(InvalidArgument, match="id_factory"):
        encode_send(ACCOUNT, [ONE], own_id)


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        pytest.param(
            Message("77010000001", "x" * 1001),
            "takes 1000 characters, this one has 1001",
            id="long",
        ),
        pytest.param(
            attrs.evolve(ONE, valid_for=timedelta(seconds=90)), "whole minutes", id="seconds"
        ),
        pytest.param(
            attrs.evolve(ONE, valid_for=timedelta(hours=24, minutes=1)), "24 hours", id="day"
        ),
        pytest.param(
            attrs.evolve(ONE, send_at=datetime(1969, 12, 31, tzinfo=UTC)), "since 1970", id="old"
        ),
    ],
)
def test_what_send_php_has_no_words_for(message: Message, rule: str) -> None:
    """Refused before the wire, with the rule."""
    with pytest.raises(InvalidMessage, match=rule):
        check(message)


@pytest.mark.parametrize(
    "message",
    [
        Message("77010000001", "ж" * 1000),
        attrs.evolve(ONE, valid_for=timedelta(minutes=1)),
        attrs.evolve(ONE, valid_for=timedelta(hours=24)),
        attrs.evolve(ONE, send_at=datetime(1970, 1, 1, tzinfo=UTC)),
    ],
    ids=["longest", "shortest-life", "longest-life", "oldest"],
)
def test_what_just_fits(message: Message) -> None:
    """The edges are inside."""
    check(message)
