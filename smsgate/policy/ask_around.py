"""
Who of several gateways has word of a message: a ref names its provider, not its account.

A gateway says `InvalidArgument` to a ref that is none of its own, before anything leaves,
so the others cost no request.
"""

from collections.abc import Iterable, Mapping, Sequence

from smsgate.errors import InvalidArgument, SmsGateError
from smsgate.gateway import Gateway
from smsgate.policy.elsewhere import with_notes, words_of
from smsgate.receipt import Receipt, Ref
from smsgate.report import Report, Status


async def ask_around(
    gateways: Mapping[str, Gateway], refs: Sequence[Receipt | str]
) -> list[Report]:
    """
    Ask *gateways*, by name, until somebody has word of each of *refs*.

    The reports come in the order of *refs*. "Not found" counts only when all were heard
    who could have the message: else the error of one that was not is raised.
    """
    texts = [ref.ref if isinstance(ref, Receipt) else ref for ref in refs]
    of_provider: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        of_provider.setdefault(Ref.parse(text).gateway, []).append(text)

    found: dict[str, Report] = {}
    for provider, group in of_provider.items():
        found |= await _ask_about(provider, group, gateways)

    return [found[text] for text in texts]


async def _ask_about(
    provider: str, refs: Sequence[str], gateways: Mapping[str, Gateway]
) -> Mapping[str, Report]:
    found: dict[str, Report] = {}
    errors: dict[str, SmsGateError] = {}
    for name, gateway in gateways.items():
        open_refs = [ref for ref in refs if ref not in found or not _is_known(found[ref])]
        if not open_refs:
            break

        try:
            reports = await gateway.statuses(open_refs)
        except SmsGateError as error:
            errors[name] = error
            continue

        for ref, report in zip(open_refs, reports, strict=True):
            found[ref] = _more_telling(found.get(ref, report), report)

    _check_all_was_heard(provider, [found.get(ref) for ref in refs], errors)
    return found


def _is_known(report: Report) -> bool:
    return report.status not in {Status.NOT_FOUND, Status.UNKNOWN}


def _more_telling(one: Report, other: Report) -> Report:
    """Choose between two accounts: any word of the message beats knowing nothing of it."""
    return other if one.status is Status.NOT_FOUND or _is_known(other) else one


def _check_all_was_heard(
    provider: str, found: Sequence[Report | None], errors: Mapping[str, SmsGateError]
) -> None:
    """Raise what left a message without a report, or left "not found" without proof."""
    unheard = {name: e for name, e in errors.items() if not isinstance(e, InvalidArgument)}
    if unheard and any(report is None or report.status is Status.NOT_FOUND for report in found):
        *others, last = unheard
        raise with_notes(unheard[last], _words(others, unheard))

    if None in found:
        strange = InvalidArgument(f"the ref is of {provider!r}, and none of the gateways takes it")
        raise with_notes(strange, _words(errors, errors))


def _words(names: Iterable[str], errors: Mapping[str, SmsGateError]) -> list[str]:
    return [words for name in names for words in words_of(name, errors[name])]
