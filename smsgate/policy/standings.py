"""How several gateways stand: who is asked first, who rests, and what they are called."""

from collections.abc import Sequence

import attrs

from smsgate.errors import SmsGateError
from smsgate.gateway import Gateway
from smsgate.policy.clock import Clock
from smsgate.policy.elsewhere import verdict_on, words_of
from smsgate.policy.journal import log
from smsgate.policy.rota import Rota


@attrs.define(eq=False)
class Standings:
    """
    Keeps *gateways*, each by its place, in the order in which to ask them.

    One that is down, locked or out of money is asked last for *set_aside* seconds.
    """

    gateways: Sequence[Gateway]
    clock: Clock
    set_aside: float
    _rota: Rota[int] = attrs.field(init=False)

    @_rota.default
    def _make_rota(self) -> Rota[int]:
        return Rota(range(len(self.gateways)), set_aside=self.set_aside)

    def order(self) -> list[int]:
        """List every place, whoever is to be asked first at the beginning."""
        return self._rota.in_order(self.clock.now())

    def worked(self, place: int) -> None:
        """Take note that the gateway at *place* took a message."""
        self._rota.worked(place)

    def learn(self, place: int, error: SmsGateError) -> None:
        """Set the gateway at *place* aside if *error* says so, and put it on record once."""
        if not verdict_on(error).sets_aside:
            return

        was_aside = self._rota.is_aside(place, self.clock.now())
        self._rota.failed(place, self.clock.now())
        if was_aside:
            return  # it was said then; a bulk has many of these

        name, kind = self.name(place), type(error).__name__
        log.warning(
            "%s is asked last for %g s: %s: %s",
            name,
            self.set_aside,
            kind,
            error,
            extra={"gateway": name},
        )

    def words(self, place: int, error: SmsGateError) -> list[str]:
        """Note down what the gateway at *place* said, after what was noted before."""
        return words_of(self.name(place), error)

    def name(self, place: int) -> str:
        """Name the gateway at *place*."""
        return f"gateways[{place}], {type(self.gateways[place]).__name__}"
