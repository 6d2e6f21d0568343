"""
What one message of many costs the processor, from `Message` to `Outcome`.

Against requests batched by hand over raw sockets in the same run, with as many rows. All
begin with the same phones and texts, ready made; "and Message()" makes the messages out
of them on the way, which is otherwise done before. Then: is it as much with a thousand
messages as with a million? A thousand are two requests, so the pool of connections has
less to do. Run it as ``python -m benchmarks.bulk.cost``.
"""

from collections.abc import Mapping, Sequence

from benchmarks.bulk.campaign import Campaign, Text, ascii_only, cyrillic
from benchmarks.bulk.measuring import Server, Taken, Way, is_quick, run, serving, show, take_turns
from benchmarks.bulk.ours import Letters, in_bulk, transports
from benchmarks.bulk.rivals import by_hand
from benchmarks.bulk.wires import SMSC

LATENCY = 0.01  # seconds; what matters is that answers do not come at once
_ALPHABETS = {"Cyrillic": cyrillic, "ASCII": ascii_only}
_HEAD = ("", "rows", "us/message", "x by hand")
_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_MOST = 100_000  # that smaller sizes are repeated to


def ways(server: Server, count: int, text: Text, rows: int) -> Mapping[str, tuple[int, Way]]:
    """Make the ways; by hand is the first."""
    pairs = list(Campaign(count, text))
    ready, made = list(Letters(pairs)), Letters(pairs)
    known = {"by hand": by_hand(server, SMSC, pairs, rows)}
    for name, opened in transports().items():
        known[f"smsgate, {name}"] = in_bulk(server, SMSC, [ready], rows, opened)
        known[f"smsgate, {name}, and Message()"] = in_bulk(server, SMSC, [made], rows, opened)

    return {name: (count, way) for name, way in known.items()}


def compare(server: Server, *, quick: bool) -> None:
    """Print what a message costs, with texts and sizes that differ."""
    count, turns = (5_000, 1) if quick else (100_000, 5)
    for alphabet, text in _ALPHABETS.items():
        table: list[Sequence[str]] = []
        for rows in SMSC.rows:
            taken = take_turns(server, ways(server, count, text, rows), turns)
            hand = next(iter(taken.values())).each
            table += [_row(name, rows, one, hand) for name, one in taken.items()]

        show(f"Processor time for one of {count:,} messages, {alphabet}", _HEAD, table)


def _row(name: str, rows: int, taken: Taken, hand: float) -> Sequence[str]:
    return name, f"{rows}", f"{taken.each:.1f}", f"{taken.each / hand:.2f}"


def grow(server: Server, *, quick: bool) -> None:
    """Print what a message costs among few and among many."""
    sizes = _SIZES[:2] if quick else _SIZES
    table: list[Sequence[str]] = []
    for name, opened in transports().items():
        taken = [
            run(server, max(size, _MOST), in_bulk(server, SMSC, several, SMSC.usual_rows, opened))
            for size in sizes
            for several in [_several(size)]
        ]
        table += [
            (f"{name}, {size:,}", f"{one.each:.1f}", f"{one.each / taken[0].each:.2f}")
            for size, one in zip(sizes, taken, strict=True)
        ]

    title = "Processor time for one of so many messages, made by a generator"
    show(title, ("", "us/message", "x a thousand"), table)


def _several(size: int) -> Sequence[Letters]:
    firsts = range(0, max(size, _MOST), size)
    return [Letters(Campaign(size, first=first)) for first in firsts]


def main() -> None:
    """Measure both."""
    quick = is_quick("Processor time for a message")
    with serving(LATENCY) as server:
        compare(server, quick=quick)
        grow(server, quick=quick)


if __name__ == "__main__":
    main()
