"""
How a driver learns what to send, and tells what its caller saw.

A driver is a program that sends one message with one client, in that client's own
environment, so nothing here is more than the standard library.
"""

import json
import sys
from collections.abc import Callable
from typing import NamedTuple

_REFUSALS = range(400, 500)  # HTTP statuses


class Job(NamedTuple):
    """
    One message to send.

    ``urls`` are the main server's and its mirrors', in order; ``given`` is what this
    client's row has for its driver.
    """

    urls: list[str]
    phone: str
    text: str
    timeout: float
    given: list[str]

    @property
    def hosts(self) -> list[str]:
        """The servers without their scheme."""
        return [url.partition("://")[2] for url in self.urls]


class Told(NamedTuple):
    """What the caller saw: whether that says *sent*, and the client's own words."""

    sent: bool
    words: str


def run(send: Callable[[Job], Told], *, is_no: Callable[[Exception], bool]) -> None:
    """
    Send as the command line says and print what the caller saw, as JSON.

    The first line says that all is loaded and the sending begins.

    An exception tells the caller "not sent" where *is_no* says so, else nothing certain.
    """
    print("ready", flush=True)
    try:
        sent, words = send(Job(**json.loads(sys.argv[1])))
        told = "sent" if sent else "not sent"
    except ImportError:
        raise  # something is missing here, and no client said anything
    except Exception as error:  # noqa: BLE001 - whatever it raises is what its caller sees
        told, words = "not sent" if is_no(error) else "unclear", type(error).__name__

    print(json.dumps({"told": told, "words": words}))


def is_refusal(status: int | None) -> bool:
    """Tell whether an HTTP status says that the provider read the request and said no."""
    return status is not None and status in _REFUSALS


def never(_: Exception) -> bool:
    """Tell of a client whose exceptions do not say which failures are refusals."""
    return False
