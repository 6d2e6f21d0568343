"""Who is sending through the JSON gate: the bearer of a token."""

import re

import attrs

from smsgate.errors import InvalidArgument
from smsgate.wire.http import HttpRequest, Rate
from smsgate.wire.json import dumps

_TOKEN = re.compile("[!-~]+")  # what one word of an HTTP header can hold
_SECOND = 1.0


@attrs.frozen(kw_only=True)
class SmsClubBearer:
    """A token, the usual sender, and how much the gate takes of all calls together."""

    token: str = attrs.field(repr=False)
    sender: str | None = None
    requests_per_second: int = 9

    def __attrs_post_init__(self) -> None:
        """Refuse a token that a header cannot carry; the error does not show it."""
        if not _TOKEN.fullmatch(self.token):
            raise InvalidArgument("token: must be printable ASCII without spaces, and not empty")

    def request(self, call: str, **fields: object) -> HttpRequest:
        """Write ``/sms/<call>`` with *fields* as JSON; those that are None are left out."""
        given = {name: value for name, value in fields.items() if value is not None}
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        body = dumps(given) if given else b""
        rate = Rate(("any call",), self.requests_per_second, _SECOND)
        return HttpRequest(f"/sms/{call}", body, headers, rates=(rate,))
