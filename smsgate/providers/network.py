"""
The imaginary phone network behind every simulated provider.

It keeps what was accepted, moves it from queued over sent to its end by the clock,
remembers for a while what was asked, and holds each provider's money. The providers'
simulated ends share it and differ only in how they speak.
"""

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal

import attrs

from smsgate.wire.http import HttpReply, HttpRequest

LOGIN = "demo"
PASSWORD = "demo"  # noqa: S105 - the simulator's, and no secret
TOKEN = "demo-token"  # noqa: S105
SENDER = "SMSGATE"


@attrs.define(kw_only=True)
class Sms:
    """One accepted message. ``ids`` are the provider's; ``end`` is its word for the end."""

    provider: str
    ids: tuple[str, ...]
    phone: str
    text: str
    sender: str | None
    cost: Decimal
    accepted_at: float
    end: str


@attrs.define(kw_only=True)
class Network:
    """
    Everything the simulator remembers.

    ``clock`` gives unix seconds. A message is queued for one ``pace`` (in seconds), sent
    for another, and then at its end. Each provider's account starts with ``funds``. A
    request is a repetition for ``duplicate_window`` seconds; for 0 there is no such rule.
    One request is for ``most_recipients`` at most (SMSC); for 0 there is no limit.
    """

    clock: Callable[[], float]
    pace: float = 1.0
    funds: Decimal = Decimal(1000)
    duplicate_window: float = 0.0
    most_recipients: int = 0
    sent: list[Sms] = attrs.field(init=False, factory=list)
    _spent: dict[str, Decimal] = attrs.field(init=False, factory=dict)
    _last: dict[tuple[str, str, str | None], Sms] = attrs.field(init=False, factory=dict)
    _asked: dict[Hashable, float] = attrs.field(init=False, factory=dict)  # oldest first
    _last_id: int = attrs.field(init=False, default=410_700_000)

    def new_id(self) -> str:
        """Make an id that no message here has had."""
        self._last_id += 1
        return str(self._last_id)

    def left(self, provider: str) -> Decimal:
        """Tell what is left of *provider*'s money."""
        return self.funds - self._spent.get(provider, Decimal(0))

    def accept(self, sms: Sms) -> None:
        """Take responsibility for *sms* and charge for it."""
        self.sent.append(sms)
        self._spent[sms.provider] = self._spent.get(sms.provider, Decimal(0)) + sms.cost
        for id_ in sms.ids:
            self._last[sms.provider, id_, sms.phone] = self._last[sms.provider, id_, None] = sms

    def find(self, provider: str, id_: str, phone: str | None = None) -> Sms | None:
        """Find the last message with this id, and this phone when one is given."""
        return self._last.get((provider, id_, phone))

    def is_repetition(self, request: Hashable) -> bool:
        """
        Tell whether *request* was asked within the window; if not, it is from now on.

        It counts as asked whatever then becomes of it. A repetition makes the window no
        longer.
        """
        now = self.clock()
        self._forget_before(now - self.duplicate_window)
        if request in self._asked:
            return True

        if self.duplicate_window:
            self._asked[request] = now

        return False

    def _forget_before(self, moment: float) -> None:
        while self._asked:
            request, asked_at = next(iter(self._asked.items()))
            if asked_at > moment:
                return

            del self._asked[request]

    def stage(self, sms: Sms, *stages: str) -> str:
        """Tell which of *stages* the message is in by now; after the last comes its end."""
        waited = max(0.0, self.clock() - sms.accepted_at)  # a clock may be set back
        for place, stage in enumerate(stages, start=1):
            if waited < place * self.pace:
                return stage

        return sms.end


Answer = Callable[[HttpRequest, Network], HttpReply]  #: what a simulated path does


def magic(phone: str, table: Mapping[str, str]) -> str | None:
    """Find what *table* says of the last four digits of *phone*; None for most phones."""
    return table.get(phone[-4:])
