"""The documents tell the truth: their commands are CI's, their links lead somewhere."""

import re
from pathlib import Path

import pytest

from smsgate import SmsGateError, Status
from smsgate.simulator import Simulator, dsns, serve

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _errors(kind: type[SmsGateError]) -> list[type[SmsGateError]]:
    ours = [sub for sub in kind.__subclasses__() if sub.__module__.startswith("smsgate.")]
    return [kind, *(each for sub in ours for each in _errors(sub))]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks in *language*."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_first_screen_has_two_commands() -> None:
    """One line runs the demo, one passes the tests, before anything scrolls away."""
    demo, tests = blocks(README, "sh")[0].splitlines()

    assert demo.endswith("smsgate demo")
    assert tests.endswith("nox")
    assert README.index(tests) < 1000


def test_ci_calls_the_command_of_the_readme() -> None:
    """What a reader runs and what CI runs cannot drift apart."""
    _, tests = blocks(README, "sh")[0].splitlines()

    assert f"{{ {tests}; }}" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("kind", [*Status, *_errors(SmsGateError)], ids=str)
def test_every_status_and_error_is_explained(kind: Status | type[SmsGateError]) -> None:
    """A caller finds each status and each error on the page of outcomes."""
    name = kind.name if isinstance(kind, Status) else kind.__name__

    assert f"`{name}`" in (ROOT / "docs" / "outcomes.md").read_text("utf-8")


def test_the_ten_lines_of_the_readme_run(capsys: pytest.CaptureFixture[str]) -> None:
    """What a reader copies first sends, asks and prints; only the DSN is the simulator's."""
    [dsn] = re.findall(r"smsc://login:[^\"]*", blocks(README, "python")[0])
    with serve(Simulator()) as base_url:
        exec(blocks(README, "python")[0].replace(dsn, dsns(base_url)["smsc"]), {})

    assert capsys.readouterr().out == "Status.QUEUED False 996.80\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_code_in_the_documents_is_python(page: Path) -> None:
    """Every Python block compiles, top-level ``await`` allowed."""
    for block in blocks(page.read_text("utf-8"), "python"):
        indented = "".join(f"    {line}\n" for line in block.splitlines())
        compile(f"async def page():\n    pass\n{indented}", page.name, "exec")
