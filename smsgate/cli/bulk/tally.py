"""How many rows ended in which way."""

from decimal import Decimal

import attrs

from smsgate.cli.bulk.budget import NOTHING
from smsgate.cli.exits import Exit
from smsgate.outcome import Accepted, NotSent, Outcome


@attrs.define
class Tally:
    """
    Counts the rows of one run; each is counted once.

    ``earlier`` are those that an earlier run had settled, of which ``still_unknown`` may have
    gone out or not. ``cost`` is what the receipts say.
    """

    total: int = 0
    accepted: int = 0
    not_sent: int = 0
    unknown: int = 0
    earlier: int = 0
    still_unknown: int = 0
    cost: Decimal = NOTHING

    @property
    def done(self) -> int:
        """How many rows are over."""
        return self.accepted + self.not_sent + self.unknown + self.earlier

    @property
    def left(self) -> int:
        """How many rows have not been tried."""
        return self.total - self.done

    def count(self, outcome: Outcome) -> None:
        """Count what became of a message."""
        match outcome:
            case Accepted(receipt=receipt):
                self.accepted += 1
                self.cost += receipt.cost or NOTHING
            case NotSent():
                self.not_sent += 1
            case _:
                self.unknown += 1

    def exit_code(self, *, is_stopped: bool) -> Exit:
        """Choose the exit code: what nobody knows weighs most."""
        if self.unknown or self.still_unknown:
            return Exit.UNKNOWN

        if is_stopped:
            return Exit.STOPPED

        return Exit.NOT_SENT if self.not_sent or self.left else Exit.OK
