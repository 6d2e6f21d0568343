"""How ``smsgate`` is used: the end of its help, and what was wrong with a command line."""

import re
from decimal import Decimal

from cyclopts import (
    CoercionError,
    CycloptsError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from smsgate.cli.exits import MEANINGS
from smsgate.cli.words import counted

_EXAMPLES = (
    "smsgate demo",
    "smsgate simulate",
    "export SMSGATE_URL='smsc://login:password@smsc.kz?sender=ACME'",
    "smsgate send +77011234567 'Your code is 1234'",
    "echo 'Your code is 1234' | smsgate send +77011234567 - --json",
    "smsgate bulk clients.csv --text 'Dear {name}, your order is ready' --dry-run",
    "smsgate bulk clients.csv --max-cost 5000",
    "smsgate bulk clients.csv --resume clients.csv.results.jsonl",
    "smsgate status smsc:77011234567:410700001",
    "smsgate balance",
)


def epilogue(command: str = "") -> str:
    """Write the end of the help on *command*: examples and exit codes."""
    return "\n".join(
        [
            "Examples:",
            *(f"  {example}" for example in _EXAMPLES if command in example),
            "",
            "Exit codes:",
            *(f"{code.value:5}  {words}" for code, words in MEANINGS.items()),
        ]
    )


_OPTION = re.compile(r"--?[A-Za-z-]+")
_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")  # an amount, as most of Europe writes it
_THOUSANDS = re.compile(r"[0-9]{1,3}([ ,'][0-9]{3})+(\.[0-9]+)?")  # as others do


def explain(error: CycloptsError) -> str:
    """
    Say what is wrong with the command line.

    A word that cyclopts did not expect may be a text, a phone or a password, so only
    what looks like the name of an option is repeated.
    """
    match error:
        case UnknownOptionError(token=token):
            name = _OPTION.match(token.keyword or token.value)
            known = name[0] if name else "what begins with -"
            return f"{known} is no option; see --help"
        case UnusedCliTokensError(unused_tokens=[*words]):
            return f"{counted(len(words), 'word')} too many; put a text of several words in quotes"
        case CoercionError(token=token) if token and _COMMA.fullmatch(token.value):
            return f"{token.keyword} {token.value}: write {token.value.replace(',', '.')}"
        case CoercionError(token=token) if token and _THOUSANDS.fullmatch(token.value):
            plain = Decimal(re.sub("[ ,']", "", token.value))
            return f"{token.keyword} {token.value}: write {plain:.2f}"
        case UnknownCommandError():
            return "there is no such command; see smsgate --help"
        case _:
            return str(error)
