"""Every gateway there is, as the simulator's own DSNs describe it."""

import attrs
from support.clock import NapClock

from smsgate import open_gateway
from smsgate.dsn import parse_dsn
from smsgate.providers import find_gateways
from smsgate.providers.http_gateway import HttpGateway
from smsgate.simulator import dsns
from smsgate.transport import Transport

SCHEMES = sorted(find_gateways())
NOWHERE = "http://127.0.0.1:9"


def open_http(dsn: str) -> HttpGateway:
    """Open a gateway and look behind the protocol: all of ours speak HTTP."""
    gateway = open_gateway(dsn)
    assert isinstance(gateway, HttpGateway)
    return gateway


def gateway_over(transport: Transport, scheme: str) -> HttpGateway:
    """Open the gateway of *scheme*, the simulator's account, over *transport*; it never waits."""
    ready = open_http(dsns(NOWHERE)[scheme])
    return attrs.evolve(ready, transport=transport, clock=NapClock())


def foreign_dsn(scheme: str, base_url: str, *, user: str, password: str) -> str:
    """Write the simulator's DSN of *scheme* with somebody else's login in it."""
    ready = dsns(base_url)[scheme]
    known = parse_dsn(ready)
    login = ready.partition("://")[2].rpartition("@")[0]
    return ready.replace(f"{login}@", f"{user if known.user else ''}:{password}@", 1)
