"""A provider may repeat what it was sent; no error of ours does."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import unquote_plus

import attrs
import pytest
from support.gateways import SCHEMES, foreign_dsn, open_http
from support.transports import ScriptedTransport

from smsgate import Message, SmsGateError
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.xml import escape

MESSAGE = Message("+380501234567", "The code is 7781, tell nobody")
PRIVATE = ("p4ssw0rd", "380501234567", "501234567", MESSAGE.text, "7781")


def smsc(words: str) -> bytes:
    """Say no as SMSC does."""
    return json.dumps({"error": words, "error_code": 1}).encode()


def smsclub_http(words: str) -> bytes:
    """Say no as the HTTP gate does."""
    return f"Неверный запрос: {words}"[:300].replace("<", "").encode()


def smsclub_xml(words: str) -> bytes:
    """Say no as the XML gate does."""
    return f"<response><status>ERROR</status><text>{escape(words)}</text></response>".encode()


def smsclub_soap(words: str) -> bytes:
    """Say no as the SOAP gate does."""
    fault = f"<faultcode>{escape(words)}</faultcode><faultstring>{escape(words)}</faultstring>"
    return (
        f"<e:Envelope xmlns:e='e'><e:Body><e:Fault>{fault}</e:Fault></e:Body></e:Envelope>".encode()
    )


def smsclub_json(words: str) -> bytes:
    """Say no as the JSON gate does."""
    return json.dumps({"name": "Bad Request", "message": words, "status": 400}).encode()


REFUSALS: Mapping[str, Callable[[str], bytes]] = {
    "smsc": smsc,
    "smsclub+http": smsclub_http,
    "smsclub+xml": smsclub_xml,
    "smsclub+soap": smsclub_soap,
    "smsclub+json": smsclub_json,
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("read", [str, unquote_plus], ids=["as-sent", "decoded"])
async def test_an_echo_is_hidden(scheme: str, read: Callable[[str], str]) -> None:
    """Password, token, phone and text of a request stay out of the error about it."""

    def echo(_: str, request: HttpRequest) -> HttpReply:
        said = read(f"{request.headers} {request.body.decode()}")
        return HttpReply(REFUSALS[scheme](f"{MESSAGE.text} {said}"))

    dsn = foreign_dsn(scheme, "http://127.0.0.1:9", user="demo", password="p4ssw0rd%26x")
    gateway = attrs.evolve(open_http(dsn), transport=ScriptedTransport(echo))

    with pytest.raises(SmsGateError) as caught:
        await gateway.send(MESSAGE)

    told = f"{caught.value!r} {caught.value.code}"
    assert [word for word in PRIVATE if word in told] == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_an_explanation_is_not_a_book(scheme: str) -> None:
    """What a provider says at length is cut: it goes into logs and onto screens."""
    answer = HttpReply(REFUSALS[scheme]("no " * 10_000))
    dsn = foreign_dsn(scheme, "http://127.0.0.1:9", user="demo", password="demo")
    gateway = attrs.evolve(open_http(dsn), transport=ScriptedTransport(lambda _, __: answer))

    with pytest.raises(SmsGateError) as caught:
        await gateway.send(MESSAGE)

    assert len(str(caught.value)) <= 500
