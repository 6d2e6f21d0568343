"""
``/sms/send``: one text for up to a hundred phones.

The answer has two maps: ``info``, from id to phone, of those who were taken, and
``add_info``, from phone (or from the name of a bad field) to reason, of those who were
not. An id proves that its message was taken, whatever else is said of the phone.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from smsgate.errors import (
    ContentRefused,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
)
from smsgate.message import Message, local_part
from smsgate.providers.smsclub import letters
from smsgate.providers.smsclub.ids import are_new_ids
from smsgate.providers.smsclub.json.account import SmsClubBearer
from smsgate.providers.smsclub.json.answers import entries, read, text
from smsgate.receipt import Receipt
from smsgate.text import name_character
from smsgate.wire.http import HttpReply, HttpRequest

GATEWAY = "smsclub+json"
_BMP_END = "\uffff"
_FIELDS: Mapping[str, type[Refused]] = {
    "src_addr": ContentRefused,
    "phone": Refused,
    "message": Refused,
}  #: the names that may stand in ``add_info`` in place of a phone
Found = TypeVar("Found")


def check(account: SmsClubBearer, message: Message, *, emoji: bool) -> None:
    """
    Raise `InvalidMessage` for what ``/sms/send`` has no words for.

    Unless *emoji*, that is also every character outside the basic plane: one public
    source saw them arrive as question marks.
    """
    letters.check(message, account.sender)
    letters.check_life(message)
    lost = next((c for c in message.text if c > _BMP_END), None)
    if lost and not emoji:
        raise InvalidMessage(
            f"text: SMSClub was seen to deliver {name_character(lost)} as a question mark; "
            "emoji=True on the gateway sends it all the same"
        )


def encode_send(account: SmsClubBearer, batch: Sequence[Message]) -> HttpRequest:
    """Encode messages that differ by nothing but their phones. ``lifetime`` is in minutes."""
    first = batch[0]
    return account.request(
        "send",
        src_addr=first.sender or account.sender,
        phone=[message.phone for message in batch],
        message=first.text,
        lifetime=first.valid_for // letters.MINUTE if first.valid_for else None,
    ).alone()


def decode_send(reply: HttpReply, batch: Sequence[Message]) -> list[Receipt | SmsGateError]:
    """
    Decode what became of each phone: its ids, its refusal, or no word.

    Raises what became of all of them when it is the same: a refusal, or `OutcomeUnknown`.
    An ``info`` that is not wholly understood may hold anybody's id: then no refusal of a
    single phone is believed.
    """
    request = read(reply)
    info, add_info = request.get("info"), entries(request.get("add_info"))
    if info and (not reply.is_ok or _is_reversed(entries(info), batch)):
        raise reply.unreadable()

    taken = _ids_by_phone(entries(info))
    is_clear = not info or 0 < sum(map(len, taken.values())) == len(entries(info))
    reasons = _reasons_by_phone(add_info) if is_clear else {}
    rest = _no_word() if info else _refusal_of_all(add_info)
    return [
        _result(message, _own(taken, message, batch), _own(reasons, message, batch), rest)
        for message in batch
    ]


def _result(
    message: Message, ids: Sequence[str] | None, reason: str | None, rest: SmsGateError
) -> Receipt | SmsGateError:
    if ids:
        several = tuple(ids) if len(ids) > 1 else ()
        return Receipt(
            gateway=GATEWAY,
            id=ids[0],
            phone=message.phone,
            parts=len(several) or None,
            part_ids=several,
            message_id=message.id,
        )

    return RecipientRefused(reason) if reason else rest


def _is_reversed(info: Mapping[str, object], batch: Sequence[Message]) -> bool:
    """Whether a phone stands in the place of an id, as it does in version 3 of the gate."""
    ours = {local_part(message.phone) for message in batch}
    return any(local_part(key) in ours for key in info)


def _ids_by_phone(info: Mapping[str, object]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_, phone in info.items():
        if are_new_ids([id_]) and _phone(phone):
            found.setdefault(_phone(phone), []).append(id_)

    return found


def _reasons_by_phone(add_info: Mapping[str, object]) -> dict[str, str]:
    by_phone = {_phone(key): _words(reason) for key, reason in add_info.items()}
    return {phone: reason for phone, reason in by_phone.items() if phone.isdecimal()}


def _own(found: Mapping[str, Found], message: Message, batch: Sequence[Message]) -> Found | None:
    """Find what is said of this phone. Alone, it may come back written in another form."""
    if len(found) == len(batch) == 1:
        [(phone, said)] = found.items()
        digits = "".join(filter(str.isdigit, phone))
        return said if local_part(digits) == local_part(message.phone) else None

    return found.get(message.phone)


def _phone(value: object) -> str:
    return text(value).removeprefix("+")


def _refusal_of_all(add_info: Mapping[str, object]) -> SmsGateError:
    for field, kind in _FIELDS.items():
        if field in add_info:
            return kind(f"{_words(add_info[field])} ({field})", code=field)

    return _no_word()


def _no_word() -> OutcomeUnknown:
    return OutcomeUnknown("smsclub: the answer says nothing of this phone")


def _words(reason: object) -> str:
    return f"smsclub: {text(reason) or 'no explanation'}"
