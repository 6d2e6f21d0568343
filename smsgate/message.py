"""What callers hand in: one text for one phone, checked at birth."""

import re
from datetime import datetime, timedelta

import attrs

from smsgate.errors import InvalidMessage
from smsgate.text import name_character

# E.164 allows 15 digits; nothing shorter than 7 is an international number.
_PHONE = re.compile(r"\+?[1-9][0-9]{6,14}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LOCAL_DIGITS = 9
_NUL = "\0"
_LONGEST_SENDER = 15  # digits; names are shorter, and each provider's codec knows how much


def _check_id(_: object, __: object, id_: str | None) -> None:
    if id_ is not None:
        _demand("id", id_, str)


def local_part(phone: str) -> str:
    """Give the digits with which all written forms of *phone* end: 8 701 … is 7 701 …."""
    return phone[-_LOCAL_DIGITS:]


def hide_phone(phone: str) -> str:
    """Keep the last two digits: enough to tell phones apart, too little to call one."""
    return f"'…{phone[-2:]}'"


@attrs.frozen
class Message:
    """
    One text for one phone.

    ``to`` is an international number of 7 to 15 digits, with or without a plus; it
    travels as written. ``sender`` overrides the gateway's. ``id`` is your own
    reference and comes back on the receipt. ``send_at`` (aware) and ``valid_for``
    raise `InvalidMessage` when sent through a provider that has no words for them.

    Raises `InvalidMessage`, naming the field, the character and the rule.
    """

    to: str = attrs.field(repr=hide_phone)
    text: str = attrs.field(repr=False)
    sender: str | None = attrs.field(default=None, kw_only=True)
    id: str | None = attrs.field(default=None, kw_only=True, validator=_check_id)
    send_at: datetime | None = attrs.field(default=None, kw_only=True)
    valid_for: timedelta | None = attrs.field(default=None, kw_only=True)

    @property
    def phone(self) -> str:
        """The digits of ``to``, without the plus: how providers name a recipient."""
        return self.to.removeprefix("+")

    @to.validator
    def _check_to(self, _: object, to: str) -> None:
        _demand("to", to, str)
        if _PHONE.fullmatch(to):
            return

        stray = re.search(r"[^0-9]", to.removeprefix("+"))
        if stray:
            raise InvalidMessage(
                f"to: {name_character(stray[0])} is not a digit; write the phone in "
                "international form, digits only, with or without a leading +"
            )

        raise InvalidMessage(
            "to: an international phone has 7 to 15 digits and does not begin with 0; "
            f"this one has {len(to.removeprefix('+'))}"
        )

    @text.validator
    def _check_text(self, _: object, text: str) -> None:
        _demand("text", text, str)
        if not text:
            raise InvalidMessage("text: must not be empty")

        if _NUL in text:
            raise InvalidMessage(f"text: {name_character(_NUL)} ends a text early on the way")

        lone = _LONE_SURROGATE.search(text)
        if lone:
            raise InvalidMessage(
                f"text: {name_character(lone[0])} is half a character, a lone surrogate"
            )

    @sender.validator
    def _check_sender(self, _: object, sender: str | None) -> None:
        check_sender(sender)

    @send_at.validator
    def _check_send_at(self, _: object, moment: datetime | None) -> None:
        if moment is None:
            return

        _demand("send_at", moment, datetime)
        if moment.utcoffset() is None:
            raise InvalidMessage("send_at: must know its time zone (an aware datetime)")

    @valid_for.validator
    def _check_valid_for(self, _: object, period: timedelta | None) -> None:
        if period is None:
            return

        _demand("valid_for", period, timedelta)
        if period <= timedelta(0):
            raise InvalidMessage("valid_for: must be longer than nothing")


def check_sender(sender: str | None) -> None:
    """Raise `InvalidMessage` unless *sender* is 1 to 15 printable characters, or None."""
    if sender is None:
        return

    _demand("sender", sender, str)
    if not sender.strip() or len(sender) > _LONGEST_SENDER:
        raise InvalidMessage(f"sender: must have 1 to {_LONGEST_SENDER} characters")

    for character in sender:
        if not character.isprintable():
            raise InvalidMessage(f"sender: {name_character(character)} is not printable")


def _demand(field: str, value: object, kind: type) -> None:
    """Raise `InvalidMessage` unless *value* is what its annotation says."""
    if not isinstance(value, kind):
        raise InvalidMessage(f"{field}: must be {kind.__name__}, not {type(value).__name__}")
