"""The page about files of messages: what it shows is what a run writes."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from cli.bulk.files import endings
from cli.terminal import Terminal

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "bulk.md").read_text("utf-8")


@pytest.mark.usefixtures("dsn")
def test_line_of_the_page_is_a_real_one(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's own command writes it, to the mark; only the id in the ref is another."""
    [command] = re.findall(r"^smsgate (bulk clients\.csv .* --max-cost \d+)$", PAGE, re.MULTILINE)
    [shown] = re.findall(r'^\{"line": .*\}$', PAGE, re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples" / "clients.csv", tmp_path)
    terminal.run(*shlex.split(command), "--yes")
    expected, fact = json.loads(shown), endings(tmp_path / "clients.csv.results.jsonl")[3]
    ref = str(fact["ref"])

    assert ref.rpartition(":")[0] == expected["ref"].rpartition(":")[0]
    assert list(fact.items()) == list({**expected, "ref": ref}.items())
