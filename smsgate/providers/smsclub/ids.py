"""SMSClub's ids: what may pass for one, coming in and going out."""

import re
from collections.abc import Collection, Iterable, Sequence

from smsgate.errors import InvalidArgument
from smsgate.receipt import Ref

# Without a digit it is a word; a dot or a dash at its end belongs to a sentence.
_ID = re.compile("(?=.{1,64}$)(?=.*[0-9])[A-Za-z0-9]+([._-]+[A-Za-z0-9]+)*")
_NO = "0"  # PHP's way to say so


def are_ids(values: Iterable[str]) -> bool:
    """Whether each of *values* could be an id; words and markup could not."""
    return all(_ID.fullmatch(value) for value in values)


def are_new_ids(values: Collection[str]) -> bool:
    """Whether each of *values* could be the id of a message that was taken just now."""
    return are_ids(values) and _NO not in values


def ids_of(refs: Sequence[Ref]) -> list[str]:
    """List each id of *refs* once; raises `InvalidArgument` for one that no gate has given."""
    ids = list(dict.fromkeys(id_ for ref in refs for id_ in ref.ids))
    if not are_ids(ids):
        raise InvalidArgument("an id of SMSClub has digits, Latin letters, . _ and - only")

    return ids
