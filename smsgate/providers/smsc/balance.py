"""``balance.php``: what is left on the account."""

import attrs

from smsgate.money import Balance, parse_money
from smsgate.providers.smsc.account import SmscAccount, a_minute
from smsgate.providers.smsc.answers import read_question, text
from smsgate.wire.http import HttpReply, HttpRequest


def encode_balance(account: SmscAccount) -> HttpRequest:
    """Ask for the balance and its currency (``cur=1``)."""
    rates = a_minute(account.balances_per_minute, [("balance",)])
    return attrs.evolve(account.request("balance", cur="1"), rates=rates)


def decode_balance(reply: HttpReply) -> Balance:
    """Decode the balance; ``credit`` is only there when it is not zero."""
    answer = read_question(reply)
    amount = parse_money(answer.get("balance")) if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or amount is None:
        raise reply.unreadable()

    return Balance(
        amount=amount,
        currency=text(answer.get("currency")),
        credit=parse_money(answer.get("credit")),
    )
