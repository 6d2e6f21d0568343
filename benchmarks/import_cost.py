"""
What ``import smsgate`` costs, against ``import httpx`` alone, in one run.

Each import runs in a fresh interpreter, the statements taking turns so that a busy
machine slows all of them alike. The time of an interpreter that imports nothing is taken
off. The installed package is measured (``-P`` keeps a checkout out of the way). Prints
medians in milliseconds, and the ratio to httpx, which is to be 1 at most.
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 30
STATEMENTS = ("pass", "import httpx", "import attrs, anyio", "import smsgate")


def seconds(statement: str) -> float:
    """Time one interpreter that runs *statement*."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", statement], check=True)
    return time.perf_counter() - started


def main() -> None:
    """Take turns, then print a line for each statement."""
    for statement in STATEMENTS:
        seconds(statement)  # fill the caches

    rounds = [[seconds(statement) for statement in STATEMENTS] for _ in range(ROUNDS)]
    bare, httpx, *_ = medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
    for statement, median in zip(STATEMENTS, medians, strict=True):
        ratio = (median - bare) / (httpx - bare)
        print(f"{statement:<22}{(median - bare) * 1000:8.1f} ms{ratio:8.2f} x httpx")


if __name__ == "__main__":
    main()
