"""
Sending: one text for one phone or for many, or a text of its own for each phone.

Both answers have one form: an id for each part, in the order of the recipients.
"""

from collections.abc import Hashable, Sequence

from smsgate.errors import InvalidMessage, SmsGateError
from smsgate.message import Message
from smsgate.providers.smsclub import letters
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.ids import are_new_ids
from smsgate.providers.smsclub.xml.answers import read
from smsgate.providers.smsclub.xml.dialect import Dialect
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.lists import join
from smsgate.wire.xml import check_characters, text_of

GATEWAY = "smsclub+xml"


def check(account: SmsClubAccount, message: Message) -> None:
    """Raise `InvalidMessage` for what this gate has no words for."""
    letters.check(message, account.sender)
    check_characters(message.text)
    if message.valid_for is not None:
        raise InvalidMessage("valid_for: SMSClub's XML gate has no word for it")


def kind(message: Message) -> Hashable | None:
    """Tell with what *message* may share a request: whatever has its sender, if its ids can."""
    return (message.sender,) if letters.can_share(message) else None


def encode_send(account: SmsClubAccount, dialect: Dialect, batch: Sequence[Message]) -> HttpRequest:
    """Encode messages of one sender, to phones that differ."""
    first = batch[0]
    sender = ("from", first.sender or account.sender or "")
    if all(message.text == first.text for message in batch):
        phones = join(";", [message.phone for message in batch])
        letter = [sender, ("to", phones), ("text", first.text)]
        return dialect.request(account, dialect.send, "request_sendsms", letter).alone()

    pairs = [pair for m in batch for pair in (("to", m.phone), ("text", m.text))]
    personal = [sender, *pairs]
    return dialect.request(account, dialect.individual, "request_sendsms", personal).alone()


def decode_send(reply: HttpReply, batch: Sequence[Message]) -> list[Receipt | SmsGateError]:
    """
    Decode one receipt a message, with an id for each part.

    Raises what became of all of them when it is the same: a refusal, or `OutcomeUnknown`.
    """
    ids = [text_of(mess) for mess in read(reply).findall("ids/mess")]
    if not are_new_ids(ids):
        raise reply.unreadable()

    return letters.allot(GATEWAY, ids, batch)
