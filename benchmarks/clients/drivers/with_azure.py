"""Sends by Azure's SDK. It names each message by an id that the service knows again."""

from azure.communication.sms import SmsClient  # type: ignore[import-not-found]
from azure.core.credentials import AzureKeyCredential  # type: ignore[import-not-found]
from azure.core.exceptions import HttpResponseError, ServiceRequestError  # type: ignore[import-not-found]

from benchmarks.clients.drivers.telling import Job, Told, is_refusal, run


def _send(job: Job) -> Told:
    client = SmsClient(
        job.urls[0],
        AzureKeyCredential("c2VjcmV0"),
        connection_timeout=job.timeout,  # the default is 300
        read_timeout=job.timeout,  # and 300
        retry_backoff_factor=0.01,  # the default of 0.8 takes minutes for its ten retries
    )
    [answer] = client.send(from_="+15005550006", to=f"+{job.phone}", message=job.text)
    return Told(sent=bool(answer.successful), words=f"successful={answer.successful}")


def _is_no(error: Exception) -> bool:
    if isinstance(error, HttpResponseError):
        return is_refusal(error.status_code)

    return isinstance(error, ServiceRequestError)


if __name__ == "__main__":
    run(_send, is_no=_is_no)
