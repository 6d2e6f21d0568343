"""
Send through a second provider when the first one cannot.

Run it with ``SMSGATE_URL`` set: ``python examples/failover.py +77011234567``. The first
provider here is one that nobody can reach.
"""

import asyncio
import sys

from smsgate import FailoverGateway, Message, SmscGateway, SmsGateError, open_gateway


async def main(phone: str) -> None:
    """Send one message, and tell who took it or what each of them said."""
    down = SmscGateway(api_key="key", base_url="http://127.0.0.1:9")
    async with FailoverGateway([down, open_gateway()]) as gateway:
        try:
            receipt = await gateway.send(Message(phone, "Your code is 1234"), deadline=20)
        except SmsGateError as error:
            print(f"{error.fate.value}: {error}")
            print("before that:", *getattr(error, "__notes__", ()), sep="\n  ")
            return

        print("accepted:", receipt.ref)
        print("status:", (await gateway.status(receipt.ref)).status.value)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
