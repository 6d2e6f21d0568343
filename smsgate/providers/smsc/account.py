"""Who is sending: an SMSC login, or an API key."""

from collections.abc import Iterable

import attrs

from smsgate.errors import InvalidArgument
from smsgate.wire.http import HttpRequest, Rate, form_request

_MINUTE = 61.0  # seconds; the one over is for a request that was long on its way


@attrs.frozen(kw_only=True)
class SmscAccount:
    """
    A login with its password, or an API key instead of both; and the usual sender.

    The limits are SMSC's own, for one login: reference, section 12.
    """

    login: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    api_key: str | None = attrs.field(default=None, repr=False)
    sender: str | None = None
    statuses_per_minute: int = 5  # of one message
    balances_per_minute: int = 10

    def __attrs_post_init__(self) -> None:
        """Refuse half an account, or two."""
        if bool(self.login) != bool(self.password):
            raise InvalidArgument("smsc: a login needs a password, and a password a login")

        if bool(self.login) == bool(self.api_key):
            raise InvalidArgument("smsc: give login and password, or api_key instead of both")

    def request(self, command: str, **fields: str) -> HttpRequest:
        """
        Write ``/sys/<command>.php`` with *fields*, POSTed.

        Answers are asked for as JSON (``fmt=3``) in UTF-8, since the default charset,
        windows-1251, loses characters without an error.
        """
        who = (
            {"apikey": self.api_key}
            if self.api_key
            else {"login": self.login, "psw": self.password}
        )
        form = {**who, "fmt": "3", "charset": "utf-8", **fields}
        return form_request(f"/sys/{command}.php", [(k, v) for k, v in form.items() if v])


def a_minute(most: int, keys: Iterable[tuple[str, ...]]) -> tuple[Rate, ...]:
    """Make the rates of a request that counts for each of *keys*, *most* a minute."""
    return tuple(Rate(key, most, _MINUTE) for key in keys)
