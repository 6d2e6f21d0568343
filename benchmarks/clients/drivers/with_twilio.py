"""Sends by Twilio's SDK, which waits for ever by default."""

from twilio.base.exceptions import TwilioRestException  # type: ignore[import-not-found]
from twilio.rest import Client  # type: ignore[import-not-found]

from benchmarks.clients.drivers.accounts import TWILIO_SID
from benchmarks.clients.drivers.telling import Job, Told, is_refusal, run


def _send(job: Job) -> Told:
    client = Client(TWILIO_SID, "secret")
    client.api.base_url = job.urls[0]
    sms = client.messages.create(to=f"+{job.phone}", from_="+15005550006", body=job.text)
    return Told(sent=True, words=f"{type(sms).__name__}, sid {'given' if sms.sid else 'missing'}")


def _is_no(error: Exception) -> bool:
    return isinstance(error, TwilioRestException) and is_refusal(error.status)


if __name__ == "__main__":
    run(_send, is_no=_is_no)
