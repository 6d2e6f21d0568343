"""
Send SMS from asyncio through pluggable providers: one send is at most one SMS.

The concrete gateways are imported when they are first asked for, so that this import
costs little in a service that opens none.
"""

import importlib
from typing import TYPE_CHECKING

from smsgate.errors import (
    AddressBlocked,
    AuthenticationFailed,
    ContentRefused,
    DeadlineExceeded,
    DuplicateRequest,
    Fate,
    InsufficientFunds,
    InvalidArgument,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
    Throttled,
    Unreachable,
    Unsupported,
)
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.money import Balance, PhoneQuote, Quote
from smsgate.opening import open_gateway
from smsgate.outcome import Accepted, NotSent, Outcome, Unknown
from smsgate.receipt import Receipt, Ref
from smsgate.report import Reason, Report, Status

if TYPE_CHECKING:
    from smsgate.policy.failover import FailoverGateway
    from smsgate.providers.smsc.gateway import SmscGateway
    from smsgate.providers.smsclub.http.gateway import SmsClubHttpGateway
    from smsgate.providers.smsclub.json.gateway import SmsClubJsonGateway
    from smsgate.providers.smsclub.soap.gateway import SmsClubSoapGateway
    from smsgate.providers.smsclub.xml.gateway import SmsClubXmlGateway

_HOMES = {
    "FailoverGateway": "smsgate.policy.failover",
    "SmscGateway": "smsgate.providers.smsc.gateway",
    "SmsClubHttpGateway": "smsgate.providers.smsclub.http.gateway",
    "SmsClubJsonGateway": "smsgate.providers.smsclub.json.gateway",
    "SmsClubSoapGateway": "smsgate.providers.smsclub.soap.gateway",
    "SmsClubXmlGateway": "smsgate.providers.smsclub.xml.gateway",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    return getattr(importlib.import_module(_HOMES[name]), name)


__all__ = [
    "Accepted",
    "AddressBlocked",
    "AuthenticationFailed",
    "Balance",
    "ContentRefused",
    "DeadlineExceeded",
    "DuplicateRequest",
    "FailoverGateway",
    "Fate",
    "Gateway",
    "InsufficientFunds",
    "InvalidArgument",
    "InvalidMessage",
    "Message",
    "NotSent",
    "Outcome",
    "OutcomeUnknown",
    "PhoneQuote",
    "Quote",
    "Reason",
    "Receipt",
    "RecipientRefused",
    "Ref",
    "Refused",
    "Report",
    "SmsClubHttpGateway",
    "SmsClubJsonGateway",
    "SmsClubSoapGateway",
    "SmsClubXmlGateway",
    "SmsGateError",
    "SmscGateway",
    "Status",
    "Throttled",
    "Unknown",
    "Unreachable",
    "Unsupported",
    "open_gateway",
]
