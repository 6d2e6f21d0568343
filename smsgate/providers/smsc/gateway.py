"""The gateway to smsc.kz, smsc.ua, smsc.ru and every host with the same software."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import attrs

from smsgate.errors import SmsGateError
from smsgate.message import Message
from smsgate.money import Balance
from smsgate.providers.http_gateway import HttpGateway
from smsgate.providers.smsc import balance, send, status
from smsgate.providers.smsc.account import SmscAccount
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report
from smsgate.wire.http import HttpReply, HttpRequest

_MIRRORS = ("", "www2.", "www3.", "www4.", "www5.")  # in the official libraries' order


def new_id() -> str:
    """Make an id for one request: 32 letters and digits of the 40 that SMSC takes."""
    return uuid.uuid4().hex


@attrs.define(kw_only=True, eq=False)
class SmscGateway(HttpGateway):
    """
    Sends through SMSC.

    Give ``login`` and ``password``, or ``api_key``. ``host`` is any of the family: its
    mirrors ``www2.host`` to ``www5.host`` are tried in order when it cannot be reached;
    ``base_url`` or ``base_urls`` name other servers instead. ``id_factory`` makes the id
    that each request carries, so that it can be asked about whatever happens.
    """

    scheme: ClassVar[str] = send.GATEWAY

    login: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    api_key: str | None = attrs.field(default=None, repr=False)
    host: str = "smsc.kz"
    id_factory: Callable[[], str] = attrs.field(default=new_id, repr=False)
    _account: SmscAccount = attrs.field(init=False, repr=False)

    @_account.default
    def _make_account(self) -> SmscAccount:
        return SmscAccount(
            login=self.login, password=self.password, api_key=self.api_key, sender=self.sender
        )

    @classmethod
    def credentials(cls, user: str, password: str, /) -> Mapping[str, str]:
        """Read a password without a user as an API key, as the official libraries do."""
        return {"login": user, "password": password} if user else {"api_key": password}

    @classmethod
    def located_at(cls, address: str, /) -> Mapping[str, str]:
        """Read a host of the family, so that its mirrors are known; see ``host``."""
        return {"host": address}

    def _default_base_urls(self) -> Sequence[str]:
        return [f"https://{mirror}{self.host}" for mirror in _MIRRORS]

    def _check(self, message: Message) -> None:
        send.check(message)

    def _encode_send(self, batch: Sequence[Message]) -> HttpRequest:
        return send.encode_send(self._account, batch, self.id_factory())

    def _decode_send(
        self, reply: HttpReply, batch: Sequence[Message]
    ) -> Sequence[Receipt | SmsGateError]:
        return send.decode_send(reply, batch)

    def _encode_status(self, refs: Sequence[Ref]) -> HttpRequest:
        return status.encode_status(self._account, refs)

    def _decode_status(self, reply: HttpReply, refs: Sequence[Ref]) -> Sequence[Report]:
        return status.decode_status(reply, refs)

    def _encode_balance(self) -> HttpRequest:
        return balance.encode_balance(self._account)

    def _decode_balance(self, reply: HttpReply) -> Balance:
        return balance.decode_balance(reply)


GATEWAYS = {SmscGateway.scheme: SmscGateway}
