"""
The lines of a result file, as values and as JSON.

::

    {"smsgate": "bulk", "version": 1, "file": ..., "at": ...}        a run begins
    {"handing_in": [[line, phone, own id, mark], ...]}               before the gateway has them
    {"line": ..., "phone": ..., ..., "outcome": ..., "mark": ...}    what became of one row

The second kind is what makes a crash safe: a row that was handed in and has no outcome
after it may be on its way to a phone. A row that was accepted, or is unknown, stays so
whatever follows; a row is the one with the same mark, on whatever line.
A mark is a `smsgate.cli.bulk.rows.fingerprint`; texts are in no line.
"""

import json
import re
from collections.abc import Sequence
from typing import TypeAlias

import attrs

from smsgate.cli.bulk.rows import Row, Withheld
from smsgate.cli.facts import Facts
from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.receipt import Receipt

Result: TypeAlias = Receipt | SmsGateError | Withheld

ACCEPTED, NOT_SENT, UNKNOWN = "accepted", "not sent", "unknown"
INTERRUPTED = Withheld("Interrupted", "the run ended before its outcome was known")
_VERSION = 1
_MARK = re.compile("(?:[0-9a-f]{16})?")


@attrs.frozen
class Slip:
    """A row as the gateway is about to be given it."""

    line: int
    phone: str
    own_id: str | None
    mark: str


@attrs.frozen
class Ending:
    """What became of a row; without a mark it never was a message."""

    slip: Slip
    outcome: str


@attrs.frozen
class Beginning:
    """A run begins, through the rows of *file*."""

    file: str


Entry: TypeAlias = Beginning | Sequence[Slip] | Ending


def encode_head(file: str, at: str) -> Facts:
    """Write that a run through *file* begins."""
    return {"smsgate": "bulk", "version": _VERSION, "file": file, "at": at}


def encode_handing_in(slips: Sequence[Slip]) -> Facts:
    """Write that the gateway is about to be given these."""
    return {"handing_in": [[slip.line, slip.phone, slip.own_id, slip.mark] for slip in slips]}


def encode_ending(row: Row, mark: str | None, result: Result) -> Facts:
    """Write what became of *row*; the words are those of ``smsgate send --json``."""
    slip = Slip(row.line, row.phone, row.own_id, mark or "")
    return {**_who(slip), **_what(result), "mark": mark}


def encode_interrupted(slip: Slip) -> Facts:
    """Write that nobody knows what became of a row that an earlier run handed in."""
    unknown = {**_what(INTERRUPTED), "outcome": UNKNOWN}
    return {**_who(slip), **unknown, "mark": slip.mark}


def _who(slip: Slip) -> Facts:
    return {"line": slip.line, "phone": slip.phone, "message_id": slip.own_id}


def _what(result: Result) -> Facts:
    match result:
        case Receipt():
            cost = None if result.cost is None else str(result.cost)
            return _facts(ACCEPTED, ref=result.ref, parts=result.parts, cost=cost)
        case Withheld():
            return _facts(NOT_SENT, kind=result.kind, error=result.why)
        case _:
            ref = result.ref if isinstance(result, OutcomeUnknown) else None
            said = {"kind": type(result).__name__, "code": result.code, "error": str(result)}
            return _facts(result.fate.value, ref=ref, **said)


_NOTHING: Facts = dict.fromkeys(("ref", "parts", "cost", "kind", "code", "error"))


def _facts(outcome: str, **known: object) -> Facts:
    return {"outcome": outcome, **_NOTHING, **known}


def decode(line: bytes) -> Entry:
    """Read one line; raises `ValueError` for one that this module did not write."""
    try:
        found: object = json.loads(line)
    except RecursionError:
        raise ValueError from None

    match found:
        case {"smsgate": "bulk", "version": 1, "file": str(file)}:
            return Beginning(file)
        case {"handing_in": list(slips)}:
            return [_marked(_slip(slip)) for slip in slips]
        case {"line": line_, "phone": phone, "message_id": id_, "outcome": str(outcome), **rest}:
            slip = _slip([line_, phone, id_, rest.get("mark") or ""])
            return _ending(slip, outcome)
        case _:
            raise ValueError


def _ending(slip: Slip, outcome: str) -> Ending:
    return Ending(slip if outcome == NOT_SENT else _marked(slip), outcome)


def _marked(slip: Slip) -> Slip:
    if not slip.mark:
        raise ValueError  # nobody could tell which row it was

    return slip


def _slip(found: object) -> Slip:
    match found:
        case [int(line), str(phone), None | str() as own_id, str(mark)] if _MARK.fullmatch(mark):
            return Slip(line, phone, own_id, mark)
        case _:
            raise ValueError
