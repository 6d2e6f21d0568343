"""Sending: one text for one phone or for many, as a form in windows-1251."""

from base64 import b64encode
from collections.abc import Sequence

from smsgate.errors import SmsGateError
from smsgate.message import Message
from smsgate.providers.smsclub import letters
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.http.answers import read_list
from smsgate.providers.smsclub.http.dialect import CHARSET, Dialect
from smsgate.providers.smsclub.ids import are_new_ids
from smsgate.receipt import Receipt
from smsgate.text import encode_strictly
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.lists import join

GATEWAY = "smsclub+http"


def check(account: SmsClubAccount, message: Message) -> None:
    """Raise `InvalidMessage` for what this gate has no words for."""
    letters.check(message, account.sender)
    encode_strictly(message.text, CHARSET)
    letters.check_life(message)


def encode_send(account: SmsClubAccount, dialect: Dialect, batch: Sequence[Message]) -> HttpRequest:
    """Encode messages that differ by nothing but their phones."""
    first = batch[0]
    request = dialect.request(
        account,
        dialect.send,
        from_=first.sender or account.sender or "",
        to=join(";", [message.phone for message in batch]),
        text=_write(first.text, dialect),
        lifetime=str(first.valid_for // letters.MINUTE) if first.valid_for else "",
    )
    return request.alone()


def decode_send(reply: HttpReply, batch: Sequence[Message]) -> list[Receipt | SmsGateError]:
    """
    Decode one receipt a message, with an id for each part.

    Raises what became of all of them when it is the same: a refusal, or `OutcomeUnknown`.
    """
    ids = read_list(reply)
    if not are_new_ids(ids):
        raise reply.unreadable()

    return letters.allot(GATEWAY, ids, batch)


def _write(text: str, dialect: Dialect) -> str:
    said = encode_strictly(text, CHARSET)
    return b64encode(said).decode("ascii") if dialect.is_base64 else text
