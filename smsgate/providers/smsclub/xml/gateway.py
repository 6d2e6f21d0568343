"""The gateway to SMSClub's XML gate."""

from functools import partial
from typing import ClassVar

import attrs

from smsgate.providers.smsclub.text_gateway import SmsClubTextGateway
from smsgate.providers.smsclub.xml import send, status
from smsgate.providers.smsclub.xml.dialect import FORM_FIELD, RAW_BODY
from smsgate.wire.codec import Codec


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class SmsClubXmlGateway(SmsClubTextGateway):
    """
    Sends through SMSClub's XML gate.

    Texts may differ within a request, so `send_many` groups whatever has one sender.
    ``raw_body`` speaks the newer dialect, with the document as the whole body. There is
    no word for a balance here: `balance` raises `Unsupported`.
    """

    scheme: ClassVar[str] = send.GATEWAY

    raw_body: bool = False

    def _make_codec(self) -> Codec:
        account = self._account()
        account.check_xml()
        dialect = RAW_BODY if self.raw_body else FORM_FIELD
        return Codec(
            check=partial(send.check, account),
            encode_send=partial(send.encode_send, account, dialect),
            decode_send=send.decode_send,
            encode_status=partial(status.encode_status, account, dialect),
            decode_status=status.decode_status,
            kind=send.kind,
        )
