"""How many places a text takes on the air, and what it may never contain."""

import attrs

from smsgate.errors import InvalidMessage

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)  #: 3GPP TS 23.038, one septet each
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")  #: 3GPP TS 23.038, two septets each
_GSM = GSM_BASIC | GSM_EXTENDED


@attrs.frozen
class PartSizes:
    """How many places one part has: alone, and as a link of a chain."""

    single: int
    chained: int

    def count(self, places: int) -> int:
        """Count the parts that *places* places need; at least one."""
        return 1 if places <= self.single else -(-places // self.chained)


SEPTETS = PartSizes(160, 153)
UNITS = PartSizes(70, 67)


def is_gsm(text: str) -> bool:
    """Whether *text* fits the GSM 7-bit alphabet with its extension table."""
    return _GSM.issuperset(text)


def septets(text: str) -> int:
    """Count the septets *text* takes, were it sent in the GSM alphabet."""
    return len(text) + sum(character in GSM_EXTENDED for character in text)


def units(text: str) -> int:
    """Count UTF-16 units: what one place of a Unicode part holds. An emoji takes two."""
    return len(text.encode("utf-16-le")) // 2


def count_gsm_parts(text: str) -> int:
    """Count the parts of *text* by the GSM rule (160/153, or 70/67 outside its alphabet)."""
    return SEPTETS.count(septets(text)) if is_gsm(text) else UNITS.count(units(text))


def can_carry(charset: str, text: str) -> bool:
    """Whether *charset* has every character of *text*."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False

    return True


def encode_strictly(text: str, charset: str) -> bytes:
    """
    Encode *text*, or raise `InvalidMessage` naming the first character that is lost.

    A question mark in its place would be read by somebody.
    """
    try:
        return text.encode(charset)
    except UnicodeEncodeError as exc:
        lost = name_character(text[exc.start])

    raise InvalidMessage(f"text: {charset} cannot carry {lost}")  # not from what quotes it all


def name_character(character: str) -> str:
    """Name one character so that a person can find it, whatever it looks like on screen."""
    return f"{character!a} (U+{ord(character):04X})"
