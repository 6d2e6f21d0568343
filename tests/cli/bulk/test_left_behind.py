"""An empty result file: what stays of a run that is broken off before its first line."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgate.cli.bulk.entries import Beginning
from smsgate.cli.bulk.ledger import Ledger
from smsgate.errors import InvalidArgument


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "results.jsonl"


def test_empty_file_is_no_obstacle(path: Path) -> None:
    """A run that is broken off before its first line leaves one; it tells nothing."""
    path.touch(0o644)
    Ledger.check_free(path)
    assert path.exists()
    with contextlib.closing(Ledger.create(path)) as ledger:
        with pytest.raises(InvalidArgument, match="another run is writing to it"):
            Ledger.create(path)

        with pytest.raises(InvalidArgument, match="another run is writing to it"):
            Ledger.check_free(path)

        ledger.begin("f", "t")
        assert list(ledger.entries()) == [Beginning("f")]

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidArgument, match="is there already"):
        Ledger.create(path)


def test_look_that_is_broken_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stays of it, the same command begins anew."""

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", fail)
        with pytest.raises(KeyboardInterrupt):
            Ledger.check_free(path)

    assert path.exists()
    Ledger.check_free(path)
    Ledger.create(path).close()


def test_empty_file_behind_a_link(path: Path) -> None:
    """What somebody links to is not taken over."""
    path.touch()
    link = path.with_suffix(".link")
    link.symlink_to(path)
    with pytest.raises(InvalidArgument, match="is there already"):
        Ledger.create(link)


def test_empty_file_of_somebody_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has put it there could read who gets what."""
    path.touch()
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(InvalidArgument, match="is there already"):
        Ledger.create(path)


def _fill(path: Path) -> None:
    path.write_text("precious", encoding="utf-8")


def _remove(path: Path) -> None:
    path.unlink()


def _exchange(path: Path) -> None:
    path.rename(f"{path}~")
    path.touch()


@pytest.mark.parametrize("meddle", [_fill, _remove, _exchange])
def test_empty_file_is_taken_at_the_same_time(
    meddle: Callable[[Path], None], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run begins, or looks, between two steps of this one."""
    path.touch()

    def lock(*_: object) -> None:
        meddle(path)

    monkeypatch.setattr("fcntl.flock", lock)
    with pytest.raises(InvalidArgument, match="is there already"):
        Ledger.create(path)


def test_look_goes_while_it_is_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Removed later, it might be the file of a run that has begun meanwhile."""
    unlink = Path.unlink

    def begin_first(one: Path) -> None:
        with pytest.raises(InvalidArgument, match="another run is writing to it"):
            Ledger.create(one)

        unlink(one)

    monkeypatch.setattr(Path, "unlink", begin_first)
    Ledger.check_free(path)

    assert not path.exists()
