"""How many rows ended in which way."""

from decimal import Decimal

import attrs

from smsgate.cli.bulk.budget import NOTHING
from smsgate.cli.exits import Exit
from smsgate.errors import ContentRefused, InvalidMessage, RecipientRefused
from smsgate.outcome import Accepted, NotSent, Outcome

ITS_OWN_FAULT = (ContentRefused, InvalidMessage, RecipientRefused)  #: says nothing of the others


@attrs.define
class Tally:
    """
    Counts the rows of one run; each is counted once.

    ``earlier`` are those that earlier runs had settled, known before this one begins, of which
    ``still_unknown`` may have gone out or not. ``again`` are those of the rows not sent that
    can be sent as they are. ``cost`` is what the receipts say, ``cap`` what it may be.
    """

    total: int = 0
    accepted: int = 0
    not_sent: int = 0
    unknown: int = 0
    earlier: int = 0
    still_unknown: int = 0
    again: int = 0
    cost: Decimal = NOTHING
    cap: Decimal | None = None

    @property
    def todo(self) -> int:
        """How many rows are this run's."""
        return self.total - self.earlier

    @property
    def done(self) -> int:
        """How many of them are over."""
        return self.accepted + self.not_sent + self.unknown

    @property
    def left(self) -> int:
        """How many of them have not been tried."""
        return self.todo - self.done

    @property
    def is_over_cap(self) -> bool:
        """Whether the receipts say that more was spent than was allowed."""
        return self.cap is not None and self.cost > self.cap

    def count(self, outcome: Outcome) -> None:
        """Count what became of a message."""
        match outcome:
            case Accepted(receipt=receipt):
                self.accepted += 1
                self.cost += receipt.cost or NOTHING
            case NotSent(error=error):
                self.withhold(is_as_good=not isinstance(error, ITS_OWN_FAULT))
            case _:
                self.unknown += 1

    def withhold(self, *, is_as_good: bool) -> None:
        """Count a row that was not sent; if it is as good as any, it can be sent again."""
        self.not_sent += 1
        self.again += is_as_good

    def exit_code(self, *, is_stopped: bool, is_broken: bool = False) -> Exit:
        """Choose the exit code: what nobody knows weighs most."""
        if self.unknown or self.still_unknown:
            return Exit.UNKNOWN

        if is_stopped:
            return Exit.STOPPED

        is_whole = not (self.not_sent or self.left or is_broken)
        return Exit.OK if is_whole and not self.is_over_cap else Exit.NOT_SENT
