"""Answers that repeat what they were asked: as a refusal, for one phone, or as rubbish."""

import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote_to_bytes

from contract.planted import PHONE

from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.xml import escape

Read = Callable[[HttpRequest], str]
Write = Callable[[str], bytes]
_STATUSES = (200, 400, 500)


def _dumps(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def _smsc_error(code: int) -> Write:
    return lambda words: _dumps(error=words, error_code=code)


def _json_error(status: int) -> Write:
    return lambda words: _dumps(message=words, status=status)


def _smsc_line(words: str, **line: object) -> bytes:
    return _dumps(id="4107", cnt=1, phones=[{"phone": PHONE, "words": words, **line}])


def _xml(status: str, words: str, inner: str = "") -> bytes:
    said = f"<status>{escape(status)}</status><text>{escape(words)}</text>"
    return f"<response>{said}{inner}</response>".encode()


def _fault(code: str, words: str) -> bytes:
    inner = f"<faultcode>{escape(code)}</faultcode><faultstring>{escape(words)}</faultstring>"
    return (
        f"<e:Envelope xmlns:e='e'><e:Body><e:Fault>{inner}</e:Fault></e:Body></e:Envelope>".encode()
    )


def _list(*items: str) -> bytes:
    return f"=IDS START=<br/>{'<br/>'.join(items)}<br/>=IDS END=".encode()


_SMSC: Mapping[str, Write] = {
    **{f"error {code}": _smsc_error(code) for code in (1, 2, 7, 9, 99)},
    "busy": lambda w: _dumps(error=f"concurrent {w}", error_code=9),
    "a code in words": lambda w: _dumps(error=w, error_code=w),
    "a phone refused": lambda w: _smsc_line(w, status=w, error=w),
    "a phone unclear": lambda w: _smsc_line(w, status="20", error="1"),
    "a phone that nobody wrote": lambda w: _dumps(id="1", cnt=1, phones=[{"phone": w, "error": 1}]),
    "an id that is none": lambda w: _dumps(id="0", cnt=1, words=w),
}
_HTTP: Mapping[str, Write] = {
    "sentence": lambda w: f"Неверный запрос: {w}"[:300].replace("<", "").encode(),
    "sentence in cp1251": lambda w: f"Неверный запрос: {w}"[:300].encode("cp1251", "ignore"),
    "list": _list,
}
_XML: Mapping[str, Write] = {
    "error": lambda w: _xml("ERROR", w),
    "another word": lambda w: _xml(w, w),
    "yes": lambda w: _xml("OK", w, f"<ids><mess>{escape(w)}</mess></ids>"),
}
_SOAP: Mapping[str, Write] = {
    "client": lambda w: _fault("Client", w),
    "server": lambda w: _fault("Server", w),
    "code": lambda w: _fault(w, w),
}
_JSON: Mapping[str, Write] = {
    **{f"error {status}": _json_error(status) for status in (200, 400, 429, 453)},
    "name": lambda w: _dumps(name=w),
    "list": lambda w: _dumps(message=[w, w], status=400),
    "phone": lambda w: _dumps(success_request={"info": [], "add_info": {PHONE: w}}),
    "field": lambda w: _dumps(success_request={"info": [], "add_info": {"src_addr": w}}),
}
_RUBBISH: Mapping[str, Write] = {
    "page": lambda w: f"<!DOCTYPE html><html><h1>{w}</h1></html>".encode(),
    "text": str.encode,
    "cut json": lambda w: json.dumps({"error": w, "error_code": 1})[:-3].encode(),
    "binary": lambda w: b"\xff\xfe\x98" + w.encode(),
    "json text": lambda w: json.dumps(w).encode(),
}
ECHOES: Mapping[str, Mapping[str, Write]] = {
    "smsc": _SMSC,
    "smsclub+http": _HTTP,
    "smsclub+xml": _XML,
    "smsclub+soap": _SOAP,
    "smsclub+json": _JSON,
}


def _as_sent(request: HttpRequest) -> str:
    return f"{request.body.decode()} {_headers(request)}"


def _decoded(request: HttpRequest) -> str:
    """Read a form as PHP would: the HTTP gate's are in windows-1251, all others in UTF-8."""
    charset = "cp1251" if "/token/" in request.path or "/http" in request.path else "utf-8"
    form = unquote_to_bytes(request.body.replace(b"+", b" "))
    return f"{form.decode(charset)} {_headers(request)}"


def _headers(request: HttpRequest) -> str:
    return " ".join(f"{name}: {value}" for name, value in request.headers.items())


READINGS: Mapping[str, Read] = {"as sent": _as_sent, "decoded": _decoded}


def echoes(scheme: str, reading: str) -> Iterator[tuple[str, Callable[[HttpRequest], HttpReply]]]:
    """Give every answer of the provider of *scheme* that repeats its request, with a name."""
    for way, write in {**ECHOES[scheme], **_RUBBISH}.items():
        for status in _STATUSES:
            yield f"{way}, {status}", _echo(READINGS[reading], write, status)


def _echo(read: Read, write: Write, status: int) -> Callable[[HttpRequest], HttpReply]:
    return lambda request: HttpReply(write(read(request)), status)
