"""What a caller holds once a provider took a message, and how to keep it."""

import re
from decimal import Decimal
from typing import Self
from urllib.parse import quote, unquote

import attrs

from smsgate.errors import InvalidArgument
from smsgate.message import hide_phone

_FORM = re.compile("([a-z][a-z0-9+.-]*):([0-9]+):([!-9;-~]*)")  # it begins as a DSN does
_SHAPE = "a ref reads gateway:phone:id[,id...]"


@attrs.frozen
class Ref:
    """
    The address of one accepted message: enough to ask about it after a restart.

    Its text form is ``gateway:phone:id[,id...]``, each id percent-encoded; the ids
    are the provider's, one a message or one a part.
    """

    gateway: str
    phone: str = attrs.field(repr=hide_phone)
    ids: tuple[str, ...]

    def __str__(self) -> str:
        return ":".join((self.gateway, self.phone, ",".join(quote(i, safe="") for i in self.ids)))

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read back exactly what ``str(ref)`` wrote, or raise `InvalidArgument`."""
        found = _FORM.fullmatch(text)
        if found:
            gateway, phone, ids = found.groups()
            known = (unquote(i, errors="ignore") for i in ids.split(",") if i)
            ref = cls(gateway, phone, tuple(known))
            if str(ref) == text:  # so nothing was ignored
                return ref

        raise InvalidArgument(_SHAPE)


@attrs.frozen(kw_only=True)
class Receipt:
    """
    The provider has taken responsibility for one message. Accepted is not delivered.

    ``id`` is the provider's, always as text; where the provider gives one id a part,
    ``part_ids`` has them all and ``id`` is the first. ``parts`` is how many parts the
    provider will bill, None when it did not say. ``cost`` is in the account's money.
    ``message_id`` is the caller's own `Message.id`.

    When several messages shared a request and the provider's ids do not add up, nobody
    can say which is whose: then ``id`` is empty and ``shared_ids`` has all of them.
    """

    gateway: str
    id: str
    phone: str = attrs.field(repr=hide_phone)
    parts: int | None = None
    part_ids: tuple[str, ...] = ()
    shared_ids: tuple[str, ...] = ()
    cost: Decimal | None = None
    message_id: str | None = None

    @property
    def ref(self) -> str:
        """A compact text to store; hand it to `Gateway.status` whenever you like."""
        ids = self.part_ids or ((self.id,) if self.id else ())
        return str(Ref(self.gateway, self.phone, ids))
