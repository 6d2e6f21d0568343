"""
The least that can answer a send in each language, having read whom it is for.

Bodies are searched as bytes: decoding all of them would make the server the bottleneck.
One text of each request is decoded, so that what arrives damaged does not go unseen.
"""

import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

_ids = itertools.count(10**9)
_OWN_ID = re.compile(rb"(?:^|&)id=([^&]*)")
_LIST = re.compile(rb"(?:^|&)list=([^&]*)")
_PHONES = re.compile(rb"(?:^|&)phones=([^&]*)")
_TEXT = re.compile(rb"(?:^|&)mes=([^&]*)")
_NEW_LINE = re.compile(rb"%0[Aa]")
_COMMA = re.compile(rb"%2[Cc]|,")
_ROW = re.compile(rb"(?:%2[Bb]|\+)?([0-9]+)(?:%3[Aa]|:)(.*)")
_PHONE = re.compile(rb"(?:%2[Bb]|\+)?([0-9]+)")
_CDATA, _END = rb"(?:%3C%21%5BCDATA%5B)?", rb"(?:%5D%5D%3E)?"
_TO = re.compile(rb"%3Cto%3E" + _CDATA + rb"([0-9]+)")
_XML_TEXT = re.compile(rb"%3Ctext%3E" + _CDATA + rb"(.*?)" + _END + rb"%3C%2Ftext%3E")


class Letters(NamedTuple):
    """What a request holds: *phones*, without a plus, and the *text* for the first of them."""

    phones: Sequence[bytes]
    text: str
    id: bytes = b""


def _form_text(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode()


def read_smsc(body: bytes) -> Letters:
    """Read ``list`` rows, or ``phones`` and ``mes``."""
    own_id = _OWN_ID.search(body)
    id_ = own_id[1] if own_id else b"0"
    listed = _LIST.search(body)
    if listed:
        rows = [_ROW.match(row) for row in _NEW_LINE.split(listed[1])]
        found = [row for row in rows if row]
        return Letters([row[1] for row in found], _form_text(found[0][2]), id_)

    phones, text = _PHONES.search(body), _TEXT.search(body)
    named = [_PHONE.match(phone) for phone in _COMMA.split(phones[1] if phones else b"")]
    return Letters([one[1] for one in named if one], _form_text(text[1] if text else b""), id_)


def answer_smsc(letters: Letters) -> bytes:
    """Answer as ``fmt=3``, ``cost=3``, ``op=1`` is answered: a line for each phone."""
    lines = b'","mccmnc":"40101","cost":"3.20"},{"phone":"'.join(letters.phones)
    return (
        b'{"id":"%b","cnt":1,"cost":"%.2f","balance":"996.80",'
        b'"phones":[{"phone":"%b","mccmnc":"40101","cost":"3.20"}]}'
    ) % (letters.id, 3.2 * len(letters.phones), lines)


def read_xml(body: bytes) -> Letters:
    """Read the ``to`` elements of a document in a form field."""
    text = _XML_TEXT.search(body)
    return Letters(_TO.findall(body), _form_text(text[1] if text else b""))


def answer_xml(letters: Letters) -> bytes:
    """Answer with an id for each phone."""
    ids = b"".join(b"<mess>%d</mess>" % next(_ids) for _ in letters.phones)
    return (
        b'<?xml version="1.0" encoding="utf-8"?><response><status>OK</status>'
        b"<text></text><ids>%b</ids></response>"
    ) % ids


def read_json(body: bytes) -> Letters:
    """Read the phones of one text."""
    fields = json.loads(body)
    return Letters([phone.encode() for phone in fields["phone"]], fields["message"])


def answer_json(letters: Letters) -> bytes:
    """Answer with a map from id to phone."""
    taken = b",".join(b'"%d":"%b"' % (next(_ids), phone) for phone in letters.phones)
    return b'{"success_request":{"info":{%b}}}' % taken


class Language(NamedTuple):
    """How requests of one path are read and answered."""

    read: Callable[[bytes], Letters]
    answer: Callable[[Letters], bytes]


_SMSC = Language(read_smsc, answer_smsc)
_XML = Language(read_xml, answer_xml)
LANGUAGES: Mapping[bytes, Language] = {
    b"/sys/send.php": _SMSC,
    b"/hfw_smpp_addon/xmlsendsmspost.php": _XML,
    b"/hfw_smpp_addon/xmlsendindividual.php": _XML,
    b"/sms/send": Language(read_json, answer_json),
}

ONE_BY_ONE = frozenset({b"/sys/send.php"})  #: paths under the rule of 15 connections
TURNED_AWAY = b'{"error":"too many concurrent requests","error_code":9}'
