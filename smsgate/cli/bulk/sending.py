"""A run as a person sees it: it can be stopped, shows how far it is, and tells its end."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import attrs

from smsgate.cli.bulk import facts, show
from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.entries import Slip, encode_interrupted
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.order import Order
from smsgate.cli.bulk.prices import Price
from smsgate.cli.bulk.progress import display
from smsgate.cli.bulk.rows import Row
from smsgate.cli.bulk.run import Run
from smsgate.cli.bulk.stop import Stop, heed_signals, ignore_signals
from smsgate.cli.bulk.tally import End, Tally
from smsgate.cli.exits import Exit
from smsgate.cli.output import tell, tell_facts
from smsgate.errors import SmsGateError
from smsgate.message import Message
from smsgate.opening import open_gateway


@attrs.define(kw_only=True, eq=False)
class Sending:
    """
    Sends *rows* as *order* says, and writes to *ledger*.

    *lost* was handed in by an earlier run, which ended before it knew more. *check* raises
    `InvalidArgument` if the rows are not what they were.
    """

    order: Order
    rows: Iterator[Row]
    price_of: Callable[[Message], Price]
    ledger: Ledger
    tally: Tally
    lost: Sequence[Slip] = ()
    check: Callable[[], None] = lambda: None
    _budget: Budget = attrs.field(init=False)
    _stop: Stop = attrs.field(init=False, factory=Stop)
    _broken: str | None = attrs.field(init=False, default=None)
    _is_complete: bool = attrs.field(init=False, default=False)  # the result file

    def to_its_end(self) -> Exit:
        """Run until every row has its outcome, or somebody gives up; tell how it went."""
        start = time.monotonic()
        self._budget = Budget(self.order.max_cost)
        try:
            self._begin()
            asyncio.run(self._run())
            self.check()
        except KeyboardInterrupt:
            self._stop.by_hand()
            self._broken = None if self._is_complete else "given up before every answer came"
        except SmsGateError as error:  # a file's: that of the rows, or the result file
            self._broken = str(error)
        finally:
            ignore_signals()
            self.ledger.close()

        return self._tell(time.monotonic() - start)

    def _begin(self) -> None:
        self.ledger.begin(self.order.file, datetime.now(UTC).isoformat(timespec="seconds"))
        for slip in self.lost:
            self.ledger.write(encode_interrupted(slip))

    async def _run(self) -> None:
        with display(self.tally, self._stop) as shown:
            heed_signals(self._stop, lambda: shown.note(show.STOPPING))
            async with open_gateway(self.order.gateway) as gateway:
                run = Run(
                    rows=self.rows,
                    gateway=gateway,
                    ledger=self.ledger,
                    price_of=self.price_of,
                    budget=self._budget,
                    stop=self._stop,
                    tally=self.tally,
                    watch=shown.update,
                )
                await run.go()
                self._is_complete = run.is_complete

    def _tell(self, seconds: float) -> Exit:
        end = End(
            tally=self.tally,
            budget=self._budget,
            path=self.ledger.path,
            seconds=seconds,
            stopped=self._broken or self._stop.words,
            is_by_hand=self._stop.is_by_hand,
            is_broken=self._broken is not None,
            is_complete=self._is_complete,
            unwritten=tuple(self.ledger.unwritten),
            is_spoiled=self.ledger.is_spoiled,
            is_removed=self.ledger.is_removed,
        )
        if self.order.is_json:
            tell_facts(facts.of_run(end))
        else:
            tell(show.ending(end), is_prose=True)
            for line in end.unwritten:
                tell_facts(line)

        return end.exit_code
