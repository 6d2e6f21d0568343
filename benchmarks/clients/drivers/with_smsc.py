"""Sends by the package ``smsc``; a refusal is a field of its answer."""

import logging

from smsc.api import SMSC  # type: ignore[import-not-found]
from smsc.messages import SMSMessage  # type: ignore[import-not-found]

from benchmarks.clients.drivers.telling import Job, Told, never, run


def _send(job: Job) -> Told:
    logging.disable()  # the package turns on debug logging for the whole process
    SMSC._url = f"{job.urls[0]}/sys/"  # noqa: SLF001 - it has no setting for it
    answer = SMSC(login="demo", password="demo").send(job.phone, SMSMessage(text=job.text))
    return Told(sent=answer.error is None, words=f"error={answer.error is not None}")


if __name__ == "__main__":
    run(_send, is_no=never)
