"""``getReports``: a word for each part, by id, and nothing assumed of a list."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidArgument, OutcomeUnknown, Refused
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.soap.endpoint import Endpoint
from smsgate.providers.smsclub.soap.status import decode_status, encode_status
from smsgate.receipt import Ref
from smsgate.report import Status
from smsgate.wire.http import HttpReply
from smsgate.wire.soap import decode_call

ACCOUNT = SmsClubAccount(username="demo", password="demo")
REPLIES = Path(__file__).parent / "replies"


def _reply(name: str, status: int = 200) -> HttpReply:
    return HttpReply((REPLIES / name).read_bytes(), status)


def _ref(*ids: str) -> Ref:
    return Ref("smsclub+soap", "380990000001", ids)


def test_ids_are_asked_as_a_typed_list_of_texts() -> None:
    """Even one id, even of digits: a number would lose its zeros. No id is asked twice."""
    refs = [_ref("000101", "000102"), _ref("000101")]

    request = encode_status(Endpoint(), ACCOUNT, refs)

    assert decode_call(request.body).operation == "getReports"
    assert decode_call(request.body).arguments == {
        "login": "demo",
        "password": "demo",
        "smcIds": ["000101", "000102"],
    }
    assert b'<smcIds SOAP-ENC:arrayType="xsd:string[2]"' in request.body


@pytest.mark.parametrize("id_", ["\x00", "1;2", "a b", "\ud800", "<1>"])
def test_an_id_that_cannot_be_is_refused(id_: str) -> None:
    """A ref comes from the caller's storage, so it is not trusted."""
    with pytest.raises(InvalidArgument):
        encode_status(Endpoint(), ACCOUNT, [_ref(id_)])


def test_reports_come_in_the_order_asked() -> None:
    """Words are found by id, whatever the order of the answer."""
    reports = decode_status(_reply("reports.xml"), [_ref("000102"), _ref("000101")])

    assert [report.status for report in reports] == [Status.SENT, Status.DELIVERED]
    assert reports[0].code == "ENROUTE"


def test_a_message_is_delivered_only_with_all_its_parts() -> None:
    """The worst part speaks for the message, and the parts are kept."""
    [report] = decode_status(_reply("reports.xml"), [_ref("000101", "000102")])

    assert report.status is Status.SENT
    assert [part.status for part in report.parts] == [Status.DELIVERED, Status.SENT]


def test_integer_keys_are_ids() -> None:
    """PHP makes a number of a key that looks like one."""
    refs = [_ref("410700001"), _ref("410700002")]

    reports = decode_status(_reply("reports-integer-keys.xml"), refs)

    assert [report.status for report in reports] == [Status.DELIVERED, Status.UNDELIVERABLE]


def test_strange_words_are_kept() -> None:
    """The vocabulary is open: no word raises, and what is not known is said to be so."""
    refs = [_ref(id_) for id_ in ("000101", "000102", "000103", "000104", "000105")]

    reports = decode_status(_reply("reports-strange-words.xml"), refs)

    assert [(report.status, report.code) for report in reports] == [
        (Status.DELIVERED, "delivrd"),
        (Status.UNKNOWN, "MYSTERY"),
        (Status.NOT_FOUND, "неверно указан id"),
        (Status.UNKNOWN, ""),
        (Status.UNKNOWN, None),
    ]


@pytest.mark.parametrize("name", ["reports-list-of-one.xml", "reports-bare-word.xml"])
def test_one_word_answers_one_question(name: str) -> None:
    """There is nobody else whose word it could be."""
    [report] = decode_status(_reply(name), [_ref("000101")])

    assert (report.status, report.code) == (Status.DELIVERED, "DELIVRD")


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        pytest.param("reports-list.xml", ["1", "2"], id="two-words-for-two"),
        pytest.param("reports-list.xml", ["1"], id="two-words-for-one"),
        pytest.param("reports-list-of-one.xml", ["1", "2"], id="one-word-for-two"),
        pytest.param("reports-empty.xml", ["1"], id="no-words"),
    ],
)
def test_a_list_tells_nothing_of_ids(name: str, ids: list[str]) -> None:
    """PHP drops the keys 0, 1, 2..., so whose words these are nobody knows."""
    reports = decode_status(_reply(name), [_ref(id_) for id_ in ids])

    assert [(report.status, report.code) for report in reports] == [(Status.UNKNOWN, None)] * len(
        ids
    )


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("reports-bare-word.xml", ["1", "2"]),
        ("reports-broken-map.xml", ["1"]),
        ("unreadable-null.xml", ["1"]),
        ("unreadable-page.html", ["1"]),
        ("fault-uncaught.xml", ["1"]),
    ],
)
def test_nothing_is_learned_from_what_cannot_be_read(name: str, ids: list[str]) -> None:
    """No status is made up."""
    with pytest.raises(OutcomeUnknown):
        decode_status(_reply(name), [_ref(id_) for id_ in ids])


def test_words_count_only_with_http_200() -> None:
    """The server itself does not call it a success."""
    with pytest.raises(OutcomeUnknown):
        decode_status(_reply("reports.xml", 500), [_ref("000101")])


def test_a_fault_is_a_refusal() -> None:
    """The gate read the question and said no."""
    with pytest.raises(Refused, match="логин"):
        decode_status(_reply("fault-login.xml", 500), [_ref("000101")])


@given(body=st.binary(max_size=200), status=st.sampled_from([200, 400, 500]))
def test_junk_teaches_nothing(body: bytes, status: int) -> None:
    """No bytes raise anything but ours, and no status comes out of them."""
    with pytest.raises(OutcomeUnknown):
        decode_status(HttpReply(body, status), [_ref("000101")])
