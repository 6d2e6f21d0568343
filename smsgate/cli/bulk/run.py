"""
The run: rows go to the gateway, outcomes into the result file, until all are accounted for.

The order of writing is the promise: what is handed in is in the file before the gateway has
it, so whatever happens to this process, a later run knows what may be on its way.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import attrs

from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.entries import Slip
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.prices import Price, Pricing
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld, fingerprint
from smsgate.cli.bulk.stop import Stop
from smsgate.cli.bulk.tally import ITS_OWN_FAULT, Tally
from smsgate.errors import (
    AddressBlocked,
    AuthenticationFailed,
    InsufficientFunds,
)
from smsgate.gateway import Gateway
from smsgate.message import Message
from smsgate.outcome import Accepted, Outcome

_FEWEST, _MOST = 8, 512  # rows written down together
_MOST_IN_VAIN = 2000  # outcomes in a row
_FATAL = (AddressBlocked, AuthenticationFailed, InsufficientFunds)
_OWN = {kind.__name__ for kind in ITS_OWN_FAULT}
_CAP = Withheld("CapReached", "the spend cap is reached")
_DEARER = "messages cost more than their prices said, and the spend cap is reached"
_NO_PRICE = Withheld("NoPrice", "its price is not known, so it may not fit under the spend cap")
_NOT_TAKEN = Withheld("NotTaken", "the gateway took no more messages")


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
    pricing: Pricing
    budget: Budget
    stop: Stop
    tally: Tally
    watch: Callable[[], None]
    _under_way: dict[int, _Letter] = attrs.field(init=False, factory=dict)  # by message's id()
    _in_vain: int = attrs.field(init=False, default=0)
    _full: Withheld | None = attrs.field(init=False, default=None)  # the budget, once it is

    async def go(self) -> None:
        """Run until every row has an outcome; an `SmsGateError` is the file's."""
        try:
            async for outcome in self.gateway.send_many(self._messages()):
                self._settle(outcome)
        finally:
            self.tally.unknown += len(self._under_way)  # if it broke: they were handed in

        for number, row in enumerate(self.rows):
            self._withhold(row, self.stop.reason or _NOT_TAKEN)
            if number % _MOST == 0:
                await asyncio.sleep(0)  # so that the signal of an impatient person is heard

    def _messages(self) -> Iterator[Message]:
        """
        Give the gateway its messages; it takes one when it has room for it.

        What is written down together is all unknown if the machine fails then, also what the
        gateway had not got yet. So it is never much more than what is under way anyhow.
        """
        while not self.stop.reason:
            chunk = list(islice(self.rows, min(max(len(self._under_way), _FEWEST), _MOST)))
            if not chunk:
                return

            letters = [letter for row in chunk for letter in self._letters(row)]
            self._write_down(letters)
            for letter in letters:
                if self.stop.reason:
                    self._take_back(letter, self.stop.reason)
                else:
                    yield letter.message

            if self._full:
                self.stop.because(self._full.kind, self._full.why)

    def _letters(self, row: Row) -> Iterator[_Letter]:
        """Make the letter of *row*, if it may go; set the money for it aside."""
        message = row.result
        if not isinstance(message, Message):
            self._withhold(row, message)
            return

        price = self.pricing(message)
        reason = self.stop.reason or self._full or self._objection(price)
        if reason:
            self._withhold(row, reason)
        else:
            yield _Letter(row, message, fingerprint(message), price)

    def _objection(self, price: Price) -> Withheld | None:
        """Set the money aside, or say why the message may not go."""
        if price.error:
            return Withheld(type(price.error).__name__, str(price.error))

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

        self._under_way.update((id(letter.message), letter) for letter in letters)
        self.ledger.hand_in([Slip(x.row.line, x.row.phone, x.row.own_id, x.mark) for x in letters])

    def _settle(self, outcome: Outcome) -> None:
        letter = self._under_way[id(outcome.message)]
        result = outcome.receipt if isinstance(outcome, Accepted) else outcome.error
        self.ledger.settle(letter.row, letter.mark, result)
        del self._under_way[id(outcome.message)]
        self.budget.settle(letter.price.cost, outcome)
        self.tally.count(outcome)
        self._learn(outcome)
        if self.budget.is_passed:
            self.stop.because(_CAP.kind, _DEARER)

        self.watch()

    def _learn(self, outcome: Outcome) -> None:
        """Stop when going on would only make it worse."""
        if isinstance(outcome, Accepted):
            self._in_vain = 0
        elif isinstance(outcome.error, _FATAL):
            self.stop.because(type(outcome.error).__name__, str(outcome.error))
        elif not isinstance(outcome.error, ITS_OWN_FAULT):
            self._in_vain += 1
            if self._in_vain >= _MOST_IN_VAIN:
                words = f"none of {_MOST_IN_VAIN:,} messages in a row was accepted"
                self.stop.because("InVain", words)

    def _take_back(self, letter: _Letter, reason: Withheld) -> None:
        """Write down that the gateway was not given what was meant for it."""
        del self._under_way[id(letter.message)]
        self.budget.give_back(letter.price.cost)
        self._withhold(letter.row, reason)

    def _withhold(self, row: Row, reason: Withheld) -> None:
        """Write down a row that the gateway never gets; its own reason counts before *reason*."""
        result = row.result
        mark = fingerprint(result) if isinstance(result, Message) else None
        why = reason if isinstance(result, Message) else result
        if why is not SETTLED:
            self.ledger.settle(row, mark, why)
            self.tally.withhold(is_as_good=isinstance(result, Message) and why.kind not in _OWN)

        self.watch()
