"""``/sms/send``: the other end reads exactly what was said, and each phone has its answer."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, example, given, strategies as st
from support.clock import FakeClock

from smsgate.errors import (
    ContentRefused,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
)
from smsgate.message import Message
from smsgate.providers.network import TOKEN, Network
from smsgate.providers.smsclub.json.account import SmsClubBearer
from smsgate.providers.smsclub.json.send import check, decode_send, encode_send
from smsgate.providers.smsclub.json.simulated import ROUTES
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply
from smsgate.wire.json import dumps, loads

ACCOUNT = SmsClubBearer(token=TOKEN, sender="SMSGATE")
REPLIES = Path(__file__).parent / "replies"
ONE = Message("380990000001", "Готово", id="order-1")
TWO = Message("+380990000002", "Готово")

_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
_PHONES = st.from_regex(r"\+?[1-9][0-9]{8,13}", fullmatch=True).filter(
    lambda phone: phone[-4:-2] not in {"90", "94", "95"}
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


def _reply(name: str, status: int = 200) -> HttpReply:
    return HttpReply((REPLIES / name).read_bytes(), status, {"content-type": "application/json"})


def _hand_in(batch: Sequence[Message]) -> tuple[Network, list[Receipt | SmsGateError]]:
    network = Network(clock=FakeClock())
    request = encode_send(ACCOUNT, batch)
    return network, decode_send(ROUTES[request.path](request, network), batch)


def _receipt(message: Message, *ids: str) -> Receipt:
    return Receipt(
        gateway="smsclub+json",
        id=ids[0],
        phone=message.phone,
        parts=len(ids) if len(ids) > 1 else None,
        part_ids=ids if len(ids) > 1 else (),
        message_id=message.id,
    )


@given(text=_TEXTS)
@example('"},"phone":["1"],{"\\u0000\r\n\x01\u2028')
@example("Привіт 😀")
def test_the_other_end_reads_what_we_said(text: str) -> None:
    """Every text that passes the check arrives exactly, and at one phone."""
    message = Message("380977777662", text)
    check(ACCOUNT, message, emoji=True)

    network, [receipt] = _hand_in([message])

    [sms] = network.sent
    assert (sms.phone, sms.text, sms.sender) == ("380977777662", text, "SMSGATE")
    assert receipt == _receipt(message, *sms.ids)


@given(text=_TEXTS, emoji=st.characters(min_codepoint=0x10000))
def test_an_emoji_is_named(text: str, emoji: str) -> None:
    """One was seen to arrive as a question mark, so it goes only to those who insist."""
    assume(all(character < "\U00010000" for character in text))
    message = Message("380977777662", text + emoji)

    with pytest.raises(InvalidMessage, match=rf"^text: .*\(U\+{ord(emoji):04X}\)"):
        check(ACCOUNT, message, emoji=False)


@given(phones=st.lists(_PHONES, min_size=1, unique_by=lambda phone: phone.removeprefix("+")))
def test_every_recipient_is_read_and_nobody_else(phones: list[str]) -> None:
    """A list of phones arrives as that list, and each message has the id of its own."""
    messages = [Message(phone, "x") for phone in phones]

    network, results = _hand_in(messages)

    assert [sms.phone for sms in network.sent] == [phone.removeprefix("+") for phone in phones]
    assert results == [_receipt(m, s.ids[0]) for m, s in zip(messages, network.sent, strict=True)]


def test_a_request_says_what_is_set_and_nothing_else() -> None:
    """An absent life time is left to the provider."""
    request = encode_send(ACCOUNT, [ONE, TWO])

    assert (request.method, request.path) == ("POST", "/sms/send")
    assert request.headers == {
        "authorization": f"Bearer {TOKEN}",
        "content-type": "application/json",
        "connection": "close",
    }
    assert loads(request.body) == {
        "src_addr": "SMSGATE",
        "phone": ["380990000001", "380990000002"],
        "message": "Готово",
    }


def test_a_life_time_is_in_minutes() -> None:
    """Unlike Viber and version 3 of the same provider, which count seconds."""
    message = Message("380990000001", "x", sender="Shop", valid_for=timedelta(hours=2))

    body = loads(encode_send(ACCOUNT, [message]).body)

    assert isinstance(body, dict)
    assert (body["lifetime"], body["src_addr"]) == (120, "Shop")


def test_part_of_a_minute_is_refused() -> None:
    """Rounding would change what was asked for."""
    with pytest.raises(InvalidMessage, match="valid_for"):
        check(ACCOUNT, Message("380990000001", "x", valid_for=timedelta(seconds=90)), emoji=False)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("sent.json", ["410700001"]),
        ("sent-with-plus.json", ["410700001"]),
        ("sent-number.json", ["410700001"]),
        ("sent-local-form.json", ["410700001"]),
        ("sent-strangers-too.json", ["410700001"]),
        ("sent-and-warned.json", ["410700001"]),
        ("sent-and-note.json", ["410700001"]),
        ("sent-three-parts.json", ["410700001", "410700002", "410700003"]),
    ],
)
def test_an_id_is_a_yes(name: str, ids: list[str]) -> None:
    """Whatever else is said of the phone, and however it is written when it is alone."""
    assert decode_send(_reply(name), [ONE]) == [_receipt(ONE, *ids)]


def test_each_phone_has_its_own_id() -> None:
    """The map names both, so no counting is needed."""
    results = decode_send(_reply("sent-two.json"), [TWO, ONE])

    assert results == [_receipt(TWO, "410700002"), _receipt(ONE, "410700001")]


def test_a_phone_may_be_refused_inside_an_accepted_request() -> None:
    """Accepting one proves nothing of the other."""
    [first, second] = decode_send(_reply("sent-and-refused.json"), [ONE, TWO])

    assert first == _receipt(ONE, "410700001")
    assert isinstance(second, RecipientRefused)
    assert "черном списке" in str(second)


def test_a_phone_in_neither_map_is_unknown() -> None:
    """Even beside one that was taken: nobody said that it was not sent to."""
    [first, second] = decode_send(_reply("sent.json"), [ONE, TWO])

    assert first == _receipt(ONE, "410700001")
    assert isinstance(second, OutcomeUnknown)


def test_among_several_a_phone_must_be_written_as_we_did() -> None:
    """Another form could be anybody's."""
    results = decode_send(_reply("sent-local-form.json"), [ONE, TWO])

    assert [type(result) for result in results] == [OutcomeUnknown, OutcomeUnknown]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("refused.json", "Неверный номер получателя"),
        ("refused-local-form.json", "Неверный номер получателя"),
        ("refused-both.json", "Неверный номер; Черный список"),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_phone_with_a_reason_is_refused(name: str, said: str, status: int) -> None:
    """In the provider's words, whatever the HTTP status."""
    [result] = decode_send(_reply(name, status), [ONE])

    assert isinstance(result, RecipientRefused)
    assert said in str(result)


def test_a_reason_without_words_is_a_refusal_too() -> None:
    """The phone stands among those that were not taken."""
    [_, result] = decode_send(_reply("refused-both.json"), [ONE, TWO])

    assert isinstance(result, RecipientRefused)
    assert "no explanation" in str(result)


@pytest.mark.parametrize(
    ("name", "kind", "field"),
    [
        ("refused-sender.json", ContentRefused, "src_addr"),
        ("refused-phone-field.json", Refused, "phone"),
        ("refused-message-field.json", Refused, "message"),
    ],
)
def test_a_bad_field_refuses_all(name: str, kind: type[Refused], field: str) -> None:
    """The reason stands under the field's name in place of a phone."""
    results = decode_send(_reply(name, 400), [ONE, TWO])

    assert [type(result) for result in results] == [kind, kind]
    assert [r.code for r in results if isinstance(r, Refused)] == [field, field]


@pytest.mark.parametrize("name", sorted(path.name for path in REPLIES.glob("silent*")))
@pytest.mark.parametrize("batch", [[ONE], [ONE, TWO]], ids=["alone", "among-others"])
def test_no_word_of_a_phone_is_unknown(name: str, batch: list[Message]) -> None:
    """Maps that are missing, empty, lists, sentences or of unknown words say nothing."""
    results = decode_send(_reply(name), batch)

    assert [type(result) for result in results] == [OutcomeUnknown] * len(batch)


@pytest.mark.parametrize("name", sorted(path.name for path in REPLIES.glob("unreadable*")))
def test_what_cannot_be_read_is_unknown(name: str) -> None:
    """A page, another version's answer, a warning before the answer: all after the send."""
    with pytest.raises(OutcomeUnknown):
        decode_send(_reply(name), [ONE])


@pytest.mark.parametrize("status", [201, 302, 400, 401, 429, 500, 503])
def test_ids_count_only_with_http_200(status: int) -> None:
    """The server contradicts itself, and one of the two may be true."""
    with pytest.raises(OutcomeUnknown):
        decode_send(_reply("sent.json", status), [ONE])


def test_a_cut_answer_is_unknown_wherever_it_is_cut() -> None:
    """The message was taken; half an answer must not say otherwise."""
    body = (REPLIES / "sent-and-refused.json").read_bytes().rstrip()

    for end in range(len(body)):
        with pytest.raises(OutcomeUnknown):
            decode_send(HttpReply(body[:end]), [ONE])


@given(body=st.binary(max_size=200), status=st.sampled_from([200, 400, 401, 453, 500]))
def test_junk_is_unknown(body: bytes, status: int) -> None:
    """No bytes raise anything but ours, and none of them pass for a yes or a no."""
    with pytest.raises(OutcomeUnknown):
        decode_send(HttpReply(body, status), [ONE])


@given(info=_JSON, add_info=_JSON, status=st.sampled_from([200, 400]))
def test_any_maps_are_survived(info: object, add_info: object, status: int) -> None:
    """Each message has one result, and a receipt has an id that can be asked about."""
    body = dumps({"success_request": {"info": info, "add_info": add_info}})

    try:
        results = decode_send(HttpReply(body, status), [ONE, TWO])
    except OutcomeUnknown:
        return

    assert len(results) == 2
    assert all(result.ref for result in results if isinstance(result, Receipt))


@pytest.mark.parametrize(
    "info",
    [
        pytest.param(["410700001"], id="list"),
        pytest.param({"x": "380990000001"}, id="no-id"),
        pytest.param({"0": "380990000001"}, id="php-list"),
        pytest.param({"410700001": ""}, id="no-phone"),
        pytest.param("410700001", id="text"),
    ],
)
def test_what_info_means_must_be_clear(info: object) -> None:
    """It may hold the id of the very phone that ``add_info`` calls bad."""
    body = {"success_request": {"info": info, "add_info": {"380990000001": "Bad number"}}}

    [result] = decode_send(HttpReply(dumps(body)), [ONE])

    assert isinstance(result, OutcomeUnknown)
