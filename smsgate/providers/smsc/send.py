"""
``send.php``: one text for one phone or for many, or a text of its own for each.

One id of ours covers the request; SMSC knows each message by (id, phone), so no phone
may come twice. ``cost=3`` asks for cost and balance, ``op=1`` for a line on each phone.
"""

import re
from collections.abc import Hashable, Sequence
from datetime import timedelta

import attrs

from smsgate.errors import InvalidArgument, InvalidMessage, SmsGateError
from smsgate.message import Message
from smsgate.money import parse_price
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.answers import integer, read, text
from smsgate.providers.smsc.lines import Line, absent_line, by_phone, line_of, refusal
from smsgate.providers.smsc.rows import LONGEST_TEXT, encode_texts, is_sure
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply, HttpRequest

GATEWAY = "smsc"
_OWN_ID = re.compile("(?!0$)[A-Za-z0-9._-]{1,40}")  # for 0 the server would choose one
_MINUTE = timedelta(minutes=1)
_LONGEST_LIFE = timedelta(hours=24)


def check(message: Message) -> None:
    """Raise `InvalidMessage` for what ``send.php`` has no words for."""
    if len(message.text) > LONGEST_TEXT:
        raise InvalidMessage(
            f"text: SMSC takes {LONGEST_TEXT} characters, this one has {len(message.text)}"
        )

    if message.send_at is not None and message.send_at.timestamp() < 0:
        raise InvalidMessage("send_at: SMSC counts the seconds since 1970")

    life = message.valid_for
    if life is not None and (life % _MINUTE or life > _LONGEST_LIFE):
        raise InvalidMessage(f"valid_for: SMSC takes whole minutes up to 24 hours, not {life}")


def kind(message: Message) -> Hashable | None:
    """Tell with what *message* may share a request; one whose text is no row, with its like."""
    moment = message.send_at and message.send_at.timestamp()  # an hour comes twice a year
    shared = (message.sender, moment, message.valid_for)
    return (*shared, None if is_sure(message.text) else message.text)


def encode_send(account: SmscAccount, batch: Sequence[Message], own_id: str) -> HttpRequest:
    """
    Encode messages of one kind, to phones that differ, under one id of ours.

    Raises `InvalidArgument` for an id that SMSC would refuse, or replace by its own.
    """
    if not _OWN_ID.fullmatch(own_id):
        raise InvalidArgument("id_factory: SMSC takes 1 to 40 letters, digits, . _ -; not 0")

    first = batch[0]
    request = account.request(
        "send",
        **encode_texts(batch),
        id=own_id,
        cost="3",
        op="1",
        sender=first.sender or account.sender or "",
        time=f"0{int(first.send_at.timestamp())}" if first.send_at else "",
        valid=_hours_and_minutes(first.valid_for) if first.valid_for else "",
    )
    return attrs.evolve(request, own_id=own_id)


def decode_send(reply: HttpReply, batch: Sequence[Message]) -> list[Receipt | SmsGateError]:
    """
    Decode one receipt a message, or its own refusal inside an accepted request.

    Raises what became of all of them when it is the same: a refusal, or `OutcomeUnknown`.
    """
    answer = read(reply)
    if not isinstance(answer, dict):
        raise reply.unreadable()

    id_, parts = text(answer.get("id")), integer(answer.get("cnt"))
    if id_ is None or id_ == "0" or parts is None or parts < 1:
        raise reply.unreadable()

    lines = by_phone(answer.get("phones"))
    if len(batch) == 1:
        [message] = batch
        line = {"cost": answer.get("cost"), **line_of(message.phone, lines)}
        return [refusal(line) or _receipt(id_, message, line, parts)]

    phones = [message.phone for message in batch]
    absent = absent_line(lines, set(phones))
    return [
        refusal(line) or _receipt(id_, message, line, None)
        for message, phone in zip(batch, phones, strict=True)
        for line in [lines.get(phone, absent)]
    ]


def _receipt(id_: str, message: Message, line: Line, parts: int | None) -> Receipt:
    return Receipt(
        gateway=GATEWAY,
        id=id_,
        phone=message.phone,
        parts=parts,
        cost=parse_price(line.get("cost")),
        message_id=message.id,
    )


def _hours_and_minutes(life: timedelta) -> str:
    hours, minutes = divmod(life // _MINUTE, 60)
    return f"{hours:02}:{minutes:02}"
