"""Who is sending through the JSON gate: the bearer of a token."""

import re

import attrs

from smsgate.errors import InvalidArgument
from smsgate.wire.http import HttpRequest
from smsgate.wire.json import dumps

_TOKEN = re.compile("[!-~]+")  # what one word of an HTTP header can hold


@attrs.frozen(kw_only=True)
class SmsClubBearer:
    """A token, and the usual sender."""

    token: str = attrs.field(repr=False)
    sender: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a token that a header cannot carry; the error does not show it."""
        if not _TOKEN.fullmatch(self.token):
            raise InvalidArgument("token: must be printable ASCII without spaces, and not empty")

    def request(self, call: str, **fields: object) -> HttpRequest:
        """Write ``/sms/<call>`` with *fields* as JSON; those that are None are left out."""
        given = {name: value for name, value in fields.items() if value is not None}
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        return HttpRequest(f"/sms/{call}", dumps(given) if given else b"", headers)
