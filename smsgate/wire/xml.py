"""
XML in and out, small and closed: no DTD, no entity, no network.

An XML parser turns a carriage return into a line feed, and in an attribute a line feed or
a tab into a space; what must arrive is written as a character reference. What XML 1.0 has
no way to write is refused.
"""

import re
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from smsgate.errors import InvalidMessage
from smsgate.text import name_character

# https://www.w3.org/TR/xml/#charsets, the other way round.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}


def check_characters(text: str, *, what: str = "text") -> None:
    """Raise `InvalidMessage` for a character that XML 1.0 has no way to write."""
    found = _FORBIDDEN.search(text)
    if found:
        raise InvalidMessage(f"{what}: XML 1.0 cannot carry {name_character(found[0])}")


def escape(text: str) -> str:
    """Write *text* as element content or as an attribute value."""
    return "".join(_REFERENCES.get(character, character) for character in text)


def cdata(text: str) -> str:
    """Write *text* as CDATA that nothing inside can end early."""
    inner = text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<![CDATA[{inner}]]>"


def parse_xml(body: bytes | str) -> Element:
    """
    Parse a document, spaces around it forgiven; raises `ValueError` when it is none.

    A DOCTYPE is refused at its first character, so no entity is ever defined.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body.strip(), True)
    except (expat.ExpatError, LookupError) as exc:
        raise ValueError(f"not XML: {exc}") from None

    return builder.close()


def text_of(element: Element | None) -> str:
    """Return an element's text without the spaces around it; empty when there is none."""
    return "" if element is None else "".join(element.itertext()).strip()


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a document type is not accepted")
