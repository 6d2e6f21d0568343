"""
What SMSClub can carry, and which of its ids is whose.

The gates give one id for each part: all parts of the first recipient in sending order,
then the second's, and so on. A part has 160 characters of ASCII 0x01-0x7E (153 in a
chain), else 70 (67); a message has at most seven parts. Source: the gateway page; the
single sizes are the GSM rule.
"""

import re
from collections.abc import Sequence

from smsgate.errors import InvalidMessage, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt
from smsgate.text import SEPTETS, UNITS, count_gsm_parts, name_character, units

_MOST_PARTS = 7
_PRINTABLE = re.compile("[\x01-\x7e]*")
_SENDER = re.compile("[A-Za-z0-9 ._-]")
_LONGEST_SENDER = 11


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


def allot(
    gateway: str, ids: Sequence[str], batch: Sequence[Message]
) -> list[Receipt | SmsGateError]:
    """
    Give each message of *batch* its ids.

    One message has them all. Among several the counts must add up exactly. With more
    ids than parts nobody knows which id is whose, and the receipts say so
    (``shared_ids``). With fewer, or with a number that one text for all cannot give,
    somebody was left out: then the outcome of each is unknown.
    """
    if not ids:
        raise OutcomeUnknown("the answer says yes and gives no id")

    if len(batch) == 1:
        return [_receipt(gateway, batch[0], ids)]

    counts = [count_parts(message.text) for message in batch]
    is_one_text = len({message.text for message in batch}) == 1
    if len(ids) < sum(counts) or (is_one_text and len(ids) % len(batch)):
        missing = OutcomeUnknown(
            f"{len(ids)} ids for {len(batch)} messages of {sum(counts)} parts: "
            "somebody was left out, and nobody knows who"
        )
        return [missing] * len(batch)

    if len(ids) > sum(counts):
        return [_unclear_receipt(gateway, message, ids) for message in batch]

    ends = [sum(counts[: place + 1]) for place in range(len(counts))]
    return [
        _receipt(gateway, message, ids[end - count : end])
        for message, count, end in zip(batch, counts, ends, strict=True)
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
