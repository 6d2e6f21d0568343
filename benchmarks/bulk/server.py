"""
A provider's server that takes its time, counts everybody, and does little else.

Run it as ``python -m benchmarks.bulk.server SECONDS``: it prints its base URL, and answers
each send so many seconds after it came. The 15th request that SMSC would have under way at
once is turned away with error 9. ``GET /count`` tells what came since it was last asked.
"""

import asyncio
import json
import re
import sys
import time
from contextlib import suppress

from benchmarks.bulk.answers import LANGUAGES, ONE_BY_ONE, TURNED_AWAY, Letters
from benchmarks.bulk.campaign import MOST, TEXTS, number_of

_MOST_AT_ONCE = 14
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"


class Books:
    """Who got how many messages since the books were opened."""

    def __init__(self) -> None:
        self.under_way = 0
        self.open()

    def open(self) -> None:
        """Begin anew."""
        self._seen = bytearray(MOST)
        self.messages = self.doubles = self.strange = 0
        self.requests = self.turned_away = self.most_at_once = 0
        self._began = time.process_time()

    def enter(self, letters: Letters) -> None:
        """Count what a request holds; strange are phones and texts that nobody sent."""
        numbers = [number_of(int(phone)) for phone in letters.phones]
        for number in numbers:
            if number is None:
                self.strange += 1
                continue

            self.doubles += self._seen[number]
            self._seen[number] = 1
            self.messages += 1

        first = numbers[0] if numbers else None
        self.strange += first is None or letters.text not in [text(first) for text in TEXTS]

    def show(self) -> bytes:
        """Tell what is in them, as JSON, and close them."""
        counted = {
            "messages": self.messages,
            "doubles": self.doubles,
            "strange": self.strange,
            "requests": self.requests,
            "turned_away": self.turned_away,
            "most_at_once": self.most_at_once,
            "cpu": time.process_time() - self._began,
        }
        self.open()
        return json.dumps(counted).encode()


class Connection(asyncio.Protocol):
    """One client's connection: its requests are answered one after another."""

    def __init__(self, books: Books, latency: float) -> None:
        self._books, self._latency = books, latency
        self._came = bytearray()
        self._lacks = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take what came; nothing is looked at before the request is whole."""
        self._came += data
        self._lacks -= len(data)
        while self._came and self._lacks <= 0 and self._take():
            pass

    def _take(self) -> bool:
        """Take one whole request off what came, if there is one."""
        head, end, _ = self._came.partition(_END_OF_HEAD)
        if not end:
            return False

        length = _LENGTH.search(head)
        size = len(head) + len(end) + (int(length[1]) if length else 0)
        self._lacks = size - len(self._came)
        if self._lacks > 0:
            return False

        body = bytes(self._came[len(head) + len(end) : size])
        del self._came[:size]
        self._begin(bytes(head), body)
        return True

    def _begin(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1]
        if path == b"/count":
            self._say(self._books.show(), closes=True)
            return

        books = self._books
        closes = bool(_CLOSE.search(head))
        books.requests += 1
        if path in ONE_BY_ONE and books.under_way >= _MOST_AT_ONCE:
            books.turned_away += 1
            self._say(TURNED_AWAY, closes=closes)
            return

        books.under_way += 1
        books.most_at_once = max(books.most_at_once, books.under_way)
        language = LANGUAGES[path]
        letters = language.read(body)
        books.enter(letters)
        answer = language.answer(letters)
        asyncio.get_running_loop().call_later(self._latency, self._end, answer, closes)

    def _end(self, answer: bytes, closes: bool) -> None:
        self._books.under_way -= 1
        self._say(answer, closes=closes)

    def _say(self, body: bytes, *, closes: bool) -> None:
        last = b"connection: close\r\n" if closes else b""
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n%bcontent-length: %d\r\n\r\n"
        self._transport.write(head % (last, len(body)) + body)
        if closes:
            self._transport.close()


async def _serve(latency: float) -> None:
    books = Books()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(books, latency), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(float(sys.argv[1])))
