"""``balance.php``: what is left, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from support.replies import reply

from smsgate import Balance, OutcomeUnknown, SmsGateError
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.balance import decode_balance, encode_balance
from smsgate.wire.http import HttpReply, parse_form
from smsgate.wire.json import dumps


def test_what_is_asked() -> None:
    """The currency is asked for with the amount."""
    request = encode_balance(SmscAccount(api_key="key"))

    assert request.path == "/sys/balance.php"
    assert parse_form(request)["cur"] == "1"


@pytest.mark.parametrize(
    ("name", "balance"),
    [
        ("balance", Balance(amount=Decimal("183.20"))),
        ("balance-currency", Balance(amount=Decimal("183.20"), currency="KZT")),
        (
            "balance-credit",
            Balance(amount=Decimal("-5.00"), currency="KZT", credit=Decimal(1000)),
        ),
    ],
)
def test_reading_a_balance(name: str, balance: Balance) -> None:
    """Currency and credit are there when the account has them."""
    assert decode_balance(reply(f"smsc/{name}.json")) == balance


@pytest.mark.parametrize(
    "body",
    [b"", b"OK", b"183.20", b"[]", b"{}", b'{"balance": "a lot"}', b'{"balance": true}'],
)
def test_what_is_no_balance(body: bytes) -> None:
    """An answer without an amount is not an empty account."""
    with pytest.raises(OutcomeUnknown, match="unreadable"):
        decode_balance(HttpReply(body))


@given(
    st.binary()
    | st.dictionaries(
        st.sampled_from(["balance", "credit", "currency", "error", "error_code"]),
        st.none() | st.integers() | st.text() | st.floats() | st.lists(st.none()),
    ).map(dumps)
)
def test_no_answer_breaks_the_decoder(body: bytes) -> None:
    """Whatever comes back, it is an amount or an error of ours."""
    try:
        balance = decode_balance(HttpReply(body))
    except SmsGateError:
        return

    assert balance.amount.is_finite()
