"""
A text with ``{column}`` in it, filled in for each row.

The whole language: ``{column}``, and ``{{`` and ``}}`` for the braces themselves. There is
no formatting and no way from a value to anything else.
"""

import re
from collections.abc import Mapping, Set as AbstractSet
from typing import Self

import attrs

from smsgate.cli.bulk.records import column
from smsgate.errors import InvalidArgument, InvalidMessage

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@attrs.frozen
class Template:
    """*pieces* in order, each some plain text and the column that follows it, if one does."""

    pieces: tuple[tuple[str, str | None], ...]

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read what somebody typed; raises `InvalidArgument` for a brace that stands alone."""
        pieces: list[tuple[str, str | None]] = []
        plain, end = "", 0
        for token in _TOKEN.finditer(text):
            plain += text[end : token.start()]
            end = token.end()
            if token[0] in {"{{", "}}"}:
                plain += token[0][0]
            else:
                pieces.append((plain, _column_in(token)))
                plain = ""

        return cls((*pieces, (plain + text[end:], None)))

    @classmethod
    def of_column(cls, name: str, /) -> Self:
        """Make the template that is one column and nothing else."""
        return cls((("", column(name)),))

    @property
    def columns(self) -> AbstractSet[str]:
        """Every column that a row must have."""
        return {name for _, name in self.pieces if name is not None}

    def fill(self, values: Mapping[str, str], *, allow_empty: bool = False) -> str:
        """Write the text for one row; raises `InvalidMessage` for a value it has not got."""
        return "".join(
            plain if name is None else plain + _value(values, name, allow_empty=allow_empty)
            for plain, name in self.pieces
        )


def _column_in(token: re.Match[str]) -> str:
    if token[1] is None:
        raise InvalidArgument(
            f"template: a {token[0]} stands alone at character {token.start() + 1}; "
            "write {column}, or {{ and }} for the braces themselves"
        )

    if not column(token[1]):
        raise InvalidArgument(f"template: no column in the braces at character {token.start() + 1}")

    return column(token[1])


def _value(values: Mapping[str, str], name: str, *, allow_empty: bool) -> str:
    """Give a value without outer spaces: whoever typed them did not see them."""
    value = values.get(name)
    if value is None:
        raise InvalidMessage(f"the row has no {name!r}")

    seen = value.strip()
    if not seen and not allow_empty:
        raise InvalidMessage(f"{name!r} is empty; --allow-empty lets that pass")

    return seen
