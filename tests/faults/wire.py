"""
HTTP/1.1 as the fault server reads and writes it: any client's request, our replies.

A request may have a length, come in chunks, or be HTTP/1.0; a client that asks whether
it may go on is told to. What is no HTTP at all is `BadRequest`.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

import attrs

from smsgate.wire.http import HttpReply, HttpRequest

LIMIT = 2**20  # bytes of a head: a client may put long texts into a query
_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class BadRequest(Exception):
    """What came is not HTTP."""


@attrs.frozen
class Head:
    """The first half of a request. Header names are lower case."""

    method: str
    target: str
    version: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def goes_on(self) -> bool:
        """Whether another request may follow on this connection."""
        is_last = "close" in self.headers.get("connection", "").lower()
        return not is_last and self.version != "HTTP/1.0"

    def as_request(self, body: bytes = b"") -> HttpRequest:
        """Make the request that it begins."""
        return HttpRequest(self.target, body, self.headers, self.method)


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """Read the head of a request; None when the client has no more of them."""
    first = await reader.read(1)
    if not first:
        return None

    if not first.isalpha():
        raise BadRequest  # such as the greeting of TLS, after which no line will end

    try:
        said = first + await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise BadRequest from None

    line, *lines = said[:-4].decode("latin-1").split("\r\n")
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest

    pairs = (each.partition(":") for each in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Head(parts[0], _origin_form(parts[1]), parts[2], headers)


def _origin_form(target: str) -> str:
    """Cut off the scheme and the host that clients write for the sake of proxies."""
    if not target.startswith("http://"):
        return target

    return "/" + target.removeprefix("http://").partition("/")[2]


async def read_request(
    head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> HttpRequest:
    """Read the rest of a request."""
    if head.headers.get("expect", "").lower() == "100-continue":
        writer.write(_GO_ON)

    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(_number(head.headers.get("content-length", "0"), 10))

    return head.as_request(body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := _number((await reader.readline()).partition(b";")[0].decode("latin-1"), 16):
        body += await reader.readexactly(size)
        await reader.readline()

    while (await reader.readline()).strip():
        """A trailer, which nobody needs."""

    return bytes(body)


def _number(digits: str, base: int) -> int:
    try:
        return int(digits, base)
    except ValueError:
        raise BadRequest from None


def write_reply(reply: HttpReply, *, length: int | None = None, closes: bool = False) -> bytes:
    """Write *reply*; *length* is what its Content-Length claims, if not the truth."""
    lines = [
        f"HTTP/1.1 {reply.status} {_phrase(reply.status)}",
        *(f"{name}: {value}" for name, value in reply.headers.items()),
        f"content-length: {len(reply.body) if length is None else length}",
        *(["connection: close"] if closes else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + reply.body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Strange"
