"""Asking the HTTP gate what became of messages."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidArgument, OutcomeUnknown, Refused, SmsGateError
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.http.dialect import WITH_PASSWORD, WITH_TOKEN
from smsgate.providers.smsclub.http.status import decode_status, encode_status
from smsgate.receipt import Ref
from smsgate.report import Status
from smsgate.wire.http import HttpReply

REPLIES = Path(__file__).parent / "replies"
ONE = Ref("smsclub+http", "380990000001", ("000101",))
TWO = Ref("smsclub+http", "380990000002", ("000101", "000102"))
GONE = Ref("smsclub+http", "380990000003", ("000199",))


def test_ids_are_asked_about_in_one_request() -> None:
    """Every part of every message, joined by ``;``, at the dialect's own path."""
    account = SmsClubAccount(username="u", password="p")

    request = encode_status(account, WITH_PASSWORD, [TWO, GONE])

    assert request.path == "/hfw_smpp_addon/httpgetsmsstatepost.php"
    assert request.body == b"username=u&password=p&smscid=000101%3B000102%3B000199"


def test_a_token_has_its_own_path() -> None:
    """The token's directory, with the same parameter."""
    request = encode_status(SmsClubAccount(username="u", token="t"), WITH_TOKEN, [ONE])

    assert request.path == "/token/state.php"
    assert request.body == b"username=u&token=t&smscid=000101"


def test_a_ref_of_another_shape_is_refused() -> None:
    """A stored ref that no gate can have given is the caller's mistake, not the wire's."""
    odd = Ref("smsclub+http", "380990000001", ("1&smscid=2",))

    with pytest.raises(InvalidArgument):
        encode_status(SmsClubAccount(username="u", token="t"), WITH_TOKEN, [odd])


def test_words_become_reports() -> None:
    """``ID: STATE``, one a line; a message is where its worst part is."""
    reply = HttpReply((REPLIES / "status.txt").read_bytes())

    reports = decode_status(reply, [TWO, ONE])

    assert [(r.status, r.code) for r in reports] == [
        (Status.SENT, "ENROUTE"),
        (Status.DELIVERED, "DELIVRD"),
    ]


def test_lines_are_found_by_id() -> None:
    """In any order and case, with or without a space; a sentence may stand for a word."""
    reply = HttpReply((REPLIES / "status-wrong-id.txt").read_bytes())

    reports = decode_status(reply, [ONE, TWO, GONE])

    assert [r.status for r in reports] == [Status.DELIVERED, Status.SENT, Status.NOT_FOUND]
    assert reports[2].code == "неверно указан id"


def test_a_strange_word_is_kept_and_a_strange_line_ignored() -> None:
    """One odd line must not hide what was said of the others."""
    reply = HttpReply((REPLIES / "status-strange.txt").read_bytes())

    [known, left_out] = decode_status(reply, [ONE, GONE])

    assert (known.status, known.code) == (Status.UNKNOWN, "MYSTERY: 7")
    assert (left_out.status, left_out.code) == (Status.UNKNOWN, None)


def test_a_refusal_is_a_refusal() -> None:
    """The gate's own words reach the caller."""
    with pytest.raises(Refused, match="Не найдено"):
        decode_status(HttpReply((REPLIES / "refused-login-utf8.txt").read_bytes()), [ONE])


def test_a_page_teaches_nothing() -> None:
    """An answer that cannot be read is no report."""
    with pytest.raises(OutcomeUnknown):
        decode_status(HttpReply((REPLIES / "page.html").read_bytes()), [ONE])


@given(st.binary(), st.text(max_size=40))
def test_gibberish_raises_nothing_foreign(body: bytes, inside: str) -> None:
    """A list of anything gives reports; anything else gives one of our errors."""
    listed = f"=IDS START={inside}=IDS END=".encode()

    assert len(decode_status(HttpReply(listed), [ONE, TWO])) == 2
    with pytest.raises(SmsGateError):
        decode_status(HttpReply(body), [ONE])
