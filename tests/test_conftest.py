"""The suite's own rule, tried on a suite of one test."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = 'import pytest\n\ndef test_nothing() -> None:\n    pytest.skip("no such tool here")\n'


@pytest.mark.parametrize(
    ("ci", "status", "said"),
    [
        pytest.param("true", 1, "FAILED: 1 skipped, and in CI no test may be", id="in-ci"),
        pytest.param("", 0, "1 skipped", id="at-home"),
    ],
)
def test_a_skip_fails_the_run_in_ci_only(tmp_path: Path, ci: str, status: int, said: str) -> None:
    """At home a missing tool costs a test or two; in CI it would hide a broken promise."""
    tests = Path(__file__).parent
    shutil.copy(tests / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text(SUITE)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(tests)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, said in done.stdout) == (status, True), done.stdout
