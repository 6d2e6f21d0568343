"""SMSClub's JSON gate, the one that the provider recommends today."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import attrs

from smsgate.errors import InvalidArgument
from smsgate.policy.settings import positive
from smsgate.providers.http_gateway import HttpGateway
from smsgate.providers.smsclub.json import balance, send, status
from smsgate.providers.smsclub.json.account import SmsClubBearer
from smsgate.wire.codec import Codec, Question

_MOST = 100  # phones in a send, ids in a question


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class SmsClubJsonGateway(HttpGateway):
    """
    Sends through SMSClub's JSON gate, im.smsclub.mobi.

    ``token`` is the account's. ``emoji`` lets characters outside the basic plane pass;
    they may arrive as question marks. ``batch_size`` is 100 at most. The gate takes
    ``requests_per_second`` of all calls together; what is beyond that waits.
    """

    scheme: ClassVar[str] = send.GATEWAY

    token: str = attrs.field(repr=False)
    emoji: bool = False
    requests_per_second: int = attrs.field(default=9, validator=positive)

    def __attrs_post_init__(self) -> None:
        """Draw the line, unless a batch could be larger than the gate takes."""
        if self.batch_size > _MOST:
            raise InvalidArgument(f"batch_size: SMSClub takes {_MOST} at most")

        super().__attrs_post_init__()

    @classmethod
    def credentials(cls, user: str, password: str, /) -> Mapping[str, str]:
        """Read the password as the token, or the user where there is no password."""
        return {"token": password or user}

    def _login(self) -> str:
        return self.token

    def _default_base_urls(self) -> Sequence[str]:
        return ["https://im.smsclub.mobi"]

    def _account(self) -> SmsClubBearer:
        return SmsClubBearer(
            token=self.token,
            sender=self.sender,
            requests_per_second=self.requests_per_second,
        )

    def _make_codec(self) -> Codec:
        account = self._account()
        return Codec(
            check=partial(send.check, account, emoji=self.emoji),
            encode_send=partial(send.encode_send, account),
            decode_send=send.decode_send,
            encode_status=partial(status.encode_status, account),
            decode_status=status.decode_status,
            balance=Question(partial(balance.encode_balance, account), balance.decode_balance),
        )

    async def originators(self) -> list[str]:
        """Ask which sender names the account may use."""
        encode = partial(balance.encode_originators, self._account())
        return await self._ask(Question(encode, balance.decode_originators))
