"""How each command ends: a line or an object on stdout, a sentence on stderr, an exit code."""

from collections.abc import Sequence

from smsgate.cli import facts, words
from smsgate.cli.exits import Exit, exit_of, exit_of_question
from smsgate.cli.output import say, tell, tell_facts
from smsgate.errors import OutcomeUnknown, SmsGateError
from smsgate.money import Balance
from smsgate.receipt import Receipt
from smsgate.report import Report


def of_sending(result: Receipt | SmsGateError, *, is_json: bool) -> Exit:
    """Tell how a send ended. Where to ask about an unknown one is a result, too."""
    if is_json:
        tell_facts(facts.of_sending(result))
    elif isinstance(result, Receipt):
        tell(words.receipt_line(result))
    else:
        say(words.unsent_sentence(result))
        if isinstance(result, OutcomeUnknown) and result.ref:
            tell(words.unknown_line(result.ref))

    return exit_of(result)


def of_asking(
    refs: Sequence[str], result: Sequence[Report] | SmsGateError, *, is_json: bool
) -> Exit:
    """Tell what became of the message at each of *refs*."""
    if is_json:
        for answer in facts.of_asking(refs, result):
            tell_facts(answer)
    elif isinstance(result, SmsGateError):
        say(words.unanswered_sentence(result))
    else:
        for ref, report in zip(refs, result, strict=True):
            tell(words.report_line(ref, report))

    return exit_of_question(result)


def of_balance(result: Balance | SmsGateError, *, is_json: bool) -> Exit:
    """Tell what is left on the account."""
    if is_json:
        tell_facts(facts.of_balance(result))
    elif isinstance(result, Balance):
        tell(words.balance_line(result))
    else:
        say(words.unanswered_sentence(result))

    return exit_of_question(result)
