"""
SMSC's end of the wire: ``/sys/send.php``, ``status.php`` and ``balance.php``.

The last four digits of a phone choose what becomes of its message:

======  ============================================================================
digits  what happens
======  ============================================================================
90NN    refused with error NN, 01 to 10; with 07 and 08, among others, only this phone
9019    error 9 with the text for too many requests at once
20NN    accepted, ends with status NN: 02 read, 03 expired, 04 clicked, 06 spam,
        20 22 23 24 25 failures, 07 one that nobody knows
3NNN    accepted, ends with status 20 and delivery error NNN, 001 to 255
other   accepted, delivered
======  ============================================================================

Within the network's duplicate window a send whose every parameter was there before is
error 9. Nobody knows what the provider calls identical (does the id count?), nor whether
it counts attempts or acceptances; here it counts attempts, refused for money or not.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from smsgate.providers.network import LOGIN, PASSWORD, TOKEN, Answer, Network, Sms
from smsgate.providers.smsc.forms import Form, balance_form, status_form, write
from smsgate.providers.smsc.simulated_call import PROVIDER, Call, problem
from smsgate.providers.smsc.simulated_send import OPERATOR, send
from smsgate.text import count_gsm_parts
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

_CHARSETS = {"windows-1251": "cp1251", "utf-8": "utf-8", "koi8-r": "koi8-r"}
_NAMES = {"-3": "Not found", "-1": "Waiting", "0": "Sent", "1": "Delivered", "2": "Read"}


def _status(call: Call) -> Form:
    ids, phones = call.list("id"), call.list("phone")
    if not ids or len(ids) != len(phones):
        return problem(1)

    is_list = len(ids) > 1 or call.get("id").endswith(",")
    asked = zip(ids, (phone.removeprefix("+") for phone in phones), strict=True)
    return status_form([_entry(call, id_, phone, is_list) for id_, phone in asked], is_list=is_list)


def _entry(call: Call, id_: str, phone: str, is_list: bool) -> dict[str, object]:
    sms = call.network.find(PROVIDER, id_, phone)
    status, error = call.network.stage(sms, "-1,0", "0,0").split(",") if sms else ("-3", "0")
    changed = int(call.network.clock()) if sms else 0
    entry: dict[str, object] = {
        "status": int(status),
        "last_date": _date(changed),
        "last_timestamp": changed,
        "err": int(error),
    }
    if is_list:
        entry |= {"id": id_, "phone": phone}
    if sms and call.get("all") in {"1", "2"}:
        entry |= _details(sms, _NAMES.get(status, f"Status {status}"))
    if sms and call.get("all") == "2":
        entry |= _whereabouts(sms)
    return entry


def _details(sms: Sms, status_name: str) -> dict[str, object]:
    """Tell what ``all=1`` adds."""
    return {
        "send_date": _date(sms.accepted_at),
        "send_timestamp": int(sms.accepted_at),
        "phone": sms.phone,
        "cost": str(sms.cost),
        "sender_id": sms.sender or "SMSC",
        "status_name": status_name,
        "message": sms.text,
        "comment": "",
        "type": 0,
    }


def _whereabouts(sms: Sms) -> dict[str, object]:
    """Tell what ``all=2`` adds on top."""
    return {
        "country": "Kazakhstan",
        "operator": "Simulator",
        "operator_orig": "Simulator",
        "region": "",
        "mccmnc": OPERATOR,
        "sms_cnt": count_gsm_parts(sms.text),
    }


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d.%m.%Y %H:%M:%S") if seconds else ""


def _balance(call: Call) -> Form:
    extra = {"currency": "KZT"} if call.get("cur") == "1" else {}
    return balance_form({"balance": str(call.network.left(PROVIDER)), **extra})


def _is_known(call: Call) -> bool:
    who = (call.get("login").lower(), call.get("psw"))
    return call.get("apikey") == TOKEN or who == (LOGIN, PASSWORD)


def _answer(act: Callable[[Call], Form]) -> Answer:
    """Make the answer to a path: read in the charset asked for, know the caller, then *act*."""

    def answer(request: HttpRequest, network: Network) -> HttpReply:
        rough = parse_form(request, charset="latin-1")  # never fails; ASCII is all we look at
        fmt, charset = rough.get("fmt", "0"), rough.get("charset") or "windows-1251"
        codec = _CHARSETS.get(charset, "cp1251")
        try:
            call = Call(parse_form(request, charset=codec), network)
        except UnicodeDecodeError:
            return write(problem(1), fmt, codec)

        return write(act(call) if _is_known(call) else problem(2), fmt, codec)

    return answer


ROUTES: Mapping[str, Answer] = {
    "/sys/send.php": _answer(send),
    "/sys/status.php": _answer(_status),
    "/sys/balance.php": _answer(_balance),
}

LOGINS: Mapping[str, str] = {"smsc": f"{LOGIN}:{PASSWORD}"}
