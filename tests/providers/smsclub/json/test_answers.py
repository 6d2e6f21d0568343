"""The errors that every call of the JSON gate shares."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import (
    AuthenticationFailed,
    DuplicateRequest,
    OutcomeUnknown,
    Refused,
    SmsGateError,
    Throttled,
)
from smsgate.providers.smsclub.json.answers import read, read_success, text
from smsgate.wire.http import HttpReply

REPLIES = Path(__file__).parent / "replies"


def _reply(name: str, status: int, **headers: str) -> HttpReply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpReply((REPLIES / name).read_bytes(), status, named)


@pytest.mark.parametrize(
    ("name", "status", "kind", "said"),
    [
        ("error-400.json", 400, Refused, "Invalid JSON"),
        ("error-401.json", 401, AuthenticationFailed, "invalid credentials"),
        ("error-without-message.json", 401, AuthenticationFailed, "Unauthorized"),
        ("error-403.json", 403, AuthenticationFailed, "Доступ запрещен"),
        ("error-429.json", 429, Throttled, "Rate limit"),
        ("error-453.json", 453, DuplicateRequest, "Повторная"),
        ("error-500.json", 500, OutcomeUnknown, "internal server error"),
        ("error-418.json", 418, OutcomeUnknown, "HTTP 418"),
    ],
)
def test_errors(name: str, status: int, kind: type[SmsGateError], said: str) -> None:
    """By the HTTP number, with the provider's words; what is not documented is unknown."""
    with pytest.raises(SmsGateError, match=said) as caught:
        read(_reply(name, status))

    assert type(caught.value) is kind
    assert caught.value.code == str(status)


def test_a_refusal_counts_whatever_the_http_status() -> None:
    """The body repeats the number; a proxy may have changed the other one."""
    with pytest.raises(AuthenticationFailed):
        read(_reply("error-401.json", 200))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("2", 2.0, id="seconds"),
        pytest.param("1.5", 1.5, id="a-fraction"),
        pytest.param("Wed, 05 Mar 2025 10:00:00 GMT", 1.0, id="a-date"),
        pytest.param("-1", 1.0, id="negative"),
        pytest.param("1e9", 1.0, id="an-exponent"),
        pytest.param("nan", 1.0, id="not-a-number"),
        pytest.param("", 1.0, id="empty"),
    ],
)
def test_how_long_to_wait(header: str, seconds: float) -> None:
    """Nobody knows whether the provider really says so; its limit is one of a second."""
    reply = _reply("error-429.json", 429, retry_after=header)

    with pytest.raises(Throttled) as caught:
        read(reply)

    assert caught.value.retry_after == seconds


def test_how_long_to_wait_may_be_left_out() -> None:
    """Then it is a second: that is what the limit is counted by."""
    with pytest.raises(Throttled) as caught:
        read(_reply("error-429.json", 429))

    assert caught.value.retry_after == 1.0


def test_a_success_is_only_one_with_http_200() -> None:
    """For answers that cannot hold a refusal."""
    with pytest.raises(OutcomeUnknown):
        read_success(_reply("balance.json", 500))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(" Нет ", "Нет", id="text"),
        pytest.param(7, "7", id="number"),
        pytest.param(["a", 1, "b"], "a; b", id="list"),
        pytest.param(True, "", id="truth"),
        pytest.param({"a": "b"}, "", id="map"),
        pytest.param(None, "", id="null"),
    ],
)
def test_words_come_in_many_forms(value: object, words: str) -> None:
    """The provider's validators write one reason or several."""
    assert text(value) == words


@given(body=st.binary(max_size=200), status=st.integers(100, 599))
def test_junk_is_unreadable(body: bytes, status: int) -> None:
    """No bytes raise anything but ours."""
    with pytest.raises(OutcomeUnknown, match="unreadable"):
        read(HttpReply(body, status))


@pytest.mark.parametrize("status", [400, 429, 500, 502])
def test_two_statuses_that_contradict_each_other_prove_nothing(status: int) -> None:
    """A proxy's error around a gate's answer: nobody knows which of them is true."""
    with pytest.raises(OutcomeUnknown):
        read(_reply("error-401.json", status))
