"""Who is sending through the text gates: a username and its password, or a token."""

import attrs

from smsgate.errors import InvalidArgument, InvalidMessage
from smsgate.text import can_carry
from smsgate.wire.xml import check_characters


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

    @property
    def secret(self) -> str:
        """The password, or the token in its place."""
        return self.password or self.token or ""

    def check_charset(self, charset: str) -> None:
        """Raise `InvalidArgument` if *charset* cannot carry the login, without quoting it."""
        if not can_carry(charset, self.username + self.secret):
            raise InvalidArgument(f"smsclub: the login has a character that {charset} cannot carry")

    def check_xml(self) -> None:
        """Raise `InvalidArgument` if XML 1.0 cannot carry the login, without quoting it."""
        try:
            check_characters(self.username + self.secret)
        except InvalidMessage:
            raise InvalidArgument(
                "smsclub: the login has a character that XML 1.0 cannot carry"
            ) from None
