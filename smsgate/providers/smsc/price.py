"""
``send.php`` with ``cost=1``: what messages would cost. Nothing is sent.

A request that lost its ``cost=1`` would be a paid send, so it is written here and nowhere
else: as a literal, and last, where no other parameter can take its place. For the same
reason it is put once: who overlooked it then is not asked again.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence

import attrs

from smsgate.errors import OutcomeUnknown, RecipientRefused, Refused
from smsgate.message import Message
from smsgate.money import PhoneQuote, Quote, parse_price
from smsgate.providers.smsc.account import SmscAccount, a_minute
from smsgate.providers.smsc.answers import integer, read_question, text
from smsgate.providers.smsc.lines import Line, by_phone, line_of, refusal
from smsgate.providers.smsc.rows import encode_texts
from smsgate.wire.http import HttpReply, HttpRequest

_MOST = 5  # identical questions a minute


def encode_price(account: SmscAccount, batch: Sequence[Message]) -> HttpRequest:
    """Ask for the price of messages of one kind to phones that differ, with a line on each."""
    sender = batch[0].sender or account.sender or ""
    request = account.request("send", **encode_texts(batch), sender=sender, op="1", cost="1")
    question = hashlib.sha256(request.body).hexdigest()
    return attrs.evolve(request, rates=a_minute(_MOST, [("price", question)]))


def decode_price(reply: HttpReply, batch: Sequence[Message]) -> Quote:
    """Decode the price of all, and of each phone that the answer has a line on."""
    with _about_one_of(len(batch)):
        answer = read_question(reply)

    if isinstance(answer, dict) and "id" in answer:
        raise OutcomeUnknown("smsc: the answer to a question of price has an id, as if it was sent")

    cost = parse_price(answer.get("cost")) if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or cost is None:
        raise reply.unreadable()

    lines = by_phone(answer.get("phones"))
    if len(batch) == 1:
        phone = batch[0].phone
        quotes = {phone: _quote({"cost": answer.get("cost"), **line_of(phone, lines)})}
        return Quote(cost=cost, parts=integer(answer.get("cnt")), by_phone=quotes)

    quotes = {m.phone: _quote(lines.get(m.phone, {})) for m in batch}
    return Quote(cost=cost, parts=None, by_phone=quotes)


def _quote(line: Line) -> PhoneQuote:
    return PhoneQuote(
        cost=parse_price(line.get("cost")),
        operator=text(line.get("mccmnc")),
        error=refusal(line),
    )


@contextlib.contextmanager
def _about_one_of(count: int) -> Iterator[None]:
    """Read a refusal of "the phone" as one of *count* phones: it does not say of which."""
    try:
        yield
    except RecipientRefused as refused:
        if count == 1:
            raise

        error = Refused(f"{refused}; one of {count} phones", code=refused.code)
    else:
        return

    raise error
