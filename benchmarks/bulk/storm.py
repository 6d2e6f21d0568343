"""
Five thousand tasks that call `send` at once, when each answer takes 200 ms.

With sends that share requests (``linger``) and without. A lone `send` is to be as fast as
ever: two gateways, with ``linger`` and without, take turns at a server that answers at
once. Run it as ``python -m benchmarks.bulk.storm``.
"""

import asyncio
import time
from itertools import count

from benchmarks.bulk.campaign import Campaign, cyrillic, phone_of
from benchmarks.bulk.measuring import Server, Stopwatch, Way, is_quick, run, serving, show
from benchmarks.bulk.ours import Letters
from benchmarks.bulk.wires import LOGIN, SECRET
from benchmarks.latency import quantile, take_turns
from smsgate import Message, SmscGateway

LATENCY = 0.2  # seconds
LINGER = 0.01  # seconds


def _open(server: Server, linger: float | None) -> SmscGateway:
    return SmscGateway(login=LOGIN, password=SECRET, base_url=server.url, linger=linger)


def storm(server: Server, tasks: int, linger: float | None, waits: list[float]) -> Way:
    """Let so many *tasks* send at once; note how long each of them waited."""

    async def way(watch: Stopwatch) -> None:
        async with _open(server, linger) as gateway:

            async def send(message: Message) -> None:
                await gateway.send(message)
                waits.append(time.perf_counter() - began)

            with watch:
                began = time.perf_counter()
                await asyncio.gather(*map(send, Letters(Campaign(tasks))))

    return way


def compare(server: Server, tasks: int) -> None:
    """Print how long the storm lasts, each way."""
    rows: list[tuple[str, ...]] = []
    slowest = 0.0
    for name, linger in {"by themselves": None, f"linger={LINGER}": LINGER}.items():
        waits: list[float] = []
        taken = run(server, tasks, storm(server, tasks, linger, waits))
        slowest = slowest or taken.seconds
        ascending = sorted(waits)
        middle, late = (f"{quantile(ascending, share):.2f} s" for share in (0.5, 0.99))
        ratio = f"{slowest / taken.seconds:.1f}"
        requests = f"{taken.server.requests}"
        rows.append((name, requests, f"{taken.seconds:.2f} s", ratio, middle, late))

    head = ("", "requests", "all done in", "times faster", "median", "p99")
    show(f"{tasks:,} tasks call send() at once, {LATENCY * 1000:.0f} ms", head, rows)


async def _lone(server: Server, rounds: int) -> None:
    numbers = count()
    async with _open(server, None) as plain, _open(server, LINGER) as patient:

        def sends(gateway: SmscGateway) -> "asyncio.Future[object]":
            number = next(numbers)
            return asyncio.ensure_future(gateway.send(Message(phone_of(number), cyrillic(number))))

        ways = {"plain": lambda: sends(plain), "linger": lambda: sends(patient)}
        taken = await take_turns(ways, rounds)

    medians = {name: quantile(seconds, 0.5) for name, seconds in taken.items()}
    rows = [
        (name, f"{median * 1e6:.0f} us", f"{median / medians['plain']:.3f}")
        for name, median in medians.items()
    ]
    show("A lone send()", ("", "median", "ratio"), rows)


def main() -> None:
    """Raise the storm, then send alone."""
    quick = is_quick("A storm of sends, and a lone one")
    with serving(LATENCY) as server:
        compare(server, 100 if quick else 5_000)

    with serving(0) as server:
        asyncio.run(_lone(server, 200 if quick else 4_000))


if __name__ == "__main__":
    main()
