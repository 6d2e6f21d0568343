"""``status.php``: who is asked about, and which line is whose."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st
from support.replies import reply

from smsgate import InvalidArgument, OutcomeUnknown, Reason, Ref, Report, SmsGateError, Status
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.status import decode_status, encode_status
from smsgate.wire.http import HttpReply, parse_form
from smsgate.wire.json import dumps

ACCOUNT = SmscAccount(api_key="key")
ONE = Ref("smsc", "77010000001", ("order-1",))
TWO = Ref("smsc", "77010000002", ("4107",))
MOMENT = datetime(2025, 3, 5, 11, 2, 11, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "phone",
                    "status",
                    "err",
                    "last_timestamp",
                    "cost",
                    "status_name",
                    "error_code",
                ]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


def test_what_is_asked() -> None:
    """Phones and ids are two lists of one order; cost and words are asked for."""
    form = parse_form(encode_status(ACCOUNT, [ONE, TWO]))

    assert (form["phone"], form["id"]) == ("77010000001,77010000002", "order-1,4107")
    assert (form["fmt"], form["charset"], form["all"]) == ("3", "utf-8", "1")


def test_no_id_can_pass_for_two() -> None:
    """A comma in a stored id would shift every id behind it to another phone."""
    with pytest.raises(InvalidArgument):
        encode_status(ACCOUNT, [Ref("smsc", "77010000001", ("1,2",)), TWO])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "status-one",
            Report(
                status=Status.DELIVERED,
                phone="77010000001",
                code="1",
                reason_code="0",
                at=MOMENT,
            ),
        ),
        (
            "status-one-short",
            Report(status=Status.DELIVERED, phone="77010000001", code="1", at=MOMENT),
        ),
        (
            "status-one-full",
            Report(
                status=Status.UNDELIVERABLE,
                phone="77010000001",
                reason=Reason.UNREACHABLE,
                code="20",
                text="Not delivered",
                reason_code="6",
                at=MOMENT,
                cost=Decimal("3.20"),
            ),
        ),
        (
            "status-not-found",
            Report(status=Status.NOT_FOUND, phone="77010000001", code="-3", reason_code="0"),
        ),
    ],
)
def test_one(name: str, found: Report) -> None:
    """A single answer names neither id nor phone: it is about the one that was asked."""
    assert decode_status(reply(f"smsc/{name}.json"), [ONE]) == [found]


def test_many_in_the_order_asked() -> None:
    """Lines come in any order, with ids as numbers or texts, phones with a plus or without."""
    reports = decode_status(reply("smsc/status-many.json"), [ONE, TWO, ONE])

    assert [report.code for report in reports] == ["1", "0", "1"]
    assert [report.phone for report in reports] == [ONE.phone, TWO.phone, ONE.phone]


def test_a_line_that_is_missing() -> None:
    """Of a message that the answer leaves out nothing was said, and nothing is guessed."""
    stranger = Ref("smsc", "77010000002", ("order-1",))  # a known id, with another's phone

    reports = decode_status(reply("smsc/status-many.json"), [stranger, TWO])

    assert reports[0] == Report(status=Status.UNKNOWN, phone="77010000002")
    assert reports[1].status is Status.SENT


@pytest.mark.parametrize(
    "name",
    [
        "empty.txt",
        "ok.txt",
        "maintenance.html",
        "status-delete.json",
        "send-one.json",
        "error-fmt0.txt",
        "error-fmt1.txt",
    ],
)
def test_answers_in_no_known_form(name: str) -> None:
    """Nothing was learned, and that is said."""
    with pytest.raises(OutcomeUnknown, match="unreadable"):
        decode_status(reply(f"smsc/{name}"), [ONE])


def test_one_line_for_two_questions() -> None:
    """A single answer to a list of two is about nobody knows whom."""
    with pytest.raises(OutcomeUnknown, match="unreadable"):
        decode_status(reply("smsc/status-one.json"), [ONE, TWO])


@pytest.mark.parametrize("phone", ["+77010000001", "8 (701) 000-00-01", "9999", None])
def test_the_phone_may_be_written_otherwise(phone: str | None) -> None:
    """The answer on one message is on it, whatever SMSC makes of its phone."""
    entry = {"status": 1, "err": 0, "phone": phone, "cost": "-1"}

    assert decode_status(HttpReply(dumps(entry)), [ONE]) == [
        Report(status=Status.DELIVERED, phone=ONE.phone, code="1", reason_code="0")
    ]


def test_another_phone_is_another_message() -> None:
    """Such an answer is one to another question."""
    with pytest.raises(OutcomeUnknown, match="unreadable"):
        decode_status(HttpReply(dumps({"status": 1, "err": 0, "phone": TWO.phone})), [ONE])


def test_an_answer_counts_with_200_alone() -> None:
    """An error page that happens to be JSON is no report."""
    with pytest.raises(OutcomeUnknown, match="HTTP 503"):
        decode_status(reply("smsc/status-one.json", 503), [ONE])


@pytest.mark.parametrize(
    "timestamp", [0, "0", None, "", "soon", 10**30, -(10**30), [], True, "9" * 5000]
)
def test_a_moment_that_is_none(timestamp: object) -> None:
    """A time that makes no sense is no time, and no error."""
    [report] = decode_status(HttpReply(dumps({"status": 1, "last_timestamp": timestamp})), [ONE])

    assert (report.status, report.at) == (Status.DELIVERED, None)


@given(
    st.binary() | JSON.map(dumps) | st.text().map(str.encode),
    st.sampled_from([[ONE], [ONE, TWO]]),
)
@example(
    b'[{"id":[],"phone":{}},[],7,{"id":"4107","phone":"77010000002","status":[[]]}]', [ONE, TWO]
)
@example(b'{"status":1,"cost":1e9999999999999999999}', [ONE])
def test_no_answer_breaks_the_decoder(body: bytes, refs: list[Ref]) -> None:
    """Whatever comes back, there is one report a question, in order, or one error of ours."""
    try:
        reports = decode_status(HttpReply(body), refs)
    except SmsGateError:
        return

    assert [report.phone for report in reports] == [ref.phone for ref in refs]
