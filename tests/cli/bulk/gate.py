"""A simulator that holds requests back until the test lets them go."""

import asyncio
import threading
from decimal import Decimal

from starlette.types import Message, Receive, Scope, Send

from smsgate.simulator import Simulator

PATIENCE = 20  # seconds


class Gate(Simulator):
    """Answers *free* requests, and keeps the others waiting until `release` is set."""

    def __init__(self, free: int) -> None:
        super().__init__(pace=1e-6, funds=Decimal(1_000_000))
        self.free = free
        self.reached = threading.Event()
        self.release = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, sooner or later."""
        body = [await receive()]  # all of it: whoever asked may be gone by the time we answer

        async def read() -> Message:
            return body.pop() if body else await receive()

        self.free -= 1
        if self.free < 0:
            self.reached.set()
            await asyncio.to_thread(self.release.wait, PATIENCE)

        await super().__call__(scope, read, send)
