"""Who is sending through the text gates."""

import pytest

from smsgate.errors import InvalidArgument
from smsgate.providers.smsclub.account import SmsClubAccount


@pytest.mark.parametrize("secret", ["password", "token"])
def test_a_username_needs_one_secret(secret: str) -> None:
    """A password or a token will do, and neither shows in ``repr``."""
    account = SmsClubAccount(username="380500000000", **{secret: "sesame"})

    assert getattr(account, secret) == "sesame"
    assert "sesame" not in repr(account)


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        pytest.param({"username": "", "password": "sesame"}, "username", id="no-username"),
        pytest.param({"username": "u"}, "password", id="no-secret"),
        pytest.param({"username": "u", "password": ""}, "password", id="empty-secret"),
        pytest.param(
            {"username": "u", "password": "sesame", "token": "sesame"}, "token", id="two-secrets"
        ),
    ],
)
def test_half_an_account_is_refused(settings: dict[str, str], hint: str) -> None:
    """What could never log in is found at birth, and the error quotes no secret."""
    with pytest.raises(InvalidArgument, match=hint) as caught:
        SmsClubAccount(**settings)

    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    "account",
    [
        SmsClubAccount(username="ұser", password="sesame"),
        SmsClubAccount(username="user", password="sesame\U0001f600"),
        SmsClubAccount(username="user", token="sesame\ud800"),
    ],
    ids=["username", "password", "token"],
)
def test_a_login_outside_the_charset_is_refused(account: SmsClubAccount) -> None:
    """It could never log in; the error tells neither the secret nor its character."""
    with pytest.raises(InvalidArgument, match="cp1251 cannot carry") as caught:
        account.check_charset("cp1251")

    assert "sesame" not in str(caught.value)
    assert "U+" not in str(caught.value)


@pytest.mark.parametrize(
    ("username", "password"),
    [("us\x01er", "sesame"), ("user", "sesame\x1f"), ("user", "sesame\ud800")],
)
def test_a_login_outside_xml_is_refused(username: str, password: str) -> None:
    """It could never log in; the error tells neither the password nor its character."""
    with pytest.raises(InvalidArgument, match=r"XML 1\.0 cannot carry") as caught:
        SmsClubAccount(username=username, password=password).check_xml()

    assert "sesame" not in str(caught.value)
    assert "U+" not in str(caught.value)


@pytest.mark.parametrize("secret", ["password", "token"])
def test_any_other_login_is_fine(secret: str) -> None:
    """Cyrillic fits windows-1251, and markup is no reason to refuse a password."""
    account = SmsClubAccount(username="користувач", **{secret: "<b>]]>&;"})

    account.check_charset("cp1251")
    account.check_xml()

    assert account.secret == "<b>]]>&;"
