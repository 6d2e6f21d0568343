"""The gateway and its codec: JSON to ``/pigeon/<what>``, one line back for each bird."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import attrs

from smsgate import Balance, InvalidMessage, Message, Receipt, Ref, Refused, Report, Status
from smsgate.errors import SmsGateError
from smsgate.money import parse_money
from smsgate.providers.http_gateway import HttpGateway
from smsgate.wire.codec import Codec, Question
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.json import decode_json, dumps


@attrs.define(kw_only=True, eq=False, on_setattr=attrs.setters.frozen)
class PigeonGateway(HttpGateway):
    """Sends by carrier pigeon; ``loft`` is whose birds they are, ``ring`` the proof of it."""

    scheme: ClassVar[str] = "pigeon"

    loft: str
    ring: str = attrs.field(repr=False)
    is_fast: bool = False
    is_white: bool | None = None

    @classmethod
    def credentials(cls, user: str, password: str, /) -> Mapping[str, str]:
        """Read a DSN's user as the loft and its password as the ring."""
        return {"loft": user, "ring": password}

    def _login(self) -> str:
        return self.loft

    def _default_base_urls(self) -> Sequence[str]:
        return ["https://pigeon.invalid", "https://second.pigeon.invalid"]

    def _make_codec(self) -> Codec:
        return Codec(
            check=_check,
            encode_send=self._encode_send,
            decode_send=_decode_send,
            encode_status=lambda refs: self._encode("status", to=[ref.ids[0] for ref in refs]),
            decode_status=_decode_status,
            balance=Question(lambda: self._encode("balance", to=["grain"]), _decode_balance),
        )

    def _encode(self, what: str, **said: object) -> HttpRequest:
        return HttpRequest(f"/pigeon/{what}", dumps({"loft": self.loft, "ring": self.ring, **said}))

    def _encode_send(self, batch: Sequence[Message]) -> HttpRequest:
        return self._encode("send", text=batch[0].text, to=[message.phone for message in batch])


def _check(message: Message) -> None:
    if len(message.text) > 100:
        raise InvalidMessage("text: a pigeon carries 100 characters")


def _decode_send(reply: HttpReply, batch: Sequence[Message]) -> Sequence[Receipt | SmsGateError]:
    lines = zip(batch, _lines(reply, batch), strict=True)
    return [
        Receipt(gateway=PigeonGateway.scheme, id=line, phone=message.phone, message_id=message.id)
        if line.isdigit()
        else Refused(line)
        for message, line in lines
    ]


def _decode_status(reply: HttpReply, refs: Sequence[Ref]) -> Sequence[Report]:
    lines = zip(refs, _lines(reply, refs), strict=True)
    return [Report(status=Status(line), phone=ref.phone, code=line) for ref, line in lines]


def _decode_balance(reply: HttpReply) -> Balance:
    [amount] = map(parse_money, _lines(reply, ["grain"]))
    if amount is None:
        raise reply.unreadable()

    return Balance(amount=amount, currency="grains")


def _lines(reply: HttpReply, asked: Sequence[object]) -> Sequence[str]:
    match decode_json(reply):
        case [*lines] if len(lines) == len(asked):
            return [str(line) for line in lines]
        case {"no": str(reason)}:
            raise Refused(reason)
        case _:
            raise reply.unreadable()


GATEWAYS = {PigeonGateway.scheme: PigeonGateway}
