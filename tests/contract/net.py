"""A net that catches whatever gets out: records of every logger, errors, reprs, the screen."""

import contextlib
import logging
import re
import traceback
from collections.abc import Iterator

from contract.planted import planted_in

_FORMAT = logging.Formatter("%(name)s %(levelname)s %(message)s")
_MOMENT = re.compile(r"\b\d+\.\d{4,}")  # of asyncio's timers, and of log records


class Net(logging.Handler):
    """
    Keeps everything that it was shown, as text.

    With *sees_hidden* also the errors that another came from, and which ``from None`` keeps
    out of every traceback: only a debugger would find them.
    """

    def __init__(self, *, sees_hidden: bool = False) -> None:
        super().__init__(logging.NOTSET)
        self.sees_hidden = sees_hidden
        self.caught: list[str] = []
        self.loggers: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as a file has it, and with everything that hangs on it."""
        self.loggers.add(record.name.partition(".")[0])
        self.caught += [_FORMAT.format(record), repr(vars(record))]

    def show(self, *things: object) -> None:
        """Keep *things* as they print, and as a debugger shows them."""
        for thing in things:
            if isinstance(thing, BaseException):
                self.show_error(thing)
            else:
                self.caught += [str(thing), repr(thing)]

    def show_error(self, error: BaseException) -> None:
        """
        Keep *error*, all that hangs on it, and every error that it came from.

        But for its ``ref``: a caller needs that whole, and no `str` or `repr` shows it.
        """
        hanging = {name: value for name, value in vars(error).items() if name != "ref"}
        self.caught += ["".join(traceback.format_exception(error)), str(error), repr(error)]
        self.caught += [repr(error.args), repr(hanging)]
        is_hidden = error.__suppress_context__ and not self.sees_hidden
        for earlier in (error.__cause__, None if is_hidden else error.__context__):
            if earlier is not None:
                self.show_error(earlier)

    def leaks(self) -> list[str]:
        """List what was planted and got out. A clock's moment may hold the digits of a phone."""
        return planted_in(_MOMENT.sub("(a moment)", "\n".join(self.caught)))


@contextlib.contextmanager
def cast() -> Iterator[Net]:
    """Catch every record of every logger for a while, at whatever level it is."""
    net, root = Net(), logging.getLogger()
    others = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = {logger: logger.level for logger in (root, *others)}
    handlers, root.handlers = root.handlers, [net]
    for logger in levels:
        logger.setLevel(logging.DEBUG)

    try:
        yield net
    finally:
        root.handlers = handlers
        for logger, level in levels.items():
            logger.setLevel(level)
