"""Options that several commands have, and how an option is told to cyclopts."""

from typing import Annotated, TypeAlias

from cyclopts import Parameter

from smsgate.opening import VARIABLE


def flag(help_: str, *names: str) -> Parameter:
    """Describe an option that is given or not."""
    return Parameter(name=names or None, help=help_, show_default=False)


Dsn: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--gateway",
        env_var=VARIABLE,
        show_env_var=False,
        help=f"DSN of the gateway, instead of the environment's {VARIABLE}. "
        "Others on this machine can read an argument; the environment they cannot.",
    ),
]
Json: TypeAlias = Annotated[bool, flag("Print one JSON object a line.", "--json")]
