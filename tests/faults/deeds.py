"""What a fault does to an exchange. Each deed is a few lines of misbehaviour."""

import asyncio

import attrs
from faults.exchange import Exchange
from faults.wire import write_reply

from smsgate.wire.http import HttpReply

_HTML = {"content-type": "text/html; charset=utf-8"}
_PAGE = HttpReply(b"<html><body><h1>Maintenance, back soon</h1></body></html>", 200, _HTML)
_BAD_GATEWAY = HttpReply(b"<html><body><h1>502 Bad Gateway</h1></body></html>", 502, _HTML)
_EMPTY = HttpReply(b"")
_GARBAGE = b"\x15\x03\x03\x00\x02\x02\x28 \xff\xfe" * 4
_NOISE = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
_TICK = 0.01  # seconds between the bytes of a drip
_PIECES = 8  # of an answer that drips in time


async def close(exchange: Exchange) -> None:
    """Hang up."""
    exchange.close()


async def reset(exchange: Exchange) -> None:
    """Hang up with a reset."""
    exchange.reset()


async def hang(exchange: Exchange) -> None:
    """Say nothing."""
    await exchange.hang()


async def bad_gateway(exchange: Exchange) -> None:
    """Answer as a proxy whose server is gone."""
    await exchange.answer(_BAD_GATEWAY)


async def empty(exchange: Exchange) -> None:
    """Answer nothing, as a success."""
    await exchange.answer(_EMPTY)


async def garbage(exchange: Exchange) -> None:
    """Answer what is no HTTP."""
    await exchange.say(_GARBAGE)
    exchange.close()


async def maintenance(exchange: Exchange) -> None:
    """Answer with a page for people, as a success."""
    await exchange.answer(_PAGE)


@attrs.frozen
class redirect:  # noqa: N801 - it reads as a deed
    """Send the client to another address: if it follows, it asks twice."""

    status: int

    async def __call__(self, exchange: Exchange) -> None:
        """Point elsewhere."""
        await exchange.answer(HttpReply(b"", self.status, {"location": exchange.elsewhere}))


async def half(exchange: Exchange) -> None:
    """Hang up in the middle of the body."""
    await exchange.say(_half(exchange))
    exchange.close()


async def half_and_hang(exchange: Exchange) -> None:
    """Stop in the middle of the body."""
    await exchange.say(_half(exchange))
    await exchange.hang()


def _half(exchange: Exchange) -> bytes:
    whole = write_reply(exchange.reply)
    return whole[: len(whole) - len(exchange.reply.body) // 2]


async def length_too_long(exchange: Exchange) -> None:
    """Promise more than there is, and hang up."""
    await exchange.answer(exchange.reply, length=len(exchange.reply.body) + 16)
    exchange.close()


async def length_too_short(exchange: Exchange) -> None:
    """Promise less than there is; the rest stays on the connection."""
    await exchange.answer(exchange.reply, length=len(exchange.reply.body) // 2)


async def yes_with_500(exchange: Exchange) -> None:
    """Answer yes, and call it a failure."""
    await exchange.answer(attrs.evolve(exchange.reply, status=500))


async def utf_16(exchange: Exchange) -> None:
    """Answer in a charset that nobody asked for."""
    body = exchange.reply.body.decode("latin-1").encode("utf-16")
    await exchange.answer(attrs.evolve(exchange.reply, body=body))


async def lying_header(exchange: Exchange) -> None:
    """Call the charset of the body what it is not."""
    kind = exchange.reply.headers.get("content-type", "text/html").partition(";")[0]
    headers = {**exchange.reply.headers, "content-type": f"{kind}; charset=utf-16"}
    await exchange.answer(attrs.evolve(exchange.reply, headers=headers))


async def noise(exchange: Exchange) -> None:
    """Clear one's throat before the answer."""
    await exchange.say(_NOISE + write_reply(exchange.reply))


async def drip(exchange: Exchange) -> None:
    """Answer whole, in small pieces."""
    whole = write_reply(exchange.reply)
    size = -(-len(whole) // _PIECES)
    for start in range(0, len(whole), size):
        await exchange.say(whole[start : start + size])
        await asyncio.sleep(_TICK)


async def endless_drip(exchange: Exchange) -> None:
    """Answer byte by byte, and never get to the last one."""
    for byte in write_reply(exchange.reply)[:-1]:
        if exchange.over.is_set():
            break

        await exchange.say(bytes([byte]))
        await asyncio.sleep(200 * _TICK)

    await exchange.hang()


async def twice(exchange: Exchange) -> None:
    """Answer, and answer again: whoever asks next may take the second for his own."""
    await exchange.say(2 * write_reply(exchange.reply))
