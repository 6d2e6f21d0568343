"""How long a text is on the air, and what a charset cannot carry."""

import pytest
from hypothesis import given, strategies as st

from smsgate import InvalidMessage
from smsgate.text import (
    GSM_BASIC,
    GSM_EXTENDED,
    count_gsm_parts,
    encode_strictly,
    is_gsm,
    name_character,
    septets,
    units,
)


def test_the_alphabet_has_its_size() -> None:
    """3GPP TS 23.038: 128 places of which one is the escape, and ten behind the escape."""
    assert (len(GSM_BASIC), len(GSM_EXTENDED)) == (127, 10)
    assert not GSM_BASIC & GSM_EXTENDED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("", 1, id="empty"),
        pytest.param("a" * 160, 1, id="one-full-part"),
        pytest.param("a" * 161, 2, id="one-too-many"),
        pytest.param("a" * 306, 2, id="two-full-parts"),
        pytest.param("a" * 307, 3, id="three-parts"),
        pytest.param("€" * 80, 1, id="extended-counts-twice"),
        pytest.param("€" * 81, 2, id="extended-one-too-many"),
        pytest.param("я" * 70, 1, id="unicode-full"),
        pytest.param("я" * 71, 2, id="unicode-one-too-many"),
        pytest.param("я" * 134, 2, id="unicode-two-full"),
        pytest.param("я" * 135, 3, id="unicode-three"),
        pytest.param("😀" * 35, 1, id="emoji-counts-twice"),
        pytest.param("😀" * 36, 2, id="emoji-one-too-many"),
        pytest.param("a" * 70 + "я", 2, id="one-letter-decides"),
    ],
)
def test_parts(text: str, parts: int) -> None:
    """The edges of 160/153 and 70/67, where a bill doubles."""
    assert count_gsm_parts(text) == parts


@given(st.text())
def test_a_text_is_measured_one_way(text: str) -> None:
    """Places are never fewer than characters, and Unicode places are UTF-16's."""
    assert septets(text) >= len(text)
    assert units(text) == len(text.encode("utf-16-be")) // 2
    assert is_gsm(text) == all(character in GSM_BASIC | GSM_EXTENDED for character in text)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("ә", r"'\u04d9' (U+04D9)"),
        ("😀", r"'\U0001f600' (U+1F600)"),
        ("\n", r"'\n' (U+000A)"),
        ("A", "'A' (U+0041)"),
    ],
)
def test_a_character_is_named_in_ascii(character: str, name: str) -> None:
    """An error that names a character can be printed anywhere."""
    assert name_character(character) == name


@given(st.text())
def test_a_charset_carries_all_or_says_what_not(text: str) -> None:
    """No character is damaged silently: a question mark would be read by somebody."""
    lost = [character for character in text if not character.encode("cp1251", "ignore")]
    if not lost:
        assert encode_strictly(text, "cp1251").decode("cp1251") == text
        return

    with pytest.raises(InvalidMessage) as caught:
        encode_strictly(text, "cp1251")

    assert str(caught.value) == f"text: cp1251 cannot carry {name_character(lost[0])}"
