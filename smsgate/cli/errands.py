"""What the commands do: open a gateway, ask one thing of it, and close it."""

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TextIO, TypeVar

from rich.text import Text

from smsgate.cli.output import say
from smsgate.errors import InvalidArgument, InvalidMessage, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.money import Balance
from smsgate.opening import open_gateway
from smsgate.receipt import Receipt
from smsgate.report import Report

Answer = TypeVar("Answer")
Errand = Coroutine[None, None, Answer]

STDIN = "-"
_OPTION = re.compile("--?[A-Za-z]")
_LAST_NEWLINE = re.compile(r"\r?\n\Z")
_WAITING = "interrupted: waiting for the answer that is on its way; Ctrl-C again gives up"


def settle(make_errand: Callable[[], Errand[Answer]]) -> Answer | SmsGateError:
    """Run an errand to its end, which may be an error."""
    try:
        return _run(make_errand())
    except SmsGateError as error:
        return error


def _run(errand: Errand[Answer]) -> Answer:
    try:
        return asyncio.run(errand)
    except KeyboardInterrupt:
        raise OutcomeUnknown("given up before the answer came") from None


async def hand_in(dsn: str | None, message: Message, deadline: float | None) -> Receipt:
    """Send *message*, unless it is too late after *deadline* seconds."""
    async with open_gateway(dsn) as gateway:
        return await to_its_end(gateway.send(message, deadline=deadline))


async def ask(dsn: str | None, refs: Sequence[str]) -> list[Report]:
    """Ask what became of the messages at *refs*."""
    async with open_gateway(dsn) as gateway:
        return await to_its_end(gateway.statuses(refs))


async def ask_balance(dsn: str | None) -> Balance:
    """Ask what is left."""
    async with open_gateway(dsn) as gateway:
        return await to_its_end(gateway.balance())


async def to_its_end(question: Errand[Answer]) -> Answer:
    """
    Await *question* even through a first Ctrl-C.

    The request may have left, and only its answer can tell what became of it.
    """
    task = asyncio.create_task(question)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # Said by the loop and not by this task: the next Ctrl-C has to end the loop.
        asyncio.get_running_loop().call_soon(say, Text(_WAITING))
        return await task


def read_text(text: str) -> str:
    """
    Return *text*, or what stands on stdin when it is ``-``.

    One final newline is left off: the shell put it there. Raises `InvalidMessage` for
    bytes that are no text, and `InvalidArgument` for a mistyped option: nobody's phone
    shall show it.
    """
    if _OPTION.match(text):
        raise InvalidArgument("text: it looks like an option; if it is none, give it on stdin")

    return _read(sys.stdin) if text == STDIN else text


def _read(stream: TextIO | None) -> str:
    if stream is None:
        raise InvalidMessage("text: stdin is closed")

    try:
        return _LAST_NEWLINE.sub("", stream.buffer.read().decode(stream.encoding))
    except UnicodeDecodeError:
        raise InvalidMessage(f"text: stdin is not valid {stream.encoding}") from None
