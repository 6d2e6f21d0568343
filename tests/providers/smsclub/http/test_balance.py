"""Asking the HTTP gate for the balance."""

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import OutcomeUnknown, Refused
from smsgate.money import Balance
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.http.balance import decode_balance, encode_balance
from smsgate.providers.smsclub.http.dialect import WITH_PASSWORD, WITH_TOKEN, Dialect
from smsgate.wire.http import HttpReply

REPLIES = Path(__file__).parent / "replies"


@pytest.mark.parametrize(
    ("dialect", "path"),
    [
        pytest.param(WITH_PASSWORD, "/hfw_smpp_addon/httpgetbalance.php", id="password"),
        pytest.param(WITH_TOKEN, "/token/getbalance.php", id="token"),
    ],
)
def test_the_login_is_all_that_is_asked_with(dialect: Dialect, path: str) -> None:
    """It is POSTed, as a comment on the page allows: a GET would log the password."""
    request = encode_balance(SmsClubAccount(username="u", password="p"), dialect)

    assert (request.method, request.path) == ("POST", path)
    assert request.body == f"username=u&{dialect.secret}=p".encode()


@pytest.mark.parametrize(
    ("name", "balance"),
    [
        ("balance.txt", Balance(amount=Decimal("250.5000"), credit=Decimal(0))),
        (
            "balance-with-currency.txt",
            Balance(amount=Decimal("250.50"), credit=Decimal("100.00"), currency="UAH"),
        ),
    ],
)
def test_amount_and_credit(name: str, balance: Balance) -> None:
    """Two values are documented; a third, if it is a word, may be the currency."""
    assert decode_balance(HttpReply((REPLIES / name).read_bytes())) == balance


def test_a_byte_order_mark_is_no_part_of_the_amount() -> None:
    """PHP files saved by an editor may begin with one."""
    assert decode_balance(HttpReply(b"\xef\xbb\xbf1.50<br/>0")).amount == Decimal("1.50")


def test_a_third_number_is_no_currency() -> None:
    """What the third value is was never documented; a number it is not used for anything."""
    assert decode_balance(HttpReply(b"1<br/>2<br/>3<br/>4<br/>")).currency is None


@pytest.mark.parametrize("name", ["balance-cut.txt", "page.html", "sent-one.txt"])
def test_anything_else_teaches_nothing(name: str) -> None:
    """Half a balance, a page or a list of ids is no money."""
    with pytest.raises(OutcomeUnknown):
        decode_balance(HttpReply((REPLIES / name).read_bytes()))


@pytest.mark.parametrize("body", [b"", b"nan<br/>0", b"1e5,0", b"inf<br/>inf<br/>"])
def test_nonsense_is_no_money(body: bytes) -> None:
    """Only finite numbers are."""
    with pytest.raises(OutcomeUnknown):
        decode_balance(HttpReply(body))


def test_a_refusal_is_a_refusal() -> None:
    """The gate's own words reach the caller."""
    with pytest.raises(Refused, match="Не найдено"):
        decode_balance(HttpReply((REPLIES / "refused-login-utf8.txt").read_bytes()))


@given(st.binary())
def test_gibberish_raises_nothing_foreign(body: bytes) -> None:
    """A balance or one of our errors, whatever comes."""
    with suppress(Refused, OutcomeUnknown):
        assert decode_balance(HttpReply(body)).amount.is_finite()
