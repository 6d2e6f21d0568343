"""``/sms/status``: a word for each id, and what is said of a bad one."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import AuthenticationFailed, InvalidArgument, OutcomeUnknown
from smsgate.providers.smsclub.json.account import SmsClubBearer
from smsgate.providers.smsclub.json.status import decode_status, encode_status
from smsgate.receipt import Ref
from smsgate.report import Status
from smsgate.wire.http import HttpReply
from smsgate.wire.json import loads

ACCOUNT = SmsClubBearer(token="t0ken")
REPLIES = Path(__file__).parent / "replies"


def _reply(name: str, status: int = 200) -> HttpReply:
    return HttpReply((REPLIES / name).read_bytes(), status)


def _ref(*ids: str) -> Ref:
    return Ref("smsclub+json", "380990000001", ids)


def test_every_id_is_asked_about_once() -> None:
    """As text: a number would lose its zeros."""
    request = encode_status(ACCOUNT, [_ref("000101", "000102"), _ref("000101")])

    assert (request.method, request.path) == ("POST", "/sms/status")
    assert loads(request.body) == {"id_sms": ["000101", "000102"]}


@pytest.mark.parametrize("id_", ["\x00", '1","2', "a b", "\ud800"])
def test_an_id_that_cannot_be_is_refused(id_: str) -> None:
    """A ref comes from the caller's storage, so it is not trusted."""
    with pytest.raises(InvalidArgument):
        encode_status(ACCOUNT, [_ref(id_)])


def test_reports_come_in_the_order_asked() -> None:
    """Words are found by id, whatever the order of the answer."""
    reports = decode_status(_reply("reports.json"), [_ref("410700002"), _ref("410700001")])

    assert [report.status for report in reports] == [Status.SENT, Status.DELIVERED]


def test_strange_words_are_kept() -> None:
    """The vocabulary is open: no word raises, and what is not known is said to be so."""
    refs = [_ref(f"41070000{place}") for place in range(1, 6)]

    reports = decode_status(_reply("reports-strange-words.json"), refs)

    assert [(report.status, report.code) for report in reports] == [
        (Status.DELIVERED, "delivrd"),
        (Status.UNKNOWN, "MYSTERY"),
        (Status.UNKNOWN, None),
        (Status.UNKNOWN, "7"),
        (Status.UNKNOWN, None),
    ]


def test_a_sentence_about_the_only_id_is_its_word() -> None:
    """The gate says it in place of the map, in whatever language."""
    [report] = decode_status(_reply("reports-bad-id.json"), [_ref("1")])

    assert (report.status, report.code) == (Status.NOT_FOUND, "Неверно указан id")


def test_a_sentence_about_several_ids_is_nobodys() -> None:
    """It does not tell which of them is bad."""
    reports = decode_status(_reply("reports-bad-id.json"), [_ref("1"), _ref("2")])

    assert [(report.status, report.code) for report in reports] == [(Status.UNKNOWN, None)] * 2


def test_a_status_wins_over_a_remark() -> None:
    """An id in both maps has its status; one with a remark alone keeps the remark."""
    refs = [_ref("410700001"), _ref("410700002")]

    reports = decode_status(_reply("reports-some-bad.json"), refs)

    assert [(report.status, report.code) for report in reports] == [
        (Status.REJECTED, "REJECTD"),
        (Status.UNKNOWN, "not found"),
    ]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("reports.json", 500),
        ("unreadable-page.html", 200),
        ("unreadable-empty.json", 200),
        ("error-500.json", 500),
    ],
)
def test_nothing_is_learned_from_what_cannot_be_read(name: str, status: int) -> None:
    """No status is made up."""
    with pytest.raises(OutcomeUnknown):
        decode_status(_reply(name, status), [_ref("1")])


def test_a_wrong_token_is_told() -> None:
    """As for every call."""
    with pytest.raises(AuthenticationFailed):
        decode_status(_reply("error-401.json", 401), [_ref("1")])


@given(body=st.binary(max_size=200), status=st.sampled_from([200, 401, 500]))
def test_junk_teaches_nothing(body: bytes, status: int) -> None:
    """No bytes raise anything but ours, and no status comes out of them."""
    with pytest.raises(OutcomeUnknown):
        decode_status(HttpReply(body, status), [_ref("1")])
