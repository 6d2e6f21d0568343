"""What the gates share that know an account by username and password: HTTP, XML, SOAP."""

from collections.abc import Mapping, Sequence

import attrs

from smsgate.providers.http_gateway import HttpGateway
from smsgate.providers.smsclub.account import SmsClubAccount


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class SmsClubTextGateway(HttpGateway):
    """
    One account on one of SMSClub's older gates, each with a dialect of its own.

    The default server is ``https://gate.smsclub.mobi``, the one that is known to speak
    TLS; the gateway page still prints ``http://smpp.smsclub.mobi``, which you may give as
    ``base_url`` if you can bear the password in the clear.
    """

    username: str
    password: str | None = attrs.field(default=None, repr=False)

    @classmethod
    def credentials(cls, user: str, password: str, /) -> Mapping[str, str]:
        """Read a DSN's user and password as what they are."""
        return {"username": user, "password": password}

    def _login(self) -> str:
        return self.username

    def _default_base_urls(self) -> Sequence[str]:
        return ["https://gate.smsclub.mobi"]

    def _account(self) -> SmsClubAccount:
        return SmsClubAccount(username=self.username, password=self.password, sender=self.sender)
