"""Money is exact, or it is not there."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from smsgate import PhoneQuote, Quote, RecipientRefused
from smsgate.money import add_up, parse_money, parse_price


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


@pytest.mark.parametrize(
    ("value", "price"),
    [("3.2", Decimal("3.2")), ("0", Decimal(0)), ("-0.01", None), ("9e99999", None), ("?", None)],
)
def test_price_can_be_added_up(value: object, price: Decimal | None) -> None:
    """Of what cannot be, nothing is known; a cap counts it as such."""
    assert parse_price(value) == price


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


ONE, TWO = (
    Quote(
        cost=Decimal(cost),
        parts=parts,
        by_phone={phone: PhoneQuote(cost=Decimal(cost), operator=operator)},
    )
    for cost, parts, phone, operator in (("3.2", 1, "7701", "40101"), ("6.4", 2, "7702", "40102"))
)


def test_quotes_add_up() -> None:
    """Cost and parts of all, and each phone with what it adds."""
    assert add_up([ONE, TWO]) == Quote(
        cost=Decimal("9.6"), parts=3, by_phone={**ONE.by_phone, **TWO.by_phone}
    )


def test_nothing_costs_nothing() -> None:
    """No quotes are a quote, too."""
    assert add_up([]) == Quote(cost=Decimal(0), parts=0, by_phone={})


def test_a_phone_with_two_messages() -> None:
    """It costs what both cost; what is known of it from one is known."""
    bad = RecipientRefused("no")
    other = PhoneQuote(cost=Decimal("1.1"), error=bad)
    both = add_up([ONE, Quote(cost=Decimal("1.1"), parts=1, by_phone={"7701": other})])

    assert both.by_phone == {
        "7701": PhoneQuote(cost=Decimal("4.3"), operator="40101", error=bad),
    }
    assert ONE.by_phone["7701"].cost == Decimal("3.2")


def test_what_is_not_known_is_not_added() -> None:
    """A sum with a gap in it would be read as the whole."""
    gap = Quote(cost=Decimal(1), parts=None, by_phone={"7701": PhoneQuote()})
    both = add_up([ONE, gap, TWO])

    assert (both.cost, both.parts) == (Decimal("10.6"), None)
    assert both.by_phone["7701"] == PhoneQuote(operator="40101")


def test_a_quote_in_a_log_names_nobody() -> None:
    """Phones stay out of `repr`."""
    assert "7701" not in repr(ONE)
