"""
Send one message and follow it to its end, or for as long as it is worth while.

Run it with ``SMSGATE_URL`` set: ``python examples/send_and_follow.py +77011234567``.
"""

import asyncio
import sys

from smsgate import Message, SmsGateError, open_gateway

QUESTIONS = 5  # a minute about one message: what SMSC takes; a sixth would wait


async def main(phone: str, pause: float = 0.5) -> None:
    """Send, then ask until the fate is sealed; *pause* is in seconds, and grows."""
    async with open_gateway() as gateway:
        try:
            receipt = await gateway.send(Message(phone, "Your code is 1234"))
        except SmsGateError as error:
            print(f"{error.fate.value}: {error}")
            return

        print("accepted:", receipt.ref)
        for _ in range(QUESTIONS):
            report = await gateway.status(receipt)
            if report.status.is_final:
                print("ended:", report.status.value)
                return

            await asyncio.sleep(pause)
            pause *= 2

        print("not ended yet: store the ref and ask again later")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
