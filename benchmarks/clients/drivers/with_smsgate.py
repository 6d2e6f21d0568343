"""Sends by smsgate's public face, the way its README shows."""

import asyncio
from urllib.parse import urlencode

from benchmarks.clients.drivers.telling import Job, Told, run
from smsgate import Fate, Message, SmsGateError, open_gateway


async def _send(job: Job) -> Told:
    settings = {"timeout": job.timeout, "connect_timeout": job.timeout / 6}  # 30 to 5
    query = urlencode({"base_urls": ",".join(job.urls), **settings})
    async with open_gateway(f"smsc://demo:demo@?{query}") as gateway:
        receipt = await gateway.send(Message(to=job.phone, text=job.text))

    return Told(sent=True, words=type(receipt).__name__)


if __name__ == "__main__":
    run(
        lambda job: asyncio.run(_send(job)),
        is_no=lambda error: isinstance(error, SmsGateError) and error.fate is Fate.NOT_SENT,
    )
