"""
SMSClub's end of the JSON wire: ``/sms/send``, ``status``, ``balance`` and ``originator``.

Each message has one id, and each phone its own answer. The magic phones are those of
``simulated_account``, and these, each of which speaks for the whole request:

======  ==========================================================================
digits  what happens
======  ==========================================================================
9400    refused: HTTP 400, bad input
9406    refused: HTTP 400, the sender is not approved (``add_info``)
9429    refused: HTTP 429, with ``Retry-After: 2``
9453    refused: HTTP 453, the same request again too soon
9501    accepted, and answered with HTTP 500 in its documented shape
9404    this phone alone is in neither map of the answer, and not sent to
======  ==========================================================================
"""

from collections.abc import Callable, Mapping, Sequence

from smsgate.providers.network import TOKEN, Answer, Network
from smsgate.providers.smsclub import simulated_account as book
from smsgate.providers.smsclub.simulated_account import PROVIDER, Letter
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.json import dumps, loads

_MOST = 100
_LEFT_OUT = "9404"
_BAD_SENDER = "9406"
_CRASH = "9501"
_NAMES: Mapping[int, tuple[str, str]] = {
    400: ("Bad Request", "Неверный формат запроса"),
    401: ("Unauthorized", "Your request was made with invalid credentials."),
    429: ("Too Many Requests", "Rate limit exceeded."),
    453: ("Duplicate", "Повторная отправка сообщения"),
    500: ("Internal Server Error", "An internal server error occurred."),
}
_ORIGINATORS = ["SMSGATE", "SMS CLUB"]
_TYPE = {"content-type": "application/json; charset=UTF-8"}

Body = Mapping[str, object]


def _send(body: Body, network: Network) -> HttpReply:
    match body:
        case {"src_addr": str(sender), "phone": list(phones), "message": str(text)}:
            pass
        case _:
            names = [name for name in ("src_addr", "phone", "message") if name not in body]
            return _refused(dict.fromkeys(names, "Поле не заполнено")) if names else _error(400)

    letters = [Letter(str(phone).removeprefix("+"), text) for phone in phones]
    if not 0 < len(letters) <= _MOST or not all(map(_has_digits, letters)):
        return _error(400)

    return _refusal_of_all(letters, network) or _answer_each(letters, sender, network)


def _has_digits(letter: Letter) -> bool:
    return letter.phone.isascii() and letter.phone.isdecimal()


def _refusal_of_all(letters: Sequence[Letter], network: Network) -> HttpReply | None:
    endings = {letter.phone[-4:] for letter in letters}
    if book.is_too_dear(network, letters):
        return _error(400, book.NO_MONEY)

    if _BAD_SENDER in endings:
        return _refused({"src_addr": "Имя отправителя не зарегистрировано"})

    statuses = [status for status in (400, 429, 453) if f"9{status}" in endings]
    return _error(statuses[0]) if statuses else None


def _answer_each(letters: Sequence[Letter], sender: str, network: Network) -> HttpReply:
    info: dict[str, str] = {}
    add_info: dict[str, str] = {}
    for letter in letters:
        reason = book.refusal(letter.phone)
        if reason:
            add_info[letter.phone] = reason
        elif not letter.phone.endswith(_LEFT_OUT):
            [id_] = book.accept_one(network, letter, sender, ids=1)
            info[id_] = letter.phone

    if any(letter.phone.endswith(_CRASH) for letter in letters):
        return _error(500)

    taken = {"info": info} if info else {}
    return book.maintenance(letters) or _yes({**taken, "add_info": add_info or []})


def _status(body: Body, network: Network) -> HttpReply:
    ids = body.get("id_sms")
    if not isinstance(ids, list) or not 0 < len(ids) <= _MOST:
        return _error(400)

    words = {str(id_): book.word(network, str(id_)) for id_ in ids}
    info = {id_: word for id_, word in words.items() if word}
    bad = {"add_info": book.WRONG_ID} if len(info) < len(words) else {}
    return _yes({"info": info or [], **bad})


def _balance(_: Body, network: Network) -> HttpReply:
    return _yes({"info": {"money": f"{network.left(PROVIDER):.4f}", "currency": "UAH"}})


def _originator(_: Body, __: Network) -> HttpReply:
    return _yes({"info": _ORIGINATORS})


def _yes(request: Mapping[str, object]) -> HttpReply:
    return HttpReply(dumps({"success_request": request}), headers=_TYPE)


def _refused(add_info: Mapping[str, str]) -> HttpReply:
    return HttpReply(dumps({"success_request": {"add_info": add_info}}), 400, _TYPE)


def _error(status: int, message: str = "") -> HttpReply:
    name, usual = _NAMES[status]
    body = {"name": name, "message": message or usual, "code": 0, "status": status}
    wait = {"retry-after": "2"} if status == 429 else {}  # noqa: PLR2004 - as in the table
    return HttpReply(dumps(body), status, {**_TYPE, **wait})


def _answer(act: Callable[[Body, Network], HttpReply]) -> Answer:
    """Make the answer to a path: know the bearer, read the body, then *act*."""

    def answer(request: HttpRequest, network: Network) -> HttpReply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401)

        try:
            body = loads(request.body) if request.body else {}
        except ValueError:
            return _error(400)

        return act(body, network) if isinstance(body, dict) else _error(400)

    return answer


ROUTES: Mapping[str, Answer] = {
    "/sms/send": _answer(_send),
    "/sms/status": _answer(_status),
    "/sms/balance": _answer(_balance),
    "/sms/originator": _answer(_originator),
}
