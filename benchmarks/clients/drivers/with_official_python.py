"""
Sends by a fitted copy of SMSC's official Python client.

Whether it was sent is judged by the client's own test, the one of its debug lines.
"""

import runpy

from benchmarks.clients.drivers.telling import Job, Told, never, run


def _send(job: Job) -> Told:
    settings = {"HOSTS": job.hosts, "SECURE": job.urls[0].startswith("https")}
    client = runpy.run_path(job.given[0], init_globals=settings)["SMSC"]()
    answer = client.send_sms(job.phone, job.text)
    empty = "" if any(answer) else ", all empty"
    return Told(sent=answer[1] > "0", words=f"{len(answer)} values{empty}")


if __name__ == "__main__":
    run(_send, is_no=never)
