"""``/sms/balance`` and ``/sms/originator``: empty questions, small answers."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import OutcomeUnknown
from smsgate.money import Balance
from smsgate.providers.smsclub.json.account import SmsClubBearer
from smsgate.providers.smsclub.json.balance import (
    decode_balance,
    decode_originators,
    encode_balance,
    encode_originators,
)
from smsgate.wire.http import HttpReply

ACCOUNT = SmsClubBearer(token="t0ken")
REPLIES = Path(__file__).parent / "replies"


def _reply(name: str) -> HttpReply:
    return HttpReply((REPLIES / name).read_bytes())


def test_the_questions_are_empty_posts() -> None:
    """The token says all there is to say."""
    balance, originators = encode_balance(ACCOUNT), encode_originators(ACCOUNT)

    assert (balance.method, balance.path, balance.body) == ("POST", "/sms/balance", b"")
    assert (originators.path, originators.body) == ("/sms/originator", b"")
    assert balance.headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    ("name", "balance"),
    [
        ("balance.json", Balance(amount=Decimal("250.5000"), currency="UAH")),
        ("balance-number.json", Balance(amount=Decimal("250.5"))),
    ],
)
def test_money_is_decimal(name: str, balance: Balance) -> None:
    """Text or number, with a currency or without."""
    assert decode_balance(_reply(name)) == balance


@pytest.mark.parametrize(
    "name", ["unlearned-balance-words.json", "unlearned-balance-list.json", "silent.json"]
)
def test_what_is_no_money_is_unreadable(name: str) -> None:
    """No amount is made up."""
    with pytest.raises(OutcomeUnknown):
        decode_balance(_reply(name))


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("originators.json", ["Shop", "SMS CLUB"]),
        ("originators-with-gaps.json", ["Shop", "SMS CLUB"]),
        ("originators-none.json", []),
    ],
)
def test_names(name: str, names: list[str]) -> None:
    """A list, or the map that PHP makes of a list with gaps."""
    assert decode_originators(_reply(name)) == names


@pytest.mark.parametrize("name", ["unlearned-originators-text.json", "silent.json"])
def test_what_is_no_list_of_names_is_unreadable(name: str) -> None:
    """An empty list would mean that the account has none."""
    with pytest.raises(OutcomeUnknown):
        decode_originators(_reply(name))


@given(body=st.binary(max_size=200))
def test_junk_teaches_nothing(body: bytes) -> None:
    """No bytes raise anything but ours."""
    with pytest.raises(OutcomeUnknown):
        decode_balance(HttpReply(body))
    with pytest.raises(OutcomeUnknown):
        decode_originators(HttpReply(body))
