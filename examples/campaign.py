"""
Send one text to many phones, and account for every one of them.

Run it with ``SMSGATE_URL`` set: ``python examples/campaign.py +77011234567 +77017654321``.
"""

import asyncio
import sys
from collections import Counter

import smsgate
from smsgate import Accepted, Message, NotSent, Unknown


async def main(phones: list[str]) -> Counter[str]:
    """Count what became of the messages, and say what to do about the rest."""
    counts: Counter[str] = Counter()
    messages = (Message(phone, "We are open again") for phone in phones)
    async with smsgate.open_gateway() as gateway:
        async for outcome in gateway.send_many(messages):
            counts[type(outcome).__name__] += 1
            match outcome:
                case Accepted(receipt=receipt):
                    print("keep this ref:", receipt.ref)
                case NotSent(error=error):
                    print("safe to send again:", error)
                case Unknown(error=error):
                    print("may be on its way, ask before you resend:", error)

    return counts


if __name__ == "__main__":
    print(dict(asyncio.run(main(sys.argv[1:]))))
