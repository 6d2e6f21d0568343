"""
The cells of the fault matrix, as data: every combination in which a fault can strike.

Left out is only what could not differ: one text for all is a request of its own only where
texts that differ can share one, SMSClub has no rule against repetitions, a status
is never one, a fault that breaks every connection does not look at the request, and a
caller cannot be cancelled at a station that the exchange never comes to. The caller's
choice to repeat what is unknown is only safe within a duplicate window, so it is tried
there alone, and by callers who wait for the end.
"""

import enum
from collections.abc import Iterator
from itertools import product

import attrs
from faults import deeds
from faults.exchange import Station
from faults.table import FAULTS, Fault, Phase
from faults.trigger import Aim
from support.gateways import SCHEMES

SMSC = "smsc"
_PERSONAL = frozenset({SMSC, "smsclub+xml"})  #: have other requests for texts that differ
BROKEN = frozenset({Phase.ADDRESS, Phase.CONNECTED})  #: strike whatever the request
_ANY = FAULTS["502, before"]
_MUTE = frozenset({deeds.close, deeds.reset, deeds.hang})


class Operation(enum.Enum):
    """What the caller does."""

    SEND = "send"
    SEND_MANY = "send_many"
    SEND_ALIKE = "send_many, one text"
    STATUS = "status"


class Mirrors(enum.Enum):
    """Where else a request could go."""

    NONE = "no mirrors"
    GOOD = "two good mirrors"
    BAD = "mirrors as bad"


class Cancel(enum.Enum):
    """When the caller is cancelled."""

    NEVER = "never"
    TURN = "in the queue"
    START = "at once"
    READING = "in the request"
    WAITING = "awaiting the answer"
    ANSWERING = "in the answer"


STATIONS = {
    Cancel.READING: Station.READING,
    Cancel.WAITING: Station.WAITING,
    Cancel.ANSWERING: Station.ANSWERING,
}


@attrs.frozen
class Cell:
    """One combination; its name says all of it."""

    scheme: str
    operation: Operation
    fault: Fault
    mirrors: Mirrors = Mirrors.NONE
    aim: Aim = Aim.EVERYTHING
    has_window: bool = False
    repeats: bool = False
    cancel: Cancel = Cancel.NEVER

    def __str__(self) -> str:
        words = [self.scheme, self.operation.value, self.fault.name, self.mirrors.value]
        words += [f"on {self.aim.value}"] * (self.aim is not Aim.EVERYTHING)
        words += ["duplicate window"] * self.has_window
        words += ["repeated by choice"] * self.repeats
        words += [f"cancelled {self.cancel.value}"] * (self.cancel is not Cancel.NEVER)
        return ", ".join(words)


def operations(scheme: str) -> list[Operation]:
    """List what callers do through a gateway, as far as it makes other requests."""
    return [op for op in Operation if op is not Operation.SEND_ALIKE or scheme in _PERSONAL]


def cells(scheme: str, operation: Operation) -> Iterator[Cell]:
    """List the cells of one gateway and one operation."""
    for fault, mirrors in product(FAULTS.values(), Mirrors):
        for aim in _aims(scheme, operation, fault):
            yield Cell(scheme, operation, fault, mirrors, aim)
            if scheme == SMSC and operation is not Operation.STATUS:
                yield Cell(scheme, operation, fault, mirrors, aim, has_window=True)
                yield Cell(scheme, operation, fault, mirrors, aim, has_window=True, repeats=True)

        for cancel in _cancellations(fault, mirrors):
            yield Cell(scheme, operation, fault, mirrors, cancel=cancel)
            if scheme == SMSC and operation is not Operation.STATUS:
                yield Cell(scheme, operation, fault, mirrors, has_window=True, cancel=cancel)


def all_cells() -> Iterator[Cell]:
    """List the whole matrix."""
    for scheme in SCHEMES:
        for operation in operations(scheme):
            yield from cells(scheme, operation)


def _aims(scheme: str, operation: Operation, fault: Fault) -> list[Aim]:
    """SMSC is asked what became of a send; that question may have better luck than the send."""
    has_question = scheme == SMSC and operation is not Operation.STATUS
    can_differ = has_question and fault.phase not in BROKEN
    return [Aim.EVERYTHING, Aim.SENDS] if can_differ else [Aim.EVERYTHING]


def _cancellations(fault: Fault, mirrors: Mirrors) -> Iterator[Cancel]:
    """List when a caller can be cancelled: wherever his exchange comes to."""
    if mirrors is Mirrors.NONE:
        yield Cancel.START
        if fault is _ANY:
            yield Cancel.TURN  # what never leaves meets no fault: one stands for all

    if mirrors is Mirrors.BAD:
        return

    goes_elsewhere = fault.phase is Phase.ADDRESS and mirrors is Mirrors.GOOD
    if goes_elsewhere or fault.phase not in BROKEN:
        yield Cancel.READING

    if goes_elsewhere or fault.phase not in BROKEN | {Phase.READING}:
        yield Cancel.WAITING

    if goes_elsewhere or fault.deed not in _MUTE:
        yield Cancel.ANSWERING
