"""``smsgate bulk`` from its options to its exit code: look, ask, send, tell."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from itertools import islice

import attrs
from rich.text import Text

from smsgate.cli.bulk import facts, show
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.order import Order
from smsgate.cli.bulk.past import Closed, Past, Screen, find_closed, read_past
from smsgate.cli.bulk.places import Atlas
from smsgate.cli.bulk.prices import (
    Calculated,
    FoundOut,
    PartPrice,
    Pricing,
    Quotes,
    no_price,
    quoted_by,
)
from smsgate.cli.bulk.progress import patience
from smsgate.cli.bulk.rows import Layout, Row
from smsgate.cli.bulk.sending import Sending
from smsgate.cli.bulk.source import Source, open_source
from smsgate.cli.bulk.survey import Survey, survey
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.bulk.through import describe
from smsgate.cli.exits import Exit, exit_of_question
from smsgate.cli.output import ask, say, tell, tell_facts
from smsgate.cli.words import unanswered_sentence, usage_sentence
from smsgate.errors import InvalidArgument, SmsGateError
from smsgate.opening import VARIABLE, open_gateway

_MOST_QUOTED = 5000  # messages; for more than that only a dry run asks for every price
_YES = {"y", "yes", "д", "да"}


def bulk(make_order: Callable[[], Order]) -> Exit:
    """Carry out what somebody ordered."""
    try:
        order = make_order()
        _check_that_somebody_can_be_asked(order)
        with contextlib.ExitStack() as stack:
            how = {"charset": order.charset, "form": order.form, "delimiter": order.delimiter}
            source = stack.enter_context(open_source(order.file, **how))
            ledger = _earlier_ledger(order, stack)
            return Campaign(order, source, ledger).carry_out()
    except InvalidArgument as error:
        say(usage_sentence(str(error)))
        return Exit.USAGE
    except SmsGateError as error:
        say(unanswered_sentence(error))
        return exit_of_question(error)


def _check_that_somebody_can_be_asked(order: Order) -> None:
    is_terminal = sys.stdin is not None and sys.stdin.isatty()
    if not (order.yes or order.dry_run or is_terminal):
        raise InvalidArgument("stdin is no terminal, so nobody can be asked: add --yes")


def _earlier_ledger(order: Order, stack: contextlib.ExitStack) -> Ledger | None:
    if order.resume is None:
        if not order.dry_run:
            Ledger.check_free(order.result_path)
        return None

    ledger = Ledger.reopen(order.result_path)
    stack.callback(ledger.close)
    return ledger


@attrs.define(eq=False)
class Campaign:
    """One file and what is to be done with it; *ledger* is an earlier run's."""

    order: Order
    source: Source
    ledger: Ledger | None
    _layout: Layout = attrs.field(init=False)
    _quotes: bool = attrs.field(init=False, default=False)
    _past: Past = attrs.field(init=False, factory=Past)
    _closed: Closed = attrs.field(init=False, factory=Closed)

    def carry_out(self) -> Exit:
        """Look at all of the file, then tell what it costs, or ask and send."""
        self._quotes = self._finds_prices()
        self._layout = self._fitting_layout()
        if self.ledger:
            self._recall(self.ledger)

        needs_prices = self.order.dry_run or self.order.max_cost is not None
        found = self._look(asks=self._quotes and needs_prices)
        self._check_strictly(found)
        if self.order.dry_run:
            return self._tell_costs(found)

        self._tell_plan(found)
        if found.whole.messages and not (self.order.yes or self._is_confirmed(found)):
            say(Text("nothing was sent"))
            return Exit.NOT_SENT

        return self._send(found)

    def _finds_prices(self) -> bool:
        """Whether the gateway has to be asked for prices, and can be."""
        if self.order.dry_run and self.order.part_price is not None:
            return False

        is_capped, has_price = self.order.max_cost is not None, self.order.part_price is not None
        can_be_asked = isinstance(open_gateway(self.order.gateway), Quotes)
        if is_capped and can_be_asked and has_price:
            raise InvalidArgument(
                "--max-cost and --part-price: this gateway tells its prices, and a cap goes by "
                "those; leave --part-price out"
            )

        if is_capped and not (can_be_asked or has_price):
            raise InvalidArgument("--max-cost: this gateway tells no prices, so give --part-price")

        return can_be_asked and not has_price

    def _fitting_layout(self) -> Layout:
        """Choose the columns, which the first row that can be read has to have."""
        fault = "it is empty"
        with contextlib.closing(self.source.records()) as records:
            for record in records:
                if not record.fault:
                    layout = self.order.layout(record.values.keys())
                    layout.check(record.values.keys())
                    return layout

                fault = f"line {record.line}: {record.fault}"

        raise InvalidArgument(f"the file has no row that can be read: {fault}")

    def _recall(self, ledger: Ledger) -> None:
        """Learn what earlier runs settled, and whose messages the file has no more."""
        self._past = read_past(ledger.entries())
        screen = self._screen()
        with patience("looking for what earlier runs sent"):
            for _ in self._rows(screen):
                pass

        missing = screen.missing()
        self._closed = find_closed(ledger.entries(), missing) if missing else Closed()

    def _screen(self) -> Screen:
        return Screen(self._past, self._closed, allows_repeats=self.order.allow_repeats)

    def _rows(self, screen: Screen) -> Iterator[Row]:
        return map(screen.look, map(self._layout.read, self.source.records()))

    def _rows_again(self, count: int) -> Iterator[Row]:
        """Read the *count* rows that were looked at, and no row that came after."""
        return islice(self._rows(self._screen()), count)

    def _look(self, *, asks: bool) -> Survey:
        with patience("asking what it costs" if asks else "reading the file"):
            return asyncio.run(self._survey(asks=asks))

    async def _survey(self, *, asks: bool) -> Survey:
        rows = self._rows(self._screen())
        atlas = Atlas() if self.order.dry_run else None
        if not asks:
            return await survey(rows, Calculated(self._known_pricing()), atlas=atlas)

        async with open_gateway(self.order.gateway) as gateway:
            return await survey(rows, quoted_by(gateway), atlas=atlas, keeps_prices=True)

    def _known_pricing(self) -> Pricing:
        amount = self.order.part_price
        return no_price if amount is None else PartPrice(amount)

    def _check_strictly(self, found: Survey) -> None:
        if self.order.strict and found.bad:
            [first, *_] = found.examples
            raise InvalidArgument(
                f"{show.many(found.bad, 'row')} cannot be sent, so none is; "
                f"the first is line {first.line}: {show.why(first)}"
            )

    def _tell_costs(self, found: Survey) -> Exit:
        if self.order.is_json:
            tell_facts(facts.of_dry_run(found))
            return Exit.OK

        for line in show.plan(self.order.file, None, found, self._cost(found), None):
            say(line)

        tell(show.costs_table(found.by_place, found.whole))
        say(show.places_note(names_are_known=Atlas().is_complete))
        return Exit.OK

    def _cost(self, found: Survey) -> Text:
        source = "at the price of a part" if self.order.part_price is not None else "as quoted"
        return show.cost_words(found.whole, source, self.order.max_cost)

    def _tell_plan(self, found: Survey) -> None:
        through = describe(self.order.gateway or os.environ[VARIABLE], self.order.sender)
        cost, path = self._asked_cost(found), self.order.result_path
        for line in show.plan(self.order.file, through, found, cost, path):
            say(line)

    def _asked_cost(self, found: Survey) -> Text:
        """Say what it will cost; ask the provider only for somebody who reads the answer."""
        if not self._quotes or found.prices:
            return self._cost(found)

        if self.order.yes or found.whole.messages > _MOST_QUOTED:
            return Text("not asked; --dry-run does", "dim")

        try:
            return self._cost(self._look(asks=True))
        except SmsGateError as error:
            return show.no_cost(error)

    def _is_confirmed(self, found: Survey) -> bool:
        """Ask on the terminal; anything but a yes is a no."""
        return ask(show.question(found.whole.messages)).casefold() in _YES

    def _send(self, found: Survey) -> Exit:
        return Sending(
            order=self.order,
            rows=self._rows_again(found.rows),
            pricing=FoundOut(iter(found.prices)) if found.prices else self._known_pricing(),
            ledger=self.ledger or Ledger.create(self.order.result_path),
            tally=Tally(
                total=found.rows,
                earlier=found.earlier,
                still_unknown=self._past.unknown,
                cap=self.order.max_cost,
            ),
            lost=self._past.lost,
            check=self.source.check_unchanged,
        ).to_its_end()
