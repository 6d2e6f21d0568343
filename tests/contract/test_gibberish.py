"""An answer that nobody documented proves nothing, and is never a foreign exception."""

import pytest
from hypothesis import given, settings, strategies as st
from support.gateways import SCHEMES, gateway_over
from support.transports import always

from smsgate import Fate, Message, Receipt, SmsGateError, Status
from smsgate.wire.http import HttpReply
from smsgate.wire.json import dumps

MESSAGE = Message("380970005555", "SECRETTEXT")
BATCH = [MESSAGE, Message("380970006666", "SECRETTEXT")]
NOTHING_SAID = [
    pytest.param(b"", id="empty"),
    pytest.param(b" \r\n", id="blank"),
    pytest.param(b"OK", id="ok"),
    pytest.param(b"null", id="null"),
    pytest.param(b"0", id="zero"),
    pytest.param(b"[]", id="list"),
    pytest.param(b"{}", id="map"),
    pytest.param(b'{"id"', id="cut-json"),
    pytest.param(b"<a/>", id="xml"),
    pytest.param(b"<?xml version='1.0'?><response>", id="cut-xml"),
    pytest.param(b"<!DOCTYPE html><html><h1>380970005555: SECRETTEXT</h1></html>", id="page"),
    pytest.param(b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", id="entity"),
    pytest.param(b"\xff\xfe\x00SECRETTEXT", id="binary"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
BODIES = st.one_of(
    st.binary(),
    st.text().map(str.encode),
    JSON.map(dumps),
    st.text(st.characters(codec="ascii")).map(lambda text: f"<a><b>{text}</b></a>".encode()),
)


@pytest.mark.parametrize("body", NOTHING_SAID)
@pytest.mark.parametrize("status", [200, 302, 502])
async def test_a_send_without_a_clear_answer(scheme: str, body: bytes, status: int) -> None:
    """The message may be on its way; and the error does not quote what may be private."""
    with pytest.raises(SmsGateError) as caught:
        await gateway_over(always(HttpReply(body, status)), scheme).send(MESSAGE)

    assert caught.value.fate is Fate.UNKNOWN
    assert "SECRETTEXT" not in str(caught.value)
    assert "380970005555" not in str(caught.value)


@pytest.mark.parametrize("body", NOTHING_SAID)
async def test_a_batch_without_a_clear_answer(scheme: str, body: bytes) -> None:
    """Every message of the request is unknown, and none is forgotten."""
    gateway = gateway_over(always(HttpReply(body)), scheme)
    outcomes = [outcome async for outcome in gateway.send_many(BATCH)]

    assert [outcome.message for outcome in outcomes] == BATCH
    assert [type(outcome).__name__ for outcome in outcomes] == ["Unknown", "Unknown"]


@pytest.mark.parametrize("body", NOTHING_SAID)
@pytest.mark.parametrize("status", [200, 302, 502])
async def test_a_question_without_a_clear_answer(scheme: str, body: bytes, status: int) -> None:
    """Nothing was learned: an error of ours, or a report that says as much."""
    gateway = gateway_over(always(HttpReply(body, status)), scheme)
    try:
        report = await gateway.status(f"{scheme}:380970005555:1")
    except SmsGateError as error:
        said = str(error)
    else:
        said = str(report.text)
        assert report.status is Status.UNKNOWN

    assert "SECRETTEXT" not in said

    with pytest.raises(SmsGateError):
        await gateway.balance()


@pytest.mark.parametrize("scheme", SCHEMES)
@given(body=BODIES, status=st.sampled_from([200, 500]))
@settings(max_examples=60)
async def test_no_answer_breaks_a_gateway(scheme: str, body: bytes, status: int) -> None:
    """Whatever comes back, only errors of ours come out, and none claims "not sent"."""
    gateway = gateway_over(always(HttpReply(body, status)), scheme)
    try:
        result: Receipt | SmsGateError = await gateway.send(MESSAGE)
    except SmsGateError as error:
        result = error

    assert isinstance(result, SmsGateError)
    assert result.fate is Fate.UNKNOWN

    for question in (gateway.status(f"{scheme}:380970005555:1"), gateway.balance()):
        try:
            await question
        except SmsGateError:
            continue
