"""The fault matrix, whole: no message twice, none lost, nothing told that is not true."""

import pytest
from faults.carriers import CARRIERS
from faults.cells import Operation, all_cells
from faults.judge import Ending
from faults.matrix import JOBS, PAGE, Job, run_all, table, written
from faults.table import FAULTS, Fault
from support.gateways import SCHEMES


@pytest.fixture(scope="module", params=CARRIERS)
def endings(request: pytest.FixtureRequest) -> dict[Job, list[Ending]]:
    """Carry out every cell, once over each transport."""
    return run_all(request.param)


@pytest.mark.once
@pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job[0]}-{job[1].value}")
def test_every_cell_ends_in_truth(endings: dict[Job, list[Ending]], job: Job) -> None:
    """At most one copy, a true word to the caller, and a gateway that goes on working."""
    wrongs = [wrong for ending in endings[job] for wrong in ending.wrongs]

    assert "\n".join(wrongs) == ""


@pytest.mark.once
def test_the_page_shows_this_table(endings: dict[Job, list[Ending]]) -> None:
    """What the documents show is what happened just now, over whichever transport."""
    page = PAGE.read_text("utf-8")
    shown = table([ending for each in endings.values() for ending in each])

    assert page == written(page, shown), "run: PYTHONPATH=tests python -m faults.matrix --write"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=str)
def test_no_fault_is_spared(fault: Fault) -> None:
    """Each is tried on every gateway, by every operation, and on cancelled callers too."""
    tried = [cell for cell in all_cells() if cell.fault == fault]

    assert {(cell.scheme, cell.operation) for cell in tried} == set(JOBS)
    assert len(JOBS) == len(SCHEMES) * (len(Operation) - 1) + 2
    assert {cell.mirrors for cell in tried} == set(type(tried[0].mirrors))
    assert sum(cell.cancel.value != "never" for cell in tried) >= 15


def test_no_cell_twice() -> None:
    """A cell that is carried out again would only make the number larger."""
    names = [str(cell) for cell in all_cells()]

    assert len(names) == len(set(names))
