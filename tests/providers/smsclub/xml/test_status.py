"""Asking the XML gate what became of messages."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidArgument, OutcomeUnknown, Refused, SmsGateError
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.xml.dialect import FORM_FIELD, RAW_BODY
from smsgate.providers.smsclub.xml.status import decode_status, encode_status
from smsgate.receipt import Ref
from smsgate.report import Status
from smsgate.wire.http import HttpReply

REPLIES = Path(__file__).parent / "replies"
ACCOUNT = SmsClubAccount(username="u", password="p")
ONE = Ref("smsclub+xml", "380990000001", ("000101",))
TWO = Ref("smsclub+xml", "380990000002", ("000101", "000102"))
GONE = Ref("smsclub+xml", "380990000003", ("000199",))


def test_ids_are_asked_about_in_one_document() -> None:
    """Every part of every message, joined by ``;``, in the element that clients agree on."""
    request = encode_status(ACCOUNT, RAW_BODY, [TWO, GONE])

    assert request.path == "/xml/state.php"
    assert request.body.decode() == (
        "<?xml version='1.0' encoding='utf-8'?><request_getstate>"
        "<username><![CDATA[u]]></username><password><![CDATA[p]]></password>"
        "<smscid><![CDATA[000101;000102;000199]]></smscid></request_getstate>"
    )


def test_a_ref_of_another_shape_is_refused() -> None:
    """A stored ref that no gate can have given is the caller's mistake, not the wire's."""
    odd = Ref("smsclub+xml", "380990000001", ("1]]></smscid>\x01",))

    with pytest.raises(InvalidArgument):
        encode_status(ACCOUNT, FORM_FIELD, [odd])


def test_words_become_reports() -> None:
    """A message is where its worst part is."""
    reports = decode_status(HttpReply((REPLIES / "status.xml").read_bytes()), [TWO, ONE])

    assert [(r.status, r.code) for r in reports] == [(Status.DELIVERED, "DELIVRD")] * 2
    assert [len(r.parts) for r in reports] == [2, 1]


def test_entries_are_found_by_id() -> None:
    """In any order and case, spaces forgiven; a sentence may stand for a word."""
    reply = HttpReply((REPLIES / "status-mixed.xml").read_bytes())

    reports = decode_status(reply, [ONE, TWO, GONE])

    assert [r.status for r in reports] == [Status.DELIVERED, Status.SENT, Status.NOT_FOUND]
    assert reports[2].code == "неверно указан id"


def test_a_yes_without_entries_says_nothing() -> None:
    """Nothing was said of any message: unknown, and it may be asked about again."""
    reply = HttpReply((REPLIES / "status-without-entries.xml").read_bytes())

    assert [r.status for r in decode_status(reply, [ONE, TWO])] == [Status.UNKNOWN] * 2


def test_a_refusal_is_a_refusal() -> None:
    """The gate's own words reach the caller."""
    with pytest.raises(Refused, match="Не найдено"):
        decode_status(HttpReply((REPLIES / "refused-login.xml").read_bytes()), [ONE])


def test_a_page_teaches_nothing() -> None:
    """An answer that cannot be read is no report."""
    with pytest.raises(OutcomeUnknown):
        decode_status(HttpReply((REPLIES / "page.html").read_bytes()), [ONE])


@given(st.binary())
def test_gibberish_is_never_a_report(body: bytes) -> None:
    """Bytes at random end in one of our errors."""
    with pytest.raises(SmsGateError):
        decode_status(HttpReply(body), [ONE])
