"""A run through a gateway, without a command line: rows, and what came of them."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import attrs
from cli.bulk.files import phones

from smsgate import Gateway, Message
from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.prices import Price
from smsgate.cli.bulk.rows import SETTLED, Row, Withheld
from smsgate.cli.bulk.run import Run
from smsgate.cli.bulk.stop import Stop
from smsgate.cli.bulk.tally import End, Tally
from smsgate.cli.exits import Exit

BAD = Withheld("InvalidMessage", "no phone")


def rows(count: int) -> list[Row]:
    """Make good rows."""
    return [
        Row(line, phone, None, Message(phone, "hello"))
        for line, phone in enumerate(phones(count), start=2)
    ]


@attrs.define
class Bench:
    """A run through a scripted gateway, and what came of it."""

    path: Path
    tally: Tally = attrs.field(factory=Tally)
    stop: Stop = attrs.field(factory=Stop)
    budget: Budget = attrs.field(factory=Budget)
    ledger: Ledger | None = None

    @property
    def exit_code(self) -> Exit:
        """Give what the run's end says."""
        is_by_hand = self.stop.is_by_hand
        end = End(
            tally=self.tally, budget=self.budget, path=self.path, seconds=1, is_by_hand=is_by_hand
        )
        return end.exit_code

    async def run(
        self,
        given: Iterable[Row],
        gateway: Gateway,
        *,
        price_of: Callable[[Message], Price] = lambda _: Price(),
        cap: Decimal | None = None,
        watch: Callable[[], None] = lambda: None,
    ) -> Run:
        """Run to the end."""
        self.budget = Budget(cap)
        listed = list(given)
        self.tally.total = len(listed)
        self.tally.earlier = sum(row.result is SETTLED for row in listed)
        ledger = self.ledger = Ledger.create(self.path)
        run = Run(
            rows=iter(listed),
            gateway=gateway,
            ledger=ledger,
            price_of=price_of,
            budget=self.budget,
            stop=self.stop,
            tally=self.tally,
            watch=watch,
        )
        try:
            await run.go()
        finally:
            ledger.close()

        return run
