"""The words of SMSClub's reports, and how the parts of a message are summed up."""

import pytest
from hypothesis import given, strategies as st

from smsgate.providers.smsclub.codes import STATUSES, reports
from smsgate.receipt import Ref
from smsgate.report import Status

REF = Ref("smsclub+http", "380990000001", ("000101", "000102"))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ENROUTE", Status.SENT),
        ("DELIVRD", Status.DELIVERED),
        ("FAILED", Status.FAILED),
        ("EXPIRED", Status.EXPIRED),
        ("UNDELIV", Status.UNDELIVERABLE),
        ("NOREPORT", Status.NO_REPORT),
        ("REJECTD", Status.REJECTED),
        ("ACCEPTE", Status.QUEUED),
        ("ACCEPTD", Status.QUEUED),
        ("DELETED", Status.DELETED),
        ("неверно указан id", Status.NOT_FOUND),
    ],
)
def test_every_documented_word_has_a_status(word: str, status: Status) -> None:
    """The lists of the gates differ, so each word is understood on every gate, in any case."""
    ref = Ref("smsclub+xml", "380990000001", ("000101",))

    for said in (word, word.lower(), word.upper()):
        [report] = reports([ref], {"000101": said})

        assert (report.status, report.code) == (status, said)


@given(st.text().filter(lambda word: word.upper() not in STATUSES))
def test_an_unknown_word_is_kept_and_never_raises(word: str) -> None:
    """Providers invent words; the raw one is kept and the status says that we do not know."""
    [report] = reports([REF], {"000101": word, "000102": "DELIVRD"})

    assert report.status is Status.UNKNOWN
    assert report.code == word


def test_a_message_is_delivered_only_if_every_part_is() -> None:
    """Half a text on a phone is no delivery: the worst part speaks for the message."""
    [report] = reports([REF], {"000101": "DELIVRD", "000102": "EXPIRED"})

    assert (report.status, report.code) == (Status.EXPIRED, "EXPIRED")
    assert [part.status for part in report.parts] == [Status.DELIVERED, Status.EXPIRED]
    assert {part.phone for part in report.parts} == {"380990000001"}


def test_a_part_that_is_left_out_says_nothing() -> None:
    """An id that the answer does not name is unknown, not delivered and not missing."""
    [report] = reports([REF], {"000101": "DELIVRD"})

    assert (report.status, report.code) == (Status.UNKNOWN, None)


def test_reports_come_in_the_order_asked() -> None:
    """Words are found by id, so the order of the answer does not matter, nor do strangers."""
    refs = [Ref("smsclub+xml", f"38099000000{n}", (f"00010{n}",)) for n in (3, 1, 2)]

    found = reports(refs, {"000101": "A", "000102": "B", "000103": "C", "000104": "D"})

    assert [(r.phone[-1], r.code) for r in found] == [("3", "C"), ("1", "A"), ("2", "B")]
