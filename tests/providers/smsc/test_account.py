"""Who is sending, and that every request says it in the body alone."""

from collections.abc import Callable, Mapping

import pytest

from smsgate import InvalidArgument
from smsgate.providers.smsc.account import SmscAccount
from smsgate.wire.http import parse_form


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"login": "me", "password": "пароль&=+%"}, {"login": "me", "psw": "пароль&=+%"}),
        ({"api_key": "key"}, {"apikey": "key"}),
    ],
    ids=["login", "api-key"],
)
def test_a_request(who: Mapping[str, str], said: Mapping[str, str]) -> None:
    """POSTed, with the secret in the body; JSON and UTF-8 are always asked for."""
    make: Callable[..., SmscAccount] = SmscAccount
    request = make(**who).request("balance", cur="1", empty="")

    assert (request.method, request.path) == ("POST", "/sys/balance.php")
    assert parse_form(request) == {**said, "fmt": "3", "charset": "utf-8", "cur": "1"}


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        pytest.param({}, "give login and password, or api_key", id="nobody"),
        pytest.param({"login": "me"}, "a login needs a password", id="login-alone"),
        pytest.param({"password": "HUNTER2"}, "a password a login", id="password-alone"),
        pytest.param({"login": "", "password": ""}, "give login and password", id="empty"),
        pytest.param({"api_key": ""}, "give login and password", id="empty-key"),
        pytest.param(
            {"login": "me", "password": "HUNTER2", "api_key": "HUNTER2"}, "instead", id="both"
        ),
    ],
)
def test_half_an_account_or_two(who: Mapping[str, str], rule: str) -> None:
    """Refused when it is made, and the secret is not quoted."""
    make: Callable[..., SmscAccount] = SmscAccount
    with pytest.raises(InvalidArgument, match=rule) as caught:
        make(**who)

    assert "HUNTER2" not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    """An account in a log does not open it."""
    shown = repr([SmscAccount(login="me", password="HUNTER2"), SmscAccount(api_key="HUNTER2")])

    assert "HUNTER2" not in shown
