"""Sending through the XML gate: what goes out, and what its answers mean."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidMessage, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.providers.network import LOGIN, PASSWORD, Network
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.xml.dialect import FORM_FIELD, RAW_BODY, Dialect
from smsgate.providers.smsclub.xml.send import check, decode_send, encode_send
from smsgate.providers.smsclub.xml.simulated import ROUTES
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply

REPLIES = Path(__file__).parent / "replies"
ACCOUNT = SmsClubAccount(username=LOGIN, password=PASSWORD, sender="Shop")
INJECTION = "]]></text><to><![CDATA[380501112233]]></to><text><![CDATA["
FRAGMENTS = [INJECTION, "]]>", "]]", ">", "<![CDATA[", "&amp;", "&", "<to>", "phone:", "\r\n", ";"]

_controls = [chr(code) for code in range(1, 32) if chr(code) not in "\t\n\r"]
_forbidden = st.sampled_from([*_controls, "\ufffe", "\uffff"])
_allowed = st.characters(
    exclude_categories=["Cs"], exclude_characters=["\0", *_controls, "\ufffe", "\uffff"]
)
carriable = st.text(_allowed, min_size=1, max_size=200)
stings = st.sampled_from([*FRAGMENTS, "\r", "ұ", "\U0001f600"])
hostile = st.lists(stings, min_size=1, max_size=9).map("".join)
dialects = st.sampled_from([FORM_FIELD, RAW_BODY])


def phone(number: int) -> str:
    """Make a phone whose last digits mean nothing to the simulator."""
    return f"380990000{number:03}"


def test_one_text_goes_to_many_in_one_element() -> None:
    """Phones joined by ``;`` without a plus, every value in CDATA, nothing between tags."""
    batch = [Message("+380990000001", "Готово"), Message("380990000002", "Готово")]

    request = encode_send(ACCOUNT, RAW_BODY, batch)

    assert request.path == "/xml/"
    assert request.body.decode() == (
        "<?xml version='1.0' encoding='utf-8'?><request_sendsms>"
        "<username><![CDATA[demo]]></username><password><![CDATA[demo]]></password>"
        "<from><![CDATA[Shop]]></from><to><![CDATA[380990000001;380990000002]]></to>"
        "<text><![CDATA[Готово]]></text></request_sendsms>"
    )


def test_own_texts_go_in_flat_pairs() -> None:
    """Each phone is followed by its own text, at a path of its own."""
    batch = [Message(phone(n), text, sender="Ours") for n, text in enumerate(["a", "b", "a"])]

    request = encode_send(ACCOUNT, RAW_BODY, batch)

    assert request.path == "/xml/individual.php"
    assert request.body.decode().partition("</password>")[2] == (
        "<from><![CDATA[Ours]]></from>"
        "<to><![CDATA[380990000000]]></to><text><![CDATA[a]]></text>"
        "<to><![CDATA[380990000001]]></to><text><![CDATA[b]]></text>"
        "<to><![CDATA[380990000002]]></to><text><![CDATA[a]]></text></request_sendsms>"
    )


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        (["a"], "/hfw_smpp_addon/xmlsendsmspost.php"),
        (["a", "a"], "/hfw_smpp_addon/xmlsendsmspost.php"),
        (["a", "b"], "/hfw_smpp_addon/xmlsendindividual.php"),
    ],
)
def test_the_page_has_paths_of_its_own(texts: list[str], path: str) -> None:
    """The same two calls, as the gateway page names them."""
    batch = [Message(phone(n), text) for n, text in enumerate(texts)]

    assert encode_send(ACCOUNT, FORM_FIELD, batch).path == path


@given(dialects, st.lists(carriable | hostile, min_size=1, max_size=6))
def test_the_other_end_reads_what_we_said(dialect: Dialect, texts: list[str]) -> None:
    """No character is lost or changed, and no text adds, drops or changes a recipient."""
    network = Network(clock=lambda: 0.0)
    batch = [Message(phone(n), text) for n, text in enumerate(texts)]
    for message in batch:
        check(ACCOUNT, message)

    request = encode_send(ACCOUNT, dialect, batch)
    receipts = decode_send(ROUTES[request.path](request, network), batch)

    assert [(sms.phone, sms.text, sms.sender) for sms in network.sent] == [
        (message.phone, message.text, "Shop") for message in batch
    ]
    assert [r.part_ids for r in receipts if isinstance(r, Receipt)] == [s.ids for s in network.sent]


@given(st.text(st.sampled_from("ab я\n"), max_size=5), _forbidden)
def test_what_xml_lacks_is_refused(before: str, character: str) -> None:
    """XML 1.0 has no way to write it, not even as a reference; the error names it."""
    with pytest.raises(InvalidMessage, match=rf"XML.*U\+{ord(character):04X}\b"):
        check(ACCOUNT, Message("380990000001", before + character))


def test_half_a_character_never_becomes_a_message() -> None:
    """A lone surrogate is refused at birth, so no codec ever meets one."""
    with pytest.raises(InvalidMessage, match=r"U\+D83D"):
        Message("380990000001", "hi \ud83d")


@pytest.mark.parametrize("to", ["380990000001;380501112233", "380990000001]]>", "38099\n0000001"])
def test_two_phones_never_become_a_message(to: str) -> None:
    """A separator in a phone is refused at birth: one message is one recipient."""
    with pytest.raises(InvalidMessage, match="to:"):
        Message(to, "hi")


def test_a_life_cannot_be_said() -> None:
    """There is no word for it on this gate, and dropping it would be a lie."""
    with pytest.raises(InvalidMessage, match="valid_for"):
        check(ACCOUNT, Message("380990000001", "hi", valid_for=timedelta(minutes=5)))


@pytest.mark.parametrize(
    "name", ["sent-three-parts.xml", "sent-with-spaces.xml", "sent-with-phones.xml"]
)
def test_parts_go_to_their_recipients(name: str) -> None:
    """One id a part in the order of the recipients; spaces and attributes change nothing."""
    batch = [Message("380990000001", "hi", id="a"), Message("380990000002", "я" * 71, id="b")]

    receipts = decode_send(HttpReply((REPLIES / name).read_bytes()), batch)

    assert receipts == [
        Receipt(
            gateway="smsclub+xml",
            id="000101",
            phone="380990000001",
            parts=1,
            part_ids=("000101",),
            message_id="a",
        ),
        Receipt(
            gateway="smsclub+xml",
            id="000102",
            phone="380990000002",
            parts=2,
            part_ids=("000102", "000103"),
            message_id="b",
        ),
    ]


def test_one_message_has_every_id() -> None:
    """Alone in its request, it owns what came back, even against our own count."""
    [receipt] = decode_send(
        HttpReply((REPLIES / "sent-three-parts.xml").read_bytes()), [Message(phone(1), "hi")]
    )

    assert isinstance(receipt, Receipt)
    assert receipt.part_ids == ("000101", "000102", "000103")


def test_too_few_ids_for_a_batch() -> None:
    """Somebody was dropped in silence, so the outcome of each is unknown."""
    batch = [Message(phone(n), "я" * 71) for n in range(2)]

    results = decode_send(HttpReply((REPLIES / "sent-three-parts.xml").read_bytes()), batch)

    assert [type(result) for result in results] == [OutcomeUnknown] * 2


def test_too_many_ids_for_a_batch() -> None:
    """One may have two parts and one may be left out, so the outcome of each is unknown."""
    batch = [Message(phone(n), f"hi {n}") for n in range(2)]

    results = decode_send(HttpReply((REPLIES / "sent-three-parts.xml").read_bytes()), batch)

    assert [type(result) for result in results] == [OutcomeUnknown] * 2


@pytest.mark.parametrize("name", ["sent-nothing.xml", "words-among-ids.xml", "empty-id.xml"])
def test_a_yes_without_sound_ids_is_unknown(name: str) -> None:
    """The server said yes, so it may ring; without an id nobody can ask."""
    with pytest.raises(OutcomeUnknown):
        decode_send(HttpReply((REPLIES / name).read_bytes()), [Message(phone(1), "hi")])


@given(st.binary(), st.integers(1, 3))
def test_gibberish_is_never_a_receipt(body: bytes, count: int) -> None:
    """Bytes at random end in one of our errors, for one message as for several."""
    with pytest.raises(SmsGateError):
        decode_send(HttpReply(body), [Message(phone(n), "hi") for n in range(count)])
