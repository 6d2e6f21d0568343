"""Documented replies, kept as files beside the tests of their provider."""

from pathlib import Path

from smsgate.wire.http import HttpReply

PROVIDERS = Path(__file__).parent.parent / "providers"


def reply(path: str, status: int = 200) -> HttpReply:
    """Read a reply, as ``smsc/send-one.json`` in the folder ``smsc/replies``."""
    folder, _, name = path.rpartition("/")
    return HttpReply((PROVIDERS / folder / "replies" / name).read_bytes(), status)
