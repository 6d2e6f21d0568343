"""
SMSClub's end of the XML gate: the form field's paths, and the raw body's.

The field comes urlencoded or, as from the gateway page's PHP sample, multipart; white
space before the declaration and between tags is forgiven. The magic numbers are in
`smsgate.providers.smsclub.simulated_account`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element

import attrs

from smsgate.providers.network import Answer, Network
from smsgate.providers.smsclub.simulated_account import (
    NO_TEXT,
    UNKNOWN_LOGIN,
    WRONG_ID,
    Letter,
    accept,
    is_known,
    maintenance,
    refusal_of_all,
    word,
)
from smsgate.providers.smsclub.xml.dialect import FIELD
from smsgate.providers.smsclub.xml.multipart import MULTIPART, parse_multipart
from smsgate.wire.http import HttpReply, HttpRequest, parse_form
from smsgate.wire.xml import escape, parse_xml, text_of

_BAD_DOCUMENT = "Неверный формат XML"


@attrs.frozen
class _Call:
    """One call, as the server sees it: an absent element is an empty one."""

    document: Element
    network: Network

    def get(self, name: str) -> str:
        return text_of(self.document.find(name))

    def list(self, name: str) -> Sequence[str]:
        return [item.strip() for item in self.get(name).split(";")]

    def each(self, name: str) -> Sequence[str]:
        """Every element of this name, to the last space."""
        return ["".join(element.itertext()) for element in self.document.findall(name)]


def _element(name: str, *children: str) -> str:
    return f"<{name}>{''.join(children)}</{name}>"


def _respond(status: str, text: str = "", *more: str) -> HttpReply:
    inner = _element("status", status), _element("text", escape(text)), *more
    document = f'<?xml version="1.0" encoding="utf-8"?>{_element("response", *inner)}'
    return HttpReply(document.encode(), headers={"content-type": "text/xml"})


def _send_one_text(call: _Call) -> HttpReply:
    return _send(call, [(phone, text) for text in call.each("text") for phone in call.list("to")])


def _send_own_texts(call: _Call) -> HttpReply:
    phones, texts = call.each("to"), call.each("text")
    are_pairs = len(phones) == len(texts)
    return _send(call, list(zip(phones, texts, strict=True)) if are_pairs else [])


def _send(call: _Call, pairs: Iterable[tuple[str, str]]) -> HttpReply:
    letters = [Letter(phone.strip().removeprefix("+"), text) for phone, text in pairs]
    if not call.get("from") or not all(letter.text for letter in letters):
        return _respond("ERROR", NO_TEXT)

    are_phones = all(letter.phone.isdigit() for letter in letters)
    reason = refusal_of_all(call.network, letters if are_phones else [])
    if reason:
        return _respond("ERROR", reason)

    before = len(call.network.sent)
    ids = accept(call.network, letters, call.get("from"))
    taken = len(call.network.sent) - before
    listed = _element("ids", *(_element("mess", id_) for id_ in ids))
    said = f"Сообщений: {taken} ({len(ids)} частей)"
    return maintenance(letters) or _respond("OK", said, listed)


def _status(call: _Call) -> HttpReply:
    entries = (
        _element(
            "entry",
            _element("smscid", escape(id_)),
            _element("state", word(call.network, id_) or WRONG_ID),
        )
        for id_ in call.list("smscid")
    )
    return _respond("OK", "", _element("entries", *entries))


def _read_field(request: HttpRequest) -> bytes | str:
    if request.headers.get("content-type", "").lower().startswith(MULTIPART):
        return parse_multipart(request).get(FIELD, b"")

    return parse_form(request).get(FIELD, "")


def _read_body(request: HttpRequest) -> bytes | str:
    return request.body


def _answer(
    act: Callable[[_Call], HttpReply], read: Callable[[HttpRequest], bytes | str]
) -> Answer:
    """Make the answer to a path: *read* the document, know the caller, then *act*."""

    def answer(request: HttpRequest, network: Network) -> HttpReply:
        try:
            call = _Call(parse_xml(read(request)), network)
        except ValueError:
            return _respond("ERROR", _BAD_DOCUMENT)

        if not is_known(call.get("username"), call.get("password")):
            return _respond("ERROR", UNKNOWN_LOGIN)

        return act(call)

    return answer


ROUTES: Mapping[str, Answer] = {
    "/hfw_smpp_addon/xmlsendsmspost.php": _answer(_send_one_text, _read_field),
    "/hfw_smpp_addon/xmlsendindividual.php": _answer(_send_own_texts, _read_field),
    "/hfw_smpp_addon/xmlgetsmsstatepost.php": _answer(_status, _read_field),
    "/xml/": _answer(_send_one_text, _read_body),
    "/xml/individual.php": _answer(_send_own_texts, _read_body),
    "/xml/state.php": _answer(_status, _read_body),
}
