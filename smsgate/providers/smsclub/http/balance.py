"""What is left on the account."""

from smsgate.money import Balance, parse_money
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.http.answers import read_values
from smsgate.providers.smsclub.http.dialect import Dialect
from smsgate.wire.http import HttpReply, HttpRequest


def encode_balance(account: SmsClubAccount, dialect: Dialect) -> HttpRequest:
    """Ask for the balance."""
    return dialect.request(account, dialect.balance)


def decode_balance(reply: HttpReply) -> Balance:
    """Decode the amount and the credit; a third value, if any, may be the currency."""
    amount, credit, currency, *_ = [*read_values(reply), "", "", ""]
    left, lent = parse_money(amount), parse_money(credit)
    if left is None or lent is None:
        raise reply.unreadable()

    return Balance(amount=left, credit=lent, currency=currency if currency.isalpha() else None)
