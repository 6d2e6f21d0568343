"""The gateway to smsc.kz, smsc.ua, smsc.ru and every host with the same software."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

import attrs

from smsgate.errors import InvalidArgument
from smsgate.message import Message
from smsgate.money import Quote, add_up
from smsgate.policy.group import BatchSize
from smsgate.policy.settings import positive
from smsgate.policy.sorter import Sorter
from smsgate.providers.http_gateway import HttpGateway
from smsgate.providers.smsc import balance, price, send, status
from smsgate.providers.smsc.account import SmscAccount
from smsgate.wire.codec import Codec, Question
from smsgate.wire.http import HttpReply

_MIRRORS = ("", "www2.", "www3.", "www4.", "www5.")  # in the official libraries' order


def new_id() -> str:
    """Make an id for one request: 32 letters and digits of the 40 that SMSC takes."""
    return secrets.token_hex(16)


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class SmscGateway(HttpGateway):
    """
    Sends through SMSC.

    Give ``login`` and ``password``, or ``api_key``. ``host`` is any of the family: its
    mirrors ``www2.host`` to ``www5.host`` are tried in order when it cannot be reached;
    ``base_url`` or ``base_urls`` name other servers instead. ``id_factory`` makes the id
    that each request carries, so that it can be asked about whatever happens: an id that was
    ever used before, for the same phone, would be answered with the older message's fate.

    After an unknown outcome SMSC is asked by that id. ``repeat_unknown`` says what to do
    when it does not know either: nothing (`OutcomeUnknown`, whose ``ref`` you may ask about
    later), or send the identical request, with the same id, once more. That loses fewer
    messages and may double one: SMSC's own guard against repetition lasts a minute, and
    what it compares is not documented.

    ``statuses_per_minute`` (of one message) and ``balances_per_minute`` are SMSC's own
    limits; a question beyond them waits.
    """

    scheme: ClassVar[str] = send.GATEWAY

    batch_size: int = attrs.field(default=500, validator=positive)
    login: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    api_key: str | None = attrs.field(default=None, repr=False)
    host: str = "smsc.kz"
    id_factory: Callable[[], str] = attrs.field(default=new_id, repr=False)
    repeat_unknown: bool = False
    statuses_per_minute: int = attrs.field(default=5, validator=positive)
    balances_per_minute: int = attrs.field(default=10, validator=positive)

    @classmethod
    def credentials(cls, user: str, password: str, /) -> Mapping[str, str]:
        """Read a password without a user as an API key, as the official libraries do."""
        return {"login": user, "password": password} if user else {"api_key": password}

    @classmethod
    def located_at(cls, address: str, /) -> Mapping[str, str]:
        """Read a host of the family, so that its mirrors are known; see ``host``."""
        return {"host": address}

    def _login(self) -> str:
        return (self.login or self.api_key or "").lower()

    def _default_base_urls(self) -> Sequence[str]:
        return [f"https://{mirror}{self.host}" for mirror in _MIRRORS]

    async def quote(self, messages: Sequence[Message], /) -> Quote:
        """
        Ask what *messages* would cost, in as many requests as they would be sent in.

        Nothing is sent. Raises `InvalidMessage` for one that could not be, and whatever
        else SMSC has against one of the requests.
        """
        sorter = Sorter(self._codec.kind, BatchSize(self.batch_size))
        for message in messages:
            self._codec.check(message)
            sorter.put(message)

        quotes: list[Quote] = []
        while not sorter.is_empty:
            sorter.close_oldest()
            while sorter.ready:
                quotes.append(await self._ask(self._price_of(sorter.ready.popleft())))

        return add_up(quotes)

    def _price_of(self, batch: Sequence[Message]) -> Question[Quote]:
        def decode(reply: HttpReply) -> Quote:
            return self._read(reply, lambda reply: price.decode_price(reply, batch), batch)

        return Question(partial(price.encode_price, self._account(), batch), decode, tries=1)

    def _account(self) -> SmscAccount:
        return SmscAccount(
            login=self.login,
            password=self.password,
            api_key=self.api_key,
            sender=self.sender,
            statuses_per_minute=self.statuses_per_minute,
            balances_per_minute=self.balances_per_minute,
        )

    def _make_codec(self) -> Codec:
        account = self._account()
        return Codec(
            check=send.check,
            encode_send=lambda batch: send.encode_send(account, batch, self._own_id()),
            decode_send=send.decode_send,
            encode_status=partial(status.encode_status, account),
            decode_status=status.decode_status,
            balance=Question(partial(balance.encode_balance, account), balance.decode_balance),
            kind=send.kind,
            repeats_unknown=self.repeat_unknown,
        )

    def _own_id(self) -> str:
        try:
            own_id: object = self.id_factory()
        except Exception as exc:
            raise InvalidArgument(f"id_factory: it failed ({type(exc).__name__})") from exc

        if not isinstance(own_id, str):
            raise InvalidArgument(f"id_factory: it must make str, not {type(own_id).__name__}")

        return own_id


GATEWAYS = {SmscGateway.scheme: SmscGateway}
