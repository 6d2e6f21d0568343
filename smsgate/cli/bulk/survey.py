"""What a file holds, found out by reading all of it before anything is sent."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

import attrs

from smsgate.cli.bulk.budget import NOTHING
from smsgate.cli.bulk.places import Atlas, Place
from smsgate.cli.bulk.prices import Price, Prices
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.message import Message
from smsgate.text import count_gsm_parts

_CHUNK = 500  # messages that are priced together
_MOST_EXAMPLES = 5


@attrs.define
class Sum:
    """Messages, the parts they have by the GSM rule, and what they cost."""

    messages: int = 0
    parts: int = 0
    cost: Decimal = NOTHING
    unpriced: int = 0  #: of the messages

    def add(self, message: Message, price: Price) -> None:
        """Count one message."""
        self.messages += 1
        self.parts += count_gsm_parts(message.text)
        self.cost += price.cost or NOTHING
        self.unpriced += price.cost is None


@attrs.define
class Survey:
    """Every row of a file, counted: to send, bad, or sent earlier."""

    rows: int = 0
    earlier: int = 0
    bad: int = 0
    examples: list[Row] = attrs.field(factory=list)  #: the first that are bad
    whole: Sum = attrs.field(factory=Sum)
    by_place: dict[Place, Sum] = attrs.field(factory=dict)
    prices: list[Price] = attrs.field(factory=list)  #: if kept: of each message, in order

    def add(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        if row.result is SETTLED:
            self.earlier += 1
        elif isinstance(row.result, Withheld):
            self.bad += 1
            if len(self.examples) < _MOST_EXAMPLES:
                self.examples.append(row)


async def survey(
    rows: Iterable[Row],
    prices: Prices,
    *,
    atlas: Atlas | None = None,
    keeps_prices: bool = False,
) -> Survey:
    """Read *rows* to the end; with an *atlas*, sort the messages by place."""
    found, alike = Survey(), dict[Price, Price]()
    remaining = iter(rows)
    while chunk := list(islice(remaining, _CHUNK)):
        priced = await _priced(chunk, prices)
        for row in chunk:
            message = row.result
            price = next(priced) if isinstance(message, Message) else Price()
            judged = _judged(row, price)
            found.add(judged)
            if isinstance(message, Message) and keeps_prices:
                found.prices.append(price if price.error else alike.setdefault(price, price))

            if isinstance(message, Message) and judged is row:
                _sort(found, message, price, atlas)

    return found


async def _priced(chunk: Sequence[Row], prices: Prices) -> Iterator[Price]:
    messages = [row.result for row in chunk if isinstance(row.result, Message)]
    return iter(await prices.of(messages))


def _judged(row: Row, price: Price) -> Row:
    """Give *row*, without its message if whoever knows prices refused it."""
    if not price.error:
        return row

    return row.withhold(Withheld(type(price.error).__name__, str(price.error)))


def _sort(found: Survey, message: Message, price: Price, atlas: Atlas | None) -> None:
    found.whole.add(message, price)
    if atlas:
        place = atlas.find(message.phone, price.operator)
        found.by_place.setdefault(place, Sum()).add(message, price)
