"""How servers behave that no HTTP server would be: each is a conversation on a raw socket."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from support.sockets import Behaviour, http_answer, read_request


async def close_at_once(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Accept, and hang up."""


async def close_after_reading(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Read the request, and hang up."""
    await read_request(reader)


async def half_a_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, begin an answer, and hang up."""
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-")


async def half_a_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, promise more than there is, and hang up."""
    await read_request(reader)
    writer.write(http_answer(b'{"id": 4107, "cnt": 1}')[:-4])


async def another_protocol(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, and answer with its own text in some other language."""
    _, body = await read_request(reader)
    writer.write(body + b"\r\n\r\n")


async def bad_compression(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, and claim that plain text is compressed."""
    await read_request(reader)
    writer.write(http_answer(b"SECRETTEXT", headers="content-encoding: gzip\r\n"))


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, and give an answer that has no end."""
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
    while True:
        writer.write(b" " * 2**16)
        await writer.drain()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Read whatever comes, and never answer."""
    await reader.read()


def answering(answer: bytes, heard: list[tuple[bytes, bytes]]) -> Behaviour:
    """Give every request *answer*, and keep what was *heard*."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heard.append(await read_request(reader))
            writer.write(answer)

    return serve


@contextlib.asynccontextmanager
async def narrow(behave: Behaviour) -> AsyncIterator[str]:
    """Serve one connection by *behave*; the kernel takes little that was not read yet."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError), contextlib.closing(writer):
            await behave(reader, writer)

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**12)
        listener.bind(("127.0.0.1", 0))
        async with await asyncio.start_server(converse, sock=listener, limit=2**12):
            host, port = listener.getsockname()
            yield f"http://{host}:{port}"
