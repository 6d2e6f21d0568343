"""
Opening a gateway by one line of text: whose class, which account, which settings.

Settings are the keyword arguments of the gateway's class. A host on this machine is
spoken to over http, any other over https.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs

from smsgate.dsn import Dsn, parse_dsn, split_failover
from smsgate.errors import InvalidArgument
from smsgate.gateway import Gateway
from smsgate.providers import find_gateways
from smsgate.wire.http import is_this_machine

if TYPE_CHECKING:
    from attrs import AttrsInstance

    from smsgate.providers.http_gateway import HttpGateway

VARIABLE = "SMSGATE_URL"
_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _flag(text: str) -> bool:
    return _FLAGS[text.lower()]


# A setting's annotation says how to read it; one that is not here cannot stand in a DSN.
Reader = tuple[Callable[[str], object], str]
_READERS: Mapping[object, Reader] = {
    str: (str, "a text"),
    str | None: (str, "a text"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    float | None: (float, "a number"),
    bool: (_flag, "yes or no"),
    bool | None: (_flag, "yes or no"),
    Sequence[str]: (lambda text: text.split(","), "a list"),
}


def open_gateway(dsn: str | None = None, /) -> Gateway:
    """
    Make the gateway that *dsn* describes; without one, the environment's ``SMSGATE_URL``.

    ``failover(DSN DSN ...)`` makes a `smsgate.FailoverGateway`. Use what you get with
    ``async with``, or close it with ``aclose()``. Raises `InvalidArgument` for an unknown
    scheme or setting, missing credentials, or a value out of range.
    """
    text = os.environ.get(VARIABLE) if dsn is None else dsn
    if not text:
        raise InvalidArgument(f"no DSN was given, and {VARIABLE} is not set")

    several = split_failover(text)
    return _open_one(text) if several is None else _open_several(*several)


def _open_several(dsns: Sequence[str], written: Mapping[str, str]) -> Gateway:
    from smsgate.policy.failover import FailoverGateway  # noqa: PLC0415 - it loads asyncio

    # One that begins otherwise may be a piece of a password: nothing of it is quoted.
    schemes = tuple(f"{scheme}://" for scheme in sorted(find_gateways()))
    if not all(dsn.startswith(schemes) for dsn in dsns):
        raise InvalidArgument(
            "failover DSN: white space stands between the DSNs in it, and nowhere else (write "
            f"%20 for a space inside one); each begins with one of {', '.join(schemes)}"
        )

    settings = _read("failover", _settable(FailoverGateway), written)
    make: Callable[..., Gateway] = FailoverGateway
    return make([_open_member(place, dsn) for place, dsn in enumerate(dsns, start=1)], **settings)


def _open_member(place: int, dsn: str) -> Gateway:
    try:
        return _open_one(dsn)
    except InvalidArgument as error:
        raise InvalidArgument(f"failover DSN, gateway {place}: {error}") from None


def _open_one(dsn: str) -> Gateway:
    parsed = parse_dsn(dsn)
    gateways = find_gateways()
    if parsed.scheme not in gateways:
        known = ", ".join(sorted(gateways))
        raise InvalidArgument(f"unknown scheme {parsed.scheme!r}; known are {known}")

    gateway = gateways[parsed.scheme]
    settings = {**_who(gateway, parsed), **_where(gateway, parsed), **_how(gateway, parsed)}
    needed = [f.name for f in attrs.fields(gateway) if f.init and f.default is attrs.NOTHING]
    missing = [name for name in needed if name not in settings]
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

    if is_this_machine(urlsplit(f"//{dsn.address}").hostname or ""):
        return {"base_url": f"http://{dsn.address}"}

    return gateway.located_at(dsn.address)


def _how(gateway: "type[HttpGateway]", dsn: Dsn) -> dict[str, object]:
    return _read(dsn.scheme, _settable(gateway), dsn.settings)


def _settable(gateway: "type[AttrsInstance]") -> Mapping[str, Reader]:
    """List the settings of *gateway* that can stand in a DSN, and how each is read."""
    fields = attrs.fields(gateway)
    return {f.name: _READERS[f.type] for f in fields if f.init and f.type in _READERS}


def _read(
    scheme: str, readers: Mapping[str, Reader], written: Mapping[str, str]
) -> dict[str, object]:
    settings: dict[str, object] = {}
    for name, text in written.items():
        if name not in readers:
            known = ", ".join(sorted(readers))
            raise InvalidArgument(f"{scheme} DSN: unknown setting {name!r}; known are {known}")

        reader, kind = readers[name]
        try:
            settings[name] = reader(text)
        except (ValueError, KeyError):
            raise InvalidArgument(f"{scheme} DSN: {name}={text!r} is not {kind}") from None

    return settings
