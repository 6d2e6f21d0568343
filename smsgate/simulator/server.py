"""The simulator on a real socket, in a thread of its own."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn

from smsgate.simulator.app import Simulator


class _Server(uvicorn.Server):
    """Lets the thread that starts it wait until it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


def _settings(simulator: Simulator) -> uvicorn.Config:
    return uvicorn.Config(
        simulator,
        access_log=False,  # a query may hold a text and a password
        lifespan="off",
        log_config=None,  # logging belongs to whoever started us
        timeout_graceful_shutdown=1,  # a client that stalls must not keep us
        ws="none",
    )


@contextlib.contextmanager
def serve(simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """
    Serve *simulator* until the block ends, and give its base URL; port 0 is a free one.

    Raises `OSError` when the port is taken.
    """
    with socket.create_server((host, port)) as listener:
        # asyncio does this for sockets of its own only; without it each answer waits 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = _Server(_settings(simulator))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        server.is_up.wait()
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
