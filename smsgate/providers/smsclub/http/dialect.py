"""
The HTTP gate's two dialects: one spoken with a password, one with a token.

The gateway page gives the first: its own paths, and the text in Base64. Clients agree on
the second: other paths, and the text as plain windows-1251, whatever the page says. Text
in the wrong coding is delivered, and billed, as nonsense.
"""

import attrs

from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.wire.http import HttpRequest, form_request

CHARSET = "cp1251"


@attrs.frozen(kw_only=True)
class Dialect:
    """Three paths, the name of the secret's field, and whether a text goes in Base64."""

    send: str
    status: str
    balance: str
    secret: str
    is_base64: bool

    def request(self, account: SmsClubAccount, path: str, **fields: str) -> HttpRequest:
        """Write a form; an underscore after a field's name is Python's, not the gate's."""
        form = [
            ("username", account.username),
            (self.secret, account.secret),
            *((name.rstrip("_"), value) for name, value in fields.items() if value),
        ]
        return form_request(path, form, charset=CHARSET)


WITH_PASSWORD = Dialect(
    send="/hfw_smpp_addon/httpsendsmspost.php",
    status="/hfw_smpp_addon/httpgetsmsstatepost.php",
    balance="/hfw_smpp_addon/httpgetbalance.php",
    secret="password",  # noqa: S106 - a field's name
    is_base64=True,
)

WITH_TOKEN = Dialect(
    send="/token/",
    status="/token/state.php",
    balance="/token/getbalance.php",
    secret="token",  # noqa: S106
    is_base64=False,
)
