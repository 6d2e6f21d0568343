"""Several values in one field, so that none of them can pass for two."""

from collections.abc import Iterable

from smsgate.errors import InvalidArgument


def join(separator: str, values: Iterable[str]) -> str:
    """Join *values*; raises `InvalidArgument` for one that is empty or has the separator."""
    chosen = list(values)
    for value in chosen:
        if not value or separator in value:
            raise InvalidArgument(f"an item of a list is empty or holds {separator!r}")

    return separator.join(chosen)
