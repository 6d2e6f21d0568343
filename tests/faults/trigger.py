"""When a fault strikes: on which addresses, on which requests, how often."""

import enum
from collections.abc import Callable, Collection

import attrs
from faults.provider import is_question
from faults.table import Door, Fault, Phase

from smsgate.wire.http import HttpRequest


class Aim(enum.Enum):
    """Which requests a fault strikes; a connection without a request may be for any."""

    EVERYTHING = "everything"
    SENDS = "sends"
    QUESTIONS = "questions"


@attrs.define(kw_only=True)
class Trigger:
    """
    Decides whether the fault strikes, and counts how often it did.

    While a request is being read nobody knows its body: there, *when* sees none, and a
    SOAP call is taken for a send.
    """

    fault: Fault | None
    faulty: Collection[int] | None
    aim: Aim
    when: Callable[[HttpRequest], bool] | None
    first: int | None
    armed: bool
    struck: int = attrs.field(init=False, default=0)

    def door_of(self, number: int) -> Door:
        """Tell how the address *number* opens."""
        return self.fault.door if self.fault and self._is_faulty(number) else Door.OPEN

    def pull(
        self, phases: Collection[Phase], number: int, request: HttpRequest | None = None
    ) -> Fault | None:
        """Give the fault if it strikes now, in one of *phases*; that counts."""
        if not self.fault or self.fault.phase not in phases or not self.armed:
            return None

        is_enough = self.first is not None and self.struck >= self.first
        if is_enough or not self._is_faulty(number) or not self._is_aimed_at(request):
            return None

        self.struck += 1
        return self.fault

    def _is_faulty(self, number: int) -> bool:
        return self.faulty is None or number in self.faulty

    def _is_aimed_at(self, request: HttpRequest | None) -> bool:
        if request is None:
            return True

        kind = Aim.QUESTIONS if is_question(request) else Aim.SENDS
        return self.aim in {Aim.EVERYTHING, kind} and (not self.when or self.when(request))
