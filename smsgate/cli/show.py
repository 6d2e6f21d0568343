"""What the demo shows: a table to enjoy, and words around it."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from smsgate.cli.journey import Journey
from smsgate.cli.words import counted, status_style, unsent_sentence
from smsgate.errors import SmsGateError

_ARROW = Text.assemble((" → ", "dim"))  # a style of its own would be that of all it joins
_NOTHING = Text("–", "dim")


def demo_opening(base_url: str, count: int) -> Text:
    """Say what is about to happen, and that no phone will ring."""
    return Text(f"A message through {counted(count, 'gateway')}, to the simulator at {base_url}")


def journeys_table(journeys: Sequence[Journey]) -> Table:
    """Draw a row for each of *journeys*."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("gateway", no_wrap=True)
    table.add_column("id", style="dim", overflow="ellipsis")
    table.add_column("parts", justify="right")
    table.add_column("cost", justify="right", no_wrap=True)
    table.add_column("statuses", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    for journey in journeys:
        receipt = journey.receipt
        table.add_row(
            journey.scheme,
            Text(receipt.id) if receipt else _NOTHING,
            _number(receipt and receipt.parts),
            _number(receipt and receipt.cost),
            _stops(journey),
            f"{journey.seconds:.2f} s",
        )

    return table


def step_line(step: Journey) -> Text:
    """Say where one message is by now."""
    return Text(f"{step.seconds:6.2f} s  {step.scheme:13}  ") + _last_stop(step)


def journey_sentence(journey: Journey, error: SmsGateError) -> Text:
    """Say what ended *journey* early."""
    return Text.assemble((journey.scheme, "bold"), ": ") + unsent_sentence(error)


def demo_summary(journeys: Sequence[Journey], seconds: float) -> Text:
    """Say in words what happened."""
    delivered = sum(journey.is_delivered for journey in journeys)
    is_success = 0 < delivered == len(journeys)
    return Text.assemble(
        (f"{delivered} of {len(journeys)} delivered", "bold green" if is_success else "bold red"),
        f", over real sockets, in {seconds:.1f} s",
    )


def _stops(journey: Journey) -> Text:
    stops = [Text(status.value, status_style(status)) for status in journey.statuses]
    if journey.error or not stops:
        stops.append(_last_stop(journey))

    return _ARROW.join(stops)


def _last_stop(journey: Journey) -> Text:
    if journey.error:
        return Text(journey.error.fate.value, "bold red")

    if journey.status:
        return Text(journey.status.value, status_style(journey.status))

    return Text("accepted" if journey.receipt else "…", "dim")


def _number(value: object) -> Text:
    return Text(str(value)) if value is not None else _NOTHING
