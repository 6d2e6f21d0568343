"""
SOAP as rpc/encoded services speak it: typed texts, lists and maps, and faults.

A number is read as its text, so no id loses a zero. Names are compared without their
prefixes, which every toolkit chooses for itself. Source: SOAP 1.1, section 5, and what
PHP's ext/soap was seen to put on the wire.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

import attrs

from smsgate.wire.xml import check_characters, escape, parse_xml, text_of

SOAP_TYPE = "text/xml; charset=utf-8"
Value = str | list[str] | dict[str, str]
_Targets = Mapping[str, Element]

_ENVELOPE = """\
<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns:ns1="{namespace}" xmlns:ns2="http://xml.apache.org/xml-soap" \
xmlns:xsd="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" \
SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">\
<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"""
_PHP_INTEGER = re.compile("0|-?[1-9][0-9]{0,17}")  # a key that a PHP array keeps as a number


@attrs.frozen
class Call:
    """One operation and its arguments, in order."""

    operation: str
    arguments: Mapping[str, Value] = attrs.field(repr=False)


@attrs.frozen
class Fault:
    """A no. ``code`` is without its prefix: ``Client``, ``Server``, or a service's own."""

    code: str
    text: str


def encode_call(namespace: str, call: Call) -> bytes:
    """Encode *call*; raises `InvalidMessage` for a character that XML cannot carry."""
    return _encode(namespace, call.operation, call.arguments)


def decode_call(body: bytes) -> Call:
    """Decode the call in *body*; raises `ValueError` when there is none."""
    operation, targets = _open(body)
    arguments = {_local(argument.tag): _read(argument, targets) for argument in operation}
    return Call(_local(operation.tag), arguments)


def encode_result(namespace: str, operation: str, value: Value) -> bytes:
    """Encode what *operation* returns, as PHP does: a map with keys 0, 1, 2... is a list."""
    return _encode(namespace, f"{operation}Response", {"return": value})


def encode_fault(fault: Fault) -> bytes:
    """Encode *fault* as SOAP 1.1 does."""
    inner = f"<faultcode>SOAP-ENV:{escape(fault.code)}</faultcode>"
    inner += f"<faultstring>{_escape(fault.text, 'faultstring')}</faultstring>"
    return _envelope("", f"<SOAP-ENV:Fault>{inner}</SOAP-ENV:Fault>")


def decode_result(body: bytes) -> Value | Fault:
    """
    Decode the first value returned, whatever its name, or the fault.

    Raises `ValueError` when there is neither.
    """
    answer, targets = _open(body)
    if _local(answer.tag) == "Fault":
        return _read_fault(answer)

    if not len(answer):
        raise ValueError("the answer returns nothing")

    return _read(answer[0], targets)


def _encode(namespace: str, name: str, values: Mapping[str, Value]) -> bytes:
    inner = "".join(_write(key, value) for key, value in values.items())
    return _envelope(namespace, f"<ns1:{name}>{inner}</ns1:{name}>")


def _envelope(namespace: str, body: str) -> bytes:
    return _ENVELOPE.format(namespace=escape(namespace), body=body).encode()


def _write(name: str, value: Value) -> str:
    match value:
        case str():
            return f'<{name} xsi:type="xsd:string">{_escape(value, name)}</{name}>'
        case list():
            inner = "".join(_write("item", item) for item in value)
            kind = f'SOAP-ENC:arrayType="xsd:string[{len(value)}]" xsi:type="SOAP-ENC:Array"'
            return f"<{name} {kind}>{inner}</{name}>"
        case dict() if list(value) == [str(place) for place in range(len(value))]:
            return _write(name, list(value.values()))
        case _:
            inner = "".join(_write_pair(key, item) for key, item in value.items())
            return f'<{name} xsi:type="ns2:Map">{inner}</{name}>'


def _write_pair(key: str, value: str) -> str:
    kind = "int" if _PHP_INTEGER.fullmatch(key) else "string"
    inner = f'<key xsi:type="xsd:{kind}">{_escape(key, "key")}</key>{_write("value", value)}'
    return f"<item>{inner}</item>"


def _escape(text: str, name: str) -> str:
    check_characters(text, what=name)
    return escape(text)


def _open(body: bytes) -> tuple[Element, _Targets]:
    """Find the one element that the envelope is about, and what ``href`` may point to."""
    envelope = parse_xml(body)
    if _local(envelope.tag) == "Envelope":
        for content in _children(envelope, "Body"):
            for first in content:
                elements = content.iter()
                return first, {id_: e for e in elements if (id_ := _attribute(e, "id"))}

    raise ValueError("not a SOAP envelope with something in its body")


def _read(element: Element, targets: _Targets) -> Value:
    value = _follow(element, targets)
    kind = _attribute(value, "type")
    if kind == "Map":
        return dict(_read_pair(item, targets) for item in value)

    if kind == "Array" or _attribute(value, "arrayType") or _is_own_array(value, kind):
        return [_read_text(_follow(item, targets)) for item in value]

    return _read_text(value)


def _is_own_array(element: Element, kind: str) -> bool:
    """
    Whether *element* is of an array type that the service's WSDL made up.

    An element without a type is a structure to PHP, and so it is to us, whatever it was
    meant to be: its fields must not pass for the items of a list.
    """
    return len({item.tag for item in element}) == 1 and kind not in {"", "Struct"}


def _read_pair(item: Element, targets: _Targets) -> tuple[str, str]:
    for key in _children(item, "key"):
        for value in _children(item, "value"):
            return _read_text(_follow(key, targets)), _read_text(_follow(value, targets))

    raise ValueError("an item of a map lacks its key or its value")


def _read_text(element: Element) -> str:
    if len(element):
        raise ValueError("a structure where a text should be")

    return element.text or ""


def _read_fault(fault: Element) -> Fault:
    """Read a fault of SOAP 1.1, or of 1.2."""
    for code in (*_children(fault, "faultcode"), *_children(fault, "Code")):
        texts = (*_children(fault, "faultstring"), *_children(fault, "Reason"))
        word = text_of(next(_children(code, "Value"), code))
        if word:
            return Fault(_local(word), " ".join(text_of(text) for text in texts))

    raise ValueError("a fault without a code")


def _follow(element: Element, targets: _Targets) -> Element:
    """Go where ``href`` points, one step; some toolkits write each value apart."""
    href = _attribute(element, "href")
    if not href:
        return element

    if href[1:] not in targets:
        raise ValueError("href: it points nowhere")

    return targets[href[1:]]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child.tag) == name)


def _attribute(element: Element, name: str) -> str:
    found = (value for key, value in element.attrib.items() if _local(key) == name)
    return _local(next(found, ""))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
