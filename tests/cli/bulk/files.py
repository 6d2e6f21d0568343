"""Files for a run to read, room for what it writes, and what it wrote."""

import contextlib
import json
import resource
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from smsgate.simulator import Simulator

TEXT = ("--text", "{name}, привет")


def phones(count: int) -> list[str]:
    """Make phones that no simulated provider treats in a special way."""
    return [f"7701{number:05d}11" for number in range(count)]


def write_rows(path: Path, rows: Iterable[Sequence[str]], header: str = "phone,name") -> Path:
    """Write a CSV file whose values need no quotes."""
    lines = [header, *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_campaign(path: Path, count: int) -> Path:
    """Write a CSV file with *count* good rows, each with a name of its own."""
    return write_rows(path, ((phone, f"Имя {phone}") for phone in phones(count)))


@contextlib.contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond *size* bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def written(path: Path) -> list[dict[str, object]]:
    """Read every line of a result file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def endings(path: Path) -> Mapping[object, dict[str, object]]:
    """Read what became of each row, by its line: the last word counts."""
    return {fact["line"]: fact for fact in written(path) if "outcome" in fact}


def outcomes(path: Path) -> Counter[object]:
    """Count how the rows ended."""
    return Counter(fact["outcome"] for fact in endings(path).values())


def kinds(path: Path) -> Counter[object]:
    """Count why rows were not sent."""
    return Counter(fact["kind"] for fact in endings(path).values() if fact["kind"])


def sent(simulator: Simulator) -> list[tuple[str, str]]:
    """List what the provider took: phone and text."""
    return sorted((sms.phone, sms.text) for sms in simulator.network.sent)
