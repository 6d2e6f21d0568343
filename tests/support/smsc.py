"""Questions to SMSC's simulated end, as any client of its might put them."""

from urllib.parse import urlencode

from smsgate.providers.network import Network
from smsgate.providers.smsc.simulated import ROUTES
from smsgate.wire.http import FORM, HttpReply, HttpRequest

PHONE = "77015555555"
SEND = {"phones": PHONE, "mes": "hello", "id": "4107"}
WHO = {"login": "demo", "psw": "demo"}


def ask(
    network: Network,
    command: str,
    *,
    written: str = "cp1251",
    method: str = "POST",
    **fields: str,
) -> HttpReply:
    """Ask *command* as the simulator's account; its bytes are *written* so."""
    form = urlencode({**WHO, **fields}, encoding=written)
    path = f"/sys/{command}.php"
    if method == "GET":
        return ROUTES[path](HttpRequest(f"{path}?{form}", method="GET"), network)

    return ROUTES[path](HttpRequest(path, form.encode(), {"content-type": FORM}), network)


def said(network: Network, command: str, **fields: str) -> str:
    """Ask *command* and read the answer as windows-1251."""
    return ask(network, command, **fields).body.decode("cp1251")
