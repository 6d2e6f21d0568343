"""SMSClub's SOAP gate."""

from functools import partial
from typing import ClassVar

import attrs

from smsgate.providers.smsclub import letters
from smsgate.providers.smsclub.soap import send, status
from smsgate.providers.smsclub.soap.endpoint import NAMESPACE, PATH, Endpoint
from smsgate.providers.smsclub.text_gateway import SmsClubTextGateway
from smsgate.wire.codec import Codec


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class SmsClubSoapGateway(SmsClubTextGateway):
    """
    Sends through SMSClub's SOAP gate (``sendSms`` and ``getReports``).

    ``endpoint`` is the path of the service, ``namespace`` that of its operations, and
    ``action`` the SOAPAction. The last two are not published: their defaults are ours,
    and do for a server on PHP. The gate has no word for a balance.
    """

    scheme: ClassVar[str] = send.GATEWAY

    endpoint: str = PATH
    namespace: str = NAMESPACE
    action: str = ""

    def _make_codec(self) -> Codec:
        account = self._account()
        account.check_xml()
        endpoint = Endpoint(endpoint=self.endpoint, namespace=self.namespace, action=self.action)
        return Codec(
            check=partial(send.check, account),
            encode_send=partial(send.encode_send, endpoint, account),
            decode_send=send.decode_send,
            encode_status=partial(status.encode_status, endpoint, account),
            decode_status=status.decode_status,
            kind=letters.kind,
        )
