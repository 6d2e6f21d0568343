"""Prices and the cap: nothing is handed in that may cost more than is allowed."""

from collections.abc import Sequence
from decimal import Decimal

import attrs
import pytest
from hypothesis import given, strategies as st

from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.prices import Price, by_parts, price_of_parts, quoted
from smsgate.cli.bulk.rows import Withheld
from smsgate.errors import (
    InsufficientFunds,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    SmsGateError,
    Unreachable,
)
from smsgate.message import Message
from smsgate.money import PhoneQuote, Quote
from smsgate.outcome import Accepted, NotSent, Unknown
from smsgate.receipt import Receipt

A, B, C = (Message(f"7701111111{digit}", "hello") for digit in "123")
REFUSED = RecipientRefused("invalid number")


@attrs.define
class Teller:
    """Tells prices by phone; an error refuses the whole question, None leaves a line out."""

    lines: dict[str, Decimal | SmsGateError | PhoneQuote | None]
    asked: list[int] = attrs.field(init=False, factory=list)

    async def quote(self, messages: Sequence[Message], /) -> Quote:
        """Answer a question."""
        self.asked.append(len(messages))
        said = {message.phone: self.lines[message.phone] for message in messages}
        for line in said.values():
            if isinstance(line, SmsGateError):
                raise line

        quotes = {
            phone: line if isinstance(line, PhoneQuote) else PhoneQuote(cost=line)
            for phone, line in said.items()
            if isinstance(line, Decimal | PhoneQuote)
        }
        return Quote(cost=Decimal(len(messages)), by_phone=quotes)


async def test_part_price() -> None:
    """By the part: a long text costs more."""
    prices = await by_parts(Decimal("3.20"))([A, Message("77011111111", "x" * 161)])

    assert [price.cost for price in prices] == [Decimal("3.20"), Decimal("6.40")]


async def test_nobody_knows() -> None:
    """Without a price of a part, that of a message is not known."""
    assert await by_parts(None)([A]) == [Price()] == [price_of_parts(None, A)]


def test_refusal_of_whoever_knows_prices() -> None:
    """What would be refused anyway is not sent, and nothing else is said by its kind."""
    refused = Withheld("RecipientRefused", "invalid number", is_as_good=False)

    assert Price(error=REFUSED).refusal == refused
    assert Price(Decimal(1)).refusal is None


async def test_one_question_for_many() -> None:
    """What the provider says of each phone is each message's price and operator."""
    teller = Teller({A.phone: Decimal(2), B.phone: PhoneQuote(cost=Decimal(3), operator="40101")})

    assert await quoted(teller.quote)([A, B]) == [Price(Decimal(2)), Price(Decimal(3), "40101")]
    assert teller.asked == [2]


async def test_phone_that_comes_twice_is_asked_about_twice() -> None:
    """A quote is told by phone, and two texts may have two prices."""
    teller = Teller({A.phone: Decimal(2)})

    assert len(await quoted(teller.quote)([A, Message(A.phone, "another")])) == 2
    assert teller.asked == [1, 1]


@pytest.mark.parametrize("error", [REFUSED, InvalidMessage("text: too long")])
async def test_one_bad_message_is_found_by_halving(error: SmsGateError) -> None:
    """The others have their prices all the same."""
    teller = Teller({A.phone: Decimal(2), B.phone: error, C.phone: Decimal(4)})

    prices = await quoted(teller.quote)([A, B, C])

    assert [price.error for price in prices] == [None, error, None]
    assert teller.asked == [3, 1, 2, 1, 1]


async def test_refusal_on_the_line_of_a_phone() -> None:
    """It is that message's; what is unclear says nothing at all."""
    teller = Teller(
        {
            A.phone: PhoneQuote(error=REFUSED),
            B.phone: PhoneQuote(cost=Decimal(2), error=OutcomeUnknown("unclear")),
        }
    )

    assert await quoted(teller.quote)([A, B]) == [Price(error=REFUSED), Price(Decimal(2))]


async def test_lines_that_are_left_out() -> None:
    """Then the whole of that one message is asked for, and that is its price."""
    teller = Teller({A.phone: None, B.phone: Decimal(3)})

    assert await quoted(teller.quote)([A, B]) == [Price(Decimal(1)), Price(Decimal(3))]
    assert teller.asked == [2, 1]


async def test_provider_that_tells_nothing_but_sums() -> None:
    """It is asked about each message at once: to halve the question would double the number."""
    teller = Teller({f"770111111{number:02}": None for number in range(64)})
    messages = [Message(phone, "hello") for phone in teller.lines]

    assert await quoted(teller.quote)(messages) == [Price(Decimal(1))] * 64
    assert teller.asked == [64, *[1] * 64]


@pytest.mark.parametrize("error", [InsufficientFunds("no money"), Unreachable("no connection")])
async def test_no_price_at_all(error: SmsGateError) -> None:
    """What is not one message's fault is not halved."""
    with pytest.raises(type(error)):
        await quoted(Teller({A.phone: error, B.phone: Decimal(1)}).quote)([A, B])


def receipt(cost: Decimal | None) -> Accepted:
    """Make the outcome of a message that cost so much."""
    return Accepted(A, Receipt(gateway="smsc", id="1", phone=A.phone, cost=cost))


def test_cap_is_not_passed() -> None:
    """What would cost more than is left does not fit, and neither does an unknown price."""
    budget = Budget(Decimal(10))

    assert budget.hold(Decimal(6))
    assert not budget.hold(Decimal(5))
    assert not budget.hold(None)
    assert budget.hold(Decimal(4))


def test_no_cap() -> None:
    """Then everything fits."""
    assert all(Budget().hold(price) for price in (None, Decimal(10**9)))


@pytest.mark.parametrize(
    ("outcome", "spent"),
    [
        pytest.param(receipt(Decimal(5)), Decimal(5), id="more-than-quoted"),
        pytest.param(receipt(Decimal(1)), Decimal(3), id="less-than-quoted"),
        pytest.param(receipt(None), Decimal(3), id="cost-not-said"),
        pytest.param(Unknown(A, OutcomeUnknown("silence")), Decimal(3), id="unknown"),
        pytest.param(NotSent(A, REFUSED), Decimal(0), id="not-sent"),
    ],
)
def test_larger_of_price_and_cost_counts(
    outcome: Accepted | Unknown | NotSent, spent: Decimal
) -> None:
    """Nobody's word for cheap is believed; what may have been sent was paid for."""
    budget = Budget(Decimal(10))
    budget.hold(Decimal(3))
    budget.settle(Decimal(3), outcome)

    assert (budget.spent, budget.held) == (spent, Decimal(0))


@given(st.lists(st.decimals(0, 100, places=2), max_size=30), st.decimals(0, 300, places=2))
def test_whatever_the_prices_the_cap_holds(prices: list[Decimal], cap: Decimal) -> None:
    """Money set aside and money spent are never more than the cap together."""
    budget = Budget(cap)
    for number, price in enumerate(prices):
        if budget.hold(price) and number % 2:
            budget.settle(price, receipt(price))

        assert budget.spent + budget.held <= cap


def test_what_is_under_way_counts_against_the_cap() -> None:
    """One that costs more than was said leaves too little for what was set aside for another."""
    budget = Budget(Decimal(10))
    assert budget.hold(Decimal(5))
    assert budget.hold(Decimal(5))
    assert not budget.is_passed

    budget.settle(Decimal(5), receipt(Decimal(6)))

    assert budget.is_passed


def test_what_was_paid_is_what_the_receipts_say() -> None:
    """A price that was set aside is no payment; more than the cap on the receipts is told."""
    budget = Budget(Decimal(10))
    budget.settle(None, receipt(None))
    budget.settle(None, Unknown(A, OutcomeUnknown("silence")))
    budget.settle(None, receipt(Decimal(10)))

    assert (budget.paid, budget.is_over_cap) == (Decimal(10), False)

    budget.settle(None, receipt(Decimal("0.01")))

    assert (budget.paid, budget.is_over_cap) == (Decimal("10.01"), True)
