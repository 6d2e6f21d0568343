"""
One line of text that says which gateway, whose account, and which settings.

``scheme://user:password@host[:port]?setting=value``. User and password are
percent-encoded. No error of this module quotes the line: it holds a password.

``failover(DSN DSN ...)`` describes several gateways, in order of preference.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from smsgate.errors import InvalidArgument

_SCHEME = re.compile("[a-z][a-z0-9+.-]*")
_SEVERAL = re.compile(r"failover\((.*)\)(?:\?([^()@\s]*))?", re.DOTALL)
_HINT = " (in a user or password, write / ? # @ [ ] % as %2F %3F %23 %40 %5B %5D %25)"


@attrs.frozen(kw_only=True)
class Dsn:
    """A DSN, taken apart. ``address`` is ``host[:port]``, empty for the provider's own."""

    scheme: str
    user: str = attrs.field(default="", repr=False)  # some providers take a token here
    password: str = attrs.field(default="", repr=False)
    address: str = ""
    settings: Mapping[str, str] = attrs.field(factory=dict, repr=False)


def split_failover(text: str) -> tuple[list[str], Mapping[str, str]] | None:
    """
    List the DSNs in ``failover(DSN DSN)?setting=value``, and the settings after them.

    None for a text that does not begin like that. Raises `InvalidArgument`.
    """
    if not text.startswith("failover("):
        return None

    several = _SEVERAL.fullmatch(text.rstrip())
    if not several:
        raise InvalidArgument(
            "failover DSN: nothing but ?settings may follow the ) that ends its list"
        )

    members = several[1].split()
    if any(member.endswith((",", ";")) for member in members):
        raise InvalidArgument("failover DSN: white space alone stands between the DSNs in it")

    if not members:
        raise InvalidArgument("failover DSN: no gateway in it; write failover(DSN DSN)")

    if any(member.startswith("failover(") for member in members):
        raise InvalidArgument("failover DSN: no failover inside another; write one list")

    try:
        return members, _settings("failover", several[2] or "")
    except UnicodeError:
        raise InvalidArgument("failover DSN: a %-code in its settings is wrong") from None


def parse_dsn(text: str) -> Dsn:
    """Take *text* apart; raises `InvalidArgument`."""
    scheme, colon, _ = text.partition("://")
    if not colon or not _SCHEME.fullmatch(scheme) or not text.isprintable():
        raise InvalidArgument(
            "the DSN must read scheme://user:password@host?setting=value, "
            "with every character in it printable"
        )

    try:
        return _parse(scheme, text)
    except UnicodeError:
        raise InvalidArgument(f"{scheme} DSN: a %-code is wrong{_HINT}") from None
    except InvalidArgument:
        raise
    except ValueError:
        raise InvalidArgument(f"{scheme} DSN: the host or the port is wrong{_HINT}") from None


def _parse(scheme: str, text: str) -> Dsn:
    parts = urlsplit(text)
    _ = parts.port  # raises when it is no port
    # An @ in the settings means that the password broke off early: then quote nothing.
    if parts.path not in {"", "/"} or parts.fragment or "@" in parts.query:
        raise InvalidArgument(f"{scheme} DSN: nothing but ?settings may follow the host{_HINT}")

    return Dsn(
        scheme=scheme,
        user=unquote(parts.username or "", errors="strict"),
        password=unquote(parts.password or "", errors="strict"),
        address=parts.netloc.rpartition("@")[2],
        settings=_settings(scheme, parts.query),
    )


def _settings(scheme: str, query: str) -> Mapping[str, str]:
    settings = parse_qsl(query, keep_blank_values=True, errors="strict")
    names = [name for name, _ in settings]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InvalidArgument(f"{scheme} DSN: set more than once: {', '.join(sorted(twice))}")

    return dict(settings)
