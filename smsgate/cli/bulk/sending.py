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
from smsgate.cli.bulk.prices import Pricing
from smsgate.cli.bulk.progress import display
from smsgate.cli.bulk.rows import Row
from smsgate.cli.bulk.run import Run
from smsgate.cli.bulk.stop import Stop, heed_signals, signals_restored
from smsgate.cli.bulk.tally import Tally
from smsgate.cli.exits import Exit
from smsgate.cli.output import tell, tell_facts
from smsgate.errors import SmsGateError
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
    pricing: Pricing
    ledger: Ledger
    tally: Tally
    lost: Sequence[Slip] = ()
    check: Callable[[], None] = lambda: None
    _stop: Stop = attrs.field(init=False, factory=Stop)
    _broken: str | None = attrs.field(init=False, default=None)
    _is_complete: bool = attrs.field(init=False, default=False)  # the result file

    def to_its_end(self) -> Exit:
        """Run until every row has its outcome, or somebody gives up; tell how it went."""
        start = time.monotonic()
        try:
            self._begin()
            with signals_restored():
                asyncio.run(self._run())

            self._is_complete = True
            self.check()
        except KeyboardInterrupt:
            self._stop.by_hand()
            self._broken = "given up before every answer came"
        except SmsGateError as error:  # the file's
            self._broken = str(error)
        except OSError as error:
            self._broken = f"the result file cannot be written: {error.strerror}"
        finally:
            self.ledger.close()

        return self._tell(time.monotonic() - start)

    def _begin(self) -> None:
        self.ledger.begin(self.order.file, datetime.now(UTC).isoformat(timespec="seconds"))
        for slip in self.lost:
            self.ledger.write(encode_interrupted(slip))

    async def _run(self) -> None:
        async with open_gateway(self.order.gateway) as gateway:
            with display(self.tally) as shown:
                run = Run(
                    rows=self.rows,
                    gateway=gateway,
                    ledger=self.ledger,
                    pricing=self.pricing,
                    budget=Budget(self.tally.cap),
                    stop=self._stop,
                    tally=self.tally,
                    watch=shown.update,
                )
                heed_signals(self._stop, lambda: shown.note(show.STOPPING))
                await run.go()

    def _tell(self, seconds: float) -> Exit:
        reason = self._broken or self._stop.words
        if self.order.is_json:
            tell_facts(
                facts.of_run(
                    self.tally, self.ledger.path, seconds, reason, is_complete=self._is_complete
                )
            )
        else:
            for line in show.ending(
                self.tally, self.ledger.path, seconds, reason, is_complete=self._is_complete
            ):
                tell(line)

        return self.tally.exit_code(
            is_stopped=self._stop.is_by_hand, is_broken=self._broken is not None
        )
