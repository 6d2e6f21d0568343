"""
The run: rows go to the gateway, outcomes into the result file, until all are accounted for.

The order of writing is the promise: what is handed in is in the file before the gateway has
it, so whatever happens to this process, a later run knows what may be on its way.

Rows that are not sent may be a million in a row, and the gateway asks for messages without
awaiting anything. So it is told that there are no more when too many were skipped; what is
under way comes to its end, the next row that has a message is looked for, and the gateway
is given the messages from there.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

import attrs

from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.entries import Result, Slip
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.prices import Price
from smsgate.cli.bulk.rows import ITS_OWN_FAULT, SETTLED, Row, Withheld, fingerprint
from smsgate.cli.bulk.stop import Stop
from smsgate.cli.bulk.tally import Tally
from smsgate.errors import AddressBlocked, AuthenticationFailed, InsufficientFunds, SmsGateError
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.outcome import Accepted, Outcome, result_of
from smsgate.policy.elsewhere import kinds_noted

_FEWEST, _MOST = 8, 512  # rows written down together
_MOST_SKIPPED = 500  # rows before others have their turn: some ten milliseconds
_MOST_READ = 20_000  # rows, to find enough messages to go on with
_MOST_IN_VAIN = 2000  # outcomes in a row
_FATAL = (AddressBlocked, AuthenticationFailed, InsufficientFunds)
_FATAL_KINDS = frozenset(kind.__name__ for kind in _FATAL)
_CAP = Withheld("CapReached", "the spend cap is reached", is_as_good=True)
_DEARER = Withheld(
    "CapReached", "messages cost more than their prices said, and the spend cap is reached"
)
_NO_PRICE = Withheld("NoPrice", "its price is not known, so it may not fit under the spend cap")
_NOT_TAKEN = Withheld("NotTaken", "the gateway took no more messages")
_NO_FILE = Withheld("ResultFile", "the result file cannot be written")
_IN_VAIN = Withheld("InVain", f"none of {_MOST_IN_VAIN:,} messages in a row was accepted")


@attrs.frozen(eq=False)
class _Letter:
    """A row on its way to the gateway; *message* is the very object that it gets back."""

    row: Row
    message: Message
    mark: str
    price: Price


@attrs.define(kw_only=True, eq=False)
class Run:
    """
    Sends *rows* through *gateway* and writes everything down in *ledger*.

    *watch* is told after each row that something changed.
    """

    rows: Iterator[Row]
    gateway: Gateway
    ledger: Ledger
    price_of: Callable[[Message], Price]
    budget: Budget
    stop: Stop
    tally: Tally
    watch: Callable[[], None]
    _under_way: dict[int, _Letter] = attrs.field(init=False, factory=dict)  # by message's id()
    _in_vain: int = attrs.field(init=False, default=0)
    _full: Withheld | None = attrs.field(init=False, default=None)  # the budget, once it is
    _held: list[Row] = attrs.field(init=False, factory=list)  # read, and not dealt with yet
    _took_all: bool = attrs.field(init=False, default=False)  # the gateway, of this round

    async def go(self) -> None:
        """Run until every row has an outcome; an `SmsGateError` is the file's."""
        try:
            while await self._reach_messages():
                self._took_all = False
                async for outcome in self.gateway.send_many(self._messages()):
                    self._settle(outcome)

                if not self._took_all:
                    self.stop.because(_NOT_TAKEN)

                self.ledger.flush()

            self.ledger.flush()
        finally:
            self.tally.unknown += len(self._under_way)  # if it broke: they were handed in

    @property
    def is_complete(self) -> bool:
        """Whether what became of all that was handed in is written down."""
        return not (self._under_way or self.ledger.unwritten)

    async def _reach_messages(self) -> bool:
        """Read on to rows that are to be sent, many if they are near; false at the end."""
        held, self._held = self._held, []
        for number, row in enumerate(chain(held, self.rows)):
            if number % _MOST_SKIPPED == 0:
                await asyncio.sleep(0)  # so that the signal of an impatient person is heard

            if isinstance(row.result, Message) and not self.stop.reason:
                self._held.append(row)
            else:
                self._withhold(row, self.stop.reason or _NOT_TAKEN)

            if len(self._held) >= _MOST or (self._held and number >= _MOST_READ):
                break

        return bool(self._held)

    def _messages(self) -> Iterator[Message]:
        """
        Give the gateway its messages; it takes one when it has room for it.

        What is written down together is all unknown if the machine fails then, also what the
        gateway had not got yet. So it is never much more than what is under way anyhow.
        """
        skipped = 0
        while not self.stop.reason and skipped < _MOST_SKIPPED:
            chunk = self._take(min(max(len(self._under_way), _FEWEST), _MOST))
            if not chunk:
                break

            letters = [letter for row in chunk for letter in self._letters(row)]
            skipped = 0 if letters else skipped + len(chunk)
            self._write_down(letters)
            for letter in letters:
                if self.stop.reason:
                    self._take_back(letter, self.stop.reason)
                else:
                    yield letter.message

            if self._full:
                self.stop.because(self._full)

        self._took_all = True

    def _take(self, count: int) -> Sequence[Row]:
        held, self._held = self._held[:count], self._held[count:]
        return [*held, *islice(self.rows, count - len(held))]

    def _letters(self, row: Row) -> Iterator[_Letter]:
        """Make the letter of *row*, if it may go; set the money for it aside."""
        message = row.result
        if not isinstance(message, Message):
            self._withhold(row, message)
            return

        price = self.price_of(message)
        reason = self.stop.reason or self._full or self._objection(price)
        if reason:
            self._withhold(row, reason)
        else:
            yield _Letter(row, message, fingerprint(message), price)

    def _objection(self, price: Price) -> Withheld | None:
        """Set the money aside, or say why the message may not go."""
        if price.refusal:
            return price.refusal

        if self.budget.cap is not None and price.cost is None:
            return _NO_PRICE

        if not self.budget.hold(price.cost):
            self._full = _CAP  # those before it were affordable, and go
            return _CAP

        return None

    def _write_down(self, letters: Sequence[_Letter]) -> None:
        """Have in the file what the gateway is about to be given."""
        if not letters:
            return

        self.ledger.hand_in([Slip(x.row.line, x.row.phone, x.row.own_id, x.mark) for x in letters])
        self._under_way.update((id(letter.message), letter) for letter in letters)

    def _settle(self, outcome: Outcome) -> None:
        letter = self._under_way[id(outcome.message)]
        self._record(letter.row, letter.mark, result_of(outcome))
        del self._under_way[id(outcome.message)]
        self.budget.settle(letter.price.cost, outcome)
        self.tally.count(outcome)
        self._learn(outcome)
        if self.budget.is_passed:
            self.stop.because(_DEARER)

        self.watch()

    def _learn(self, outcome: Outcome) -> None:
        """Stop when going on would only make it worse."""
        if isinstance(outcome, Accepted):
            self._in_vain = 0
        elif _is_everybodys(outcome.error):
            self.stop.because(Withheld.by(outcome.error))
        elif not isinstance(outcome.error, ITS_OWN_FAULT):
            self._in_vain += 1
            if self._in_vain >= _MOST_IN_VAIN:
                self.stop.because(_IN_VAIN)

    def _record(self, row: Row, mark: str | None, result: Result) -> None:
        """Write down what became of *row*; where there is no room, nothing more is handed in."""
        self.ledger.settle(row, mark, result)
        if self.ledger.unwritten:
            self.stop.because(_NO_FILE)

    def _take_back(self, letter: _Letter, reason: Withheld) -> None:
        """Write down that the gateway was not given what was meant for it."""
        self._record(letter.row, letter.mark, reason)
        self.tally.withhold(reason)
        del self._under_way[id(letter.message)]
        self.budget.give_back(letter.price.cost)
        self.watch()

    def _withhold(self, row: Row, reason: Withheld) -> None:
        """
        Write down a row that the gateway never gets; its own reason counts before *reason*.

        Where there is no room it stays untried: a later run finds it by itself.
        """
        result = row.result
        why, mark = (
            (result, None) if isinstance(result, Withheld) else (reason, fingerprint(result))
        )
        if why is not SETTLED and not self.ledger.unwritten:
            self._record(row, mark, why)
            self.tally.withhold(why)

        self.watch()


def _is_everybodys(error: SmsGateError) -> bool:
    """
    Whether *error* says the same of every message.

    Behind a failover all who were asked must say so: one that refused only this phone may
    take the next.
    """
    return isinstance(error, _FATAL) and _FATAL_KINDS.issuperset(kinds_noted(error))
