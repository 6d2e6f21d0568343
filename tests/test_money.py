"""Money is exact, or it is not there."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from smsgate.money import parse_money


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        pytest.param("3.2", Decimal("3.2"), id="text"),
        pytest.param("183.2000", Decimal("183.2000"), id="four-decimals"),
        pytest.param("-0.45", Decimal("-0.45"), id="debt"),
        pytest.param(0, Decimal(0), id="whole"),
        pytest.param(Decimal("0.1"), Decimal("0.1"), id="json-number"),
        pytest.param(0.1, None, id="float"),
        pytest.param(True, None, id="bool"),
        pytest.param(None, None, id="none"),
        pytest.param("", None, id="empty"),
        pytest.param("12,50", None, id="comma"),
        pytest.param("free", None, id="word"),
        pytest.param("NaN", None, id="nan"),
        pytest.param("sNaN", None, id="signalling-nan"),
        pytest.param("-Infinity", None, id="infinite"),
        pytest.param("1e9999999999999999999", None, id="beyond-decimal"),
        pytest.param(["3.2"], None, id="list"),
    ],
)
def test_reading_money(value: object, amount: Decimal | None) -> None:
    """A float would lose tiyns; what is no amount is None and never an error."""
    assert parse_money(value) == amount


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_amount_is_kept_exactly(amount: Decimal) -> None:
    """Neither sign, nor digits, nor trailing zeros change on the way."""
    found = parse_money(str(amount))

    assert found is not None
    assert found.as_tuple() == amount.as_tuple()


@given(st.one_of(st.text(), st.floats(), st.binary(), st.lists(st.integers())))
def test_nonsense_is_no_error(value: object) -> None:
    """A provider that writes nonsense as a price must not break an accepted send."""
    amount = parse_money(value)

    assert amount is None or amount.is_finite()
