"""The demo: a message through every gateway of the simulator, for all to see."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from rich.console import Console
from rich.live import Live
from rich.padding import Padding

from smsgate.cli import show
from smsgate.cli.exits import Exit
from smsgate.cli.journey import Journey, Watch, travel
from smsgate.cli.output import say, tell
from smsgate.message import Message
from smsgate.simulator import Simulator, dsns, serve

_MESSAGE = Message("+380977777662", "Код 1234")
_PACE = 0.2  # seconds in each stage: slow enough to watch, fast enough to wait for
_SYSTEM_WATCH = Watch()

Display: TypeAlias = Callable[[Mapping[str, Journey], Journey], None]


def demo() -> Exit:
    """Serve a simulator on a free port and send through all of its gateways."""
    with serve(Simulator(pace=_PACE)) as base_url:
        say(show.demo_opening(base_url, len(dsns(base_url))))
        return asyncio.run(perform(dsns(base_url)))


async def perform(
    addresses: Mapping[str, str], *, pace: float = _PACE, watch: Watch = _SYSTEM_WATCH
) -> Exit:
    """Send through the gateway at each of *addresses*, and show how it went."""
    start = watch.now()
    journeys = {scheme: Journey(scheme=scheme) for scheme in addresses}
    with _display() as display:

        async def follow(scheme: str, dsn: str) -> None:
            async for step in travel(scheme, dsn, _MESSAGE, interval=pace / 2, watch=watch):
                journeys[scheme] = step
                display(journeys, step)

        await asyncio.gather(*(follow(*address) for address in addresses.items()))

    return _conclude(list(journeys.values()), watch.now() - start)


def _conclude(journeys: Sequence[Journey], seconds: float) -> Exit:
    tell(Padding(show.journeys_table(journeys), (1, 0)))
    tell(show.demo_summary(journeys, seconds))
    for journey in journeys:
        if journey.error:
            say(show.journey_sentence(journey, journey.error))

    is_success = bool(journeys) and all(journey.is_delivered for journey in journeys)
    return Exit.OK if is_success else Exit.NOT_SENT


@contextlib.contextmanager
def _display() -> Iterator[Display]:
    """Give what shows a step: a table in place on a terminal, else a line for each."""
    console = Console(file=sys.stdout)
    if not console.is_terminal:
        yield lambda _, step: say(show.step_line(step))
        return

    with Live(console=console, transient=True) as live:
        yield lambda journeys, _: live.update(
            Padding(show.journeys_table(list(journeys.values())), (1, 0, 0, 0))
        )
