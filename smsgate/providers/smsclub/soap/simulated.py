"""
SMSClub's end of the SOAP wire: ``/soap/soapGateway.wsdl``, GET for the WSDL, POST to call.

The magic phones are those of ``simulated_account``, and one more:

======  ==========================================================================
digits  what happens
======  ==========================================================================
9501    accepted, and answered with the fault that PHP makes of its own error
======  ==========================================================================

Phones may be written in any form, as the gateway page has them; their digits count.
"""

import re
from collections.abc import Mapping, Sequence

from smsgate.providers.network import Answer, Network
from smsgate.providers.smsclub import simulated_account as book
from smsgate.providers.smsclub.simulated_account import Letter
from smsgate.providers.smsclub.soap.endpoint import NAMESPACE, PATH
from smsgate.providers.smsclub.soap.wsdl import write_wsdl
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.soap import (
    SOAP_TYPE,
    Call,
    Fault,
    Value,
    decode_call,
    encode_fault,
    encode_result,
)

_NOT_A_DIGIT = re.compile("[^0-9]")
_UNCAUGHT = "9501"
_SEND = ("login", "password", "alphaName", "destAddr", "text")
_REPORTS = ("login", "password", "smcIds")
_BAD_ARGUMENTS = Fault("Client", "Неверные параметры запроса")


def _answer(request: HttpRequest, network: Network) -> HttpReply:
    if request.method == "GET":
        location = f"http://{request.headers.get('host', 'localhost')}{PATH}"
        return HttpReply(write_wsdl(location), headers={"content-type": SOAP_TYPE})

    try:
        call = decode_call(request.body)
    except ValueError:
        return _no(Fault("Client", "Bad Request"))

    match call.operation:
        case "sendSms":
            return _send(_arguments(call, _SEND), network)
        case "getReports":
            return _reports(_arguments(call, _REPORTS), network)
        case unknown:
            return _no(Fault("Server", f"Procedure '{unknown}' not present"))


def _arguments(call: Call, names: Sequence[str]) -> Sequence[Value]:
    """Take arguments by name, or by position where a caller names them otherwise."""
    if call.arguments.keys() == set(names):
        return [call.arguments[name] for name in names]

    return list(call.arguments.values())


def _send(arguments: Sequence[Value], network: Network) -> HttpReply:
    match arguments:
        case [str(login), str(password), str(sender), str() | list() as phones, str(text)]:
            pass
        case _:
            return _no(_BAD_ARGUMENTS)

    digits = [_NOT_A_DIGIT.sub("", phone) for phone in _list(phones)]
    letters = [Letter(phone, text) for phone in digits if phone]
    if not book.is_known(login, password):
        return _no(Fault("Client", book.UNKNOWN_LOGIN))

    reason = book.refusal_of_all(network, letters)
    if reason:
        return _no(Fault("Client", reason))

    ids = book.accept(network, letters, sender)
    if any(letter.phone.endswith(_UNCAUGHT) for letter in letters):
        return _no(Fault("Server", "Call to a member function format() on null"))

    return book.maintenance(letters) or _yes("sendSms", ids)


def _reports(arguments: Sequence[Value], network: Network) -> HttpReply:
    match arguments:
        case [str(login), str(password), str() | list() as ids]:
            pass
        case _:
            return _no(_BAD_ARGUMENTS)

    if not book.is_known(login, password):
        return _no(Fault("Client", book.UNKNOWN_LOGIN))

    words = {id_: book.word(network, id_) or book.WRONG_ID for id_ in _list(ids)}
    return _yes("getReports", words)


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _yes(operation: str, value: Value) -> HttpReply:
    body = encode_result(NAMESPACE, operation, value)
    return HttpReply(body, headers={"content-type": SOAP_TYPE})


def _no(fault: Fault) -> HttpReply:
    return HttpReply(encode_fault(fault), 500, {"content-type": SOAP_TYPE})


ROUTES: Mapping[str, Answer] = {PATH: _answer}
