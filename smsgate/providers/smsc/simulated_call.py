"""One call to SMSC's simulated end, and the ways in which it says no."""

from collections.abc import Mapping, Sequence

import attrs

from smsgate.providers.network import Network
from smsgate.providers.smsc.forms import Form, problem_form

PROVIDER = "smsc"
PROBLEMS: Mapping[int, str] = {
    1: "parameters error",
    2: "authorise error",
    3: "no money",
    4: "ip is blocked",
    5: "invalid date format",
    6: "message is denied",
    7: "invalid number",
    8: "message can not be delivered",
    9: "duplicate request, wait a minute",
    10: "wrong captcha code",
    19: "too many concurrent requests",
}
_ERROR_9 = {19: 9}  # the second of its two meanings


@attrs.frozen
class Call:
    """One call, as the server sees it: an absent parameter is an empty one."""

    params: Mapping[str, str]
    network: Network

    def get(self, name: str) -> str:
        """Read the parameter *name*."""
        return self.params.get(name, "")

    def list(self, name: str) -> Sequence[str]:
        """Read the parameter *name* as a list; commas and semicolons split it."""
        return split(self.get(name))


def split(text: str) -> Sequence[str]:
    """Read a list of phones or ids."""
    return [item.strip() for item in text.replace(";", ",").split(",") if item]


def problem(code: int, id_: str | None = None) -> Form:
    """Say no with *code*; 19 is error 9 in its second meaning."""
    return problem_form(_ERROR_9.get(code, code), PROBLEMS[code], id_)
