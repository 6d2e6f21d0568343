"""One vocabulary of statuses, and how the parts of a message add up."""

import pytest
from hypothesis import given, strategies as st

from smsgate import Report, Status
from smsgate.report import worst

STATUSES = st.sampled_from(Status)

OPEN = {Status.UNKNOWN, Status.NOT_FOUND, Status.PAUSED, Status.QUEUED, Status.SENT}
ARRIVED = {Status.DELIVERED, Status.READ, Status.CLICKED}
FAILED = {
    Status.REJECTED,
    Status.UNDELIVERABLE,
    Status.FAILED,
    Status.EXPIRED,
    Status.DELETED,
}


@pytest.mark.parametrize("status", Status, ids=lambda status: status.name)
def test_what_a_status_claims(status: Status) -> None:
    """A word that we do not know is open: giving up on it could misreport a delivery."""
    claims = (status.is_final, status.is_delivered, status.is_failure)

    assert claims == (status not in OPEN, status in ARRIVED, status in FAILED)


def test_no_report_is_an_end_and_no_failure() -> None:
    """Nobody will ever know more, and nobody may say that it failed."""
    assert Status.NO_REPORT.is_final
    assert not Status.NO_REPORT.is_failure
    assert not Status.NO_REPORT.is_delivered


@given(STATUSES, STATUSES)
def test_worst_does_not_care_for_order(one: Status, other: Status) -> None:
    """Parts are reported in any order."""
    assert worst([one, other]) is worst([other, one])


@given(STATUSES, STATUSES, STATUSES)
def test_worst_does_not_care_for_grouping(one: Status, two: Status, three: Status) -> None:
    """Summing up sums is summing up everything."""
    assert worst([worst([one, two]), three]) is worst([one, worst([two, three])])
    assert worst([one, two, three]) is worst([worst([one, two]), three])


@given(STATUSES, st.integers(1, 5))
def test_worst_does_not_count(status: Status, times: int) -> None:
    """A part that is reported again changes nothing."""
    assert worst([status] * times) is status


@given(st.lists(STATUSES, min_size=1))
def test_the_whole_is_no_better_than_its_parts(statuses: list[Status]) -> None:
    """Delivered only when every part is; failed as soon as one is; final never too early."""
    whole = worst(statuses)

    assert whole in statuses
    assert whole.is_delivered == all(status.is_delivered for status in statuses)
    assert whole.is_failure == any(status.is_failure for status in statuses)
    assert not whole.is_final or whole.is_failure or all(s.is_final for s in statuses)


def test_the_phone_is_not_shown() -> None:
    """A report in a log does not say whose phone it is."""
    assert "701123" not in repr(Report(status=Status.SENT, phone="77011234567"))
