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

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import attrs

from smsgate.providers.network import LOGIN, PASSWORD, TOKEN, Answer, Network, Sms
from smsgate.providers.smsc.forms import (
    Form,
    balance_form,
    price_form,
    problem_form,
    send_form,
    status_form,
    write,
)
from smsgate.text import count_gsm_parts
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

PROVIDER = "smsc"
PRICE = Decimal("3.20")  # of one part
_CHARSETS = {"windows-1251": "cp1251", "utf-8": "utf-8", "koi8-r": "koi8-r"}
_PROBLEMS: Mapping[int, str] = {
    1: "parameters error",
    2: "authorise error",
    3: "no money",
    4: "ip is blocked",
    5: "invalid date format",
    6: "message is denied",
    7: "invalid number",
    8: "message can not be delivered",
    9: "duplicate request, wait a minute",
    10: "wrong captcha code",
    19: "too many concurrent requests",
}
_ABOUT_ONE_PHONE = {7: (22, 249), 8: (20, 248)}  # status and error on the line of that phone
_ERROR_9 = {19: 9}  # the second of its two meanings
_ENDS = frozenset({2, 3, 4, 6, 7, 20, 22, 23, 24, 25})  # 7 is a status that nobody knows
_WITH_ID = frozenset({3, 6, 7, 8})
_ID = re.compile("[A-Za-z0-9._-]{1,40}")
_NAMES = {"-3": "Not found", "-1": "Waiting", "0": "Sent", "1": "Delivered", "2": "Read"}


@attrs.frozen
class _Call:
    """One call, as the server sees it: an absent parameter is an empty one."""

    params: Mapping[str, str]
    network: Network

    def get(self, name: str) -> str:
        return self.params.get(name, "")

    def list(self, name: str) -> Sequence[str]:
        return [item.strip() for item in self.get(name).replace(";", ",").split(",") if item]


def _problem(code: int, id_: str | None = None) -> Form:
    return problem_form(_ERROR_9.get(code, code), _PROBLEMS[code], id_)


def _refusal_of(phone: str) -> int | None:
    """Read the magic digits 90NN."""
    code = int(phone[-2:])
    return code if phone[-4:-2] == "90" and code in _PROBLEMS else None


def _end_of(phone: str) -> str:
    """Read the magic digits 20NN and 3NNN into ``status,error``."""
    match phone[-4:].zfill(4):
        case digits if digits.startswith("20") and int(digits[2:]) in _ENDS:
            return f"{int(digits[2:])},0"
        case digits if "3001" <= digits <= "3255":
            return f"20,{int(digits[1:])}"
        case _:
            return "1,0"


def _send(call: _Call) -> Form:
    phones = [phone.removeprefix("+") for phone in call.list("phones")]
    id_ = call.get("id") if call.get("id") not in {"", "0"} else call.network.new_id()
    are_phones = phones and all(phone.isascii() and phone.isdigit() for phone in phones)
    if not are_phones or not call.get("mes") or not _ID.fullmatch(id_):
        return _problem(1)

    bad = {phone: code for phone in phones if (code := _refusal_of(phone)) is not None}
    good = [phone for phone in phones if phone not in bad]
    whole = [code for code in bad.values() if not good or code not in _ABOUT_ONE_PHONE]
    if whole:
        return _problem(whole[0], id_ if whole[0] in _WITH_ID else None)

    parts = count_gsm_parts(call.get("mes"))
    cost = PRICE * parts
    if call.get("cost") == "1":
        return price_form({"cost": str(cost * len(good)), "cnt": parts}, parts * len(good))

    if call.network.is_repetition(frozenset(call.params.items())):
        return _problem(9)

    if call.network.left(PROVIDER) < cost * len(good):
        return _problem(3, id_)

    for phone in good:
        call.network.accept(_sms(call, id_, phone, cost))

    return send_form(_receipt(call, id_, bad, good, parts), parts * len(good))


def _sms(call: _Call, id_: str, phone: str, cost: Decimal) -> Sms:
    return Sms(
        provider=PROVIDER,
        ids=(id_,),
        phone=phone,
        text=call.get("mes"),
        sender=call.get("sender") or None,
        cost=cost,
        accepted_at=call.network.clock(),
        end=_end_of(phone),
    )


def _receipt(
    call: _Call, id_: str, bad: Mapping[str, int], good: Sequence[str], parts: int
) -> dict[str, object]:
    each = PRICE * parts
    fields: dict[str, object] = {"id": int(id_) if id_.isdigit() else id_, "cnt": parts}
    if call.get("cost") in {"2", "3"}:
        fields["cost"] = str(each * len(good))
    if call.get("cost") == "3":
        fields["balance"] = str(call.network.left(PROVIDER))
    if call.get("op") == "1" or (call.get("err") == "1" and bad):
        shown = good if call.get("op") == "1" else ()
        fields["phones"] = [
            *({"phone": phone, "mccmnc": "40101", "cost": str(each)} for phone in shown),
            *(_bad_line(phone, *_ABOUT_ONE_PHONE[code]) for phone, code in bad.items()),
        ]
    return fields


def _bad_line(phone: str, status: int, error: int) -> dict[str, object]:
    return {"phone": phone, "mccmnc": "", "cost": "0", "status": str(status), "error": str(error)}


def _status(call: _Call) -> Form:
    ids, phones = call.list("id"), call.list("phone")
    if not ids or len(ids) != len(phones):
        return _problem(1)

    is_list = len(ids) > 1 or call.get("id").endswith(",")
    asked = zip(ids, (phone.removeprefix("+") for phone in phones), strict=True)
    return status_form([_entry(call, id_, phone, is_list) for id_, phone in asked], is_list=is_list)


def _entry(call: _Call, id_: str, phone: str, is_list: bool) -> dict[str, object]:
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
        "mccmnc": "40101",
        "sms_cnt": count_gsm_parts(sms.text),
    }


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d.%m.%Y %H:%M:%S") if seconds else ""


def _balance(call: _Call) -> Form:
    extra = {"currency": "KZT"} if call.get("cur") == "1" else {}
    return balance_form({"balance": str(call.network.left(PROVIDER)), **extra})


def _is_known(call: _Call) -> bool:
    who = (call.get("login").lower(), call.get("psw"))
    return call.get("apikey") == TOKEN or who == (LOGIN, PASSWORD)


def _answer(act: Callable[[_Call], Form]) -> Answer:
    """Make the answer to a path: read in the charset asked for, know the caller, then *act*."""

    def answer(request: HttpRequest, network: Network) -> HttpReply:
        rough = parse_form(request, charset="latin-1")  # never fails; ASCII is all we look at
        fmt, charset = rough.get("fmt", "0"), rough.get("charset") or "windows-1251"
        codec = _CHARSETS.get(charset, "cp1251")
        try:
            call = _Call(parse_form(request, charset=codec), network)
        except UnicodeDecodeError:
            return write(_problem(1), fmt, codec)

        return write(act(call) if _is_known(call) else _problem(2), fmt, codec)

    return answer


ROUTES: Mapping[str, Answer] = {
    "/sys/send.php": _answer(_send),
    "/sys/status.php": _answer(_status),
    "/sys/balance.php": _answer(_balance),
}

LOGINS: Mapping[str, str] = {"smsc": f"{LOGIN}:{PASSWORD}"}
