"""``send.php``: what an answer means for each message."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import attrs
import pytest
from hypothesis import example, given, strategies as st
from support.replies import reply

from smsgate import (
    ContentRefused,
    InsufficientFunds,
    Message,
    OutcomeUnknown,
    Receipt,
    RecipientRefused,
    Refused,
    SmsGateError,
)
from smsgate.providers.smsc.send import decode_send
from smsgate.wire.http import HttpReply
from smsgate.wire.json import dumps

ONE = Message("+77010000001", "Код 1234", id="order-1")
THREE = [Message(f"7701000000{n}", "x", id=f"order-{n}") for n in (1, 2, 3)]
GOOD_LINE = {"phone": "+77010000001", "cost": "1"}
BAD_LINE = {"phone": "77010000001", "status": "22", "error": "249"}
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


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        pytest.param(
            {"0": BAD_LINE, "2": {"phone": "77010000002"}}, RecipientRefused, id="php-with-gaps"
        ),
        pytest.param([BAD_LINE, BAD_LINE], RecipientRefused, id="twice"),
        pytest.param([BAD_LINE, GOOD_LINE], OutcomeUnknown, id="bad-and-good"),
        pytest.param([GOOD_LINE, BAD_LINE], OutcomeUnknown, id="good-and-bad"),
    ],
)
def test_a_refusal_is_never_overlooked(lines: object, kind: type[SmsGateError]) -> None:
    """However the lines are listed; two that contradict each other say nothing for certain."""
    reply = HttpReply(dumps({"id": 1, "cnt": 1, "phones": lines}))

    [first, _] = decode_send(reply, [ONE, Message("77010000002", "x")])

    assert isinstance(first, kind)


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
    """A rewritten phone that was accepted casts no doubt on anybody, if all have a line."""
    results = decode_send(reply("smsc/send-rewritten-phone.json"), THREE)

    assert [type(result) for result in results] == [Receipt] * 3


FIRST, SECOND, STRANGER = ({"phone": p} for p in ("77010000001", "77010000002", "79990000003"))


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        pytest.param([], [Receipt, Receipt, Receipt], id="no-lines"),
        pytest.param(
            [BAD_LINE], [RecipientRefused, *[OutcomeUnknown] * 2], id="bad-ones-alone-have-lines"
        ),
        pytest.param([FIRST], [Receipt, OutcomeUnknown, OutcomeUnknown], id="two-left-out"),
        pytest.param([FIRST, SECOND], [Receipt, Receipt, OutcomeUnknown], id="last-left-out"),
        pytest.param(
            [BAD_LINE, SECOND], [RecipientRefused, Receipt, OutcomeUnknown], id="one-left-out"
        ),
        pytest.param([FIRST, STRANGER], [Receipt, *[OutcomeUnknown] * 2], id="one-of-two-renamed"),
        pytest.param([STRANGER], [OutcomeUnknown] * 3, id="a-stranger-alone"),
        pytest.param([FIRST, SECOND, STRANGER], [Receipt] * 3, id="renamed"),
    ],
)
def test_who_was_left_out_without_a_word(
    lines: list[Mapping[str, str]], kinds: list[type[Receipt | SmsGateError]]
) -> None:
    """Where others have their line, no line may mean that SMSC took no more rows: ask."""
    reply = HttpReply(dumps({"id": 1, "cnt": 3, "phones": lines}))

    assert [type(result) for result in decode_send(reply, THREE)] == kinds


@pytest.mark.parametrize(
    ("code", "kind_"), [(1, Refused), (6, ContentRefused), (7, RecipientRefused)]
)
def test_a_refusal_that_may_be_about_one_of_them(code: int, kind_: type[Refused]) -> None:
    """One error for all, with the code: whose fault it is may be found out in parts."""
    reply = HttpReply(dumps({"error": "no", "error_code": code, "id": 1}), status=500)

    with pytest.raises(Refused) as caught:
        decode_send(reply, THREE)

    assert (type(caught.value), caught.value.code) == (kind_, str(code))


@pytest.mark.parametrize(
    ("line", "outcome"),
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
    phone: str, line: dict[str, object], outcome: type[Receipt | SmsGateError]
) -> None:
    """Alone in its request a message has the only line, however its phone is spelled."""
    result = one(id=4107, cnt=1, phones=[{"phone": phone, **line}])

    assert type(result) is outcome


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        pytest.param([{**STRANGER, "status": 22}, FIRST], Receipt, id="another-is-refused"),
        pytest.param([STRANGER, {**FIRST, "status": 22}], RecipientRefused, id="it-is-refused"),
        pytest.param([STRANGER, SECOND], Receipt, id="others-are-taken"),
        pytest.param([STRANGER, {**SECOND, "status": 22}], OutcomeUnknown, id="others-are-not"),
    ],
)
def test_a_line_among_others(
    lines: list[dict[str, object]], outcome: type[Receipt | SmsGateError]
) -> None:
    """Its own line counts, wherever it stands, and else a doubt that no other takes away."""
    assert type(one(id=4107, cnt=1, phones=lines)) is outcome


def test_no_cost_that_cannot_be() -> None:
    """Nobody is paid for a message, and sums of such costs would tell nothing."""
    result = one(id=4107, cnt=1, cost="-9.6")

    assert isinstance(result, Receipt)
    assert result.cost is None


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
