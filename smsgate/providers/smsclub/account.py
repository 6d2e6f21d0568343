"""Who is sending through the text gates: a username and its password, or a token."""

import attrs

from smsgate.errors import InvalidArgument


@attrs.frozen(kw_only=True)
class SmsClubAccount:
    """A username with a password, or (on the HTTP gate) a token; and the usual sender."""

    username: str
    password: str | None = attrs.field(default=None, repr=False)
    token: str | None = attrs.field(default=None, repr=False)
    sender: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse an account without a secret, or with two."""
        if not self.username:
            raise InvalidArgument("smsclub: the username is missing")

        if bool(self.password) == bool(self.token):
            raise InvalidArgument("smsclub: give a password, or a token where the gate takes one")
