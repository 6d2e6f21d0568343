"""The simulator on a socket: it comes up, it keeps quiet, and it goes away."""

import logging
import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest

from smsgate.simulator import Simulator, serve

SECRETS = {"login": "demo", "psw": "hunter2", "mes": "private", "phones": "77011234567"}


def test_listens_until_the_block_ends() -> None:
    """It answers inside the block, and its port is free again afterwards."""
    with serve(Simulator()) as base_url:
        answered = httpx.get(f"{base_url}/sys/balance.php").status_code

    assert answered == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url)


def test_two_at_once() -> None:
    """Port 0 is a free port each time, so tests can run side by side."""
    with serve(Simulator()) as one, serve(Simulator()) as two:
        assert one != two


def test_taken_port() -> None:
    """A port that somebody has is an `OSError` at once, and starts no thread."""
    before = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), serve(Simulator(), port=port):
            pass

    assert threading.active_count() == before


def test_block_that_fails_ends_it_too() -> None:
    """An error inside the block comes out as it is, and nothing keeps running."""
    before = threading.active_count()
    with pytest.raises(LookupError), serve(Simulator()):
        raise LookupError

    assert threading.active_count() == before


def test_stalled_client_does_not_keep_it() -> None:
    """A client that stops in the middle of a request is not waited for."""
    request = b"POST /sys/send.php HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\nlogin="
    with serve(Simulator()) as base_url:
        place = urlsplit(base_url)
        client = socket.create_connection((place.hostname, place.port))
        client.sendall(request)

    client.close()


def test_log_tells_nothing_private(caplog: pytest.LogCaptureFixture) -> None:
    """A text or a password in a URL stays out of the log, at every level."""
    with caplog.at_level(logging.DEBUG), serve(Simulator()) as base_url:
        httpx.post(f"{base_url}/sys/send.php", data=SECRETS)

    assert [word for word in SECRETS.values() if word in caplog.text and word != "demo"] == []
