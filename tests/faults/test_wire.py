"""The fault server reads what any client writes, and says no to what is not HTTP."""

import asyncio

import pytest
from faults.server import FaultServer

PARAMS = "login=demo&psw=demo&phones=77011234567&mes=hi&id=4107&fmt=1"
LENGTH = f"content-length: {len(PARAMS)}\r\n"
FORM = "content-type: application/x-www-form-urlencoded\r\n"
YES = b"\r\n\r\n4107,1"
CHUNKS = "".join(f"{len(part):X};a=b\r\n{part}\r\n" for part in (PARAMS[:9], PARAMS[9:]))
XML = (
    "<?xml version='1.0' encoding='utf-8'?><request_sendsms><username><![CDATA[demo]]></username>"
    "<password><![CDATA[demo]]></password><from>ME</from><to>380977777662</to><text>hi</text>"
    "</request_sendsms>"
)
MULTIPART = f'--x\r\ncontent-disposition: form-data; name="xmlrequest"\r\n\r\n{XML}\r\n--x--\r\n'


async def ask(base_url: str, *requests: str) -> bytes:
    """Write *requests* one after the other, as bytes, and read until the server hangs up."""
    host, port = base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write("".join(requests).encode())
    writer.write_eof()
    heard = await reader.read()
    writer.close()
    await writer.wait_closed()
    return heard


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(f"GET /sys/send.php?{PARAMS} HTTP/1.1\r\n\r\n", id="get"),
        pytest.param(f"GET http://a.b/sys/send.php?{PARAMS} HTTP/1.1\r\n\r\n", id="to-a-proxy"),
        pytest.param(f"GET /sys/send.php?{PARAMS} HTTP/1.0\r\n\r\n", id="http-1.0"),
        pytest.param(f"POST /sys/send.php HTTP/1.1\r\n{FORM}{LENGTH}\r\n{PARAMS}", id="form"),
        pytest.param(
            f"POST /sys/send.php HTTP/1.1\r\n{FORM}Transfer-Encoding: Chunked\r\n\r\n"
            f"{CHUNKS}0\r\na: b\r\n\r\n",
            id="chunked",
        ),
        pytest.param(
            f"POST /sys/send.php HTTP/1.1\r\nExpect: 100-continue\r\n{LENGTH}\r\n{PARAMS}",
            id="may-i-go-on",
        ),
    ],
)
async def test_reads_any_request(request_: str) -> None:
    """By GET or POST, in chunks or whole, in the old language or the new."""
    async with FaultServer() as server:
        heard = await ask(server.base_url, request_)

        assert heard.endswith(YES)
        assert server.copies("77011234567", "hi") == 1
        assert server.provider.most_seen == {"demo": 1}


async def test_reads_multipart() -> None:
    """PHP's curl writes a form like this when it is handed an array."""
    kind = "content-type: multipart/form-data; boundary=x\r\n"
    path = "/hfw_smpp_addon/xmlsendsmspost.php"
    head = f"POST {path} HTTP/1.1\r\n{kind}content-length: {len(MULTIPART)}\r\n\r\n"
    async with FaultServer() as server:
        await ask(server.base_url, head + MULTIPART)

        assert server.provider.asked == {path: 1}
        assert server.copies("380977777662", "hi") == 1


async def test_many_requests_on_one_connection() -> None:
    """A connection is kept until its client has no more to ask, or says so."""
    request = f"GET /sys/send.php?{PARAMS} HTTP/1.1\r\n"
    last = f"{request}Connection: close\r\n\r\n"
    async with FaultServer() as server:
        heard = await ask(server.base_url, f"{request}\r\n", last, f"{request}\r\n")

    assert heard.count(YES) == 2
    assert heard.count(b"connection: close") == 1


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param("\x16\x03\x01", id="tls"),
        pytest.param("hello\r\n\r\n", id="no-http"),
        pytest.param("GET / HTTP/2\r\n\r\n", id="http-2"),
        pytest.param("GET / HTTP/1.1\r\n", id="half-a-head"),
        pytest.param(f"GET /{'x' * 2**20} HTTP/1.1\r\n\r\n", id="endless-head"),
        pytest.param("POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n", id="no-number"),
    ],
)
async def test_what_is_no_request(request_: str) -> None:
    """It is answered as servers do, and the connection ends."""
    async with FaultServer() as server:
        heard = await ask(server.base_url, request_)

    assert heard.startswith(b"HTTP/1.1 400 Bad Request\r\n")


async def test_path_of_nobody() -> None:
    """No provider has it."""
    async with FaultServer() as server:
        heard = await ask(server.base_url, "GET /other HTTP/1.1\r\n\r\n")

    assert heard.startswith(b"HTTP/1.1 404 Not Found\r\n")
