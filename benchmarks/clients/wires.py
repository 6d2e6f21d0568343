"""
The far ends of other providers' wires: each accepts a message and says yes, as documented.

They keep what they accept in the same `Network` as the simulated SMSC does. They refuse
only what is no send at all, such as the GET that follows a redirect. None of these
providers documents a rule against duplicates but Azure, whose messages carry an id that
makes a repeated request harmless.
"""

import json
from collections.abc import Mapping
from decimal import Decimal

from benchmarks.clients.drivers.accounts import TWILIO_SID
from smsgate.providers.network import Answer, Network, Sms
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

_JSON = {"content-type": "application/json"}
_XML = {"content-type": "text/xml"}
_SNS = "http://sns.amazonaws.com/doc/2010-03-31/"
_WRONG_METHOD = HttpReply(b"", 405)


def _accept(network: Network, provider: str, phone: str, text: str, id_: str = "") -> str:
    id_ = id_ or network.new_id()
    network.accept(
        Sms(
            provider=provider,
            ids=(id_,),
            phone=phone.removeprefix("+"),
            text=text,
            sender=None,
            cost=Decimal(0),
            accepted_at=network.clock(),
            end="",
        )
    )
    return id_


def _json(document: object, status: int) -> HttpReply:
    return HttpReply(json.dumps(document).encode(), status, _JSON)


def _twilio(request: HttpRequest, network: Network) -> HttpReply:
    form = parse_form(request)
    id_ = _accept(network, "twilio", form["To"], form["Body"])
    return _json({"sid": f"SM{id_:0>32}", "status": "queued", "to": form["To"]}, 201)


def _telnyx(request: HttpRequest, network: Network) -> HttpReply:
    said = json.loads(request.body)
    id_ = _accept(network, "telnyx", said["to"], said["text"])
    return _json({"data": {"id": id_, "record_type": "message", "type": "SMS"}}, 200)


def _sns(request: HttpRequest, network: Network) -> HttpReply:
    form = parse_form(request)
    id_ = _accept(network, "sns", form["PhoneNumber"], form["Message"])
    answer = (
        f'<PublishResponse xmlns="{_SNS}"><PublishResult><MessageId>{id_}</MessageId>'
        f"</PublishResult><ResponseMetadata><RequestId>{id_}</RequestId></ResponseMetadata>"
        "</PublishResponse>"
    )
    return HttpReply(answer.encode(), 200, _XML)


def _azure(request: HttpRequest, network: Network) -> HttpReply:
    said = json.loads(request.body)
    [recipient] = said["smsRecipients"]
    id_, phone = recipient["repeatabilityRequestId"], recipient["to"]
    if not network.find("azure", id_):
        _accept(network, "azure", phone, said["message"], id_)

    line = {"to": phone, "messageId": id_, "httpStatusCode": 202, "successful": True}
    return _json({"value": [{**line, "repeatabilityResult": "accepted"}]}, 202)


def _posted(answer: Answer) -> Answer:
    """Let *answer* see nothing but what was posted."""

    def guarded(request: HttpRequest, network: Network) -> HttpReply:
        return answer(request, network) if request.method == "POST" else _WRONG_METHOD

    return guarded


ROUTES: Mapping[str, Answer] = {
    f"/2010-04-01/Accounts/{TWILIO_SID}/Messages.json": _posted(_twilio),
    "/v2/messages": _posted(_telnyx),
    "/": _posted(_sns),
    "/sms": _posted(_azure),
}
