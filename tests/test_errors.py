"""The error tree: what is whose child, and what became of the message."""

import copy
import pickle
from collections.abc import Callable

import pytest

import smsgate
from smsgate import (
    AddressBlocked,
    AuthenticationFailed,
    ContentRefused,
    DeadlineExceeded,
    DuplicateRequest,
    Fate,
    InsufficientFunds,
    InvalidArgument,
    InvalidMessage,
    OutcomeUnknown,
    RecipientRefused,
    Refused,
    SmsGateError,
    Throttled,
    Unreachable,
    Unsupported,
    errors,
)

TREE = {
    DeadlineExceeded: SmsGateError,
    InvalidArgument: SmsGateError,
    InvalidMessage: SmsGateError,
    Unsupported: SmsGateError,
    Unreachable: SmsGateError,
    OutcomeUnknown: SmsGateError,
    Refused: SmsGateError,
    AuthenticationFailed: Refused,
    AddressBlocked: Refused,
    InsufficientFunds: Refused,
    Throttled: Refused,
    DuplicateRequest: Refused,
    RecipientRefused: Refused,
    ContentRefused: Refused,
}


@pytest.mark.parametrize(("kind", "parent"), TREE.items(), ids=lambda kind: kind.__name__)
def test_the_tree(kind: type[SmsGateError], parent: type[SmsGateError]) -> None:
    """Who catches `Refused` catches every no of a provider, and nothing else."""
    assert kind.__bases__[0] is parent


def test_the_tree_is_whole() -> None:
    """No class stands outside the tree, the module's drawing of it, or the front door."""
    found = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, SmsGateError)
    }

    assert found == {SmsGateError, *TREE}
    assert [kind for kind in found if kind.__name__ not in str(errors.__doc__)] == []
    assert {kind.__name__ for kind in found} <= set(smsgate.__all__)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_only_one_error_leaves_the_fate_open(kind: type[SmsGateError]) -> None:
    """Everything else is proof that the message may be sent again."""
    assert kind.fate is (Fate.UNKNOWN if kind is OutcomeUnknown else Fate.NOT_SENT)


@pytest.mark.parametrize("kind", [InvalidArgument, InvalidMessage], ids=lambda kind: kind.__name__)
def test_our_own_no_is_a_value_error(kind: type[SmsGateError]) -> None:
    """A caller's wrong value is what Python calls a `ValueError`, and is caught as one."""
    assert issubclass(kind, ValueError)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_the_code_is_none_until_a_provider_gives_one(kind: type[SmsGateError]) -> None:
    """The explanation is the error's text; the provider's code travels beside it."""
    bare, coded = kind("because"), kind("because", code="7")

    assert (str(bare), bare.code, coded.code) == ("because", None, "7")


@pytest.mark.parametrize(
    "error",
    [
        Refused("no", code="1"),
        Throttled("slow down", code="9", retry_after=2.5),
        OutcomeUnknown("silence", ref="smsc:77011234567:1"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("copied", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives_a_task_queue(
    error: SmsGateError, copied: Callable[[SmsGateError], SmsGateError]
) -> None:
    """Workers hand errors over as pickles: nothing that a caller decides by may be lost."""
    twin = copied(error)

    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))


class Foreign(Refused):
    """An error of somebody's own gateway."""

    def __init__(self, provider: str, reason: str) -> None:
        super().__init__(f"{provider}: {reason}", code="7")
        self.provider = provider


def test_any_error_can_be_copied() -> None:
    """Whatever its class takes: the copy says the same, has the same cause, and is apart."""
    error = Foreign("acme", "no")
    error.__cause__ = LookupError()
    error.add_note("first")

    twin = error.copy()
    twin.add_note("second")

    assert (type(twin), str(twin), twin.code, twin.provider) == (Foreign, "acme: no", "7", "acme")
    assert twin.__cause__ is error.__cause__
    assert (error.__notes__, twin.__notes__) == (["first"], ["first", "second"])
