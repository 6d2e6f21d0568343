"""One message, one client, one fault: how many copies there were, and what was told."""

import asyncio
import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import attrs
from faults.provider import Provider
from faults.server import FaultServer
from faults.table import Fault

from benchmarks.clients.shelf import PATIENCE, Client
from benchmarks.clients.wires import ROUTES
from smsgate.wire.http import HttpReply, HttpRequest

ROOT = Path(__file__).parents[2]
PHONE = "77015555555"
TEXT = "Code 1234"
HANGS = "hangs"
_HOSTS = 5  # as SMSC has: the main one and four mirrors
_AT_ONCE = 40  # programs
KILL_AFTER = 30.0  # seconds


class BrokenDriver(Exception):
    """A driver ended without telling anything."""


@attrs.frozen(kw_only=True)
class Setting:
    """
    How the provider is set up, and whose turn it is.

    There are always five servers, of which a client knows *hosts*.
    """

    title: str
    clients: Sequence[Client]
    hosts: int = _HOSTS
    everywhere: bool = False
    duplicate_window: float = 0.0

    def server(self, fault: Fault | None) -> FaultServer:
        """Set up a provider that commits *fault*."""
        faulty = None if self.everywhere else (0,)
        server = FaultServer(fault=fault, mirrors=_HOSTS - 1, faulty=faulty)
        server.provider = AnyProvider(duplicate_window=self.duplicate_window)
        return server


@attrs.define(kw_only=True)
class AnyProvider(Provider):
    """The provider of the fault server, speaking the foreign wires too."""

    async def answer(self, request: HttpRequest, login: str) -> HttpReply:
        """Answer *request*, whoever's words it is in."""
        foreign = ROUTES.get(urlsplit(request.path).path)
        if foreign:
            return foreign(request, self.network)

        return await Provider.answer(self, request, login)


@attrs.frozen(kw_only=True)
class Cell:
    """What came of one send. ``told`` is *sent*, *not sent*, *unclear* or *hangs*."""

    fault: str
    copies: int
    told: str
    words: str

    @property
    def is_false(self) -> bool:
        """Whether the caller was told what is not so."""
        return self.told == ("not sent" if self.copies else "sent")

    @property
    def is_right(self) -> bool:
        """Whether there is one copy or none, and the caller knows which."""
        return self.copies <= 1 and self.told == ("sent" if self.copies else "not sent")


@attrs.frozen
class Runner:
    """Runs programs: many at once, but few that start, which is what keeps a machine busy."""

    _turns: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _starts: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(os.cpu_count() or 1))

    async def send(
        self, setting: Setting, fault: Fault | None, command: Sequence[str], given: Sequence[str]
    ) -> Cell:
        """Let one client send one message through *fault*."""
        async with self._turns, setting.server(fault) as server:
            urls = server.base_urls[: setting.hosts]
            job = {"urls": urls, "phone": PHONE, "text": TEXT, "timeout": PATIENCE, "given": given}
            told, words = await self._drive([*command, json.dumps(job)])
            await server.heal()
            await server.digest()
            copies = server.copies(PHONE, TEXT)
            return Cell(fault=str(fault or ""), copies=copies, told=told, words=words)

    async def _drive(self, command: Sequence[str]) -> tuple[str, str]:
        async with self._starts:
            process = await _start(command)

        try:
            said, complaint = await asyncio.wait_for(process.communicate(), KILL_AFTER)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):  # it ended this very moment
                process.kill()

            await process.wait()
            return HANGS, ""

        try:
            answer = json.loads(said)
        except ValueError:
            raise BrokenDriver(complaint.decode(errors="backslashreplace")) from None

        return answer["told"], answer["words"]


async def _start(command: Sequence[str]) -> asyncio.subprocess.Process:
    """Start a driver, and wait until it is ready to send."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "no_proxy": "*", "AWS_CONFIG_FILE": os.devnull},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    if process.stdout:
        await process.stdout.readline()

    return process
