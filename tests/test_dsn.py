"""One line of text, taken apart; and what it never gives away."""

import traceback
from collections.abc import Mapping
from urllib.parse import quote

import attrs
import pytest
from hypothesis import example, given, strategies as st
from support.gateways import open_http

from smsgate import InvalidArgument, SmscGateway, open_gateway
from smsgate.dsn import Dsn, parse_dsn
from smsgate.opening import VARIABLE
from smsgate.providers import find_gateways

SECRET = "HUNTER"
SCHEMES = sorted(find_gateways())


def settings(dsn: str) -> Mapping[str, object]:
    """Open the gateway that *dsn* describes and show every setting that is not a default."""
    gateway = open_http(dsn)
    fields = [field for field in attrs.fields(type(gateway)) if field.init]
    shown = {field.name: (getattr(gateway, field.name), field.default) for field in fields}
    return {name: value for name, (value, default) in shown.items() if value != default}


def test_taking_a_dsn_apart() -> None:
    """User and password are percent-encoded, settings are a query."""
    found = parse_dsn("smsc://me%40home:p%2Fw%3A%25@smsc.kz:8080/?sender=My+Shop&base_url=")

    assert found == Dsn(
        scheme="smsc",
        user="me@home",
        password="p/w:%",
        address="smsc.kz:8080",
        settings={"sender": "My Shop", "base_url": ""},
    )


@given(user=st.text(), password=st.text())
@example(user="", password="/?#@:[]%&=+ \t\nж😀")
def test_any_login_fits_a_dsn(user: str, password: str) -> None:
    """Percent-encoded, every user and every password comes out as it went in."""
    found = parse_dsn(f"smsc://{quote(user, safe='')}:{quote(password, safe='')}@smsc.kz")

    assert (found.user, found.password) == (user, password)


def test_a_dsn_keeps_its_secrets() -> None:
    """Some providers take a token where others take a user: neither is shown."""
    assert repr(parse_dsn("smsc://token:word@smsc.kz?password=third")) == (
        "Dsn(scheme='smsc', address='smsc.kz')"
    )


@pytest.mark.parametrize(
    ("dsn", "found"),
    [
        pytest.param("smsc://me:pw@", {"login": "me", "password": "pw"}, id="login"),
        pytest.param("smsc://:key@", {"api_key": "key"}, id="api-key"),
        pytest.param(
            "smsc://:key@smsc.ua", {"api_key": "key", "host": "smsc.ua"}, id="host-of-the-family"
        ),
        pytest.param(
            "smsc://:key@smsc.ua:8443",
            {"api_key": "key", "host": "smsc.ua:8443"},
            id="host-with-a-port",
        ),
        pytest.param(
            "smsc://:key@127.0.0.1:8025",
            {"api_key": "key", "base_url": "http://127.0.0.1:8025"},
            id="loopback-is-http",
        ),
        pytest.param(
            "smsc://:key@[::1]:8025",
            {"api_key": "key", "base_url": "http://[::1]:8025"},
            id="loopback-of-ipv6",
        ),
        pytest.param(
            "smsc://:key@localhost",
            {"api_key": "key", "base_url": "http://localhost"},
            id="localhost-is-http",
        ),
        pytest.param(
            "smsc://:key@10.0.0.1",
            {"api_key": "key", "host": "10.0.0.1"},
            id="other-addresses-are-https",
        ),
        pytest.param(
            "smsc://:key@smsc.ua?base_url=http://127.0.0.1:8025",
            {"api_key": "key", "base_url": "http://127.0.0.1:8025"},
            id="base-url-wins-over-the-host",
        ),
        pytest.param(
            "smsc://:key@?base_urls=http://a,http://b",
            {"api_key": "key", "base_urls": ["http://a", "http://b"]},
            id="mirrors",
        ),
        pytest.param(
            "smsc://:key@?sender=ACME&timeout=2.5&max_in_flight=3&batch_size=7",
            {"api_key": "key", "sender": "ACME", "timeout": 2.5, "max_in_flight": 3}
            | {"batch_size": 7},
            id="settings-of-every-kind",
        ),
    ],
)
def test_what_a_dsn_sets(dsn: str, found: Mapping[str, object]) -> None:
    """Settings are the keyword arguments of the class, read by their annotations."""
    assert settings(dsn) == found


@pytest.mark.parametrize("host", ["smsc.kz", "smsc.ru"])
async def test_a_host_brings_its_mirrors(host: str) -> None:
    """A host of the family is tried under its five names, over https alone."""
    gateway = open_http(f"smsc://:key@{host}")

    assert gateway._line.servers.mirrors.items == [
        f"https://{mirror}{host}" for mirror in ("", "www2.", "www3.", "www4.", "www5.")
    ]


@pytest.mark.parametrize(
    ("dsn", "rule"),
    [
        pytest.param("", f"no DSN was given, and {VARIABLE} is not set", id="empty"),
        pytest.param("smsc.kz", "must read scheme://user:password@host", id="no-scheme"),
        pytest.param("://me:pw@smsc.kz", "must read scheme://", id="empty-scheme"),
        pytest.param("me:pw://x@smsc.kz", "must read scheme://", id="login-for-scheme"),
        pytest.param("smsc://me:p\tw@smsc.kz", "every character .* printable", id="tab"),
        pytest.param("smsc://me:pw@smsc.kz\n", "every character .* printable", id="line-end"),
        pytest.param("smsc://me:\udcff@smsc.kz", "every character .* printable", id="bytes"),
        pytest.param("carrier+pigeon://me:pw@", "unknown scheme 'carrier.pigeon'", id="scheme"),
        pytest.param("smsc://me:pw@smsc.kz:port", r"is wrong \(in a user", id="port-word"),
        pytest.param("smsc://me:pw@smsc.kz:99999", r"is wrong \(in a user", id="port-high"),
        pytest.param("smsc://me:pw@[::1", r"is wrong \(in a user", id="open-bracket"),
        pytest.param("smsc://me:%FF@smsc.kz", r"is wrong \(in a user", id="not-utf-8"),
        pytest.param("smsc://:key@?sender=%FF", r"is wrong \(in a user", id="bad-setting"),
        pytest.param("smsc://me:pw@smsc.kz/sys", "nothing but .settings may follow", id="path"),
        pytest.param("smsc://me:pw@smsc.kz#top", "nothing but .settings may follow", id="anchor"),
        pytest.param(
            "smsc://:key@?timeout=1&sender=A&timeout=2", "set more than once: timeout", id="twice"
        ),
        pytest.param(
            "smsc://:key@?colour=red", "unknown setting 'colour'; known are", id="unknown"
        ),
        pytest.param("smsc://:key@?transport=x", "unknown setting 'transport'", id="not-for-a-dsn"),
        pytest.param("smsc://:key@?timeout=soon", "timeout='soon' is not a number", id="number"),
        pytest.param("smsc://:key@?max_in_flight=1.5", "is not a whole number", id="whole-number"),
        pytest.param("smsc://:key@?timeout=nan", "timeout: must be more than 0", id="nan"),
        pytest.param("smsc://:key@?timeout=inf", "timeout: must be .* less", id="inf"),
        pytest.param("smsc://:key@?base_url=", "base_url: must read http", id="empty-base-url"),
        pytest.param("smsc://:key@?base_urls=", "base_url: must read http", id="empty-mirrors"),
        pytest.param("smsc://:key@?sender=", "sender: must have 1 to 15", id="empty-sender"),
        pytest.param("smsc://:key@under_score..kz", "base_url: must read http", id="bad-host"),
        pytest.param("smsc://", "give login and password, or api_key", id="no-credentials"),
        pytest.param("smsc://smsc.kz", "give login and password, or api_key", id="host-alone"),
        pytest.param("smsc://me@smsc.kz", "a login needs a password", id="no-password"),
    ],
)
def test_a_dsn_that_is_wrong(monkeypatch: pytest.MonkeyPatch, dsn: str, rule: str) -> None:
    """Each mistake has one sentence that says what to write instead."""
    monkeypatch.delenv(VARIABLE, raising=False)

    with pytest.raises(InvalidArgument, match=rule):
        open_gateway(dsn)


def test_no_such_setting_lists_the_ones_there_are() -> None:
    """A misspelled setting is answered with the right spelling."""
    with pytest.raises(InvalidArgument, match="known are api_key, balances_per_minute, base_url,"):
        open_gateway("smsc://:key@?time_out=3")


PIECES = st.sampled_from([SECRET, "1", *"/?#@:[]%&=+", "%ff"])


@given(st.lists(PIECES).map("".join))
@example(f"1?{SECRET}")
@example(f"?{SECRET}")
@example(f"1?timeout={SECRET}")
@example(f"1?{SECRET}=1&{SECRET}=2")
@example(f"a://{SECRET}")
def test_no_error_quotes_a_password(password: str) -> None:
    """A password that breaks the DSN apart is in no message, whichever piece it lands in."""
    for dsn in (f"smsc://me:{password}@smsc.kz", f"me:{password}@smsc.kz"):
        try:
            said = repr(open_gateway(dsn))
        except InvalidArgument as error:
            said = "".join(traceback.format_exception(error))

        assert SECRET.lower() not in said.lower()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_gateway_opens_without_credentials(scheme: str) -> None:
    """Every provider says what is missing, and none falls back on somebody's account."""
    with pytest.raises(InvalidArgument):
        open_gateway(f"{scheme}://")


def test_the_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a DSN, ``SMSGATE_URL`` is read; with one, never."""
    monkeypatch.setenv(VARIABLE, "smsc://:key@smsc.ua")

    assert repr(open_gateway()) == repr(SmscGateway(api_key="key", host="smsc.ua"))
    assert repr(open_gateway("smsc://:key@smsc.ru")) == repr(
        SmscGateway(api_key="key", host="smsc.ru")
    )


def test_an_empty_dsn_does_not_mean_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that came out empty must not send from whatever account lies about."""
    monkeypatch.setenv(VARIABLE, "smsc://:key@smsc.ua")

    with pytest.raises(InvalidArgument, match="no DSN was given"):
        open_gateway("")


@pytest.mark.parametrize(
    ("query", "is_fast", "is_white"),
    [
        ("", False, None),
        ("?is_fast=yes&is_white=no", True, False),
        ("?is_fast=0&is_white=TRUE", False, True),
    ],
)
def test_flags(imaginary: str, query: str, *, is_fast: bool, is_white: bool | None) -> None:
    """A yes-or-no setting takes the words that people write for it."""
    found = {"is_fast": is_fast, "is_white": is_white}

    gateway = open_gateway(f"{imaginary}://home:R-42@{query}")

    assert {name: getattr(gateway, name) for name in found} == found


def test_a_flag_is_a_word_of_a_few(imaginary: str) -> None:
    """A word that is neither yes nor no is an error, and not a no."""
    with pytest.raises(InvalidArgument, match="is_fast='maybe' is not yes or no"):
        open_gateway(f"{imaginary}://home:R-42@?is_fast=maybe")


def test_missing_settings_are_named(imaginary: str) -> None:
    """A gateway cannot be made without what its class has no default for."""
    with pytest.raises(InvalidArgument, match="pigeon DSN: no loft and no ring in it"):
        open_gateway(f"{imaginary}://")


def test_a_host_of_a_provider_without_mirrors(imaginary: str) -> None:
    """Where no family of hosts is known, the host is the server, over https."""
    found = settings(f"{imaginary}://home:R-42@loft.example:8443")

    assert found == {"loft": "home", "ring": "R-42", "base_url": "https://loft.example:8443"}
