"""``smsgate simulate``: every provider on one address, until Ctrl-C."""

import contextlib
import os
import shlex
import threading
from collections.abc import Callable
from decimal import Decimal

from rich.text import Text

from smsgate.cli.output import say, tell
from smsgate.cli.words import counted
from smsgate.errors import InvalidArgument
from smsgate.opening import VARIABLE
from smsgate.simulator import Simulator, dsns, serve

# These mean the same to every provider; each has more of its own.
_MAGIC = {
    "9003": "refused: no money",
    "2003": "accepted, and never delivered",
    "any other": "queued, sent, delivered; but see docs/simulator.md for many more",
}

wait_for_ever = threading.Event().wait


def simulate(port: int, pace: float, funds: Decimal, *, wait: Callable[[], object]) -> None:
    """
    Serve a simulator on *port* for as long as *wait* waits, or until Ctrl-C.

    Raises `InvalidArgument` for a port that is taken or forbidden.
    """
    simulator = Simulator(pace=pace, funds=funds)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        try:
            base_url = stack.enter_context(serve(simulator, port=port))
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise InvalidArgument(f"port {port}: {why}; choose another with --port") from None

        _tell_opening(base_url)
        wait()

    say(Text(f"stopped, after {counted(len(simulator.network.sent), 'message')}"))


def _tell_opening(base_url: str) -> None:
    tell(Text(f"The simulator listens on {base_url} until Ctrl-C. No phone will ring."))
    tell(_heading("Choose a gateway, in another terminal:"))
    for dsn in dsns(base_url).values():
        tell(Text(f"export {VARIABLE}={shlex.quote(dsn)}"))

    tell(_heading("Then send through it:"))
    tell(Text("smsgate send +380977777662 'Код 1234'"))
    tell(_heading("The last four digits of a phone choose what becomes of its message:"))
    for digits, end in _MAGIC.items():
        tell(Text(f"{digits:10} {end}"))


def _heading(words: str) -> Text:
    return Text.assemble("\n", (words, "bold"))
