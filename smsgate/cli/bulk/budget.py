"""Money that may be spent: set aside before a message is handed in, so that the cap holds."""

from decimal import Decimal

import attrs

from smsgate.outcome import Accepted, NotSent, Outcome

NOTHING = Decimal(0)


@attrs.define
class Budget:
    """
    *spent* is what accepted messages cost, and unknown ones would; *held* is set aside.

    *paid* is what the receipts say, and nothing else. Without a *cap* everything fits.
    """

    cap: Decimal | None = None
    spent: Decimal = NOTHING
    held: Decimal = attrs.field(init=False, default=NOTHING)
    paid: Decimal = attrs.field(init=False, default=NOTHING)

    @property
    def is_passed(self) -> bool:
        """Whether messages cost so much more than was set aside that the cap does not hold."""
        return self.cap is not None and self.spent + self.held > self.cap

    @property
    def is_over_cap(self) -> bool:
        """Whether the receipts say that more was spent than was allowed."""
        return self.cap is not None and self.paid > self.cap

    def hold(self, price: Decimal | None) -> bool:
        """Set *price* aside, if that much is left; what has no price fits no cap."""
        if self.cap is not None and (price is None or self.spent + self.held + price > self.cap):
            return False

        self.held += price or NOTHING
        return True

    def give_back(self, price: Decimal | None) -> None:
        """Let go of what was set aside for a message that was not handed in."""
        self.held -= price or NOTHING

    def settle(self, price: Decimal | None, outcome: Outcome) -> None:
        """
        Take in what became of a message for which *price* was set aside.

        When the provider says another cost, the larger one counts. A message of unknown fate
        counts as sent.
        """
        self.give_back(price)
        if isinstance(outcome, NotSent):
            return

        cost = (outcome.receipt.cost if isinstance(outcome, Accepted) else None) or NOTHING
        self.paid += cost
        self.spent += max(price or NOTHING, cost)
