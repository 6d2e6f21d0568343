"""
Which charset a file is in: what it says itself, what it proves, or nothing.

A byte order mark says it, and a text that is valid UTF-8 to its last byte proves it.
The one-byte charsets prove nothing: nearly every file is valid in each of them.
windows-1251 is assumed only where its words look like words; otherwise somebody has to
say, because a wrong guess would be read on a phone.
"""

import codecs
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO

from smsgate.errors import InvalidArgument

UTF8 = "utf-8-sig"  # so that a mark at the beginning is no part of the first column's name
_BOMS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))  # .xlsx and .ods; .xls
_BLOCK = 1 << 16
_SAMPLE = 500  # lines with letters outside ASCII: enough to know a language by
# Letters of Russian, Ukrainian and Belarusian alone: those of the Balkans are, in most files,
# letters of KZ-1048 or of old Macs, which have the same bytes.
_FOREIGN = re.compile(r"[^\x00-\x7fА-яЁёЄєІіЇїЎўҐґ№«»„“”‘’–—…•·°±§©®™€\xa0]")
_CONSONANTS = "бвгджзйклмнпрстфхцчшщґ"
# KZ-1048 has ү ұ ө ғ where windows-1251 has ї ў є ґ: what Ukrainian and Belarusian never have
# is Kazakh, as is a line that has ы besides.
_MISPLACED = re.compile(rf"[{_CONSONANTS}{_CONSONANTS.upper()}][їў]|Ў[{_CONSONANTS}]|Є[аоу]")
_UKRAINIAN = re.compile("[їєґ]", re.IGNORECASE)
_NOT_UKRAINIAN = re.compile("[ыэъё]", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z\u0400-\u0491]*[\u0400-\u0491][A-Za-z\u0400-\u0491]*")
_PLAIN_WORD = re.compile("[\u0400-\u042f\u0490]?[\u0430-\u045f\u0491]+")
_SHARE = 0.9  # of the words; a few are names, abbreviations and slips


def check_charset(name: str) -> str:
    """Return what Python calls the charset *name*; raises `InvalidArgument` for no charset."""
    try:
        "1".encode(name)
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        raise InvalidArgument(f"charset: {name!r} is none that is known") from None

    return UTF8 if known == "utf-8" else known


def detect(file: BinaryIO) -> str:
    """
    Find the charset of *file*.

    Raises `InvalidArgument` when it cannot be told. A file that is UTF-8 up to some line
    is UTF-8: whoever reads it will find that line.
    """
    file.seek(0)
    head = file.read(_BLOCK)
    for bom, charset in _BOMS:
        if head.startswith(bom):
            return charset

    if head.startswith(_WORKBOOKS):
        raise InvalidArgument("it is no text but a workbook, as Excel has them: save it as CSV")

    if b"\0" in head:
        order = "le" if head.index(b"\0") % 2 else "be"
        raise InvalidArgument(
            "there are zero bytes in it, as in UTF-16 without a byte order mark: "
            f"if it is that, say --charset utf-16-{order}"
        )

    if _is_utf8(file):
        return UTF8

    sample = list(islice(_lines_beyond_ascii(file), _SAMPLE))
    if any(_is_valid(line, "utf-8") for line in sample):
        return UTF8

    if looks_like_windows_1251(b"".join(sample)):
        return "cp1251"

    raise InvalidArgument(
        "the file's charset cannot be told: name it with --charset, "
        "for instance windows-1251, kz1048, koi8-r, cp866, mac-cyrillic or latin-1"
    )


def looks_like_windows_1251(sample: bytes) -> bool:
    """Whether the words in *sample*, read as windows-1251, are spelt as words are."""
    if not _is_valid(sample, "cp1251"):
        return False

    text = sample.decode("cp1251")
    words = [word for word in _WORD.findall(text) if len(word) > 1 and not _is_shouted(word)]
    plain = sum(bool(_PLAIN_WORD.fullmatch(word)) for word in words)
    return not _is_foreign(text) and plain > 0 and plain >= _SHARE * len(words)


def _is_foreign(text: str) -> bool:
    """Whether *text* has what is in no Russian, Ukrainian or Belarusian one."""
    is_mixed = _UKRAINIAN.search(text) and _NOT_UKRAINIAN.search(text)
    return bool(is_mixed or _FOREIGN.search(text) or _MISPLACED.search(text))


def _is_shouted(word: str) -> bool:
    """Whether *word* is in capitals: it could be small letters of KOI8-R, and tells nothing."""
    return word.isupper()


def _is_utf8(file: BinaryIO) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in iter(partial(file.read, _BLOCK), b""):
            decoder.decode(block)

        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False

    return True


def _lines_beyond_ascii(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    lines = iter(partial(file.readline, _BLOCK), b"")
    return (line for line in lines if not line.isascii())


def _is_valid(line: bytes, charset: str) -> bool:
    try:
        line.decode(charset)
    except UnicodeDecodeError:
        return False

    return True
