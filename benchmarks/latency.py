"""
What one awaited `send()` costs, against a bare `httpx` POST and its ``.json()``.

Both ask the same server for the same thing over one connection each that stays open, and
take turns within one run, so that a busy machine slows both alike. Prints medians and
99th percentiles in microseconds, and the ratios; the median's is to be 1.15 at most.
"""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import httpx

from smsgate import Message, SmscGateway

ROUNDS = 4000
WARM_UP = 200
PHONE, TEXT = "+77011234567", "Your code is 1234"
FORM = {
    "login": "login",
    "psw": "password",
    "fmt": "3",
    "charset": "utf-8",
    "phones": PHONE,
    "mes": TEXT,
    "id": "5f3759df5f3759df5f3759df5f3759df",
    "cost": "3",
    "op": "1",
}  #: what the gateway sends, too

Seconds = Sequence[float]


@contextlib.contextmanager
def responder() -> Iterator[str]:
    """Run the server, in a process of its own, until the block ends; give its base URL."""
    script = Path(__file__).with_name("responder.py")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def measure(base_url: str, rounds: int) -> Mapping[str, Seconds]:
    """Time *rounds* sends each way."""
    async with (
        httpx.AsyncClient() as client,
        SmscGateway(login="login", password="password", base_url=base_url) as gateway,
    ):

        async def bare() -> object:
            return (await client.post(f"{base_url}/sys/send.php", data=FORM)).json()

        async def ours() -> object:
            return await gateway.send(Message(PHONE, TEXT))

        return await take_turns({"httpx": bare, "smsgate": ours}, rounds)


async def take_turns(
    ways: Mapping[str, Callable[[], Awaitable[object]]], rounds: int
) -> Mapping[str, Seconds]:
    """Time each of *ways* once a round; who was first is last in the next."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    for _ in range(WARM_UP + rounds):
        for name in order:
            started = time.perf_counter()
            await ways[name]()
            taken[name].append(time.perf_counter() - started)

        order.reverse()

    return {name: sorted(seconds[WARM_UP:]) for name, seconds in taken.items()}


def show(taken: Mapping[str, Seconds]) -> None:
    """Print a line for each way: its times, and how many times the bare ones they are."""
    print(f"{'':<10}{'median':>12}{'p99':>12}{'median ratio':>16}{'p99 ratio':>12}")
    bare_median, bare_p99 = (quantile(taken["httpx"], share) for share in (0.5, 0.99))
    for name, seconds in taken.items():
        median, p99 = (quantile(seconds, share) for share in (0.5, 0.99))
        print(
            f"{name:<10}{median * 1e6:>9.0f} us{p99 * 1e6:>9.0f} us"
            f"{median / bare_median:>16.3f}{p99 / bare_p99:>12.3f}"
        )


def quantile(ascending: Seconds, share: float) -> float:
    """Find the value below which *share* of the others lie."""
    return ascending[int(len(ascending) * share)]


def main() -> None:
    """Measure, with as many rounds as the command line says, and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with responder() as base_url:
        taken = asyncio.run(measure(base_url, rounds))

    show(taken)


if __name__ == "__main__":
    main()
