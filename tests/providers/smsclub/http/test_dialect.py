"""The two dialects of the HTTP gate: what differs is a table."""

import pytest

from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.http.dialect import WITH_PASSWORD, WITH_TOKEN, Dialect
from smsgate.wire.http import parse_form

BY_PASSWORD = SmsClubAccount(username="380500000000", password="пароль&to=1;+")
BY_TOKEN = SmsClubAccount(username="380500000000", token="to ken=&")


@pytest.mark.parametrize(
    ("dialect", "account", "secret"),
    [
        pytest.param(WITH_PASSWORD, BY_PASSWORD, BY_PASSWORD.password, id="password"),
        pytest.param(WITH_TOKEN, BY_TOKEN, BY_TOKEN.token, id="token"),
    ],
)
def test_the_login_arrives_as_it_is(dialect: Dialect, account: SmsClubAccount, secret: str) -> None:
    """Nothing in a password can become another field, and Cyrillic is windows-1251."""
    request = dialect.request(account, dialect.balance)

    assert parse_form(request, charset="cp1251") == {
        "username": "380500000000",
        dialect.secret: secret,
    }


@pytest.mark.parametrize("dialect", [WITH_PASSWORD, WITH_TOKEN])
def test_secrets_stand_in_the_body_only(dialect: Dialect) -> None:
    """URLs and headers are logged by everybody on the way; bodies are not."""
    request = dialect.request(BY_TOKEN, dialect.send, from_="Shop", to="", text="hi")

    assert request.method == "POST"
    assert request.path == dialect.send
    assert "to ken" not in repr(request)
    assert b"from=Shop&text=hi" in request.body
