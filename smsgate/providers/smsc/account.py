"""Who is sending: an SMSC login, or an API key."""

import attrs

from smsgate.errors import InvalidArgument
from smsgate.wire.http import HttpRequest, form_request


@attrs.frozen(kw_only=True)
class SmscAccount:
    """A login with its password, or an API key instead of both; and the usual sender."""

    login: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    api_key: str | None = attrs.field(default=None, repr=False)
    sender: str | None = None

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
