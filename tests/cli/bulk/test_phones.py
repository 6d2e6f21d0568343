"""Phones as people write them."""

import contextlib
import sys
import time

import pytest
from hypothesis import given, strategies as st

from smsgate.cli.bulk.phones import PhoneBook
from smsgate.errors import InvalidArgument, InvalidMessage
from smsgate.message import Message


@pytest.mark.parametrize(
    "written",
    [
        "+7 (701) 123-45-67",
        "+7\xa0701\u2013123\u201145\u201367",
        "77011234567",
        "7 701 123 45 67",
        "[7701] 1234567",
        "\u202a+7 701.123.45.67\u202c",
        "(7701) 1234567",
        "(77011234567)",
        "7.701.123.45.67",
        "7 701 123.4567",
        "(7) 701 123-45-67",
        "[+7 (701) 1234567]",
    ],
)
def test_ornaments_go(written: str) -> None:
    """Spaces, dashes and brackets say nothing."""
    assert PhoneBook().read(written).removeprefix("+") == "77011234567"


@pytest.mark.parametrize(
    "written", ["87011234567", "8 (701) 123-45-67", "(8) 701 123-45-67", "0671234567", "7011234567"]
)
def test_local_form_is_not_guessed_at(written: str) -> None:
    """Somewhere else the same digits are somebody else's."""
    with pytest.raises(InvalidMessage, match="write it with"):
        PhoneBook().read(written)


@pytest.mark.parametrize("written", ["501234567", "671234567", "8701555000", "916 123-45-67"])
def test_few_digits_may_lack_their_0(written: str) -> None:
    """A spreadsheet drops it, and what is left is the number of somebody abroad."""
    with pytest.raises(InvalidMessage, match="may be a local number; write it with"):
        PhoneBook().read(written)

    assert PhoneBook().read(f"+{written}").startswith("+")


@pytest.mark.parametrize("country", [None, "KZ"])
@pytest.mark.parametrize("written", ["+87011234567", "+8 (901) 123-45-67"])
def test_plus_before_a_local_form(written: str, country: str | None) -> None:
    """It would be another row than the same phone with +7, and be sent to twice."""
    with pytest.raises(InvalidMessage, match=r"write \+7"):
        PhoneBook(country).read(written)


@pytest.mark.parametrize("written", ["+84912345678", "+85212345678", "+870771234567"])
def test_countries_whose_codes_begin_with_8(written: str) -> None:
    """Vietnam, Hong Kong and satellites have them: what is right is sent."""
    assert PhoneBook().read(written) == written


@pytest.mark.parametrize(
    "written",
    [
        "380671234567.0",
        "380671234567.",
        "380671234567.25",
        "+380 67 123 45 67.0",
        "\u202a380671234567.0 \u202c",
        "380671234569 (2)",
        "+380671234569 [work]",
        "-380671234581",
        "\u2212380671234581",
        "380671234567,0",
        "380 671 234 567.00",
        "380671234567. 0",
        "+380671234567.00",
        "380671234567.1234",
        "(2) 380671234567",
        "[12] 380671234567",
        "(7) 380671234567",
        "(8) 38 (067) 123-45-67",
        "701 123-45-67 (2",
        "380671234567 2)",
        "380671234567 [2",
        "380671234567 2]",
        "380671234567-2",
        "+380671234567 \u2013 2",
        "701 123-45-67 1",
        "380671234567\xa0\u202a2\u202c ",
        f"380671234567{' ' * 100}(2)",
    ],
)
@pytest.mark.parametrize("country", [None, "UA"])
def test_what_stands_beside_a_phone_is_no_digit_of_it(written: str, country: str | None) -> None:
    """Without its dot, minus or brackets it would be the phone of somebody else."""
    with pytest.raises(InvalidMessage, match="a number of a spreadsheet, or has a note beside it"):
        PhoneBook(country).read(written)


@pytest.mark.parametrize("written", ["3.80671E+11", "3,80671E+11", "7.7e10"])
def test_what_a_spreadsheet_rounded(written: str) -> None:
    """Its last digits are lost, and whoever typed them is told how to keep them."""
    with pytest.raises(InvalidMessage, match="a spreadsheet has rounded it"):
        PhoneBook().read(written)


@pytest.mark.parametrize("country", [None, "UA"])
@pytest.mark.parametrize("written", ["1" * 200_000, "380671234567" + "()" * 100_000 + "(2)"])
def test_what_is_far_too_long(written: str, country: str | None) -> None:
    """A cell into which somebody pasted a book is refused at once."""
    start = time.monotonic()
    with pytest.raises(InvalidMessage, match="too long to be a phone"):
        PhoneBook(country).read(written)

    assert time.monotonic() - start < 1


@pytest.mark.parametrize("written", ["+7701000001", "+7 701 123 45 678"])
@pytest.mark.parametrize("country", [None, "KZ"])
def test_plus_7_has_eleven_digits(written: str, country: str | None) -> None:
    """A digit too few, or too many, is a slip of whoever typed it."""
    with pytest.raises(InvalidMessage, match="eleven digits"):
        PhoneBook(country).read(written)


@pytest.mark.parametrize("written", ["77011234567.0", "7.7E+10", "7701123456O", "", "1/2", "7701+"])
def test_what_is_no_phone_stays_none(written: str) -> None:
    """A spreadsheet's idea of a number is not mended into somebody's phone."""
    with pytest.raises(InvalidMessage):
        Message(PhoneBook().read(written), "text")


@pytest.mark.parametrize(
    ("country", "written", "wanted"),
    [
        ("KZ", "8 701 123 45 67", "+77011234567"),
        ("KZ", "701 123 45 67", "+77011234567"),
        ("KZ", "77011234567", "+77011234567"),
        ("KZ", "380671234567", "+380671234567"),
        ("UA", "067 123-45-67", "+380671234567"),
        ("UA", "(0) 67 123-45-67", "+380671234567"),
        ("UA", "+7 701 123 45 67", "+77011234567"),
    ],
)
def test_country_completes_a_local_form(country: str, written: str, wanted: str) -> None:
    """With a country its own numbers are understood, and foreign ones still are."""
    assert PhoneBook(country).read(written) == wanted


@pytest.mark.parametrize(
    ("country", "written", "says"),
    [
        pytest.param("KZ", "12345", "no number of KZ", id="nobody's"),
        pytest.param("KZ", "9" * 40, "no number of KZ", id="too-long-to-parse"),
        pytest.param("DE", "34612345678", "of another country as well", id="two-readings"),
    ],
)
def test_one_reading_or_none(country: str, written: str, says: str) -> None:
    """Digits that can be read in two ways are not sent to either."""
    with pytest.raises(InvalidMessage, match=says):
        PhoneBook(country).read(written)


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("UA", "(2) 673779651"),
        ("UA", "(12) 679563434"),
        ("RU", "(1) 9187244670"),
        ("KZ", "(44) 7078708513"),
        (None, "+7 903 123 45 6 - 1"),
        (None, "+38067123456 1"),
    ],
)
def test_note_makes_no_number_of_another_country(country: str | None, written: str) -> None:
    """With the digits of the note each would be one, of a stranger."""
    with pytest.raises(InvalidMessage, match="has a note beside it"):
        PhoneBook(country).read(written)


@pytest.mark.parametrize("written", ["(38) 067 123-45-67", "38.067.123.45.67", "(67) 1234567"])
def test_what_is_whole_only_with_its_brackets(written: str) -> None:
    """Few digits in brackets belong to the phone, if it is none without them."""
    assert PhoneBook("UA").read(written).endswith("671234567")


@pytest.mark.parametrize("country", ["XX", "Kazakhstan", "kz", ""])
def test_no_country(country: str) -> None:
    """A country is two capital letters."""
    with pytest.raises(InvalidArgument, match="two letters"):
        PhoneBook(country)


def test_country_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without phonenumbers one sentence says how to get it."""
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(InvalidArgument, match=r"smsgate\[phones\]"):
        PhoneBook("KZ")


@given(st.text(), st.sampled_from([None, "KZ"]))
def test_any_text_is_read_or_refused(written: str, country: str | None) -> None:
    """Nothing but `InvalidMessage` comes out of a strange phone."""
    with contextlib.suppress(InvalidMessage):
        PhoneBook(country).read(written)
