"""
``send.php``: one text for one phone or for many.

One id of ours covers the request; SMSC knows each message by (id, phone), so no phone
may come twice. ``cost=3`` asks for cost and balance, ``op=1`` for a line on each phone.
"""

import re
from collections.abc import Mapping, Sequence, Set as AbstractSet
from datetime import timedelta

import attrs

from smsgate.errors import (
    InvalidArgument,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
)
from smsgate.message import Message
from smsgate.money import parse_money
from smsgate.providers.smsc.account import SmscAccount
from smsgate.providers.smsc.answers import integer, read, text
from smsgate.providers.smsc.codes import (
    HARMLESS,
    NOT_FAILURES,
    PHONE_REFUSALS,
    REASONS,
    STATUSES,
)
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.lists import join

GATEWAY = "smsc"
_OWN_ID = re.compile("(?!0$)[A-Za-z0-9._-]{1,40}")  # for 0 the server would choose one
_LONGEST_TEXT = 1000
_MINUTE = timedelta(minutes=1)
_LONGEST_LIFE = timedelta(hours=24)

Line = Mapping[str, object]  #: what an accepted request says of one phone


def check(message: Message) -> None:
    """Raise `InvalidMessage` for what ``send.php`` has no words for."""
    if len(message.text) > _LONGEST_TEXT:
        raise InvalidMessage(
            f"text: SMSC takes {_LONGEST_TEXT} characters, this one has {len(message.text)}"
        )

    if message.send_at is not None and message.send_at.timestamp() < 0:
        raise InvalidMessage("send_at: SMSC counts the seconds since 1970")

    life = message.valid_for
    if life is not None and (life % _MINUTE or life > _LONGEST_LIFE):
        raise InvalidMessage(f"valid_for: SMSC takes whole minutes up to 24 hours, not {life}")


def encode_send(account: SmscAccount, batch: Sequence[Message], own_id: str) -> HttpRequest:
    """
    Encode messages that differ by nothing but their phones, under one id of ours.

    Raises `InvalidArgument` for an id that SMSC would refuse, or replace by its own.
    """
    if not _OWN_ID.fullmatch(own_id):
        raise InvalidArgument("id_factory: SMSC takes 1 to 40 letters, digits, . _ -; not 0")

    first = batch[0]
    request = account.request(
        "send",
        phones=join(",", [message.to for message in batch]),
        mes=first.text,
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
    answer = _read(reply, batch)
    if not isinstance(answer, dict):
        raise reply.unreadable()

    id_, parts = text(answer.get("id")), integer(answer.get("cnt"))
    if id_ is None or id_ == "0" or parts is None or parts < 1:
        raise reply.unreadable()

    lines = _by_phone(answer.get("phones"))
    if len(batch) == 1:
        [message] = batch
        line = {"cost": answer.get("cost"), **next(iter(lines.values()), {})}
        return [_refusal(line) or _receipt(id_, message, line, parts)]

    absent = _absent(lines, {message.phone for message in batch})
    return [
        _refusal(line) or _receipt(id_, message, line, None)
        for message in batch
        for line in [lines.get(message.phone, absent)]
    ]


def _read(reply: HttpReply, batch: Sequence[Message]) -> object:
    """Read the answer; a refusal of "the phone" among several does not say of which."""
    try:
        return read(reply)
    except RecipientRefused as error:
        if len(batch) == 1:
            raise

        raise Refused(f"{error}; one of {len(batch)} phones", code=error.code) from None


def _absent(lines: Mapping[str, Line], phones: AbstractSet[str]) -> Line:
    """
    Make the line of a phone that has none: it says nothing, and that is a yes.

    But SMSC may rewrite a phone: when it refuses one that nobody wrote, that may be any
    phone without a line, so nothing is known of those.
    """
    refused = [phone for phone in lines.keys() - phones if _refusal(lines[phone])]
    return {"status": "unclear"} if refused else {}


def _receipt(id_: str, message: Message, line: Line, parts: int | None) -> Receipt:
    return Receipt(
        gateway=GATEWAY,
        id=id_,
        phone=message.phone,
        parts=parts,
        cost=parse_money(line.get("cost")),
        message_id=message.id,
    )


def _by_phone(answer: object) -> dict[str, Line]:
    """Sort the lines by phone; of two on one phone a refusal counts."""
    listed = list(answer.values()) if isinstance(answer, dict) else answer  # PHP, with gaps
    lines = [line for line in listed if isinstance(line, dict)] if isinstance(listed, list) else []
    lines.sort(key=lambda line: _refusal(line) is not None)
    return {str(line.get("phone")).removeprefix("+"): line for line in lines}


def _refusal(line: Line) -> SmsGateError | None:
    """Read the line on one phone: ``status`` and ``error`` stand only on bad ones."""
    code, error = integer(line.get("status")), integer(line.get("error"))
    if (code is None and line.get("status")) or (error is None and line.get("error")):
        return OutcomeUnknown("smsc: what it says of this phone is unreadable")

    status = STATUSES.get(code) if code is not None else None
    if error in NOT_FAILURES or (status and not status.is_failure):
        return None

    if code is None and error in {None, *HARMLESS}:
        return None

    is_documented = status is not None or error in REASONS.keys() - HARMLESS
    kind = PHONE_REFUSALS.get(status, RecipientRefused) if is_documented else OutcomeUnknown
    return kind(f"smsc: status {code}, error {error} for this phone", code=str(error or code))


def _hours_and_minutes(life: timedelta) -> str:
    hours, minutes = divmod(life // _MINUTE, 60)
    return f"{hours:02}:{minutes:02}"
