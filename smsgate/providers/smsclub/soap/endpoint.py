"""
Where the SOAP gate stands, what it calls its operations, and what every answer is.

The provider's WSDL is not public. What it would settle are settings here, with defaults
that we chose: a server on PHP's ext/soap, as this one very likely is, looks at neither
the namespace nor the action.
"""

import re
from collections.abc import Callable

import attrs

from smsgate.errors import InvalidArgument, OutcomeUnknown, Refused, SmsGateError
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.soap import SOAP_TYPE, Call, Fault, Value, decode_result, encode_call

PATH = "/soap/soapGateway.wsdl"
NAMESPACE = "http://gate.smsclub.mobi/soap/soapGateway.wsdl"  # nobody knows: the address serves
_SERVERS_OWN = frozenset({"server", "receiver"})


def _reads_as(pattern: str, rule: str) -> Callable[[object, "attrs.Attribute[str]", str], None]:
    def check(_: object, field: "attrs.Attribute[str]", value: str) -> None:
        if not re.fullmatch(pattern, value):
            raise InvalidArgument(f"{field.name}: must be {rule}")  # it may have a login in it

    return check


@attrs.frozen(kw_only=True)
class Endpoint:
    """The ``endpoint`` is the path of the service; ``action`` goes to the SOAPAction header."""

    endpoint: str = attrs.field(
        default=PATH, validator=_reads_as("/[!-~]*", "a path that begins with / and has no space")
    )
    namespace: str = attrs.field(
        default=NAMESPACE, validator=_reads_as("[!-~]+", "a URI without spaces")
    )
    action: str = attrs.field(
        default="", validator=_reads_as("[!#-~]*", "a URI without spaces and quotes, or empty")
    )

    def request(self, operation: str, **arguments: Value) -> HttpRequest:
        """Write a call of *operation*; raises `InvalidMessage` for what XML cannot carry."""
        body = encode_call(self.namespace, Call(operation, arguments))
        headers = {"content-type": SOAP_TYPE, "soapaction": f'"{self.action}"'}
        return HttpRequest(self.endpoint, body, headers)


def read(reply: HttpReply) -> Value:
    """
    Decode what an operation returned; raises the documented refusal, or `OutcomeUnknown`.

    A fault counts whatever the HTTP status. A value only counts with HTTP 200.
    """
    try:
        answer = decode_result(reply.body)
    except ValueError:
        raise reply.unreadable() from None

    if isinstance(answer, Fault):
        raise _refusal(answer)

    if not reply.is_ok:
        raise reply.unreadable()

    return answer


def _refusal(fault: Fault) -> SmsGateError:
    """
    Make the error for *fault*.

    A fault is how the gate says no. But PHP makes one of its own, with the code Server,
    of any error that nobody caught, and that may happen after the message was taken.
    """
    family = fault.code.partition(".")[0].lower()  # SOAP 1.1 allows Server.Anything
    kind = OutcomeUnknown if family in _SERVERS_OWN else Refused
    return kind(f"smsclub: {fault.text or 'no explanation'} ({fault.code})", code=fault.code)
