"""``send.php``: what is asked, and what an answer means for each message."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import attrs
import pytest
from hypothesis import example, given, strategies as st
from support.replies import reply

from smsgate import (
    InsufficientFunds,
    InvalidArgument,
    InvalidMessage,
    Message,
    OutcomeUnknown,
    Receipt,
    RecipientRefused,
    Refused,
    SmsGateError,
)
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.send import check, decode_send, encode_send
from smsgate.wire.http import HttpReply, parse_form
from smsgate.wire.json import dumps

ACCOUNT = SmscAccount(login="me", password="pw", sender="ACME")
ONE = Message("+77010000001", "Код 1234", id="order-1")
BAD_LINE = {"phone": "77010000001", "status": "22", "error": "249"}
THREE = [Message(f"7701000000{n}", "x", id=f"order-{n}") for n in (1, 2, 3)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "cnt", "cost", "phones", "phone", "status", "error", "error_code", "balance"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


def one(**fields: object) -> Receipt | SmsGateError:
    """Decode the answer to a request with one message."""
    [result] = decode_send(HttpReply(dumps(fields)), [ONE])
    return result


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


RECEIPT = Receipt(gateway="smsc", id="4107", phone="77010000001", parts=1, message_id="order-1")


@pytest.mark.parametrize(
    ("name", "receipt"),
    [
        ("send-one", attrs.evolve(RECEIPT, parts=2, cost=Decimal("6.4"))),
        ("send-without-cost", RECEIPT),
        ("send-text-id", attrs.evolve(RECEIPT, id="order-4107", cost=Decimal("3.2"))),
        ("send-pretty-printed", RECEIPT),
        ("send-phones-empty-map", RECEIPT),
    ],
)
def test_accepted(name: str, receipt: Receipt) -> None:
    """Numbers come as numbers or as texts; what is new in an answer does not break it."""
    assert decode_send(reply(f"smsc/{name}.json"), [ONE]) == [receipt]


def test_one_of_many_is_refused() -> None:
    """Accepted is not accepted for everybody: each phone has its own line."""
    first, second, third = decode_send(reply("smsc/send-phones.json"), THREE)

    assert first == attrs.evolve(RECEIPT, parts=None, cost=Decimal("3.20"))
    assert isinstance(second, Receipt)
    assert (second.phone, second.cost, second.message_id) == (
        "77010000002",
        Decimal("6.40"),
        "order-2",
    )
    assert isinstance(third, RecipientRefused)
    assert (str(third), third.code) == ("smsc: status 22, error 249 for this phone", "249")


@pytest.mark.parametrize("code", [7, 8])
def test_a_bad_phone_among_many_is_not_named(code: int) -> None:
    """The error does not say whose it is, so nobody's number is called bad for it."""
    reply = HttpReply(dumps({"error": "invalid number", "error_code": code, "id": 1}))

    with pytest.raises(RecipientRefused):
        decode_send(reply, [ONE])

    with pytest.raises(Refused, match="one of 2 phones") as caught:
        decode_send(reply, [ONE, Message("77010000002", "x")])

    assert (type(caught.value), caught.value.code) == (Refused, str(code))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param({"0": BAD_LINE, "2": {"phone": "77010000002"}}, id="php-with-gaps"),
        pytest.param([BAD_LINE, {"phone": "+77010000001", "cost": "1"}], id="twice-bad-first"),
        pytest.param([{"phone": "77010000001", "cost": "1"}, BAD_LINE], id="twice-bad-last"),
    ],
)
def test_a_refusal_is_never_overlooked(lines: object) -> None:
    """However the lines are listed, and whatever else they say of the phone."""
    reply = HttpReply(dumps({"id": 1, "cnt": 1, "phones": lines}))

    [first, _] = decode_send(reply, [ONE, Message("77010000002", "x")])

    assert isinstance(first, RecipientRefused)


@pytest.mark.parametrize(
    "fields",
    [{"error": "no money", "id": 5, "cnt": 1}, {"error_code": "x", "id": 5, "cnt": 1}],
    ids=["error", "code"],
)
def test_a_yes_with_an_error_is_unknown(fields: dict[str, object]) -> None:
    """An answer that says both proves neither."""
    with pytest.raises(OutcomeUnknown):
        decode_send(HttpReply(dumps(fields)), [ONE])


def test_a_refused_phone_under_another_name() -> None:
    """SMSC may rewrite a phone; when one that nobody wrote is refused, who is it?"""
    first, *others = decode_send(reply("smsc/send-rewritten-phone-refused.json"), THREE)

    assert isinstance(first, Receipt)
    assert [type(other) for other in others] == [OutcomeUnknown] * 2


def test_an_accepted_phone_under_another_name() -> None:
    """A rewritten phone that was accepted casts no doubt on anybody."""
    results = decode_send(reply("smsc/send-rewritten-phone.json"), THREE)

    assert [type(result) for result in results] == [Receipt] * 3


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param({}, Receipt, id="nothing-said"),
        pytest.param({"status": "", "error": ""}, Receipt, id="empty"),
        pytest.param({"status": None, "error": None}, Receipt, id="null"),
        pytest.param({"error": "0"}, Receipt, id="no-error"),
        pytest.param({"error": "220"}, Receipt, id="operator-busy"),
        pytest.param({"status": "-1", "error": "0"}, Receipt, id="waiting"),
        pytest.param({"status": 0}, Receipt, id="sent"),
        pytest.param({"status": "20", "error": "200"}, Receipt, id="test-mode"),
        pytest.param({"error": "245"}, Receipt, id="no-report"),
        pytest.param({"status": "22", "error": "249"}, RecipientRefused, id="wrong-number"),
        pytest.param({"status": 20, "error": 248}, RecipientRefused, id="numbers"),
        pytest.param({"status": "23"}, RecipientRefused, id="status-alone"),
        pytest.param({"error": "252"}, RecipientRefused, id="error-alone"),
        pytest.param({"status": "99", "error": "249"}, RecipientRefused, id="one-is-known"),
        pytest.param({"status": "24", "error": "0"}, InsufficientFunds, id="no-money"),
        pytest.param({"status": "99"}, OutcomeUnknown, id="status-of-tomorrow"),
        pytest.param({"error": "99"}, OutcomeUnknown, id="error-of-tomorrow"),
        pytest.param({"status": "99", "error": "0"}, OutcomeUnknown, id="unknown-status-no-error"),
        pytest.param({"status": "99", "error": "220"}, OutcomeUnknown, id="unknown-and-busy"),
        pytest.param({"status": "bad"}, OutcomeUnknown, id="status-is-a-word"),
        pytest.param({"error": {"code": 249}}, OutcomeUnknown, id="error-is-a-map"),
    ],
)
@pytest.mark.parametrize("phone", ["77010000001", "+77010000001", "87010000001"])
def test_the_line_of_one_phone(
    phone: str, line: dict[str, object], kind: type[Receipt | SmsGateError]
) -> None:
    """Alone in its request a message has the only line, however its phone is spelled."""
    result = one(id=4107, cnt=1, phones=[{"phone": phone, **line}])

    assert type(result) is kind


def test_the_line_knows_the_cost_best() -> None:
    """The cost beside the id is that of the whole request."""
    result = one(id=4107, cnt=1, cost="9.6", phones=[{"phone": "77010000001", "cost": "3.2"}])

    assert isinstance(result, Receipt)
    assert result.cost == Decimal("3.2")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"id": 4107}, id="no-count"),
        pytest.param({"cnt": 1}, id="no-id"),
        pytest.param({"id": 0, "cnt": 1}, id="id-zero"),
        pytest.param({"id": "", "cnt": 1}, id="id-empty"),
        pytest.param({"id": True, "cnt": 1}, id="id-is-a-flag"),
        pytest.param({"id": ["4107"], "cnt": 1}, id="id-is-a-list"),
        pytest.param({"id": 4107, "cnt": 0}, id="no-parts"),
        pytest.param({"id": 4107, "cnt": -3}, id="negative-parts"),
        pytest.param({"id": 4107, "cnt": "many"}, id="count-is-a-word"),
        pytest.param({"cost": "3.2", "cnt": 1}, id="a-price"),
        pytest.param({"error": "no money"}, id="error-without-code"),
        pytest.param({"error": "no money", "error_code": "x"}, id="error-with-a-word-for-code"),
        pytest.param({"id": 4107, "cnt": 1, "error": "?", "error_code": 0}, id="yes-and-no"),
        pytest.param({"result": "OK"}, id="another-command"),
    ],
)
def test_neither_yes_nor_no(fields: dict[str, object]) -> None:
    """What is not a documented answer leaves the outcome open."""
    with pytest.raises(OutcomeUnknown):
        one(**fields)


@pytest.mark.parametrize(
    "name",
    [
        "empty.txt",
        "ok.txt",
        "maintenance.html",
        "send-cut.json",
        "error-fmt0.txt",
        "error-fmt1.txt",
        "status-many.json",
        "status-delete.json",
    ],
)
@pytest.mark.parametrize("status", [200, 302, 404, 500, 503])
def test_answers_in_no_known_form(name: str, status: int) -> None:
    """Nothing, a page, half an answer, another form: the message may be on its way."""
    with pytest.raises(OutcomeUnknown, match=f"the answer is unreadable .HTTP {status}"):
        decode_send(reply(f"smsc/{name}", status), [ONE])


@pytest.mark.parametrize("status", [201, 204, 302, 404, 500, 502])
def test_a_yes_counts_with_200_alone(status: int) -> None:
    """A proxy's page may quote an old answer; only the real server says 200."""
    with pytest.raises(OutcomeUnknown, match=f"HTTP {status}"):
        decode_send(reply("smsc/send-one.json", status), [ONE])


@given(
    st.binary() | JSON.map(dumps) | st.text().map(str.encode),
    st.sampled_from([[ONE], THREE]),
    st.sampled_from([200, 500]),
)
@example(b'{"id":1,"cnt":1,"phones":[{"phone":[]},7,{"phone":null,"status":[[]]}]}', THREE, 200)
@example(b'{"id":1,"cnt":1,"cost":1e9999999999999999999}', [ONE], 200)
def test_no_answer_breaks_the_decoder(body: bytes, batch: Sequence[Message], status: int) -> None:
    """Whatever comes back, there is one result a message, or one error of ours for all."""
    try:
        results = decode_send(HttpReply(body, status), batch)
    except SmsGateError:
        return

    assert len(results) == len(batch)
    for result in results:
        assert isinstance(result, Receipt | SmsGateError)
        assert not isinstance(result, Receipt) or result.ref
