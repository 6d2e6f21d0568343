"""``smsgate bulk`` from its options to its exit code: look, ask, send, tell."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

import attrs
from rich.text import Text

from smsgate.cli.bulk import facts, show
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.order import Order
from smsgate.cli.bulk.past import Closed, Past, Screen, find_closed, read_past
from smsgate.cli.bulk.places import Atlas
from smsgate.cli.bulk.preview import Preview
from smsgate.cli.bulk.prices import Price, Teller, by_parts, price_of_parts, quoted
from smsgate.cli.bulk.progress import patience
from smsgate.cli.bulk.rows import Layout, Row
from smsgate.cli.bulk.sending import Sending
from smsgate.cli.bulk.source import Source, open_source
from smsgate.cli.bulk.stop import break_off_on_signals
from smsgate.cli.bulk.survey import Survey, survey
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.exits import Exit, exit_of_question
from smsgate.cli.output import ask, can_ask, say, tell, tell_facts
from smsgate.cli.words import counted, usage_sentence
from smsgate.errors import InvalidArgument, SmsGateError
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.opening import open_gateway

_YES = {"y", "yes", "д", "да"}
_PRICED_TWICE = (
    "--max-cost and --part-price: this gateway tells its prices, and a cap goes by those; "
    "leave --part-price out"
)
_UNPRICED = "--max-cost: this gateway tells no prices, so give --part-price"


def bulk(order: Order) -> Exit:
    """Carry out what somebody ordered."""
    break_off_on_signals()
    try:
        gateway = _gateway_of(order)
        _check_that_somebody_can_be_asked(order)
        with contextlib.ExitStack() as stack:
            how = {"charset": order.charset, "form": order.form, "delimiter": order.delimiter}
            source = stack.enter_context(open_source(order.file, **how))
            ledger = _earlier_ledger(order, stack)
            return Campaign(order, source, gateway, ledger).carry_out()
    except InvalidArgument as error:
        say(usage_sentence(str(error)))
        return Exit.USAGE
    except SmsGateError as error:
        say(show.no_price(error))
        return exit_of_question(error)


def _gateway_of(order: Order) -> Gateway | None:
    """Make the gateway, to ask it what it takes; a dry run whose price is given needs none."""
    is_needed = not (order.dry_run and order.part_price is not None)
    return open_gateway(order.gateway) if is_needed or order.gateway else None


def _check_that_somebody_can_be_asked(order: Order) -> None:
    if not (order.yes or order.dry_run or can_ask()):
        raise InvalidArgument("stdin or stderr is no terminal, so nobody can be asked: add --yes")


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
    gateway: Gateway | None
    ledger: Ledger | None
    _layout: Layout = attrs.field(init=False)
    _past: Past = attrs.field(init=False, factory=Past)
    _closed: Closed = attrs.field(init=False, factory=Closed)
    _preview: Preview = attrs.field(init=False, factory=Preview)  # empty if nobody is asked

    def carry_out(self) -> Exit:
        """Look at all of the file, then tell what it costs, or ask and send."""
        teller = self._teller()
        self._layout = self._fitting_layout()
        if self.ledger:
            self._recall(self.ledger)

        found = self._look(teller)
        self._check_strictly(found)
        cost = self._cost(found, is_quoted=teller is not None)
        if self.order.dry_run:
            return self._tell_costs(found, cost)

        through = show.way(self.order.gateway or "", self.order.sender)
        self._say_plan(show.plan(self.order.file, through, found, cost, self.order.result_path))
        if found.whole.messages and not (self.order.yes or self._is_confirmed(found)):
            say(Text("nothing was sent"))
            return Exit.NOT_SENT

        return self._send(found)

    def _teller(self) -> Teller | None:
        """Find whom to ask for every price: for a dry run or a cap the gateway, if it tells any."""
        order = self.order
        is_capped, has_price = order.max_cost is not None, order.part_price is not None
        if order.dry_run and has_price:
            return None

        teller = self.gateway if isinstance(self.gateway, Teller) else None
        if is_capped and bool(teller) == has_price:
            raise InvalidArgument(_PRICED_TWICE if has_price else _UNPRICED)

        return teller if order.dry_run or is_capped else None

    def _fitting_layout(self) -> Layout:
        """Choose the columns, which the first row that can be read has to have."""
        fault = "it is empty" if self.source.is_empty else "nothing is below its header"
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
        with patience("looking for what earlier runs sent") as count:
            for number, _ in enumerate(self._rows(screen), start=1):
                count(number)

        missing = screen.missing()
        self._closed = find_closed(ledger.entries(), missing) if missing else Closed()
        if self._past.settled and not screen.recognised:
            self._check_that_somebody_is_in_both(ledger)

    def _check_that_somebody_is_in_both(self, ledger: Ledger) -> None:
        """Tell another template, with which no row is known again, from another file."""
        records = map(self._layout.read, self.source.records())
        if not any(row.phone in self._closed.phones for row in records):
            raise InvalidArgument(
                f"--resume: no row of {self.order.file} is in {ledger.path}, which was begun for "
                f"{self._past.file}; leave --resume out to send a file by itself"
            )

    def _screen(self) -> Screen:
        return Screen(self._past, self._closed, allows_repeats=self.order.allow_repeats)

    def _rows(self, screen: Screen) -> Iterator[Row]:
        looked_at = map(screen.look, map(self._layout.read, self.source.records()))
        check = getattr(self.gateway, "check", None)
        return (row.checked(check) for row in looked_at) if check else looked_at

    def _look(self, teller: Teller | None) -> Survey:
        with patience("asking what it costs" if teller else "reading the file") as count:
            return asyncio.run(self._survey(teller, count))

    async def _survey(self, teller: Teller | None, count: Callable[[int], None]) -> Survey:
        rows = self._rows(self._screen())
        if self.order.dry_run or not self.order.yes:
            rows = self._preview.watch(rows)

        atlas = Atlas() if self.order.dry_run else None
        if not teller:
            prices = by_parts(self.order.part_price)
            return await survey(rows, prices, atlas=atlas, watch=count)

        async with teller:
            prices = quoted(teller.quote)
            return await survey(rows, prices, atlas=atlas, keeps_prices=True, watch=count)

    def _check_strictly(self, found: Survey) -> None:
        if self.order.strict and found.bad:
            [first, *_] = found.examples
            raise InvalidArgument(
                f"{counted(found.bad, 'row')} cannot be sent, so none is; "
                f"the first is line {first.line}: {show.why(first)}"
            )

    def _cost(self, found: Survey, *, is_quoted: bool) -> Text:
        has_price = self.order.part_price is not None
        if not (self.order.dry_run or is_quoted or has_price):
            return show.NOT_ASKED

        source = "at the price of a part" if has_price else "as quoted"
        return show.cost_words(found.whole, source, self.order.max_cost)

    def _tell_costs(self, found: Survey, cost: Text) -> Exit:
        if self.order.is_json:
            tell_facts(facts.of_dry_run(found))
            return Exit.OK

        self._say_plan(show.plan(self.order.file, None, found, cost, None))
        tell(show.costs_table(found.by_place, found.whole))
        say(show.places_note(names_are_known=Atlas().is_complete))
        return Exit.OK

    def _say_plan(self, plan: Sequence[Text]) -> None:
        for line in (*plan, *show.preview(self._preview, self.source.charset)):
            say(line)

    def _is_confirmed(self, found: Survey) -> bool:
        """Ask on the terminal; anything but a yes is a no."""
        return ask(show.question(found.whole.messages)).casefold() in _YES

    def _send(self, found: Survey) -> Exit:
        return Sending(
            order=self.order,
            rows=self._rows_again(found),
            price_of=self._price_of(found),
            ledger=self.ledger or Ledger.create(self.order.result_path),
            tally=Tally(total=found.rows, earlier=found.earlier, still_unknown=self._past.unknown),
            lost=self._past.lost,
            check=self.source.check_unchanged,
        ).to_its_end()

    def _rows_again(self, found: Survey) -> Iterator[Row]:
        """Read the rows that were looked at, if any is this run's, and no row that came after."""
        count = found.rows if found.rows > found.earlier else 0
        return islice(self._rows(self._screen()), count)

    def _price_of(self, found: Survey) -> Callable[[Message], Price]:
        """Give each message the price that it was found to have: they come in the same order."""
        if not found.prices:
            return partial(price_of_parts, self.order.part_price)

        kept = iter(found.prices)
        return lambda _: next(kept, Price())
