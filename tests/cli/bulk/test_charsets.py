"""The charset of a file: found where it shows, asked for where it does not."""

import contextlib
import io

import pytest
from hypothesis import given, strategies as st

from smsgate.cli.bulk.charsets import check_charset, detect, looks_like_windows_1251
from smsgate.errors import InvalidArgument

WORDS = "phone,text\n77011234567,Здравствуйте, Анна! Ваш заказ готов\n"
CAPITALS = "phone,text\n77011234567,ЗАКАЗ ГОТОВ\n"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
def test_mark_says_it(charset: str) -> None:
    """A byte order mark is the file's own word."""
    assert detect(io.BytesIO(WORDS.encode(charset))) == charset


@pytest.mark.parametrize("charset", ["utf-16-be", "utf-32-be"])
def test_mark_in_the_other_order(charset: str) -> None:
    """Also with the bytes the other way round."""
    assert detect(io.BytesIO(f"\ufeff{WORDS}".encode(charset))) == charset.removesuffix("-be")


@pytest.mark.parametrize("text", [WORDS, "phone,text\n77011234567,hello\n", ""])
def test_valid_utf_8_proves_itself(text: str) -> None:
    """What is valid UTF-8 to the last byte, plain ASCII included, is UTF-8."""
    assert detect(io.BytesIO(text.encode())) == "utf-8-sig"


@pytest.mark.parametrize(
    "words", [WORDS, "Ваше замовлення: Ґанок, Їжак, Європа", "ўсё, УСЁ, ПРАЎДА"]
)
def test_words_prove_windows_1251(words: str) -> None:
    """What old spreadsheets save is recognised by its words."""
    assert detect(io.BytesIO(words.encode("cp1251"))) == "cp1251"


@pytest.mark.parametrize(
    "words",
    ["Київ, приїхати, Їжак, з'їзд, Єва", "воўк, праўда, ўсе", "Україна, Ґонта, об’їзд"],
)
def test_letters_where_they_belong(words: str) -> None:
    """Ukrainian and Belarusian have some that are others in KZ-1048."""
    assert detect(io.BytesIO(words.encode("cp1251"))) == "cp1251"


@pytest.mark.parametrize(
    "words",
    [
        "Айгүл",
        "Гүлнар",
        "Ұлан",
        "Нұрлан",
        "ГҮЛНАР, Гүлнар",
        "Өтеген, Ырыс",
        "Ғабит",
        "Өтеген, тапсырыс",
        "Ғ, Алиёв",
    ],
)
def test_letters_where_they_do_not_belong(words: str) -> None:
    """Read as windows-1251, Kazakh names are spelt as no word is."""
    with pytest.raises(InvalidArgument, match="cannot be told"):
        detect(io.BytesIO(f"name\nОля\n{words}\n".encode("kz1048")))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(WORDS.encode("koi8-r"), id="koi8-r"),
        pytest.param(WORDS.encode("cp866"), id="cp866"),
        pytest.param("phone,text\n1,Қайырлы күн, тапсырыс дайын\n".encode("kz1048"), id="kz1048"),
        pytest.param("phone,text\n1,Заказ Анны у Бориса\n".encode("mac-cyrillic"), id="mac"),
        pytest.param("phone,text\n1,déjà vu, Müller\n".encode("latin-1"), id="latin-1"),
        pytest.param(CAPITALS.encode("cp1251"), id="nothing-but-capitals"),
        pytest.param(b"phone,text\n1,\x98\xff\n", id="no-letter-at-all"),
    ],
)
def test_what_does_not_show_is_asked_for(body: bytes) -> None:
    """A wrong guess would be read on a phone, so nobody guesses."""
    with pytest.raises(InvalidArgument, match="cannot be told: name it with --charset"):
        detect(io.BytesIO(body))


@pytest.mark.parametrize("body", [b"PK\x03\x04\x14\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"])
def test_workbook_is_no_text(body: bytes) -> None:
    """Whoever gives it is told what to do, and not asked for its charset."""
    with pytest.raises(InvalidArgument, match="a workbook, as Excel has them: save it as CSV"):
        detect(io.BytesIO(body))


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(charset: str) -> None:
    """It may be valid UTF-8, and is no text then: its zero bytes show what it is."""
    with pytest.raises(InvalidArgument, match=f"if it is that, say --charset {charset}"):
        detect(io.BytesIO("phone,text\n77011234567,hello\n".encode(charset)))


def test_one_bad_line_does_not_change_the_charset() -> None:
    """UTF-8 with a fault in it is faulty UTF-8; whoever reads it names the line."""
    assert detect(io.BytesIO(WORDS.encode() + b"1,\xff\xfe\n")) == "utf-8-sig"


@pytest.mark.parametrize(
    ("name", "known"), [("utf8", "utf-8-sig"), ("windows-1251", "cp1251"), ("KOI8-R", "koi8-r")]
)
def test_charset_has_many_names(name: str, known: str) -> None:
    """People write a charset as they know it."""
    assert check_charset(name) == known


@pytest.mark.parametrize("name", ["klingon", "base64", "undefined", "", "a\0b"])
def test_no_charset(name: str) -> None:
    """What is no charset of texts is a usage error."""
    with pytest.raises(InvalidArgument, match="is none that is known"):
        check_charset(name)


@given(st.binary())
def test_any_bytes_are_judged(body: bytes) -> None:
    """Whatever a file holds, the answer is a charset or `InvalidArgument`."""
    looks_like_windows_1251(body)
    with contextlib.suppress(InvalidArgument):
        assert detect(io.BytesIO(body))
