"""
Which proxy the environment puts before a server: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY.

httpx reads them itself, and aiohttp would: but together with a password for the provider,
if ``~/.netrc`` has one, and in two threads for each request.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import attrs

from smsgate.errors import Unreachable
from smsgate.wire.http import is_this_machine

_KINDS = ("http", "https")


@attrs.frozen
class Proxies:
    """The proxies there are, by the scheme of the server; their addresses may hold a login."""

    addresses: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    def before(self, base_url: str) -> str | None:
        """Find the proxy before *base_url*; none stands between this machine and itself."""
        server = urlsplit(base_url)
        host = server.hostname or ""
        if is_this_machine(host) or not self.addresses or proxy_bypass(host):
            return None

        return self.addresses.get(server.scheme)


def read_proxies() -> Proxies:
    """Read the environment. Raises `Unreachable` for a proxy of a kind that nobody here speaks."""
    named = getproxies()
    found = {kind: named.get(kind) or named.get("all") for kind in _KINDS}
    return Proxies({kind: _address(text) for kind, text in found.items() if text})


def _address(text: str) -> str:
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in _KINDS and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = None

    if not is_usable:  # not raised from what quotes its login
        raise Unreachable(
            "the HTTP client cannot be set up: look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY in "
            "the environment; a proxy must read http(s)://host[:port]"
        )

    return address
