"""
What is planted, to be looked for wherever it must not be, and in every form it may take.

Each value has a piece in it that stands nowhere else, so that a part of it is found too.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import md5, sha1, sha256
from urllib.parse import quote, quote_plus

import attrs

from smsgate import (
    Message,
    SmscGateway,
    SmsClubHttpGateway,
    SmsClubJsonGateway,
    SmsClubSoapGateway,
    SmsClubXmlGateway,
)
from smsgate.providers.http_gateway import HttpGateway
from smsgate.providers.network import LOGIN, PASSWORD, SENDER, TOKEN, Answer, Network
from smsgate.wire.http import HttpReply, HttpRequest

SECRET = "pwZebra77&% ключик"
KEY = "tkZebra77/+="
PHONE = "380509071723"
TEXT = "txZebra77 code 48151623: «жирафа & слон»"
MESSAGE = Message(f"+{PHONE}", TEXT)
BATCH = [MESSAGE, Message("+380509071724", TEXT)]
PLANTED = (SECRET, KEY, PHONE, TEXT)
MARKS = ("Zebra77", "ключик", "9071723", "9071724", "9071725", "48151623", "жирафа")

_ID = re.compile(r"\b[0-9a-f]{32}\b")  # as `new_id` makes them

ACCOUNTS: Mapping[str, HttpGateway] = {
    "smsc": SmscGateway(login=LOGIN, password=SECRET, sender=SENDER),
    "smsc-key": SmscGateway(api_key=KEY, repeat_unknown=True),
    "http": SmsClubHttpGateway(username=LOGIN, password=SECRET, sender=SENDER),
    "http-token": SmsClubHttpGateway(username=LOGIN, token=KEY, sender=SENDER),
    "xml": SmsClubXmlGateway(username=LOGIN, password=SECRET, sender=SENDER),
    "xml-raw": SmsClubXmlGateway(username=LOGIN, password=SECRET, sender=SENDER, raw_body=True),
    "soap": SmsClubSoapGateway(username=LOGIN, password=SECRET, sender=SENDER),
    "json": SmsClubJsonGateway(token=KEY, sender=SENDER),
}  #: one gateway for each way of saying who one is, without a transport as yet


def forms(value: str) -> Iterator[str]:
    """Write *value* as it may stand in a log, a form, a document or a `repr`."""
    yield from (value, ascii(value)[1:-1], json.dumps(value)[1:-1], html.escape(value))
    for written in (value.encode("utf-8"), value.encode("cp1251")):
        coded = b64encode(written).decode()
        yield from (quote(written), quote_plus(written), coded, quote_plus(coded))
        yield from (repr(written)[2:-1], written.decode("latin-1"), written.hex())
        yield from (make(written).hexdigest() for make in (md5, sha1, sha256))


@cache
def _wanted() -> Mapping[str, str]:
    return {form.casefold(): value for value in (*PLANTED, *MARKS) for form in forms(value)}


def planted_in(shown: str) -> list[str]:
    """
    List what was planted and stands in *shown*, each with the words around it.

    An id of ours may hold the digits of a phone by chance; a digest of what was planted is none.
    """
    lower = _ID.sub(lambda id_: id_[0] if id_[0] in _wanted() else "(an id)", shown.casefold())
    return [
        f"{value!r} in …{lower[max(0, place - 80) : place + 80]!r}…"
        for form, value in _wanted().items()
        if (place := lower.find(form)) >= 0
    ]


def knowing_us(answer: Answer) -> Answer:
    """Let a simulated end take the planted login for the one that it knows."""

    def answer_us(request: HttpRequest, network: Network) -> HttpReply:
        body, headers = request.body, dict(request.headers)
        for planted, known in ((SECRET, PASSWORD), (KEY, TOKEN)):
            for form in _on_the_wire(planted):
                body = body.replace(form, known.encode())

            headers = {name: value.replace(planted, known) for name, value in headers.items()}

        return answer(attrs.evolve(request, body=body, headers=headers), network)

    return answer_us


def _on_the_wire(value: str) -> Iterator[bytes]:
    for charset in ("utf-8", "cp1251"):
        yield quote_plus(value, encoding=charset).encode()
        yield html.escape(value).encode(charset)
        yield value.encode(charset)
