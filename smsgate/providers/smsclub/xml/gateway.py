"""The gateway to SMSClub's XML gate."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import attrs

from smsgate.message import Message
from smsgate.policy.bulk import has_new_phone
from smsgate.providers.smsclub import letters
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

    def _fits(self, batch: Sequence[Message], message: Message) -> bool:
        is_of_one_sender = message.sender == batch[0].sender
        return (
            is_of_one_sender and has_new_phone(batch, message) and letters.may_share(batch, message)
        )

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
        )
