"""
The pigeons' end of the wire.

A phone that ends in 9001 is refused; among one that ends in 9500 the answer is lost.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from smsgate.providers.network import Answer, Network, Sms
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.json import dumps, loads

PROVIDER = "imaginary"
RING = "R-42"


def answer(request: HttpRequest, network: Network) -> HttpReply:
    """Read who asks, and what; one line back for each item of ``to``."""
    match request.path, loads(request.body):
        case _, {"ring": str(ring)} if ring != RING:
            return HttpReply(dumps({"no": "not your bird"}), 403)
        case "/pigeon/send", {"text": str(text), "to": [*phones]}:
            return _send(network, text, [str(phone) for phone in phones])
        case "/pigeon/status", {"to": [*ids]}:
            return HttpReply(dumps([_status(network, str(id_)) for id_ in ids]))
        case _:
            return HttpReply(dumps([str(network.left(PROVIDER))]))


def _send(network: Network, text: str, phones: Sequence[str]) -> HttpReply:
    lines = [
        "a hawk lives there" if phone.endswith("9001") else _accept(network, phone, text)
        for phone in phones
    ]
    is_lost = any(phone.endswith("9500") for phone in phones)
    return HttpReply(b"<h1>the loft is on fire</h1>" if is_lost else dumps(lines))


def _accept(network: Network, phone: str, text: str) -> str:
    sms = Sms(
        provider=PROVIDER,
        ids=(network.new_id(),),
        phone=phone,
        text=text,
        sender=None,
        cost=Decimal(1),
        accepted_at=network.clock(),
        end="delivered",
    )
    network.accept(sms)
    return sms.ids[0]


def _status(network: Network, id_: str) -> str:
    sms = network.find(PROVIDER, id_)
    return network.stage(sms, "queued", "sent") if sms else "not found"


ROUTES: Mapping[str, Answer] = {f"/pigeon/{what}": answer for what in ("send", "status", "balance")}
LOGINS: Mapping[str, str] = {"pigeon": f"home:{RING}"}
