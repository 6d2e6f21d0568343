"""The results, as a person reads them."""

from collections.abc import Mapping, Sequence

from benchmarks.clients.loop import HANGS, KILL_AFTER, Cell
from benchmarks.clients.shelf import Client

_COLUMNS = ("copies>1", "most", "false sent", "false not", "wrong", "unclear", "hangs", "right")
_LEGEND = f"""\
copies>1    faults through which one send became more than one SMS
most        the most copies of one send
false sent  faults after which the call returned as if it was sent, and nobody has the message
false not   faults after which the caller was told "not sent", and it was
wrong       faults through which it sent twice, or after which what it told was false
unclear     the caller was told, by an exception, that nothing certain is known
hangs       no answer in {KILL_AFTER:g} s: the program was ended
right       at most one copy, and the caller was told whether there is one; guessing "not
            sent" is often right, but where anything is false nobody can rely on it

An exception counts as "not sent" only where it says so: a refusal (status 4xx), or no
connection. Whatever else a client raises is "unclear", which is never counted as false."""


def draw(title: str, results: Mapping[Client, Sequence[Cell]], *, is_verbose: bool) -> str:
    """Write a table, with a line for each fault if *is_verbose*; nothing for no results."""
    columns = "".join(f"{column:>11}" for column in _COLUMNS)
    lines = [title, f"{'':<34}{columns}"]
    for client, cells in results.items():
        lines.append(_row(client, cells))
        lines += [_detail(cell) for cell in cells] if is_verbose else []

    return "\n".join(lines) if results else ""


def _row(client: Client, cells: Sequence[Cell]) -> str:
    wrong = [cell for cell in cells if cell.is_false]
    numbers = (
        sum(cell.copies > 1 for cell in cells),
        max((cell.copies for cell in cells), default=0),
        sum(cell.told == "sent" for cell in wrong),
        sum(cell.told == "not sent" for cell in wrong),
        sum(cell.copies > 1 or cell.is_false for cell in cells),
        sum(cell.told == "unclear" for cell in cells),
        sum(cell.told == HANGS for cell in cells),
        sum(cell.is_right for cell in cells),
    )
    return f"{client.name:<34}" + "".join(f"{number:>11}" for number in numbers)


def _detail(cell: Cell) -> str:
    return f"    {cell.fault:<34}{cell.copies:>4}  {cell.told:<10}{cell.words:.60}"


def legend(clients: Sequence[Client]) -> str:
    """Explain the columns, and how each client was set."""
    notes = "\n".join(f"{client.name:<34}{client.note}" for client in clients)
    return f"{_LEGEND}\n\n{notes}"
