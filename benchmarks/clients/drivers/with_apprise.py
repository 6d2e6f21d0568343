"""Sends by Apprise's SMSC plugin; its caller sees a yes or a no."""

from apprise import Apprise  # type: ignore[import-not-found]
from apprise.plugins.smsc import NotifySMSC  # type: ignore[import-not-found]

from benchmarks.clients.drivers.telling import Job, Told, never, run


def _send(job: Job) -> Told:
    NotifySMSC.notify_url = f"{job.urls[0]}/sys/send.php"
    client = Apprise()
    client.add(f"smsc://demo:demo@{job.phone}/{''.join(job.given)}")
    answer = bool(client.notify(body=job.text))
    return Told(sent=answer, words=str(answer))


if __name__ == "__main__":
    run(_send, is_no=never)
