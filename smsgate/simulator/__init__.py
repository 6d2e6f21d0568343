"""
Every provider at once, on one address, for development and tests. Needs ``[simulator]``.

In process, `Simulator` is an ASGI app for `httpx.ASGITransport`; on a socket,
`serve` runs it in a thread of its own.
"""

from smsgate.simulator.app import Simulator, dsns
from smsgate.simulator.server import serve

__all__ = ["Simulator", "dsns", "serve"]
