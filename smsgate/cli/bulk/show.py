"""What a person sees of a run: what is about to happen, what it costs, and how it ended."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from smsgate.cli.bulk.places import Place
from smsgate.cli.bulk.preview import Preview
from smsgate.cli.bulk.rows import Row, Withheld
from smsgate.cli.bulk.survey import Estimate, Survey
from smsgate.cli.bulk.tally import End, Reason, Tally
from smsgate.cli.words import counted, one_line, unanswered_sentence
from smsgate.dsn import Dsn, parse_dsn, split_failover
from smsgate.errors import OutcomeUnknown, Refused, SmsGateError

_MOST_PLACES = 40  # rows of the table; the rest is summed up
_MOST_REASONS = 6
_LONGEST_TEXT = 60  # columns of it that are shown
STOPPING = Text(
    "stopping: the answers that are on their way are awaited; Ctrl-C again gives up", "yellow"
)
_DOT = Text.assemble((" · ", "dim"))  # a style of its own would be that of all it joins


def way(dsn: str, sender: str | None) -> str:
    """Name the scheme, host and sender of *dsn*, or of each in it: never who logs in, or how."""
    several = split_failover(dsn)
    if several:
        return "failover: " + ", then ".join(_way(parse_dsn(one), sender) for one in several[0])

    return _way(parse_dsn(dsn), sender)


def _way(dsn: Dsn, sender: str | None) -> str:
    name = sender or dsn.settings.get("sender")
    at = f" at {dsn.address}" if dsn.address else ""
    return f"{dsn.scheme}{at}, " + (f"sender {name}" if name else "no sender of its own")


def plan(
    name: str, gateway: str | None, found: Survey, cost: Text, path: Path | None
) -> list[Text]:
    """Say what is about to be sent, through what, and what is not."""
    said = {
        "file": Text(one_line(name), "bold"),
        "gateway": gateway and Text(one_line(gateway)),
        "rows": _rows(found),
        "parts": Text(f"{found.whole.parts:,}"),
        "cost": cost,
        "results": path and Text(one_line(str(path))),
    }
    lines = [_labelled(label, words) for label, words in said.items() if words]
    if found.refusal:
        lines.append(_refused_price(found.refusal) + Text("; no more was asked"))

    return [*lines, *_examples(found)]


def _labelled(label: str, words: Text) -> Text:
    return Text.assemble((f"{label:9}", "dim"), words)


def preview(seen: Preview, charset: str) -> Iterator[Text]:
    """Show a text as a phone would, so that a wrong column or charset is seen."""
    if seen.first:
        text = Text(one_line(seen.first.text))
        text.truncate(_LONGEST_TEXT, overflow="ellipsis")
        where = f" (line {seen.line}, read as {charset.removesuffix('-sig')})"
        yield _labelled("text", text.append(where, "dim"))

    if seen.several:
        get = "gets" if seen.several == 1 else "get"
        said = f"{counted(seen.several, 'phone')} {get} more than one text"
        yield _labelled("phones", Text(said, "yellow"))


def _rows(found: Survey) -> Text:
    said = [Text(f"{found.whole.messages:,} to send", "bold")]
    if found.bad:
        said.append(Text(f"{found.bad:,} not", "bold red"))

    if found.earlier:
        said.append(Text(f"{found.earlier:,} settled in an earlier run"))

    return Text.assemble(f"{found.rows:,}: ", _DOT.join(said))


def _examples(found: Survey) -> Iterator[Text]:
    """Say why rows will not be sent, for the first of them."""
    for row in found.examples:
        said = why(row).replace("to:", f"phone {one_line(row.phone)!r}:", 1)
        yield Text.assemble((f"line {row.line}", "red"), f": {said}")

    more = found.bad - len(found.examples)
    if more > 0:
        yield Text(f"and {more:,} more", "dim")


def why(row: Row) -> str:
    """Say why *row* is not sent."""
    return one_line(row.result.why) if isinstance(row.result, Withheld) else ""


NOT_ASKED = Text("not asked; --dry-run does", "dim")


def cost_words(total: Estimate, source: str, cap: Decimal | None) -> Text:
    """Say what all messages cost, how far that is known, and if a *cap* will cut it short."""
    if total.is_unpriced:
        return Text("not known; --part-price says what a part costs", "yellow")

    said = Text(f"{money(total.cost)} {source}")
    if total.unpriced:
        said.append(f", without {counted(total.unpriced, 'message')} of unknown price", "yellow")

    if cap is not None and total.cost > cap:
        said.append(f"; --max-cost {money(cap)} stops it before the end", "yellow")

    return said


def no_price(error: SmsGateError) -> Text:
    """Say why nobody knows what it costs, and that nothing else was asked of the provider."""
    again = "; try again" if isinstance(error, OutcomeUnknown) else ""
    said = _refused_price(error) if type(error) is Refused else unanswered_sentence(error)
    return said + Text(f"; nothing was sent{again}")


def _refused_price(refusal: Refused) -> Text:
    return Text.assemble(("no price", "bold red"), f": {one_line(str(refusal))}")


def money(amount: Decimal) -> str:
    """Write an amount so that large ones can be read."""
    return f"{amount:,f}"


def costs_table(by_place: Mapping[Place, Estimate], whole: Estimate) -> Table:
    """Draw messages, parts and cost of each operator in each country, the most first."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, show_footer=True)
    table.add_column("country", "all", no_wrap=True)
    table.add_column("operator", no_wrap=True)
    for name, footer in zip(("messages", "parts", "cost"), _numbers(whole), strict=True):
        table.add_column(name, footer, justify="right", no_wrap=True)

    ranked = sorted(by_place.items(), key=lambda pair: (-pair[1].messages, pair[0]))
    for place, total in ranked[:_MOST_PLACES]:
        table.add_row(one_line(place.country), one_line(place.operator), *_numbers(total))

    if ranked[_MOST_PLACES:]:
        table.add_row(f"and {len(ranked) - _MOST_PLACES:,} more", style="dim")

    return table


def _numbers(total: Estimate) -> tuple[str, str, str]:
    cost = "?" if total.is_unpriced else money(total.cost) + ("+" if total.unpriced else "")
    return f"{total.messages:,}", f"{total.parts:,}", cost


def places_note(*, names_are_known: bool) -> Text:
    """Say how far the names in the table can be trusted."""
    known = "by how the number begins, unless the provider named it: numbers are ported"
    unknown = "leading digits, or the provider's code: pip install 'smsgate[phones]' for names"
    return Text(f"operators are {known if names_are_known else unknown}", "dim")


def counts(tally: Tally) -> Text:
    """Say how many rows ended how."""
    said = [
        Text(f"{tally.accepted:,} accepted", "green" if tally.accepted else ""),
        Text(f"{tally.not_sent:,} not sent", "red" if tally.not_sent else ""),
        Text(f"{tally.unknown:,} unknown", "bold yellow" if tally.unknown else ""),
    ]
    if tally.earlier:
        said.append(Text(f"{tally.earlier:,} settled earlier", "dim"))

    if tally.still_unknown:
        said.append(Text(f"{tally.still_unknown:,} still unknown", "bold yellow"))

    return _DOT.join(said)


def question(count: int) -> Text:
    """Ask whether to send."""
    return Text.assemble((f"Send {counted(count, 'message')}?", "bold"), " [y/N] ")


def line_of_progress(tally: Tally, rate: float) -> Text:
    """Say how far a run is, where no bar can be drawn."""
    return Text.assemble(f"{tally.done:,} of {tally.todo:,}  {rate:,.0f}/s  ", counts(tally))


def ending(end: End) -> Text:
    """Say how a run ended, where it is written down, and what to do next."""
    tally, budget = end.tally, end.budget
    left = Text(f"{tally.left:,} not tried", "red")
    lines = [
        _DOT.join([counts(tally), left]) if tally.left else counts(tally),
        _pace_and_cost(end),
        *_reasons(tally.reasons),
    ]
    if budget.cap is not None and budget.is_over_cap:
        words = f": {money(budget.paid)} was spent, --max-cost is {money(budget.cap)}"
        lines.append(Text.assemble(("over the cap", "bold red"), words))

    if end.stopped:
        lines.append(Text.assemble(("stopped", "bold yellow"), f": {one_line(end.stopped)}"))

    return Text("\n").join([*lines, _whereabouts(end), *_advice(end)])


def _pace_and_cost(end: End) -> Text:
    accepted = end.tally.accepted
    rate = f", {accepted / end.seconds:,.0f}/s" if accepted and end.seconds else ""
    paid = f", cost {money(end.budget.paid)}" if end.budget.paid else ""
    return Text(f"in {end.seconds:,.1f} s{rate}{paid}", "dim")


def _reasons(reasons: Sequence[Reason]) -> Iterator[Text]:
    """Say why rows were not sent, with what was said of one of each kind."""
    for reason in reasons[:_MOST_REASONS]:
        first = reason.first
        said = "; ".join(filter(None, [one_line(first.why), first.advice]))
        yield Text.assemble(("not sent", "red"), f": {reason.rows:,} {first.kind} ({said})")

    more = sum(reason.rows for reason in reasons[_MOST_REASONS:])
    if more:
        yield Text.assemble(("not sent", "red"), f": {more:,} for other reasons")


def _whereabouts(end: End) -> Text:
    """Say where the outcomes are; a run that broke off has not written all of them."""
    name = one_line(str(end.path))
    if end.is_spoiled:
        more = "; what could not be written follows" if end.unwritten else ""
        words = f"do not resume with {name}: it is not what this run wrote, so it would send again"
        return Text(f"{words}{more}", "bold red")

    if end.is_removed:
        return Text(f"nothing was sent, and {name} was not begun: the same command begins it anew")

    if end.unwritten:
        return Text(f"{name} has no room for what follows: append it before you resume", "red")

    if end.is_complete:
        return Text(f"every outcome is in {name}")

    return Text(f"the outcomes that are known are in {name}; --resume writes down the rest")


def _advice(end: End) -> Iterator[Text]:
    tally = end.tally
    if tally.unknown or tally.still_unknown:
        yield Text(
            "unknown ones may be on their way: no resumed run sends them again; "
            "ask with smsgate status where there is a ref"
        )

    resumable = tally.again + tally.left
    if resumable and not (end.is_spoiled or end.is_removed):
        option = f"--resume {shlex.quote(one_line(str(end.path)))}"
        yield Text(f"{counted(resumable, 'row')} can be sent with the same command and {option}")

    as_it_is = tally.not_sent - tally.again
    if as_it_is:
        yield Text(
            f"{counted(as_it_is, 'row')} cannot be sent as written: the result file says why"
        )
