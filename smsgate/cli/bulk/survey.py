"""What a file holds, found out by reading all of it before anything is sent."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice

import attrs

from smsgate.cli.bulk.budget import NOTHING
from smsgate.cli.bulk.places import Atlas, Place
from smsgate.cli.bulk.prices import FindPrices, Price, by_parts
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.errors import Refused
from smsgate.message import Message
from smsgate.text import count_gsm_parts

_CHUNK = 500  # messages that are priced together
_AT_ONCE = 4  # chunks whose prices are asked at once
_MOST_EXAMPLES = 5


@attrs.define
class Estimate:
    """Messages, the parts they have by the GSM rule, and what they will cost."""

    messages: int = 0
    parts: int = 0
    cost: Decimal = NOTHING
    unpriced: int = 0  #: of the messages

    @property
    def is_unpriced(self) -> bool:
        """Whether there are messages, and no price of any."""
        return 0 < self.messages == self.unpriced

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
    whole: Estimate = attrs.field(factory=Estimate)
    by_place: dict[Place, Estimate] = attrs.field(factory=dict)
    prices: list[Price] = attrs.field(factory=list)  #: if kept: of each message, in order
    refusal: Refused | None = None  #: why no more prices were asked for

    def add(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        if row.result is SETTLED:
            self.earlier += 1
        elif isinstance(row.result, Withheld):
            self.bad += 1
            if len(self.examples) < _MOST_EXAMPLES:
                self.examples.append(row)

    def estimate(self, message: Message, price: Price, atlas: Atlas | None) -> None:
        """Count what the message of a row will cost, and where."""
        self.whole.add(message, price)
        if atlas:
            place = atlas.find(message.phone, price.operator)
            self.by_place.setdefault(place, Estimate()).add(message, price)


async def survey(
    rows: Iterable[Row],
    find_prices: FindPrices,
    *,
    atlas: Atlas | None = None,
    keeps_prices: bool = False,
    watch: Callable[[int], None] = lambda _: None,
) -> Survey:
    """
    Read *rows* to the end; with an *atlas*, sort the messages by place.

    Who only wants to look has an atlas: when the provider refuses so much that he is asked no
    more, the rest has no price. Without one there is no use for less than all: raises `Refused`.
    *watch* is told now and then how many rows were read.
    """
    found, alike = Survey(), dict[Price, Price]()
    remaining = iter(rows)
    while chunks := [chunk for _ in range(_AT_ONCE) if (chunk := list(islice(remaining, _CHUNK)))]:
        try:
            prices = await _prices_of(chunks, find_prices)
        except Refused as error:
            if atlas is None or type(error) is not Refused:  # the account's, or nobody looks
                raise

            found.refusal, find_prices = error, by_parts(None)
            prices = await _prices_of(chunks, find_prices)

        for row in chain.from_iterable(chunks):
            message = row.result
            if not isinstance(message, Message):
                found.add(row)
                continue

            price = next(prices)
            if keeps_prices:
                found.prices.append(price if price.error else alike.setdefault(price, price))

            if price.refusal:
                found.add(row.withhold(price.refusal))
            else:
                found.add(row)
                found.estimate(message, price, atlas)

        watch(found.rows)
        await asyncio.sleep(0)  # so that Ctrl-C is heard

    return found


async def _prices_of(chunks: Iterable[Iterable[Row]], find_prices: FindPrices) -> Iterator[Price]:
    """Find the price of each message in *chunks*, in order; what fails fails when all is quiet."""
    letters = ([r.result for r in rows if isinstance(r.result, Message)] for rows in chunks)
    asking = (find_prices(messages) for messages in letters)
    prices = list[Price]()
    for found in await asyncio.gather(*asking, return_exceptions=True):
        if isinstance(found, BaseException):
            raise found

        prices += found

    return iter(prices)
