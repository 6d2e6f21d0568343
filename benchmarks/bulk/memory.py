"""
How much memory a million messages take, against ten thousand.

Each number is the most that a process of its own ever held, with messages from a
generator. Run it as ``python -m benchmarks.bulk.memory``.
"""

import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bulk.campaign import Campaign
from benchmarks.bulk.measuring import Server, is_quick, run, serving, show
from benchmarks.bulk.ours import Letters, in_bulk, transports
from benchmarks.bulk.wires import SMSC

LATENCY = 0.1  # seconds
_PEAK = re.compile(r"VmHWM:\s*([0-9]+) kB")
_IN_A_MEGABYTE = 1 << (20 if sys.platform == "darwin" else 10)  # what the kernel counts in


def _fresh(server: Server, transport: str, count: int) -> float:
    """Find the peak of a process that sends *count* messages, in megabytes."""
    command = [sys.executable, "-m", __spec__.name, server.url, transport, str(count)]
    return float(subprocess.check_output(command, text=True).split()[-1])


def _send(url: str, transport: str, count: int) -> None:
    campaign = [Letters(Campaign(count))]
    server = Server(url, LATENCY)
    run(server, count, in_bulk(server, SMSC, campaign, SMSC.usual_rows, transports()[transport]))
    print(_peak())


def _peak() -> float:
    """Tell the most that this process held, in megabytes; Linux alone leaves its parent's out."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(_PEAK.findall(status.read_text())[0]) / 1024

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _IN_A_MEGABYTE


def compare(server: Server, sizes: Sequence[int]) -> None:
    """Print the peaks, and by how much each is above the first."""
    rows: list[Sequence[str]] = []
    for name in transports():
        peaks = [_fresh(server, name, size) for size in sizes]
        rows += [
            (f"{name}, {size:,}", f"{peak:.1f} MB", f"{peak - peaks[0]:+.1f} MB")
            for size, peak in zip(sizes, peaks, strict=True)
        ]

    show("The most memory that so many messages took", ("", "peak", "more"), rows)


def main() -> None:
    """Compare, or be one of the processes that are compared."""
    if sys.argv[1:] and not sys.argv[1].startswith("-"):
        url, transport, count = sys.argv[1:]
        _send(url, transport, int(count))
        return

    quick = is_quick("Memory for many messages")
    with serving(LATENCY) as server:
        compare(server, (1_000, 5_000) if quick else (10_000, 1_000_000))


if __name__ == "__main__":
    main()
