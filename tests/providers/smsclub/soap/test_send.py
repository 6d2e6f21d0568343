"""``sendSms``: the other end reads exactly what was said, and only ids are a yes."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, example, given, strategies as st
from support.clock import FakeClock

from smsgate.errors import InvalidMessage, OutcomeUnknown, Refused, SmsGateError
from smsgate.message import Message
from smsgate.providers.network import LOGIN, PASSWORD, Network
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.soap.endpoint import PATH, Endpoint
from smsgate.providers.smsclub.soap.send import check, decode_send, encode_send
from smsgate.providers.smsclub.soap.simulated import ROUTES
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply
from smsgate.wire.soap import decode_call, encode_result

ENDPOINT = Endpoint()
ACCOUNT = SmsClubAccount(username=LOGIN, password=PASSWORD, sender="SMSGATE")
REPLIES = Path(__file__).parent / "replies"
ONE = Message("380990000001", "Готово", id="order-1")
TWO = Message("+380990000002", "Готово")

_FORGERIES = ["</text>", "<destAddr>1</destAddr>", "]]>", "<![CDATA[", "&#13;", "\r\n", "<"]
_LACKING = {*map(chr, range(32)), "\ufffe", "\uffff"} - {"\t", "\n", "\r"}  # XML 1.0, 2.2
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
_PHONES = st.from_regex(r"\+?[1-9][0-9]{8,13}", fullmatch=True).filter(
    lambda phone: phone[-4:-2] not in {"90", "95"}
)


def _reply(name: str, status: int = 200) -> HttpReply:
    return HttpReply((REPLIES / name).read_bytes(), status, {"content-type": "text/xml"})


def _hand_in(batch: Sequence[Message]) -> tuple[Network, list[Receipt | SmsGateError]]:
    network = Network(clock=FakeClock())
    reply = ROUTES[PATH](encode_send(ENDPOINT, ACCOUNT, batch), network)
    return network, decode_send(reply, batch)


@given(text=_TEXTS | st.lists(st.sampled_from(_FORGERIES), min_size=1).map("".join))
@example("Привіт, 'світ' & \"всі\" ]]> \r\n😀")
def test_the_other_end_reads_what_we_said(text: str) -> None:
    """Every text that passes the check arrives exactly, and at one phone."""
    message = Message("380977777662", text)
    assume(not _LACKING.intersection(text))
    check(ACCOUNT, message)

    network, [receipt] = _hand_in([message])

    [sms] = network.sent
    assert (sms.phone, sms.text, sms.sender) == ("380977777662", text, "SMSGATE")
    assert isinstance(receipt, Receipt)
    assert receipt.part_ids == sms.ids


@given(start=_TEXTS, character=st.sampled_from(sorted(_LACKING - {"\0"})))
def test_a_character_that_xml_lacks_is_named(start: str, character: str) -> None:
    """It would be lost, or break the envelope."""
    assume(not _LACKING.intersection(start))
    message = Message("380977777662", start + character)

    with pytest.raises(InvalidMessage, match=rf"^text: .* \(U\+{ord(character):04X}\)$"):
        check(ACCOUNT, message)


@given(phones=st.lists(_PHONES, min_size=2, unique_by=lambda phone: phone.removeprefix("+")))
def test_every_recipient_is_read_and_nobody_else(phones: list[str]) -> None:
    """A list of phones arrives as that list, and each message has the ids of its own parts."""
    network, results = _hand_in([Message(phone, "я" * 71) for phone in phones])

    assert [sms.phone for sms in network.sent] == [phone.removeprefix("+") for phone in phones]
    assert [r.part_ids for r in results if isinstance(r, Receipt)] == [s.ids for s in network.sent]


def test_one_phone_is_a_text_and_several_are_a_typed_list() -> None:
    """An untyped list would reach PHP as an object, and no fault would tell."""
    one = encode_send(ENDPOINT, ACCOUNT, [ONE])
    two = encode_send(ENDPOINT, ACCOUNT, [ONE, TWO])

    assert decode_call(one.body).arguments["destAddr"] == "380990000001"
    assert decode_call(two.body).arguments["destAddr"] == ["380990000001", "380990000002"]
    assert b'<destAddr SOAP-ENC:arrayType="xsd:string[2]" xsi:type="SOAP-ENC:Array">' in two.body


def test_arguments_stand_in_the_published_order() -> None:
    """A server may take them by position."""
    call = decode_call(encode_send(ENDPOINT, ACCOUNT, [ONE]).body)

    assert call.operation == "sendSms"
    assert list(call.arguments) == ["login", "password", "alphaName", "destAddr", "text"]


def test_the_message_names_its_sender_first() -> None:
    """The gateway's sender is only for messages without one."""
    message = Message("380990000001", "x", sender="Shop")

    call = decode_call(encode_send(ENDPOINT, ACCOUNT, [message]).body)

    assert call.arguments["alphaName"] == "Shop"


def test_a_life_time_is_refused() -> None:
    """The gate has no argument for it, so it would be lost without a word."""
    with pytest.raises(InvalidMessage, match="valid_for"):
        check(ACCOUNT, Message("380990000001", "x", valid_for=timedelta(minutes=5)))


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("sent-one.xml", ("000101",)),
        ("sent-bare-id.xml", ("000101",)),
        ("sent-two-parts.xml", ("000101", "p0066a46dc")),
        ("sent-integers.xml", ("410700001", "410700002")),
        ("sent-own-array-type.xml", ("000101", "000102")),
        ("sent-other-prefixes.xml", ("000101", "000102")),
        ("sent-by-reference.xml", ("000101", "000102")),
    ],
)
def test_ids_are_read_in_every_form(name: str, ids: tuple[str, ...]) -> None:
    """A list of any type, or the only id bare; always texts, so that no zero is lost."""
    [receipt] = decode_send(_reply(name), [ONE])

    assert receipt == Receipt(
        gateway="smsclub+soap",
        id=ids[0],
        phone="380990000001",
        parts=len(ids),
        part_ids=ids,
        message_id="order-1",
    )


def test_ids_go_to_recipients_in_order() -> None:
    """One id a part, the first recipient's first."""
    [first, second] = decode_send(_reply("sent-own-array-type.xml"), [ONE, TWO])

    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    assert (first.part_ids, second.part_ids) == (("000101",), ("000102",))


def test_a_missing_id_makes_both_unknown() -> None:
    """Somebody was dropped, and the list does not tell who."""
    results = decode_send(_reply("sent-one.xml"), [ONE, TWO])

    assert [type(result) for result in results] == [OutcomeUnknown, OutcomeUnknown]


@pytest.mark.parametrize("name", sorted(path.name for path in REPLIES.glob("unreadable-*")))
def test_what_is_not_ids_is_unknown(name: str) -> None:
    """No word, number, structure or page may pass for an id, nor for a refusal."""
    with pytest.raises(OutcomeUnknown):
        decode_send(_reply(name), [ONE])


@pytest.mark.parametrize("status", [201, 302, 404, 500, 503])
def test_ids_count_only_with_http_200(status: int) -> None:
    """The server itself does not call it a success, so it proves nothing."""
    with pytest.raises(OutcomeUnknown):
        decode_send(_reply("sent-one.xml", status), [ONE])


def test_a_cut_answer_is_unknown_wherever_it_is_cut() -> None:
    """The message was taken; half an answer must not say otherwise."""
    body = (REPLIES / "sent-two-parts.xml").read_bytes().rstrip()

    for end in range(len(body)):
        with pytest.raises(OutcomeUnknown):
            decode_send(HttpReply(body[:end]), [ONE])


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("fault-login.xml", "Client", "Не найдено соответствие"),
        ("fault-own-code.xml", "104", "Неверное альфа-имя"),
        ("fault-without-words.xml", "Client.Balance", "no explanation"),
        ("fault-soap12-sender.xml", "Sender", "Неверный номер"),
    ],
)
def test_a_fault_is_a_refusal(name: str, code: str, said: str, status: int) -> None:
    """A fault is how the gate says no, whatever the HTTP status."""
    with pytest.raises(Refused, match=said) as caught:
        decode_send(_reply(name, status), [ONE])

    assert caught.value.code == code


@pytest.mark.parametrize(
    "name", ["fault-uncaught.xml", "fault-server-subcode.xml", "fault-soap12-receiver.xml"]
)
def test_the_servers_own_fault_is_unknown(name: str) -> None:
    """PHP makes one of any uncaught error, which may come after the message was taken."""
    with pytest.raises(OutcomeUnknown, match=r"\((Server|Receiver)"):
        decode_send(_reply(name, 500), [ONE])


@given(body=st.binary(max_size=200), status=st.sampled_from([200, 400, 500]))
def test_junk_is_unknown(body: bytes, status: int) -> None:
    """No bytes raise anything but ours, and none of them pass for a yes or a no."""
    with pytest.raises(OutcomeUnknown):
        decode_send(HttpReply(body, status), [ONE])


@given(value=st.text(max_size=20) | st.lists(st.text(max_size=20)))
def test_any_value_is_read_or_unknown(value: str | list[str]) -> None:
    """Whatever a well-formed answer returns, ids come out of it or nothing does."""
    try:
        body = encode_result("urn:gate", "sendSms", value)
    except InvalidMessage:
        return

    try:
        [receipt] = decode_send(HttpReply(body), [ONE])
    except OutcomeUnknown:
        return

    assert isinstance(receipt, Receipt)
    assert all(re.fullmatch(r"[\w.-]*\w", id_, re.ASCII) for id_ in receipt.part_ids)
