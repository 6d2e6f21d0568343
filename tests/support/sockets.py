"""Raw socket servers, for faults that no HTTP server would commit."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def raw_server(behave: Behaviour) -> AsyncIterator[str]:
    """Serve every connection by *behave* until the block ends, and give ``host:port``."""
    conversations: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await behave(reader, writer)

        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.append((asyncio.create_task(converse(reader, writer)), writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.close()
        for conversation, writer in conversations:
            conversation.cancel()
            writer.transport.abort()
            await asyncio.gather(conversation, writer.wait_closed(), return_exceptions=True)

        await server.wait_closed()


@contextlib.contextmanager
def dead_port() -> Iterator[str]:
    """Hold a port where nobody listens, so that nobody can begin to, and give its address."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        host, port = held.getsockname()
        yield f"{host}:{port}"


async def read_request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Read one HTTP request: its head, and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    return head, await reader.readexactly(length)


def http_answer(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    """Write an HTTP answer, connection kept open."""
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body
