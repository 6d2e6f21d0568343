"""How many rows ended in which way, and how all of the run did."""

from collections.abc import Sequence
from pathlib import Path

import attrs

from smsgate.cli.bulk.budget import Budget
from smsgate.cli.bulk.rows import Withheld
from smsgate.cli.exits import Exit
from smsgate.cli.facts import Facts
from smsgate.outcome import Accepted, NotSent, Outcome


@attrs.define
class Reason:
    """Why *rows* of them were not sent; *first* is what was said of one."""

    first: Withheld
    rows: int = 0


@attrs.define
class Tally:
    """
    Counts the rows of one run; each is counted once.

    ``earlier`` are those that earlier runs had settled, known before this one begins, of which
    ``still_unknown`` may have gone out or not. Of the rows not sent, ``again`` can be sent as
    they are, and ``withheld`` never were the gateway's.
    """

    total: int = 0
    accepted: int = 0
    not_sent: int = 0
    unknown: int = 0
    earlier: int = 0
    still_unknown: int = 0
    again: int = 0
    withheld: int = 0
    _by_kind: dict[str, Reason] = attrs.field(init=False, factory=dict)

    @property
    def todo(self) -> int:
        """How many rows are this run's."""
        return self.total - self.earlier

    @property
    def done(self) -> int:
        """How many of them are over."""
        return self.accepted + self.not_sent + self.unknown

    @property
    def tried(self) -> int:
        """How many of those the gateway had."""
        return self.done - self.withheld

    @property
    def left(self) -> int:
        """How many have not been tried."""
        return self.todo - self.done

    @property
    def reasons(self) -> Sequence[Reason]:
        """Why rows were not sent, by kind, what is most frequent first."""
        return sorted(self._by_kind.values(), key=lambda reason: -reason.rows)

    def count(self, outcome: Outcome) -> None:
        """Count what became of a message."""
        match outcome:
            case Accepted():
                self.accepted += 1
            case NotSent(error=error):
                self._count_not_sent(Withheld.by(error))
            case _:
                self.unknown += 1

    def withhold(self, why: Withheld) -> None:
        """Count a row that the gateway was not given."""
        self.withheld += 1
        self._count_not_sent(why)

    def _count_not_sent(self, why: Withheld) -> None:
        self.not_sent += 1
        self.again += why.is_as_good
        self._by_kind.setdefault(why.kind, Reason(why)).rows += 1


@attrs.frozen(kw_only=True)
class End:
    """
    How a run ended, and *stopped* early, if it did.

    *is_complete* says that every outcome is in the file *path*, *is_broken* that something
    went wrong beside the messages. *unwritten* are outcomes for which the file had no room;
    it *is_spoiled* if somebody else wrote to it, and *is_removed* if it was never begun.
    """

    tally: Tally
    budget: Budget
    path: Path
    seconds: float
    stopped: str | None = None
    is_by_hand: bool = False
    is_broken: bool = False
    is_complete: bool = True
    unwritten: Sequence[Facts] = ()
    is_spoiled: bool = False
    is_removed: bool = False

    @property
    def exit_code(self) -> Exit:
        """The exit code: what nobody knows weighs most."""
        if self.tally.unknown or self.tally.still_unknown:
            return Exit.UNKNOWN

        is_whole = not (self.tally.not_sent or self.tally.left or self.is_broken)
        if is_whole and not self.budget.is_over_cap:
            return Exit.OK

        return Exit.STOPPED if self.is_by_hand else Exit.NOT_SENT
