"""Forms as PHP's cURL writes them."""

import pytest
from hypothesis import given, strategies as st

from smsgate.providers.smsclub.xml.multipart import parse_multipart
from smsgate.wire.http import HttpRequest

BOUNDARY = "------------------------32c1a1e4b37faad3"


def form(*fields: tuple[str, bytes], boundary: str = BOUNDARY) -> HttpRequest:
    """Write a form the way cURL does."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + value
        + b"\r\n"
        for name, value in fields
    ]
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return HttpRequest("/", body, {"content-type": f"multipart/form-data; boundary={boundary}"})


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary()), max_size=4))
def test_fields_come_out_as_they_went_in(fields: list[tuple[str, bytes]]) -> None:
    """To the last byte, line breaks at both ends included; of two namesakes the last wins."""
    assert parse_multipart(form(*fields)) == dict(fields)


def test_a_quoted_boundary_is_the_same_boundary() -> None:
    """Other clients quote it."""
    said = form(("xmlrequest", b"<a/>"), boundary="abc")
    headers = {"content-type": 'multipart/form-data; charset=utf-8; Boundary="abc"'}

    assert parse_multipart(HttpRequest("/", said.body, headers)) == {"xmlrequest": b"<a/>"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param("multipart/form-data", b'--\r\n; name="a"\r\n\r\nb', id="no-boundary"),
        pytest.param("multipart/form-data; boundary=x", b"", id="empty"),
        pytest.param("multipart/form-data; boundary=x", b"--x\r\n\r\nvalue\r\n--x--", id="no-name"),
        pytest.param("multipart/form-data; boundary=x", b"xmlrequest=1", id="urlencoded"),
    ],
)
def test_what_is_no_form_has_no_fields(content_type: str, body: bytes) -> None:
    """Nothing is guessed."""
    assert parse_multipart(HttpRequest("/", body, {"content-type": content_type})) == {}


@given(st.binary(), st.text(st.characters(max_codepoint=255)))
def test_gibberish_never_breaks_it(body: bytes, boundary: str) -> None:
    """Whatever bytes come, fields or none come out."""
    request = HttpRequest("/", body, {"content-type": f"multipart/form-data; boundary={boundary}"})

    assert isinstance(parse_multipart(request), dict)
