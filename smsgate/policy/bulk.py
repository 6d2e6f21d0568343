"""What shares a request: consecutive messages, or refs, that fit together."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Sequence

from smsgate.message import Message
from smsgate.receipt import Ref

Fits = Callable[[Sequence[Message], Message], bool]


async def batches(
    messages: Iterable[Message] | AsyncIterable[Message], fits: Fits, most: int
) -> AsyncIterator[list[Message]]:
    """
    Group *messages* into lists of *most* at most that may share a request.

    Held are one list and the message after it that did not fit; after a full list none.

    Messages of an async iterable go one by one: waiting for a neighbour could take for
    ever, and a one-time code does not have that long.
    """
    if isinstance(messages, AsyncIterable):
        async for message in messages:
            yield [message]
        return

    for batch in _group(messages, fits, most):
        yield batch


def _group(messages: Iterable[Message], fits: Fits, most: int) -> Iterator[list[Message]]:
    batch: list[Message] = []
    try:
        for message in messages:
            if batch and not fits(batch, message):
                yield batch
                batch = []

            batch.append(message)
            if len(batch) == most:
                yield batch
                batch = []
    except Exception:  # theirs, not ours: first settle what we took, then let them see it
        if batch:
            yield batch
        raise

    if batch:
        yield batch


def share(refs: Sequence[Ref], most: int) -> Iterator[list[Ref]]:
    """Group *refs*, in order, so that no group but one of a single ref has over *most* ids."""
    group: list[Ref] = []
    for ref in refs:
        if group and sum(len(other.ids) for other in (*group, ref)) > most:
            yield group
            group = []

        group.append(ref)

    if group:
        yield group


def is_same_letter(batch: Sequence[Message], message: Message) -> bool:
    """Whether *message* differs from the messages of *batch* by nothing but a new phone."""
    first = batch[0]
    return (
        (first.text, first.sender, first.send_at, first.valid_for)
        == (message.text, message.sender, message.send_at, message.valid_for)
    ) and has_new_phone(batch, message)


def has_new_phone(batch: Sequence[Message], message: Message) -> bool:
    """Whether nobody in *batch* has the phone of *message* yet."""
    return all(message.phone != other.phone for other in batch)
