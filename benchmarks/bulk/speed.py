"""
How many messages a second go through when each answer takes 100 ms.

SMSC's server turns the 15th simultaneous request away. Against smsgate: the official
clients' way, `asyncio.gather` over bare httpx, and requests batched by hand over raw
sockets. The first two are measured with fewer messages:
that changes the first one's rate in nothing, and httpx would be slower with all of them.
Run it as ``python -m benchmarks.bulk.speed``.
"""

from collections.abc import Mapping, Sequence

from benchmarks.bulk.campaign import Campaign
from benchmarks.bulk.measuring import Server, Taken, Way, is_quick, serving, show, take_turns
from benchmarks.bulk.ours import Letters, in_bulk, transports
from benchmarks.bulk.rivals import by_hand, gathered, one_by_one
from benchmarks.bulk.wires import SMSC, SMSCLUB_JSON, SMSCLUB_XML, Wire

LATENCY = 0.1  # seconds
WIRES = {
    "SMSC, personal texts": SMSC,
    "SMSClub XML, personal texts": SMSCLUB_XML,
    "SMSClub JSON, one text (its rule of 9 requests a second set aside)": SMSCLUB_JSON,
}
_HEAD = (
    *("", "messages", "messages/s", "x one by one", "x gather", "x by hand"),
    *("at once", "us/message", "server busy"),
)


def slow_ways(server: Server, wire: Wire, few: int) -> Mapping[str, tuple[int, Way]]:
    """Make the ways that send one message a request: ten seconds of each for 100 *few*."""
    return {
        "one by one": (few, one_by_one(server, wire, Campaign(few, wire.text))),
        "asyncio.gather, httpx": (
            few * 14,
            gathered(server, wire, Campaign(few * 14, wire.text)),
        ),
    }


def fast_ways(server: Server, wire: Wire, count: int, rows: int) -> Mapping[str, tuple[int, Way]]:
    """Make the ways that send so many *rows* a request; by hand is the first."""
    campaign = Campaign(count, wire.text)
    ours = {
        f"smsgate, {name}, {rows} rows": in_bulk(server, wire, [Letters(campaign)], rows, opened)
        for name, opened in transports().items()
    }
    hand = {f"by hand, {rows} rows": by_hand(server, wire, campaign, rows)}
    return {name: (count, way) for name, way in {**hand, **ours}.items()}


def compare(server: Server, title: str, wire: Wire, *, quick: bool) -> None:
    """Measure all ways through one wire, and print the table."""
    few, count, turns = (10, 5_000, 1) if quick else (200, 100_000, 3)
    slow = take_turns(server, slow_ways(server, wire, few), 1)
    one_by_one_rate, gathered_rate = (taken.rate for taken in slow.values())
    rows = [_row(name, taken, one_by_one_rate, gathered_rate) for name, taken in slow.items()]
    for size in wire.rows:
        fast = take_turns(server, fast_ways(server, wire, count, size), turns)
        hand = next(iter(fast.values()))
        rows += [
            _row(name, taken, one_by_one_rate, gathered_rate, hand.rate)
            for name, taken in fast.items()
        ]

    show(title, _HEAD, rows)


def _row(name: str, taken: Taken, *rates: float) -> Sequence[str]:
    ratios = [f"{taken.rate / rate:,.2f}" for rate in rates] + [""] * (3 - len(rates))
    return (
        *(name, f"{taken.messages:,}", f"{taken.rate:,.0f}", *ratios),
        *(f"{taken.server.most_at_once}", f"{taken.each:.1f}"),
        f"{taken.server.cpu / taken.seconds:.0%}",
    )


def main() -> None:
    """Compare, with SMSC and with SMSClub's two gates."""
    quick = is_quick("Messages a second, against other ways")
    with serving(LATENCY) as server:
        for title, wire in WIRES.items():
            compare(server, title, wire, quick=quick)


if __name__ == "__main__":
    main()
