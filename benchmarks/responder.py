"""
The least that can answer a send: no parsing beyond lengths, no waiting, one answer.

Run it as a script: it prints its base URL and serves until it is terminated.
"""

import asyncio
import contextlib
import socket

_BODY = (
    b'{"id":"5f3759df5f3759df5f3759df5f3759df","cnt":1,"cost":"3.20","balance":"996.80",'
    b'"phones":[{"phone":"77011234567","mccmnc":"40101","cost":"3.20"}]}'
)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
_ANSWER = _HEAD % len(_BODY) + _BODY


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request on a connection, without delay."""
    held: socket.socket = writer.get_extra_info("socket")
    held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(EOFError, OSError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            _, _, rest = head.lower().partition(b"content-length:")
            await reader.readexactly(int(rest.partition(b"\r\n")[0]))
            writer.write(_ANSWER)

    writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
