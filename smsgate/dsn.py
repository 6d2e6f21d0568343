"""
One line of text that says which gateway, whose account, and which settings.

``scheme://user:password@host[:port]?setting=value``. User and password are
percent-encoded; settings are the keyword arguments of the gateway's class. A host on
this machine is spoken to over http, any other over https.

No error of this module quotes the line: it holds a password.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from smsgate.errors import InvalidArgument
from smsgate.gateway import Gateway
from smsgate.providers import find_gateways

if TYPE_CHECKING:
    from smsgate.providers.http_gateway import HttpGateway

VARIABLE = "SMSGATE_URL"
_SCHEME = re.compile("[a-z][a-z0-9+.-]*")
_HINT = " (in a user or password, write / ? # @ [ ] % as %2F %3F %23 %40 %5B %5D %25)"
_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

# A setting's annotation says how to read it; one that is not here cannot stand in a DSN.
_READERS: Mapping[object, tuple[Callable[[str], object], str]] = {
    str: (str, "a text"),
    str | None: (str, "a text"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    bool: (lambda text: _FLAGS[text.lower()], "yes or no"),
    bool | None: (lambda text: _FLAGS[text.lower()], "yes or no"),
    Sequence[str]: (lambda text: text.split(","), "a list"),
}


@attrs.frozen(kw_only=True)
class Dsn:
    """A DSN, taken apart. ``address`` is ``host[:port]``, empty for the provider's own."""

    scheme: str
    user: str = attrs.field(default="", repr=False)  # some providers take a token here
    password: str = attrs.field(default="", repr=False)
    address: str = ""
    settings: Mapping[str, str] = attrs.field(factory=dict, repr=False)


def parse_dsn(text: str) -> Dsn:
    """Take *text* apart; raises `InvalidArgument`."""
    scheme, colon, _ = text.partition("://")
    if not colon or not _SCHEME.fullmatch(scheme) or not text.isprintable():
        raise InvalidArgument(
            "the DSN must read scheme://user:password@host?setting=value, "
            "with every character in it printable"
        )

    try:
        parts = urlsplit(text)
        _ = parts.port
        user, password = _unquote(parts.username), _unquote(parts.password)
        settings = parse_qsl(parts.query, keep_blank_values=True, errors="strict")
    except ValueError:
        raise InvalidArgument(
            f"{scheme} DSN: the host, the port or a %-code is wrong{_HINT}"
        ) from None

    # An @ in the settings means that the password broke off early: then quote nothing.
    if parts.path not in {"", "/"} or parts.fragment or "@" in parts.query:
        raise InvalidArgument(f"{scheme} DSN: nothing but ?settings may follow the host{_HINT}")

    names = [name for name, _ in settings]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InvalidArgument(f"{scheme} DSN: set more than once: {', '.join(sorted(twice))}")

    return Dsn(
        scheme=scheme,
        user=user,
        password=password,
        address=parts.netloc.rpartition("@")[2],
        settings=dict(settings),
    )


def _unquote(part: str | None) -> str:
    return unquote(part or "", errors="strict")


def open_gateway(dsn: str | None = None, /) -> Gateway:
    """
    Make the gateway that *dsn* describes; without one, the environment's ``SMSGATE_URL``.

    Use it with ``async with``, or close it with ``aclose()``. Raises `InvalidArgument`
    for an unknown scheme or setting, missing credentials, or a value out of range.
    """
    text = os.environ.get(VARIABLE) if dsn is None else dsn
    if not text:
        raise InvalidArgument(f"no DSN was given, and {VARIABLE} is not set")

    parsed = parse_dsn(text)
    gateways = find_gateways()
    if parsed.scheme not in gateways:
        known = ", ".join(sorted(gateways))
        raise InvalidArgument(f"unknown scheme {parsed.scheme!r}; known are {known}")

    gateway = gateways[parsed.scheme]
    settings = {**_who(gateway, parsed), **_where(gateway, parsed), **_how(gateway, parsed)}
    fields = attrs.fields(gateway)
    missing = [f.name for f in fields if f.init and f.default is attrs.NOTHING]
    missing = [name for name in missing if name not in settings]
    if missing:
        raise InvalidArgument(f"{parsed.scheme} DSN: no {' and no '.join(missing)} in it")

    make: Callable[..., Gateway] = gateway
    return make(**settings)


def _who(gateway: "type[HttpGateway]", dsn: Dsn) -> dict[str, object]:
    named = gateway.credentials(dsn.user, dsn.password)
    return {name: value for name, value in named.items() if value}


def _where(gateway: "type[HttpGateway]", dsn: Dsn) -> Mapping[str, object]:
    if not dsn.address or {"base_url", "base_urls"} & dsn.settings.keys():
        return {}

    if _is_this_machine(dsn.address):
        return {"base_url": f"http://{dsn.address}"}

    return gateway.located_at(dsn.address)


def _is_this_machine(address: str) -> bool:
    host = urlsplit(f"//{address}").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _how(gateway: "type[HttpGateway]", dsn: Dsn) -> dict[str, object]:
    readers = {f.name: _READERS[f.type] for f in attrs.fields(gateway) if f.type in _READERS}
    settings: dict[str, object] = {}
    for name, text in dsn.settings.items():
        if name not in readers:
            known = ", ".join(sorted(readers))
            raise InvalidArgument(f"{dsn.scheme} DSN: unknown setting {name!r}; known are {known}")

        reader, kind = readers[name]
        try:
            settings[name] = reader(text)
        except (ValueError, KeyError):
            raise InvalidArgument(f"{dsn.scheme} DSN: {name}={text!r} is not {kind}") from None

    return settings
