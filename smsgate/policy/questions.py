"""Questions: a status, a balance. They do no harm twice, so they may be put again."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import TypeVar

from smsgate.errors import OutcomeUnknown
from smsgate.policy.line import Line
from smsgate.policy.patience import until_let_in
from smsgate.receipt import Ref
from smsgate.wire.codec import Question

Answer = TypeVar("Answer")


async def ask(line: Line, question: Question[Answer], *, by: float = inf) -> Answer:
    """
    Put *question*, again while the provider is too busy for it.

    Raises `Throttled` when that lasts longer than the line's timeout, or than *by*.
    """
    return await until_let_in(
        lambda _: _ask(line, question, by),
        clock=line.clock,
        until=min(by, line.clock.now() + line.timeout),
    )


async def _ask(line: Line, question: Question[Answer], by: float) -> Answer:
    """Put *question* as often as it may be; a mirror that failed is not the first next time."""
    for tries_left in range(question.tries, 1, -1):
        try:
            return await _once(line, question, by, tries_left)
        except OutcomeUnknown:
            continue

    return await _once(line, question, by, 1)


async def _once(line: Line, question: Question[Answer], by: float, tries_left: int) -> Answer:
    """Put *question* once, in its share of the time that is left."""
    request = question.request()
    return await line.run(
        lambda turn: line.exchange(
            turn,
            request,
            question.decode,
            by=by,
            seconds=(by - line.clock.now()) / tries_left,
        ),
        rates=request.rates,
        by=by,
    )


def share(refs: Sequence[Ref], most: int) -> Iterator[list[Ref]]:
    """Group *refs*, in order, so that no group but one of a single ref has over *most* ids."""
    group: list[Ref] = []
    ids = 0
    for ref in refs:
        if group and ids + len(ref.ids) > most:
            yield group
            group, ids = [], 0

        group.append(ref)
        ids += len(ref.ids)

    if group:
        yield group
