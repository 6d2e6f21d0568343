"""Sends by Amazon's SDK through its SNS service."""

import boto3  # type: ignore[import-not-found]
from botocore.config import Config  # type: ignore[import-not-found]
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError  # type: ignore[import-not-found]

from benchmarks.clients.drivers.telling import Job, Told, is_refusal, run


def _send(job: Job) -> Told:
    client = boto3.client(
        "sns",
        endpoint_url=job.urls[0],
        region_name="us-east-1",
        aws_access_key_id="KEY",
        aws_secret_access_key="secret",
        config=Config(connect_timeout=job.timeout, read_timeout=job.timeout),  # 60 and 60
    )
    answer = client.publish(PhoneNumber=f"+{job.phone}", Message=job.text)
    given = "given" if answer.get("MessageId") else "missing"
    return Told(sent=True, words=f"{type(answer).__name__}, MessageId {given}")


def _is_no(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return is_refusal(error.response["ResponseMetadata"]["HTTPStatusCode"])

    return isinstance(error, ConnectTimeoutError | EndpointConnectionError)


if __name__ == "__main__":
    run(_send, is_no=_is_no)
