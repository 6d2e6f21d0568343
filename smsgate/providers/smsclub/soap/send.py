"""``sendSms``: one text for one phone, or for a list of them."""

from collections.abc import Sequence

from smsgate.errors import InvalidMessage, SmsGateError
from smsgate.message import Message
from smsgate.providers.smsclub import letters
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.ids import are_new_ids
from smsgate.providers.smsclub.soap.endpoint import Endpoint, read
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.xml import check_characters

GATEWAY = "smsclub+soap"


def check(account: SmsClubAccount, message: Message) -> None:
    """Raise `InvalidMessage` for what this gate has no words for."""
    letters.check(message, account.sender)
    check_characters(message.text)
    if message.valid_for is not None:
        raise InvalidMessage("valid_for: SMSClub's SOAP gate has no word for it")


def encode_send(
    endpoint: Endpoint, account: SmsClubAccount, batch: Sequence[Message]
) -> HttpRequest:
    """
    Encode messages that differ by nothing but their phones.

    Many phones are a typed list: an untyped one reaches PHP as an object, without a fault.
    """
    first = batch[0]
    phones = [message.phone for message in batch]
    request = endpoint.request(
        "sendSms",
        login=account.username,
        password=account.secret,
        alphaName=first.sender or account.sender or "",
        destAddr=phones if len(phones) > 1 else phones[0],
        text=first.text,
    )
    return request.alone()


def decode_send(reply: HttpReply, batch: Sequence[Message]) -> list[Receipt | SmsGateError]:
    """
    Decode the ids, a list or the only one bare, and give each message its own.

    Raises what became of all of them when it is the same: a refusal, or `OutcomeUnknown`.
    """
    result = read(reply)
    found = [result] if isinstance(result, str) else result
    if isinstance(found, dict):  # ids by what? nobody knows
        raise reply.unreadable()

    ids = [id_.strip() for id_ in found]
    if not are_new_ids(ids):
        raise reply.unreadable()

    return letters.allot(GATEWAY, ids, batch)
