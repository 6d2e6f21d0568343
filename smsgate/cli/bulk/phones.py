"""
Phones as people type them, and what they must become: international, digits only.

What could be local is not guessed at: a wrong guess is a stranger's phone. With a country
`phonenumbers` decides, and only if the digits can be read in one way.
"""

import re
from importlib.util import find_spec

import attrs

from smsgate.errors import InvalidArgument, InvalidMessage

_SPACES = " \t\xa0\u2007\u2009\u202f"
_MARKS = (
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # as contacts are copied
)
_DASHES = "-\u2010\u2011\u2012\u2013\u2014"
_NO_MARKS = str.maketrans("", "", _MARKS)
_NO_SPACES = str.maketrans("", "", _SPACES)
_ORNAMENTS = str.maketrans("", "", f"{_SPACES}{_MARKS}{_DASHES}()[].")
# What would make more digits of a phone than it has: a minus, a fraction, or a note in brackets.
_MORE_THAN_A_PHONE = re.compile(
    r"[-\u2010-\u2014\u2212].*|[^.,]*[.,][0-9]{0,2}|.*[.,][0-9]?"
    r"|.*[0-9].*(\([^()]*\)|\[[^][]*\])"
)
_FRACTION = re.compile(r"[0-9]+[.,][0-9]*")
_LAST_DIGIT_ALONE = re.compile(rf"[{_DASHES}{_SPACES}][0-9]\Z")
# In front of a whole number it counts something; but (8) 701 123-45-67 and (38) 067 123-45-67
# are whole only with what is in brackets.
_NOTE_IN_FRONT = re.compile(
    r"[(\[](?!0|[78][)\]]([^0-9]*[0-9]){10}\Z|38[)\]][^0-9]*0([^0-9]*[0-9]){9}\Z)"
    r"[0-9]{1,2}[)\]]([^0-9]*[0-9]){9}.*"
)
_ROUNDED = re.compile(r"[-+]?[0-9]+([.,][0-9]*)?[Ee][-+]?[0-9]+")
# No country has numbers with 0 in front, and spreadsheets drop that 0, so ten digits are most
# often what is left. +7 has eleven digits, and eleven digits that begin with 8 are somebody's
# at home in Kazakhstan and Russia, and somebody else's in Vietnam.
_MAYBE_LOCAL = re.compile("0.*|[0-9]{7,10}|7(?![0-9]{10}$).*|8[0-9]{10}")
# No country's code is 87 or 89, but for satellites, whose numbers are longer.
_LOCAL_WITH_PLUS = re.compile(r"\+8[79][0-9]{9}")
_WRONG_PLUS_7 = re.compile(r"\+7(?![0-9]{10}$)[0-9]*")
_DIGITS = re.compile("[0-9]+")
_LONGEST = 64  # characters that are seen: far more than a phone has, however it is written
_LOCAL = (
    "to: it may be a local number; write it with + and the code of its country, "
    "or say with --country whose it is"
)


@attrs.frozen
class PhoneBook:
    """Reads phones; those without a country's code are of *country* (two letters), if given."""

    country: str | None = attrs.field(default=None)

    @country.validator
    def _check_country(self, _: object, country: str | None) -> None:
        if country is None:
            return

        if find_spec("phonenumbers") is None:
            raise InvalidArgument("--country needs phonenumbers: pip install 'smsgate[phones]'")

        import phonenumbers  # noqa: PLC0415 - it needs the extra, and time

        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise InvalidArgument("--country: give two letters, like KZ or UA")

    def read(self, written: str) -> str:
        """Return a phone that `smsgate.Message` can judge, or raise `InvalidMessage`."""
        _check_that_nothing_is_added(written.translate(_NO_MARKS).strip(_SPACES))
        bare = written.translate(_ORNAMENTS)
        if _LOCAL_WITH_PLUS.fullmatch(bare):
            raise InvalidMessage("to: 8 begins a local number, and is no country's code: write +7")

        if _WRONG_PLUS_7.fullmatch(bare):
            has = len(bare) - 1
            raise InvalidMessage(f"to: a number with +7 has eleven digits; this one has {has}")

        if bare.startswith("+") or not _DIGITS.fullmatch(bare):
            return bare

        if self.country:
            return _only_reading(bare, self.country)

        if _MAYBE_LOCAL.fullmatch(bare):
            raise InvalidMessage(_LOCAL)

        return bare


def _check_that_nothing_is_added(spaced: str) -> None:
    """Raise `InvalidMessage` for what would be another phone without its ornaments."""
    phone = spaced.translate(_NO_SPACES)
    if len(phone) > _LONGEST:  # it would take long to look at
        raise InvalidMessage("to: it is too long to be a phone")

    if _ROUNDED.fullmatch(phone):
        raise InvalidMessage(
            "to: a spreadsheet has rounded it; make its column text, and write the phone anew"
        )

    if (
        _MORE_THAN_A_PHONE.fullmatch(phone)
        or _NOTE_IN_FRONT.fullmatch(phone)
        or _FRACTION.fullmatch(spaced)
        or _LAST_DIGIT_ALONE.search(spaced)
        or any(phone.count(one) != phone.count(other) for one, other in ("()", "[]"))
    ):
        raise InvalidMessage(
            "to: it looks like a number of a spreadsheet, or has a note beside it; "
            "write the phone and nothing else"
        )


def _only_reading(digits: str, country: str) -> str:
    """Read *digits* as a number in *country* and as one with its code in front."""
    readings = {_valid(digits, country), _valid(f"+{digits}", None)} - {None}
    match [*readings]:
        case [str(reading)]:
            return reading
        case []:
            raise InvalidMessage(f"to: no number of {country}, nor of another country")
        case _:
            raise InvalidMessage(
                f"to: a number of {country}, and of another country as well; "
                "write it with + and the code of its country"
            )


def _valid(number: str, country: str | None) -> str | None:
    import phonenumbers  # noqa: PLC0415 - it needs the extra

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None

    if not phonenumbers.is_valid_number(parsed):
        return None

    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
