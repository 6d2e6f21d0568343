"""
The same faults against smsgate and against other clients: who sends twice, who misreports?

Each client, with its default settings as far as a benchmark allows, sends one message
through each fault of ``tests/faults``, on the same raw-socket server, in a process of its
own. Prints for each how many copies the provider accepted and what the caller was told.
Clients from the package index are installed in an environment of their own, which is
thrown away; what cannot be had is left out, and named. The package index aside, nobody
but loopback is contacted.

Run it in the project's folder: ``PYTHONPATH=tests python -m benchmarks.double_send``.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
from faults.table import FAULTS

from benchmarks.clients import table
from benchmarks.clients.installing import install, python_in
from benchmarks.clients.loop import BrokenDriver, Cell, Runner, Setting
from benchmarks.clients.shelf import OTHERS, SMSC, Client

DUPLICATE_WINDOW = 60.0  # seconds, as SMSC documents it
SETTINGS = (
    Setting(title="SMSC: the main server is faulty, its mirrors are well", clients=SMSC),
    Setting(
        title="SMSC: the same, and a repeated request is refused for a minute",
        clients=SMSC,
        duplicate_window=DUPLICATE_WINDOW,
    ),
    Setting(
        title="SMSC: all five servers are faulty",
        clients=[client for client in SMSC if client.has_mirrors],
        everywhere=True,
    ),
    Setting(
        title="Other providers, and smsgate with SMSC: the only server is faulty",
        clients=[SMSC[0], *OTHERS],
        hosts=1,
    ),
)


@attrs.frozen(kw_only=True)
class Bench:
    """What is run: these clients, these faults."""

    commands: Mapping[Client, Sequence[str]]
    given: Mapping[Client, Sequence[str]]
    faults: Sequence[str]
    is_verbose: bool
    _runner: Runner = attrs.field(init=False, factory=Runner)

    async def table_of(self, setting: Setting) -> str:
        """Fill one table."""
        clients = [client for client in setting.clients if client in self.commands]
        rows = await asyncio.gather(*(self._row(setting, client) for client in clients))
        results = dict(zip(clients, rows, strict=True))
        title = f"{setting.title} ({len(self.faults)} faults)"
        return table.draw(title, results, is_verbose=self.is_verbose)

    async def _row(self, setting: Setting, client: Client) -> list[Cell]:
        calm = await self._cell(setting, client, "")
        if calm.copies != 1 or not calm.is_right:
            raise BrokenDriver(f"{client.name} cannot send even without a fault: {calm}")

        return await asyncio.gather(*(self._cell(setting, client, name) for name in self.faults))

    async def _cell(self, setting: Setting, client: Client, fault: str) -> Cell:
        command, given = self.commands[client], self.given[client]
        return await self._runner.send(setting, FAULTS.get(fault), command, given)


def available(clients: Sequence[Client], environment: Path) -> list[Client]:
    """Install what *clients* need in *environment*; name those that cannot be had."""
    packages = {client.package for client in clients if client.package}
    failed = install(environment, packages) if packages else set()
    lacks = {
        client: "pip cannot install it" if client.package in failed else client.missing()
        for client in clients
    }
    for client, lack in lacks.items():
        if lack:
            print(f"left out: {client.name}: {lack}")

    return [client for client, lack in lacks.items() if not lack]


async def compare(options: argparse.Namespace, folder: Path) -> None:
    """Print all tables."""
    environment = options.environment or folder / "environment"
    chosen = [client for client in (*SMSC, *OTHERS) if options.client in client.name]
    clients = available(chosen, environment)
    bench = Bench(
        commands={client: client.command(python_in(environment)) for client in clients},
        given={client: client.fitted(folder) for client in clients},
        faults=[name for name in FAULTS if options.fault in name],
        is_verbose=options.verbose,
    )
    tables = await asyncio.gather(*map(bench.table_of, SETTINGS))
    print("\n\n".join([*filter(None, tables), table.legend(clients)]))


def main() -> None:
    """Read the command line, compare, and tell how long it took."""
    words = argparse.ArgumentParser(description="Who sends twice, who misreports?")
    words.add_argument("--client", default="", help="only clients with this in their name")
    words.add_argument("--fault", default="", help="only faults with this in their name")
    words.add_argument("--environment", type=Path, help="keep the clients here for next time")
    words.add_argument("--verbose", action="store_true", help="show every fault")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(words.parse_args(), Path(folder)))

    print(f"\n{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
