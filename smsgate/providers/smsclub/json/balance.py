"""``/sms/balance`` and ``/sms/originator``: the account's money and its sender names."""

from smsgate.money import Balance, parse_money
from smsgate.providers.smsclub.json.account import SmsClubBearer
from smsgate.providers.smsclub.json.answers import entries, read_success, text
from smsgate.wire.http import HttpReply, HttpRequest


def encode_balance(account: SmsClubBearer) -> HttpRequest:
    """Ask for the balance."""
    return account.request("balance")


def decode_balance(reply: HttpReply) -> Balance:
    """Decode the balance: ``money`` is the text of a number, with four decimals."""
    info = entries(read_success(reply).get("info"))
    amount = parse_money(info.get("money"))
    if amount is None:
        raise reply.unreadable()

    return Balance(amount=amount, currency=text(info.get("currency")) or None)


def encode_originators(account: SmsClubBearer) -> HttpRequest:
    """Ask for the sender names."""
    return account.request("originator")


def decode_originators(reply: HttpReply) -> list[str]:
    """Decode the names; PHP writes a list with gaps as a map."""
    match read_success(reply).get("info"):
        case dict(numbered):
            names = list(numbered.values())
        case list(names):
            pass
        case _:
            raise reply.unreadable()

    return [name for name in names if isinstance(name, str)]
