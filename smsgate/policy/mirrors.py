"""Several addresses of one provider, tried in order, and only on proof."""

from collections.abc import Sequence

from smsgate.errors import Unreachable
from smsgate.transport import Transport
from smsgate.wire.http import HttpReply, HttpRequest


async def exchange_on_mirrors(
    transport: Transport, base_urls: Sequence[str], request: HttpRequest
) -> HttpReply:
    """
    Send *request* to the first of *base_urls* that can be reached at all.

    Moves on only from `Unreachable`: after anything else the request may have arrived,
    and a second copy on a mirror would be a second SMS.
    """
    *spares_follow, last = base_urls
    for base_url in spares_follow:
        try:
            return await transport.exchange(base_url, request)
        except Unreachable:
            continue

    return await transport.exchange(last, request)
