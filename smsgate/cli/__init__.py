"""The command line. Needs ``[cli]``; this door opens without it, if only to say so."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import NoReturn

_EXTRA = ("cyclopts", "rich", "starlette", "uvicorn")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``smsgate`` with *arguments*, the process's own by default, and exit."""
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"smsgate: no {', no '.join(missing)}: pip install 'smsgate[cli]'\n")
        sys.exit(2)

    try:
        from smsgate.cli.app import run  # noqa: PLC0415 - it needs the extra
    except KeyboardInterrupt:  # it takes a moment
        sys.stderr.write("stopped\n")
        sys.exit(130)

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
