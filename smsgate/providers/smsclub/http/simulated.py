"""
SMSClub's end of the HTTP gate: the gateway page's paths by GET and POST, and the token's.

With a password texts are read as Base64 and refusals written in windows-1251; with a
token texts are read as they are and refusals written in UTF-8. What is read in the
wrong coding is taken and sent as the nonsense it is, or is no Base64 at all. The magic
numbers are in `smsgate.providers.smsclub.simulated_account`.
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping

import attrs

from smsgate.providers.network import Answer, Network
from smsgate.providers.smsclub.simulated_account import (
    NO_TEXT,
    PROVIDER,
    UNKNOWN_LOGIN,
    WRONG_ID,
    Letter,
    accept,
    is_known,
    maintenance,
    refusal_of_all,
    word,
)
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

_BAD_CODING = "Текст закодирован неверно"
_CREDIT = "0.0000"


@attrs.frozen(kw_only=True)
class _Dialect:
    """How one kind of login is spoken to; ``errors`` is the charset of refusals."""

    secret: str
    read_text: Callable[[str], str]
    errors: str

    def refuse(self, reason: str) -> HttpReply:
        return _page(reason, self.errors)


@attrs.frozen
class _Call:
    """One call, as the server sees it: an absent parameter is an empty one."""

    params: Mapping[str, str]
    network: Network
    dialect: _Dialect

    def get(self, name: str) -> str:
        return self.params.get(name, "")

    def is_known(self) -> bool:
        return is_known(self.get("username"), self.get(self.dialect.secret))


def _page(said: str, charset: str = "utf-8") -> HttpReply:
    return HttpReply(said.encode(charset), headers={"content-type": "text/html"})


def _list(items: Iterable[str]) -> HttpReply:
    return _page("".join(f"{item}<br/>" for item in ("=IDS START=", *items, "=IDS END=")))


def _letters(phones: str, text: str) -> list[Letter]:
    """Read the recipients; one that is no number spoils them all."""
    found = [phone.strip().removeprefix("+") for phone in phones.split(";")]
    return [Letter(phone, text) for phone in found] if all(map(str.isdigit, found)) else []


def _send(call: _Call) -> HttpReply:
    try:
        text = call.dialect.read_text(call.get("text"))
    except ValueError:
        return call.dialect.refuse(_BAD_CODING)

    if not text or not call.get("from"):
        return call.dialect.refuse(NO_TEXT)

    letters = _letters(call.get("to"), text)
    reason = refusal_of_all(call.network, letters)
    if reason:
        return call.dialect.refuse(reason)

    ids = accept(call.network, letters, call.get("from"))
    return maintenance(letters) or _list(ids)


def _status(call: _Call) -> HttpReply:
    ids = [id_.strip() for id_ in call.get("smscid").split(";")]
    return _list(f"{id_}: {word(call.network, id_) or WRONG_ID}" for id_ in ids)


def _balance(call: _Call) -> HttpReply:
    return _page(f"{call.network.left(PROVIDER):.4f}<br/>{_CREDIT}<br/>")


def _answer(act: Callable[[_Call], HttpReply], dialect: _Dialect) -> Answer:
    """Make the answer to a path: read the form, know the caller, then *act*."""

    def answer(request: HttpRequest, network: Network) -> HttpReply:
        try:
            call = _Call(parse_form(request, charset="cp1251"), network, dialect)
        except UnicodeDecodeError:
            return dialect.refuse(_BAD_CODING)

        return act(call) if call.is_known() else dialect.refuse(UNKNOWN_LOGIN)

    return answer


_WITH_PASSWORD = _Dialect(
    secret="password",  # noqa: S106 - a field's name
    read_text=lambda text: b64decode(text, validate=True).decode("cp1251"),
    errors="cp1251",
)
_WITH_TOKEN = _Dialect(
    secret="token",  # noqa: S106
    read_text=str,
    errors="utf-8",
)

ROUTES: Mapping[str, Answer] = {
    "/hfw_smpp_addon/httpsendsms.php": _answer(_send, _WITH_PASSWORD),
    "/hfw_smpp_addon/httpsendsmspost.php": _answer(_send, _WITH_PASSWORD),
    "/hfw_smpp_addon/httpgetsmsstate.php": _answer(_status, _WITH_PASSWORD),
    "/hfw_smpp_addon/httpgetsmsstatepost.php": _answer(_status, _WITH_PASSWORD),
    "/hfw_smpp_addon/httpgetbalance.php": _answer(_balance, _WITH_PASSWORD),
    "/token/": _answer(_send, _WITH_TOKEN),
    "/token/state.php": _answer(_status, _WITH_TOKEN),
    "/token/getbalance.php": _answer(_balance, _WITH_TOKEN),
}
