"""One wire language: the pure functions that a gateway moves values through."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import attrs

from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.money import Balance
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report
from smsgate.wire.http import HttpReply, HttpRequest

Result = Receipt | SmsGateError  #: of one message
Answer = TypeVar("Answer")


def has_lost(results: Sequence[object]) -> bool:
    """Whether the fate of any message is unknown."""
    return any(isinstance(result, OutcomeUnknown) for result in results)


def has_taken(results: Sequence[object]) -> bool:
    """Whether the provider took any message: what it gave for one is no error."""
    return not all(isinstance(result, SmsGateError) for result in results)


@attrs.frozen
class Question(Generic[Answer]):
    """
    A request without arguments, and how its reply is read.

    It may be put *tries* times: it does no harm twice. One that a server could take for a
    send is put once. Few answers say which question they answer, so its connection is closed
    after it.
    """

    encode: Callable[[], HttpRequest]
    decode: Callable[[HttpReply], Answer]
    tries: int = 3

    def request(self) -> HttpRequest:
        """Write the request, anew for each try."""
        return self.encode().alone()


def letter_of(message: Message) -> Hashable:
    """Give everything in *message* but whom it is for: what one text to many has in common."""
    return message.text, message.sender, message.send_at, message.valid_for


@attrs.frozen(kw_only=True)
class Codec:
    """
    What differs between providers, bound to one account.

    ``check`` raises `InvalidMessage` for what the language has no words for. Messages of
    one ``kind`` may share a request if their phones differ; None goes alone. A batch to
    encode has been checked, and its messages may share a request. ``decode_send`` gives
    one result a message, or raises what became of all of them; ``decode_status`` gives
    one report a ref, in order. No ``balance`` means that there is no word for it.
    ``repeats_unknown`` is the caller's choice to send a request again that stays unknown.
    """

    check: Callable[[Message], None]
    encode_send: Callable[[Sequence[Message]], HttpRequest]
    decode_send: Callable[[HttpReply, Sequence[Message]], Sequence[Result]]
    encode_status: Callable[[Sequence[Ref]], HttpRequest]
    decode_status: Callable[[HttpReply, Sequence[Ref]], Sequence[Report]]
    kind: Callable[[Message], Hashable | None] = letter_of
    balance: Question[Balance] | None = None
    repeats_unknown: bool = False
