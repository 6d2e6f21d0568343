"""Servers below HTTP: one that answers as it is told, and one that is not there."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator

Answer = Callable[[socket.socket], None]


@contextlib.contextmanager
def listen(answer: Answer) -> Iterator[str]:
    """Read requests, and let *answer* do the rest; give the host:port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            answer(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def hang_up(_: socket.socket) -> None:
    """Close without a word, the request read."""


def http(body: bytes) -> bytes:
    """Write a whole HTTP reply."""
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


def free_address() -> str:
    """Find a host:port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"
