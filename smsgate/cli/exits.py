"""What the exit code says: a script must be able to tell "not sent" from "unknown"."""

import enum
from collections.abc import Mapping

from smsgate.errors import Fate, InvalidArgument, SmsGateError


class Exit(enum.IntEnum):
    """The exit codes of ``smsgate``. What each means is `MEANINGS`."""

    OK = 0
    NOT_SENT = 1
    USAGE = 2
    UNKNOWN = 3
    STOPPED = 130


MEANINGS: Mapping[Exit, str] = {
    Exit.OK: "accepted, in bulk every row; or answered",
    Exit.NOT_SENT: "not sent, for certain; a question without an answer; a demo that failed",
    Exit.USAGE: "not sent: the command line or the DSN is wrong",
    Exit.UNKNOWN: "unknown: the message may be on its way, do not send it again blindly",
    Exit.STOPPED: "stopped by Ctrl-C: nothing was sent, or not the rest of a bulk",
}

_FATES: Mapping[Fate, Exit] = {Fate.NOT_SENT: Exit.NOT_SENT, Fate.UNKNOWN: Exit.UNKNOWN}


def exit_of(result: object) -> Exit:
    """Choose the exit code for the *result* of a send; everything but an error is a success."""
    if isinstance(result, InvalidArgument):
        return Exit.USAGE

    return _FATES[result.fate] if isinstance(result, SmsGateError) else Exit.OK


def exit_of_question(result: object) -> Exit:
    """Choose the exit code for an answer; without one, no message is on its way for it."""
    code = exit_of(result)
    return Exit.NOT_SENT if code is Exit.UNKNOWN else code
