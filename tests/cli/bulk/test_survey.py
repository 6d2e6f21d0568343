"""What a file would send and cost, counted before anything is sent."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from smsgate.cli.bulk.places import Atlas, Place
from smsgate.cli.bulk.prices import FindPrices, Price, by_parts
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.cli.bulk.survey import survey
from smsgate.errors import RecipientRefused
from smsgate.message import Message

ONE = by_parts(Decimal(1))


def each(price_of: Callable[[Message], Price]) -> FindPrices:
    """Find the price of each message by itself."""

    async def find(messages: Sequence[Message]) -> Sequence[Price]:
        return [price_of(message) for message in messages]

    return find


def row(phone: str, text: str = "hello") -> Row:
    """Make a good row."""
    return Row(2, phone, None, Message(phone, text))


async def test_every_row_is_counted_once() -> None:
    """To send, bad, or sent earlier; parts by the GSM rule."""
    bad = Row(3, "", None, Withheld("InvalidMessage", "no phone"))
    good = row("77011234567", "я" * 71)
    found = await survey([good, bad, good.withhold(SETTLED)], ONE)

    assert (found.rows, found.bad, found.earlier) == (3, 1, 1)
    assert (found.whole.messages, found.whole.parts, found.whole.cost) == (1, 2, Decimal(2))
    assert found.examples == [bad]


async def test_prices_are_asked_at_once() -> None:
    """Whoever has a long way to the provider does not go it once for each question."""
    asked, most = 0, 0

    async def find(messages: Sequence[Message]) -> Sequence[Price]:
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        await asyncio.sleep(0)
        asked -= 1
        return [Price(Decimal(message.text)) for message in messages]

    given = [row(f"7701{n:07}", str(n)) for n in range(5000)]
    found = await survey(given, find, keeps_prices=True)

    assert most == 4
    assert [price.cost for price in found.prices] == [Decimal(n) for n in range(5000)]


async def test_few_examples_are_kept() -> None:
    """A file of a million bad rows is not kept in memory."""
    bad = Row(3, "", None, Withheld("InvalidMessage", "no phone"))
    found = await survey([bad] * 1000, ONE)

    assert (found.bad, len(found.examples)) == (1000, 5)


async def test_row_that_the_provider_would_refuse_is_bad() -> None:
    """It is told beforehand, and costs nothing."""
    error = RecipientRefused("invalid number")
    prices = each(lambda message: Price(error=error) if message.phone[-1] == "9" else Price())
    found = await survey([row("77011111119"), row("77011111111")], prices, keeps_prices=True)

    assert (found.bad, found.whole.messages, found.whole.unpriced) == (1, 1, 1)
    assert found.prices == [Price(error=error), Price()]


async def test_prices_that_are_alike_are_kept_once() -> None:
    """A million equal prices are one object."""
    found = await survey([row("77011111111"), row("77011111112")], ONE, keeps_prices=True)

    assert found.prices[0] is found.prices[1]


async def test_places() -> None:
    """The provider's word on the operator counts, else how the number begins."""
    prices = each(lambda message: Price(Decimal(1), "40102" if message.phone[-1] == "2" else None))
    rows = [row("77011111111"), row("77011111112"), row("77011111113"), row("380671111111")]
    found = await survey(rows, prices, atlas=Atlas())

    assert {place: total.messages for place, total in found.by_place.items()} == {
        Place("Kazakhstan", "Kcell/Activ"): 2,
        Place("Kazakhstan", "40102"): 1,
        Place("Ukraine", "Kyivstar"): 1,
    }


@pytest.mark.parametrize(
    ("phone", "place"),
    [
        ("9999999", Place("?", "+9999…")),
        ("77172111111", Place("Kazakhstan", "+7717…")),
        ("0", Place("?", "+0…")),
    ],
)
def test_place_that_nobody_knows(phone: str, place: Place) -> None:
    """What is not known is not made up."""
    assert Atlas().find(phone, None) == place


def test_places_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the leading digits have to do."""
    monkeypatch.setitem(sys.modules, "phonenumbers", None)

    assert Atlas().find("77011111111", None) == Place("?", "+7701…")
    assert Atlas().find("77011111111", "40101") == Place("?", "40101")


async def test_no_prices() -> None:
    """Messages of unknown price are counted as such."""
    found = await survey([row("77011111111")], by_parts(None))

    assert (found.whole.unpriced, found.whole.cost) == (1, Decimal(0))
    assert found.whole.is_unpriced


async def test_no_messages_have_no_unknown_price() -> None:
    """Nothing costs nothing."""
    found = await survey([row("77011111111").withhold(SETTLED)], by_parts(None))

    assert not found.whole.is_unpriced


async def test_long_file_is_counted_aloud() -> None:
    """Whoever waits sees how far it is, and is heard when he gives up."""
    counts = list[int]()

    def watch(rows: int) -> None:
        counts.append(rows)
        if len(counts) == 2:
            asyncio.get_running_loop().call_soon(reading.cancel)

    reading = asyncio.create_task(survey([row("77011111111")] * 9000, ONE, watch=watch))
    await asyncio.wait([reading])

    assert reading.cancelled()
    assert counts == [2000, 4000]
