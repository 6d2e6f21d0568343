"""``cost=1``: the price of messages, by a road that can never become a send."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st
from support.replies import reply

from smsgate import (
    ContentRefused,
    Message,
    OutcomeUnknown,
    PhoneQuote,
    Quote,
    RecipientRefused,
    Refused,
    SmsGateError,
    Throttled,
)
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.price import decode_price, encode_price
from smsgate.providers.smsc.rows import is_sure
from smsgate.wire.http import HttpReply, parse_form
from smsgate.wire.json import dumps

ACCOUNT = SmscAccount(login="me", password="pw", sender="ACME")
ONE = Message("+77010000001", "Код 1234")
TWO = [ONE, Message("77010000002", "Код 5678")]
TEXTS = st.text(min_size=1, max_size=40).map(lambda text: text.replace("\0", "-"))


def answer(**fields: object) -> HttpReply:
    """Make an answer of *fields*."""
    return HttpReply(dumps(fields))


def test_what_is_asked() -> None:
    """Who gets what, from whom; no id and no moment, since nothing will be sent."""
    assert parse_form(encode_price(ACCOUNT, [ONE])) == {
        "login": "me",
        "psw": "pw",
        "fmt": "3",
        "charset": "utf-8",
        "phones": "+77010000001",
        "mes": "Код 1234",
        "sender": "ACME",
        "op": "1",
        "cost": "1",
    }
    assert parse_form(encode_price(ACCOUNT, TWO))["list"].split("\n") == [
        "+77010000001:Код 1234",
        "77010000002:Код 5678",
    ]


@given(
    st.lists(TEXTS, min_size=1, max_size=3),
    st.sampled_from([None, "&cost=0", "cost=3", "x&cost="]),
)
@example(["x&cost=3"], None)
@example(["a", "b\n7:c&cost=0"], "&cost=0")
def test_a_price_is_never_a_send(texts: list[str], sender: str | None) -> None:
    """``cost=1`` stands once and last, where no other parameter can take its place."""
    texts = [text for text in texts if is_sure(text)] or texts[:1]
    batch = [Message(f"7701000000{n}", text, sender=sender) for n, text in enumerate(texts)]

    body = encode_price(SmscAccount(login="cost=3", password="&cost=3"), batch).body

    assert body.endswith(b"&cost=1")
    assert [pair for pair in body.split(b"&") if pair.startswith(b"cost")] == [b"cost=1"]


def test_nothing_can_say_cost_twice() -> None:
    """A parameter of that name beside the literal is an error, and not a price."""
    fields = {"cost": "3"}

    with pytest.raises(TypeError, match="multiple values for keyword argument 'cost'"):
        ACCOUNT.request("send", **fields, cost="1")


def test_the_same_question_has_its_own_limit() -> None:
    """SMSC answers five identical ones a minute, of each; the key tells nobody what they are."""
    [rate] = encode_price(ACCOUNT, TWO).rates
    [again] = encode_price(ACCOUNT, TWO).rates
    [other] = encode_price(ACCOUNT, [ONE]).rates

    assert (rate.most, rate.key) == (5, again.key)
    assert rate.key != other.key
    assert "7701" not in "".join(rate.key)


def test_the_price_of_one_among_others() -> None:
    """Its own line counts, wherever it stands."""
    lines = [{"phone": TWO[1].phone, "cost": "1"}, {"phone": ONE.phone, "cost": "2"}]
    found = decode_price(answer(cost="3", cnt=1, phones=lines), [ONE])

    assert found.by_phone == {ONE.phone: PhoneQuote(cost=Decimal(2))}


def test_no_price_that_cannot_be() -> None:
    """With less than nothing a campaign would always fit under a cap."""
    with pytest.raises(OutcomeUnknown, match="unreadable"):
        decode_price(answer(cost="-1", cnt=1), TWO)

    lines = [{"phone": message.phone, "cost": "-1"} for message in TWO]
    found = decode_price(answer(cost="1", cnt=1, phones=lines), TWO)

    assert [each.cost for each in found.by_phone.values()] == [None, None]


def test_the_price_of_one() -> None:
    """Its cost, its parts and its operator; the only line is its own, however it is spelled."""
    line = {"phone": "87010000001", "mccmnc": "40101", "cost": "6.40"}

    assert decode_price(answer(cost="6.40", cnt=2, phones=[line]), [ONE]) == Quote(
        cost=Decimal("6.40"),
        parts=2,
        by_phone={"77010000001": PhoneQuote(cost=Decimal("6.40"), operator="40101")},
    )


def test_the_price_of_one_without_lines() -> None:
    """The cost of all is that of the one; nothing is known of its operator."""
    assert decode_price(answer(cost="3.2", cnt=1), [ONE]).by_phone == {
        "77010000001": PhoneQuote(cost=Decimal("3.2"))
    }


def test_the_price_of_several() -> None:
    """Each has what its line says; what ``cnt`` counts for several nobody documents."""
    lines = [{"phone": "+77010000001", "mccmnc": 40101, "cost": "3.20"}]

    assert decode_price(answer(cost="9.60", cnt=1, phones=lines), TWO) == Quote(
        cost=Decimal("9.60"),
        parts=None,
        by_phone={
            "77010000001": PhoneQuote(cost=Decimal("3.20"), operator="40101"),
            "77010000002": PhoneQuote(),
        },
    )


def test_a_phone_that_would_be_refused() -> None:
    """The others have their price, and it has its reason."""
    bad = {"phone": "77010000001", "mccmnc": "", "cost": "0", "status": "22", "error": "249"}
    quote = decode_price(answer(cost="3.20", cnt=1, phones=[bad]), TWO).by_phone["77010000001"]

    assert isinstance(quote.error, RecipientRefused)
    assert (quote.cost, quote.operator) == (Decimal(0), None)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (6, "message is denied", ContentRefused),
        (7, "invalid number", Refused),
        (9, "duplicate request, wait a minute", Throttled),
        (9, "too many concurrent requests", Throttled),
    ],
)
def test_refusals(code: int, text: str, kind: type[SmsGateError]) -> None:
    """To a question "duplicate" says too often; "the phone" of two is not named."""
    with pytest.raises(SmsGateError) as caught:
        decode_price(answer(error=text, error_code=code), TWO)

    assert (type(caught.value), caught.value.code) == (kind, str(code))


def test_a_refusal_of_one_names_him() -> None:
    """There is nobody else whose phone it could be."""
    with pytest.raises(RecipientRefused, match="invalid number"):
        decode_price(answer(error="invalid number", error_code=7), TWO[:1])


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"cnt": 1}, id="no-cost"),
        pytest.param({"cost": "much", "cnt": 1}, id="cost-is-a-word"),
    ],
)
def test_what_is_no_price(fields: dict[str, object]) -> None:
    """Without a cost nothing was learned."""
    with pytest.raises(OutcomeUnknown, match="unreadable"):
        decode_price(answer(**fields), [ONE])


def test_an_answer_with_an_id_is_that_to_a_send() -> None:
    """It tells no price, but that somebody may have got a message."""
    with pytest.raises(OutcomeUnknown, match="has an id, as if it was sent"):
        decode_price(answer(id=4107, cnt=1, cost="3.2", balance="1"), [ONE])


@pytest.mark.parametrize("name", ["empty.txt", "maintenance.html", "status-many.json", "ok.txt"])
def test_answers_in_no_known_form(name: str) -> None:
    """Nothing was learned."""
    with pytest.raises(OutcomeUnknown):
        decode_price(reply(f"smsc/{name}"), [ONE])


@given(
    st.binary()
    | st.dictionaries(
        st.sampled_from(["cost", "cnt", "phones", "id", "error", "error_code"]),
        st.none()
        | st.integers()
        | st.text(max_size=3)
        | st.floats()
        | st.lists(st.dictionaries(st.sampled_from(["phone", "cost", "mccmnc"]), st.integers())),
    ).map(dumps),
    st.sampled_from([[ONE], TWO]),
)
def test_no_answer_breaks_the_decoder(body: bytes, batch: Sequence[Message]) -> None:
    """There is a quote with every phone in it, or one error of ours."""
    try:
        quote = decode_price(HttpReply(body), batch)
    except SmsGateError:
        return

    assert quote.by_phone.keys() == {message.phone for message in batch}
    assert isinstance(quote.cost, Decimal)
