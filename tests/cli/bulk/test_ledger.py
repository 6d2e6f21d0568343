"""The result file: what is written is read again, and nothing is ever overwritten."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.bulk.files import room_for
from hypothesis import given, strategies as st

from smsgate.cli.bulk.entries import Beginning, Ending, Slip, decode, encode_interrupted
from smsgate.cli.bulk.ledger import Ledger
from smsgate.cli.bulk.rows import Row, Withheld, fingerprint
from smsgate.errors import InvalidArgument, OutcomeUnknown, RecipientRefused, SmsGateError
from smsgate.message import Message
from smsgate.receipt import Receipt

MESSAGE = Message("+77011234567", "Код 1234")
MARK = fingerprint(MESSAGE)
ROW = Row(7, "77011234567", "order-7", MESSAGE)
SLIP = Slip(7, "77011234567", "order-7", MARK)
RECEIPT = Receipt(gateway="smsc", id="1", phone="77011234567", parts=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "results.jsonl"


def test_entries_are_read_as_written(path: Path) -> None:
    """A later run reads what an earlier one knew."""
    ledger = Ledger.create(path)
    ledger.begin("clients.csv", "2026-01-01T00:00:00+00:00")
    ledger.hand_in([SLIP])
    ledger.settle(ROW, MARK, RECEIPT)
    ledger.settle(ROW, MARK, RecipientRefused("invalid number", code="7"))
    ledger.settle(ROW, MARK, OutcomeUnknown("silence", ref="smsc:77011234567:1"))
    ledger.settle(ROW, None, Withheld("InvalidMessage", "no phone"))
    ledger.write(encode_interrupted(SLIP))
    ledger.close()
    ledger.close()

    again = Ledger.reopen(path)

    assert list(again.entries()) == [
        Beginning("clients.csv"),
        [SLIP],
        Ending(SLIP, "accepted"),
        Ending(SLIP, "not sent"),
        Ending(SLIP, "unknown"),
        Ending(Slip(7, "77011234567", "order-7", ""), "not sent"),
        Ending(SLIP, "unknown"),
    ]
    again.close()


def test_line_for_people_and_machines(path: Path) -> None:
    """One object a row, with the same keys whatever became of it, and no text in it."""
    ledger = Ledger.create(path)
    ledger.settle(ROW, MARK, RecipientRefused("invalid number", code="7"))
    ledger.close()

    assert path.read_text("ascii") == (
        '{"line": 7, "phone": "77011234567", "message_id": "order-7", "outcome": "not sent", '
        '"ref": null, "parts": null, "cost": null, "kind": "RecipientRefused", "code": "7", '
        f'"error": "invalid number", "mark": "{MARK}"}}\n'
    )


def test_file_is_for_its_owner(path: Path) -> None:
    """It names phones."""
    Ledger.create(path).close()

    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten(path: Path) -> None:
    """What an earlier run wrote is worth more than this run."""
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(InvalidArgument, match="is there already: go on with it by --resume"):
        Ledger.check_free(path)

    with pytest.raises(InvalidArgument, match="is there already"):
        Ledger.create(path)

    assert path.read_text("utf-8") == "precious"


def test_two_runs_at_once(path: Path) -> None:
    """Both would send what neither has sent yet."""
    Ledger.check_free(path)
    ledger = Ledger.create(path)
    with pytest.raises(InvalidArgument, match="another run is writing to it"):
        Ledger.reopen(path)

    ledger.close()


def test_no_such_file(path: Path) -> None:
    """There is nothing to go on with, or no folder to write to."""
    with pytest.raises(InvalidArgument, match="No such file"):
        Ledger.reopen(path)

    with pytest.raises(InvalidArgument, match="No such file"):
        Ledger.create(path / "below")


HEAD = b'{"smsgate": "bulk", "version": 1, "file": "f", "at": "t"}\n'


@pytest.mark.parametrize(
    ("torn", "kept"),
    [
        (HEAD + b'{"handing_in": [[7, "77', HEAD),
        (HEAD + b"\0" * 200_000, HEAD),
        (HEAD, HEAD),
    ],
)
def test_torn_end_is_taken_off(torn: bytes, kept: bytes, path: Path) -> None:
    """A line without its end was never finished, so nothing of it was acted upon."""
    path.write_bytes(torn)
    ledger = Ledger.reopen(path)
    ledger.begin("f", "t")
    ledger.close()

    assert path.read_bytes() == kept + HEAD


@pytest.mark.parametrize("body", [b"", b"{", HEAD[:-1]])
def test_file_that_tells_nothing(body: bytes, path: Path) -> None:
    """Emptied by somebody, it must not look as if nothing had been sent."""
    path.write_bytes(body)
    with pytest.raises(InvalidArgument, match="so nobody knows what was sent"):
        Ledger.reopen(path)

    assert path.read_bytes() == body


@pytest.mark.parametrize("rest", [b"", b"\n", b"\n\n", b"\r\n"])
def test_whole_line_without_its_end(rest: bytes, path: Path) -> None:
    """Editors take the end off, or add another: the line is as whole as before."""
    ledger = Ledger.create(path)
    ledger.begin("f", "t")
    ledger.settle(ROW, MARK, RECEIPT)
    ledger.close()
    path.write_bytes(path.read_bytes().rstrip() + rest)

    again = Ledger.reopen(path)
    again.settle(ROW, MARK, RECEIPT)
    entries = list(again.entries())
    again.close()

    assert entries == [Beginning("f"), Ending(SLIP, "accepted"), Ending(SLIP, "accepted")]


def _replace(path: Path) -> None:
    copy = path.with_suffix(".copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


def _shorten(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(10)


def _lengthen(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def _keep_a_backup(path: Path) -> None:
    path.rename(f"{path}~")
    path.write_bytes(Path(f"{path}~").read_bytes())


@pytest.mark.parametrize("meddle", [_replace, _shorten, _lengthen, _keep_a_backup, Path.unlink])
def test_nobody_else_writes_to_it(meddle: Callable[[Path], None], path: Path) -> None:
    """An editor that saves what it has read takes away what came since."""
    ledger = Ledger.create(path)
    ledger.begin("f", "t")
    meddle(path)
    ledger.settle(ROW, MARK, RECEIPT)
    with pytest.raises(SmsGateError, match="somebody else changed the result file"):
        ledger.hand_in([SLIP])

    ledger.close()

    assert ledger.is_spoiled
    assert [facts["outcome"] for facts in ledger.unwritten] == ["accepted"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"smsgate": "bulk", "version": 2}\n', "line 1 is damaged, or of no result file"),
        (HEAD + b"\0\0\n", "line 2 is damaged, or of no result file"),
        (HEAD + b"\xff\n", "line 2 is damaged, or of no result file"),
        (HEAD + b"[" * 100_000 + b"\n", "line 2 is damaged, or of no result file"),
        (
            HEAD + b'{"handing_in": [[1, "2", null, "xyz"]]}\n',
            "line 2 is damaged, or of no result file",
        ),
        (
            HEAD + b'{"handing_in": [[1, "2", null, ""]]}\n',
            "line 2 is damaged, or of no result file",
        ),
        (
            HEAD + b'{"line": 1, "phone": "2", "message_id": null, "outcome": "accepted"}\n',
            "line 2 is damaged, or of no result file",
        ),
    ],
)
def test_damaged_file_is_not_trusted(body: bytes, says: str, path: Path) -> None:
    """Whom to leave out is read from it: what cannot be read might be somebody's message."""
    path.write_bytes(body)
    ledger = Ledger.reopen(path)
    with pytest.raises(InvalidArgument, match=says):
        list(ledger.entries())

    ledger.close()


@pytest.mark.parametrize("body", [b"phone,text\n1,hello", b'{"phone": "1"}', b"\n"])
def test_other_files_are_left_alone(body: bytes, path: Path) -> None:
    """Whoever names the wrong file loses nothing of it."""
    path.write_bytes(body)
    with pytest.raises(InvalidArgument, match="does not begin as a result file does"):
        Ledger.reopen(path)

    assert path.read_bytes() == body


def test_full_disk_is_told() -> None:
    """A line that cannot be written is an error, so that nothing is handed in after it."""
    ledger = Ledger(Path("/dev/full"), open("/dev/full", "r+b", buffering=0))  # noqa: SIM115, PTH123
    for _ in range(2):  # nor can what was torn be taken back: nothing may come after it
        with pytest.raises(SmsGateError, match="the result file cannot be written: No space left"):
            ledger.hand_in([SLIP])

    ledger.close()


def test_pipe_is_no_result_file(path: Path) -> None:
    """To read it again would never end."""
    os.mkfifo(path)
    with pytest.raises(InvalidArgument, match="it is no file that can be read again"):
        Ledger.reopen(path)


def test_line_for_which_there_is_half_the_room(path: Path) -> None:
    """
    Nothing of it stays.

    Space may come back, and the next outcome must not be glued to a torn piece.
    """
    ledger = Ledger.create(path)
    ledger.begin("f", "t")
    ledger.hand_in([SLIP])
    size = path.stat().st_size
    with room_for(size + 20), pytest.raises(SmsGateError, match="File too large"):
        ledger.hand_in([SLIP, SLIP])

    torn = path.stat().st_size - size
    ledger.settle(ROW, MARK, RECEIPT)
    ledger.close()
    again = Ledger.reopen(path)

    assert torn == 0
    assert list(again.entries()) == [Beginning("f"), [SLIP], Ending(SLIP, "accepted")]
    again.close()


def test_what_found_no_room_comes_before_what_is_handed_in(path: Path) -> None:
    """Nothing goes out while an older outcome is not in the file."""
    ledger = Ledger.create(path)
    ledger.begin("f", "t")
    with room_for(path.stat().st_size):
        ledger.settle(ROW, MARK, RECEIPT)

    assert len(ledger.unwritten) == 1
    ledger.hand_in([SLIP])

    assert list(ledger.entries()) == [Beginning("f"), Ending(SLIP, "accepted"), [SLIP]]
    ledger.close()


def test_empty_file_that_was_there_stays(path: Path) -> None:
    """Only what this run created is removed when its first line finds no room."""
    path.touch()
    ledger = Ledger.create(path)
    with room_for(0), pytest.raises(SmsGateError):
        ledger.begin("clients.csv", "now")

    ledger.close()

    assert path.exists()
    assert not ledger.is_removed


def test_first_line_that_is_not_ours_to_take_back(path: Path) -> None:
    """What somebody put in the file's place is left alone."""
    ledger = Ledger.create(path)
    path.unlink()
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(SmsGateError, match="somebody else changed"):
        ledger.begin("clients.csv", "now")

    ledger.close()

    assert path.read_text("utf-8") == "precious"


def test_line_that_does_not_reach_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it announces does not happen, so it is taken back."""

    def fail(_: int) -> None:
        raise OSError("Input/output error")

    ledger = Ledger.create(path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SmsGateError):
        ledger.hand_in([SLIP])

    ledger.close()

    assert path.read_bytes() == b""


def test_place_that_is_not_free(tmp_path: Path) -> None:
    """Whatever would go wrong after the question goes wrong before it."""
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for place in (link, tmp_path):
        with pytest.raises(InvalidArgument, match="it is no file that can be read again"):
            Ledger.check_free(place)

    with pytest.raises(InvalidArgument, match=r"File name too long; .* with --result"):
        Ledger.check_free(tmp_path / ("x" * 300))

    with pytest.raises(InvalidArgument, match="there is no such folder"):
        Ledger.check_free(tmp_path / "nowhere" / "results")


def test_place_that_is_free_stays_free(path: Path) -> None:
    """Looking leaves no trace."""
    Ledger.check_free(path)

    assert not path.exists()


def test_runs_where_files_cannot_be_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has other locks, and some file systems none; a run works there without."""

    def no_lock(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_lock)
    ledger = Ledger.create(path)
    ledger.begin("f", "t")
    ledger.close()
    monkeypatch.setitem(sys.modules, "fcntl", None)
    Ledger.reopen(path).close()


@given(st.binary())
def test_any_line_is_read_or_refused(line: bytes) -> None:
    """Nothing but `ValueError` comes out of a strange line."""
    with contextlib.suppress(ValueError):
        decode(line)
