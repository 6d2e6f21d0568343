"""Several values in one field."""

import pytest

from smsgate import InvalidArgument
from smsgate.wire.lists import join


def test_joining() -> None:
    """The separator stands between values, and a single value stands alone."""
    assert (join(",", ["1", "2"]), join(",", ["1"])) == ("1,2", "1")


@pytest.mark.parametrize("value", ["", "1,2", ","], ids=["empty", "two-in-one", "separator"])
def test_no_value_can_pass_for_two(value: str) -> None:
    """One stray separator in a phone would be one more recipient."""
    with pytest.raises(InvalidArgument, match="is empty or holds ','"):
        join(",", ["77011234567", value])
