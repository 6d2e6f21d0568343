"""
The fault matrix: every cell carried out, and the table that is shown in the documents.

``PYTHONPATH=tests python -m faults.matrix`` prints it; ``--write`` puts it into
docs/faults.md. ``--transport aiohttp`` goes another way, to the same table.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from faults.carriers import CARRIERS, DEFAULT
from faults.cells import BROKEN, SMSC, Cancel, Cell, Mirrors, Operation, cells, operations
from faults.hasty import run_hastily
from faults.judge import Ending, Told, judge
from faults.table import FAULTS, Fault
from faults.trial import carry_out
from faults.trigger import Aim
from support.gateways import SCHEMES

Job = tuple[str, Operation]
JOBS: Sequence[Job] = [(scheme, op) for scheme in SCHEMES for op in operations(scheme)]
PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
_BEGIN, _END = "<!-- the table begins -->\n", "<!-- the table ends -->\n"
_AT_ONCE = 16  # cells of a process: while some wait for the kernel, others go on
_LETTERS = {
    Told.ACCEPTED: "A",
    Told.NOT_SENT: "N",
    Told.UNKNOWN: "?",
    Told.REPORT: "R",
    Told.ERROR: "E",
}


def run_job(job: Job, *, carrier: str = DEFAULT) -> list[Ending]:
    """Carry out the cells of one gateway and one operation, over *carrier*."""
    return run_hastily(_carry_out_all(list(cells(*job)), carrier))


async def _carry_out_all(chosen: Collection[Cell], carrier: str) -> list[Ending]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(cell: Cell) -> Ending:
        async with turns:
            return judge(cell, await carry_out(cell, carrier=carrier))

    return await asyncio.gather(*map(one, chosen))


def _spare_a_search() -> None:
    """
    Say at once that there is no such package.

    httpcore looks for it at every request, in vain, and that is a sixth of all the work.
    """
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


def run_all(carrier: str = DEFAULT) -> dict[Job, list[Ending]]:
    """Carry out the whole matrix over *carrier*, in as many processes as there are processors."""
    job = partial(run_job, carrier=carrier)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawn, _spare_a_search) as pool:
        return dict(zip(JOBS, pool.map(job, JOBS), strict=True))


def table(endings: Collection[Ending]) -> str:
    """Write the table of *endings*: a row for each fault, and what it comes to."""
    calm = [e for e in endings if e.cell.cancel is Cancel.NEVER and not e.cell.repeats]
    names = [scheme.removeprefix("smsclub+") for scheme in SCHEMES]
    rows = [
        ["fault", "has it", *names, "status", "copies"],
        *(_row(fault, calm, endings) for fault in FAULTS.values()),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", *_totals(endings)]) + "\n"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (word.ljust(width) for word, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def _row(fault: Fault, calm: Collection[Ending], endings: Collection[Ending]) -> list[str]:
    mine = [e for e in calm if e.cell.fault == fault]
    sends = [e for e in mine if e.cell.operation is Operation.SEND]
    asked = [e for e in mine if e.cell.operation is Operation.STATUS]
    return [
        fault.name,
        "yes" if fault.has_message else "no",
        *(_in_turn([e for e in sends if e.cell.scheme == scheme]) for scheme in SCHEMES),
        _in_turn(asked),
        str(max(e.copies for e in endings if e.cell.fault == fault)),
    ]


def _in_turn(endings: Collection[Ending]) -> str:
    """Write what was told: by a lone server; to SMSC, if it can be asked; with mirrors."""
    alone = [e for e in endings if e.cell.mirrors is Mirrors.NONE]
    can_ask = [e for e in alone if e.cell.aim is Aim.SENDS or e.cell.fault.phase in BROKEN]
    groups = [
        [e for e in alone if e.cell.aim is Aim.EVERYTHING],
        [e for e in can_ask if (e.cell.scheme, e.cell.operation) == (SMSC, Operation.SEND)],
        [e for e in endings if e.cell.mirrors is Mirrors.GOOD],
    ]
    return " ".join(_letters(group) for group in groups if group)


def _letters(endings: Collection[Ending]) -> str:
    return "/".join(sorted({_LETTERS[word] for ending in endings for word in ending.told}))


def _totals(endings: Collection[Ending]) -> list[str]:
    doubled = sum(ending.copies > 1 for ending in endings)
    wrong = sum(bool(ending.wrongs) for ending in endings)
    return [
        f"{len(endings):,} cells of {len(FAULTS)} faults and {len(SCHEMES)} gateways.",
        f"A message doubled: {doubled}. Told what is not true, or less than could be: {wrong}.",
    ]


def written(page: str, shown: str) -> str:
    """Put the table *shown* into its place on *page*."""
    head, _, rest = page.partition(_BEGIN)
    tail = rest.partition(_END)[2]
    return f"{head}{_BEGIN}\n```text\n{shown}```\n\n{_END}{tail}"


def main(arguments: Sequence[str]) -> int:
    """Carry out the matrix and show it; 1 if anything is wrong, or the page shows another."""
    carrier = next((name for name in CARRIERS if name in arguments), DEFAULT)
    endings = [ending for each in run_all(carrier).values() for ending in each]
    shown = table(endings)
    page = PAGE.read_text("utf-8")
    wrongs = [wrong for ending in endings for wrong in ending.wrongs]
    if "--write" in arguments:
        PAGE.write_text(written(page, shown), "utf-8")
    elif page != written(page, shown):
        wrongs.append(f"{PAGE.name} shows another table; --write puts this one there")

    sys.stdout.write("\n".join([shown, *wrongs, ""]))
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
