"""The gateway to SMSClub's HTTP gate."""

from functools import partial
from typing import ClassVar

import attrs

from smsgate.providers.smsclub import letters
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.http import balance, send, status
from smsgate.providers.smsclub.http.dialect import CHARSET, WITH_PASSWORD, WITH_TOKEN
from smsgate.providers.smsclub.text_gateway import SmsClubTextGateway
from smsgate.wire.codec import Codec, Question


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class SmsClubHttpGateway(SmsClubTextGateway):
    """
    Sends through SMSClub's HTTP gate.

    Give ``username`` with ``password``, or with ``token``: each has paths and a text
    coding of its own. ``base64`` says otherwise about the coding: True for Base64, False
    for plain windows-1251. No gate complains about the wrong one, it delivers nonsense.
    """

    scheme: ClassVar[str] = send.GATEWAY

    token: str | None = attrs.field(default=None, repr=False)
    base64: bool | None = None

    def _account(self) -> SmsClubAccount:
        return SmsClubAccount(
            username=self.username, password=self.password, token=self.token, sender=self.sender
        )

    def _make_codec(self) -> Codec:
        account = self._account()
        account.check_charset(CHARSET)
        dialect = WITH_TOKEN if self.token else WITH_PASSWORD
        if self.base64 is not None:
            dialect = attrs.evolve(dialect, is_base64=self.base64)

        return Codec(
            check=partial(send.check, account),
            encode_send=partial(send.encode_send, account, dialect),
            decode_send=send.decode_send,
            encode_status=partial(status.encode_status, account, dialect),
            decode_status=status.decode_status,
            kind=letters.kind,
            balance=Question(
                partial(balance.encode_balance, account, dialect), balance.decode_balance
            ),
        )
