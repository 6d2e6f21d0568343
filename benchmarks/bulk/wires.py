"""Three sends of many messages, as somebody would write them by hand, and our gateways."""

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

import attrs

from benchmarks.bulk.campaign import Pair, Text, cyrillic, same
from smsgate import SmscGateway, SmsClubJsonGateway, SmsClubXmlGateway
from smsgate.providers.http_gateway import HttpGateway
from smsgate.transport import Transport

LOGIN, SECRET, SENDER = "login", "password", "Shop"
_FORM = "application/x-www-form-urlencoded"
_ANY_NUMBER = 10_000  # requests a second: the default of 9 is the provider's rule, not a cost


@attrs.frozen(kw_only=True)
class Wire:
    """
    A provider's send, by hand: *write* a body for several, count those an answer takes.

    *open* makes our gateway for a base URL, so many rows a request, and a transport.
    """

    path: str
    headers: Mapping[str, str]
    write: Callable[[Sequence[Pair]], bytes]
    taken: Callable[[bytes], int]
    open: Callable[[str, int, Transport | None], HttpGateway]
    text: Text = cyrillic
    rows: Sequence[int] = (100,)
    usual_rows: int = 100


def _smsc_form(pairs: Sequence[Pair]) -> bytes:
    fields = {
        "login": LOGIN,
        "psw": SECRET,
        "fmt": "3",
        "charset": "utf-8",
        "list": "\n".join([f"{phone}:{text}" for phone, text in pairs]),
        "id": "5f3759df5f3759df5f3759df5f3759df",
        "cost": "3",
        "op": "1",
    }
    return urlencode(fields).encode()


def _smsc_taken(answer: bytes) -> int:
    return len(json.loads(answer)["phones"])


def _smsc(base_url: str, rows: int, transport: Transport | None) -> HttpGateway:
    return SmscGateway(
        login=LOGIN, password=SECRET, base_url=base_url, batch_size=rows, transport=transport
    )


def _xml_form(pairs: Sequence[Pair]) -> bytes:
    letters = [
        f"<to><![CDATA[{phone[1:]}]]></to><text><![CDATA[{text}]]></text>" for phone, text in pairs
    ]
    document = (
        f"<?xml version='1.0' encoding='utf-8'?><request_sendsms><username>{LOGIN}</username>"
        f"<password>{SECRET}</password><from>{SENDER}</from>{''.join(letters)}</request_sendsms>"
    )
    return urlencode({"xmlrequest": document}).encode()


def _xml_taken(answer: bytes) -> int:
    return answer.count(b"<mess>")


def _xml(base_url: str, rows: int, transport: Transport | None) -> HttpGateway:
    return SmsClubXmlGateway(
        username=LOGIN,
        password=SECRET,
        sender=SENDER,
        base_url=base_url,
        batch_size=rows,
        transport=transport,
    )


def _json_body(pairs: Sequence[Pair]) -> bytes:
    fields = {
        "src_addr": SENDER,
        "phone": [phone[1:] for phone, _ in pairs],
        "message": pairs[0][1],
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def _json_taken(answer: bytes) -> int:
    return len(json.loads(answer)["success_request"]["info"])


def _json(base_url: str, rows: int, transport: Transport | None) -> HttpGateway:
    return SmsClubJsonGateway(
        token=SECRET,
        sender=SENDER,
        base_url=base_url,
        batch_size=rows,
        transport=transport,
        requests_per_second=_ANY_NUMBER,
    )


SMSC = Wire(
    path="/sys/send.php",
    headers={"content-type": _FORM},
    write=_smsc_form,
    taken=_smsc_taken,
    open=_smsc,
    rows=(100, 500, 1000),
    usual_rows=500,
)
SMSCLUB_XML = Wire(
    path="/hfw_smpp_addon/xmlsendindividual.php",
    headers={"content-type": _FORM},
    write=_xml_form,
    taken=_xml_taken,
    open=_xml,
)
SMSCLUB_JSON = Wire(
    path="/sms/send",
    headers={"content-type": "application/json", "authorization": f"Bearer {SECRET}"},
    write=_json_body,
    taken=_json_taken,
    open=_json,
    text=same,
)
