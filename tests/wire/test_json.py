"""JSON bodies: exact money, and no surprise from a hostile one."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from smsgate import OutcomeUnknown
from smsgate.wire.http import HttpReply
from smsgate.wire.json import decode_json, dumps, loads

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b'{"id": 1,\r\n "cnt": 2}', {"id": 1, "cnt": 2}, id="pretty-printed"),
        pytest.param(b"\xef\xbb\xbf[]", [], id="byte-order-mark"),
        pytest.param(b'"a\tb\nc"', "a\tb\nc", id="bare-control-characters"),
        pytest.param('"Код"'.encode(), "Код", id="utf-8"),
        pytest.param(rb'"\u041a\ud83d\ude00"', "К😀", id="escapes"),
        pytest.param(b"183.20", Decimal("183.20"), id="money"),
        pytest.param(b"1e400", Decimal("1e400"), id="beyond-float"),
        pytest.param(b" null ", None, id="null"),
    ],
)
def test_reading_json(body: bytes, value: object) -> None:
    """What live servers were seen to write is read; money never passes through a float."""
    assert loads(body) == value


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"id": 4107, "cnt', id="cut-short"),
        pytest.param(b"{'id': 1}", id="python"),
        pytest.param(b"OK", id="bare-word"),
        pytest.param(b"<html></html>", id="html"),
        pytest.param(b'"\xcf\xf0\xe8\xe2\xe5\xf2"', id="windows-1251"),
        pytest.param('{"id": 1}'.encode("utf-16"), id="utf-16"),
        pytest.param(b"[" * 100_000, id="too-deep"),
        pytest.param(b"9" * 5000, id="endless-integer"),
        pytest.param(b"1e9999999999999999999", id="beyond-decimal"),
        pytest.param(rb'{"error": "\ud83d"}', id="half-a-character"),
    ],
)
def test_what_is_no_json(body: bytes) -> None:
    """One exception for everything that is wrong with a body, and one fate for its send."""
    with pytest.raises(ValueError):  # noqa: PT011 - the class is the whole promise
        loads(body)

    with pytest.raises(OutcomeUnknown, match=rf"\(HTTP 200, no content type, {len(body)} bytes"):
        decode_json(HttpReply(body))


@given(JSON)
def test_what_is_written_is_read(value: object) -> None:
    """The simulated ends and the gateways mean the same bytes."""
    assert loads(dumps(value)) == value


@given(st.binary() | JSON.map(dumps).flatmap(lambda body: st.just(body[: len(body) // 2])))
def test_no_body_is_a_surprise(body: bytes) -> None:
    """Whatever comes back after a send, the answer is a value or a `ValueError`."""
    try:
        loads(body)
    except ValueError:
        return


def test_letters_are_written_as_they_are() -> None:
    """Compact UTF-8: a text of Cyrillic letters does not grow threefold on the way."""
    assert dumps({"mes": "Код", "n": [1, 2]}) == '{"mes":"Код","n":[1,2]}'.encode()
