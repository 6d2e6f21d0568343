"""
What SMSClub can carry, and which of its ids is whose.

The gates give one id for each part: all parts of the first recipient in sending order,
then the second's, and so on. A part has 160 characters of ASCII 0x01-0x7E (153 in a
chain), else 70 (67); a message has at most seven parts. Source: the gateway page; the
single sizes are the GSM rule.
"""

import re
from collections.abc import Hashable, Sequence
from datetime import timedelta
from itertools import islice

from smsgate.errors import InvalidMessage, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.text import SEPTETS, UNITS, count_gsm_parts, name_character, units
from smsgate.wire.codec import letter_of

MINUTE = timedelta(minutes=1)
_MOST_PARTS = 7
_PRINTABLE = re.compile("[\x01-\x7e]*")
_SENDER = re.compile("[A-Za-z0-9 ._-]")
_LONGEST_SENDER = 11
_SURE_PHONE = re.compile("380[0-9]{9}")


def check_life(message: Message) -> None:
    """Raise `InvalidMessage` unless ``valid_for`` is in whole minutes, as ``lifetime`` is."""
    life = message.valid_for
    if life is not None and life % MINUTE:
        raise InvalidMessage(f"valid_for: SMSClub takes whole minutes, not {life}")


def count_parts(text: str) -> int:
    """Count parts by the provider's own rule, which speaks of ASCII only."""
    return SEPTETS.count(len(text)) if _PRINTABLE.fullmatch(text) else UNITS.count(units(text))


def check(message: Message, sender: str | None) -> None:
    """
    Raise `InvalidMessage` for what no gate of SMSClub has words for.

    *sender* is the one to use when the message has none. Length is counted by the
    provider's rule and by the GSM rule, and the stricter one holds.
    """
    parts = max(count_parts(message.text), count_gsm_parts(message.text))
    if parts > _MOST_PARTS:
        raise InvalidMessage(f"text: SMSClub takes {_MOST_PARTS} parts, this one has {parts}")

    if message.send_at is not None:
        raise InvalidMessage("send_at: SMSClub sends at once only")

    _check_sender(message.sender or sender)


def _check_sender(sender: str | None) -> None:
    if not sender:
        raise InvalidMessage("sender: SMSClub needs one, on the message or on the gateway")

    if len(sender) > _LONGEST_SENDER:
        raise InvalidMessage(f"sender: SMSClub takes {_LONGEST_SENDER} characters at most")

    for character in sender:
        if not _SENDER.fullmatch(character):
            raise InvalidMessage(
                f"sender: {name_character(character)} is not a Latin letter, digit, space, . _ or -"
            )


def can_share(message: Message) -> bool:
    r"""
    Whether the ids of *message* could be told from those of others in the same answer.

    What ``^{}[]~\` and the bar take is not documented: a text in which they could make
    one part more travels alone, so that all the ids that come back are its own. So does a
    phone that is not 380 and nine digits, the one form that SMSClub's own client lets
    through: left out without a word, it would make all others unknown.
    """
    is_counted = count_parts(message.text) == count_gsm_parts(message.text)
    return is_counted and _SURE_PHONE.fullmatch(message.phone) is not None


def kind(message: Message) -> Hashable | None:
    """Tell with what *message* may share a request: the same letter, if its ids can be told."""
    return letter_of(message) if can_share(message) else None


def allot(
    gateway: str, ids: Sequence[str], batch: Sequence[Message]
) -> list[Receipt | SmsGateError]:
    """
    Give each message of *batch* its ids.

    One message has them all. Among several the counts must add up exactly. When they do
    not, but one text went to all and the ids can be shared out evenly, the provider
    counts parts in another way: nobody knows which id is whose, and the receipts say so
    (``shared_ids``). Otherwise somebody may have been left out, so the outcome of each
    is unknown.
    """
    if not ids:
        raise OutcomeUnknown("the answer says yes and gives no id")

    if len(batch) == 1:
        return [_receipt(gateway, batch[0], ids)]

    counts = [count_parts(message.text) for message in batch]
    if len(set(ids)) == len(ids) == sum(counts):
        return _cut(gateway, ids, batch, counts)

    if len(set(ids)) == len(ids) > sum(counts) and _is_even(ids, batch):
        return [_unclear_receipt(gateway, message, ids) for message in batch]

    unclear = OutcomeUnknown(
        f"for {len(batch)} messages of {sum(counts)} parts the ids do not add up, so somebody "
        f"may have been left out: {', '.join(ids)}"
    )
    return [unclear] * len(batch)


def _is_even(ids: Sequence[str], batch: Sequence[Message]) -> bool:
    is_one_text = len({message.text for message in batch}) == 1
    return is_one_text and len(ids) % len(batch) == 0


def _cut(
    gateway: str, ids: Sequence[str], batch: Sequence[Message], counts: Sequence[int]
) -> list[Receipt | SmsGateError]:
    left = iter(ids)
    return [
        _receipt(gateway, message, list(islice(left, count)))
        for message, count in zip(batch, counts, strict=True)
    ]


def _receipt(gateway: str, message: Message, ids: Sequence[str]) -> Receipt:
    return Receipt(
        gateway=gateway,
        id=ids[0],
        phone=message.phone,
        parts=len(ids),
        part_ids=tuple(ids),
        message_id=message.id,
    )


def _unclear_receipt(gateway: str, message: Message, ids: Sequence[str]) -> Receipt:
    return Receipt(
        gateway=gateway,
        id="",
        phone=message.phone,
        shared_ids=tuple(ids),
        message_id=message.id,
    )
