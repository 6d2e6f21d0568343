"""
Send one message and follow it to its end.

Run it with ``SMSGATE_URL`` set: ``python examples/send_and_follow.py +77011234567``.
"""

import asyncio
import sys

from smsgate import Message, open_gateway


async def main(phone: str, pause: float = 0.5) -> None:
    """Send, then ask until the fate is sealed; *pause* is in seconds."""
    async with open_gateway() as gateway:
        receipt = await gateway.send(Message(phone, "Your code is 1234"))
        print("accepted:", receipt.ref)

        report = await gateway.status(receipt)
        while not report.status.is_final:
            await asyncio.sleep(pause)
            report = await gateway.status(receipt)

        print("ended:", report.status.value)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
