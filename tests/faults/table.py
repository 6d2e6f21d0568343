"""
The faults, as data: what each is called, when it strikes, and what it does.

``has_message`` says whether the provider has taken the message by then: it is what a
caller would have to be told, and what no client can see.
"""

import enum
from collections.abc import Awaitable, Callable, Mapping

import attrs
from faults import deeds
from faults.exchange import Exchange

Deed = Callable[[Exchange], Awaitable[None]]


class Phase(enum.Enum):
    """When a fault strikes."""

    ADDRESS = "no connection"
    CONNECTED = "before the request"
    READING = "in the request"
    READ = "before acceptance"
    ACCEPTING = "while accepting"
    REFUSED = "after a refusal"
    ACCEPTED = "after acceptance"


class Door(enum.Enum):
    """How an address opens, or why it does not."""

    OPEN = "open"
    SHUT = "nobody listens"
    FULL = "nobody picks up"
    NAMELESS = "no such name"
    PLAIN = "https to a server without TLS"
    NO_CIPHER = "TLS without a common cipher"
    STRANGER = "TLS with a certificate that nobody vouches for"


@attrs.frozen(kw_only=True)
class Fault:
    """One way in which an exchange goes wrong; where no door opens the deed is never done."""

    name: str
    phase: Phase
    door: Door = Door.OPEN
    deed: Deed = attrs.field(default=deeds.close, repr=False)

    @property
    def has_message(self) -> bool:
        """Whether the provider has the message when it strikes."""
        return self.phase is Phase.ACCEPTED

    @property
    def is_readable(self) -> bool:
        """Whether the answer can be understood in spite of it."""
        return self.deed in _READABLE

    @property
    def heals(self) -> bool:
        """Whether the same address can be good again."""
        return self.door in {Door.OPEN, Door.SHUT, Door.FULL}

    def __str__(self) -> str:
        return self.name


_ADDRESSES: Mapping[str, Door] = {
    "connection refused": Door.SHUT,
    "connection never picked up": Door.FULL,
    "name not found": Door.NAMELESS,
    "TLS: the server speaks none": Door.PLAIN,
    "TLS: handshake fails": Door.NO_CIPHER,
    "TLS: self-signed certificate": Door.STRANGER,
}
_CONNECTED: Mapping[str, Deed] = {
    "closed when connected": deeds.close,
    "reset when connected": deeds.reset,
}
_READING: Mapping[str, Deed] = {
    "closed in the request": deeds.close,
    "reset in the request": deeds.reset,
    "hangs in the request": deeds.hang,
}
_EITHER: Mapping[str, Deed] = {
    "closed": deeds.close,
    "reset": deeds.reset,
    "hangs": deeds.hang,
    "502": deeds.bad_gateway,
    "empty 200": deeds.empty,
    "garbage bytes": deeds.garbage,
    "HTML page, 200": deeds.maintenance,
    "redirect 302": deeds.redirect(302),
    "redirect 307": deeds.redirect(307),
}  #: what can happen before acceptance as well as after
_ACCEPTING: Mapping[str, Deed] = {
    "dies while accepting": deeds.close,
}  #: it has counted the attempt, for its duplicate rule, and then not taken the message
_REFUSED: Mapping[str, Deed] = {
    "refuses twice": deeds.twice,
}  #: for want of money; the second refusal waits for the next request
_ACCEPTED: Mapping[str, Deed] = {
    "half an answer": deeds.half,
    "half an answer, then hangs": deeds.half_and_hang,
    "Content-Length too long": deeds.length_too_long,
    "Content-Length too short": deeds.length_too_short,
    "yes with status 500": deeds.yes_with_500,
    "answer in UTF-16": deeds.utf_16,
    "charset in the header lies": deeds.lying_header,
    "1xx noise first": deeds.noise,
    "slow drip, too slow": deeds.endless_drip,
    "slow drip, in time": deeds.drip,
    "answers twice": deeds.twice,
}

_READABLE = frozenset({deeds.lying_header, deeds.noise, deeds.drip, deeds.twice})


def _all() -> list[Fault]:
    faults = [Fault(name=n, phase=Phase.ADDRESS, door=d) for n, d in _ADDRESSES.items()]
    faults += [Fault(name=n, phase=Phase.CONNECTED, deed=d) for n, d in _CONNECTED.items()]
    faults += [Fault(name=n, phase=Phase.READING, deed=d) for n, d in _READING.items()]
    faults += [Fault(name=n, phase=Phase.ACCEPTING, deed=d) for n, d in _ACCEPTING.items()]
    faults += [Fault(name=n, phase=Phase.REFUSED, deed=d) for n, d in _REFUSED.items()]
    for name, deed in _EITHER.items():
        faults.append(Fault(name=f"{name}, before", phase=Phase.READ, deed=deed))
        faults.append(Fault(name=f"{name}, after", phase=Phase.ACCEPTED, deed=deed))

    return faults + [Fault(name=n, phase=Phase.ACCEPTED, deed=d) for n, d in _ACCEPTED.items()]


FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _all()}
