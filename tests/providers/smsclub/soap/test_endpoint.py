"""The settings of the SOAP gate, and how a request looks from outside."""

import pytest

from smsgate.errors import InvalidArgument
from smsgate.providers.smsclub.soap.endpoint import Endpoint
from smsgate.wire.soap import Call, decode_call


def test_a_request_is_what_php_sends() -> None:
    """SOAP 1.1: the action in a header of its own, quoted, and typed values in the body."""
    endpoint = Endpoint(endpoint="/soap/other", namespace="urn:a&b", action="urn:a#send")

    request = endpoint.request("sendSms", login="demo")

    assert (request.method, request.path) == ("POST", "/soap/other")
    assert request.headers == {
        "content-type": "text/xml; charset=utf-8",
        "soapaction": '"urn:a#send"',
    }
    assert b'xmlns:ns1="urn:a&amp;b"' in request.body
    assert b'SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"' in request.body
    assert decode_call(request.body) == Call("sendSms", {"login": "demo"})


def test_the_action_is_empty_unless_given() -> None:
    """Nobody outside knows the provider's, and its server does not look."""
    assert Endpoint().request("sendSms").headers["soapaction"] == '""'


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        pytest.param("endpoint", "soap/soapGateway.wsdl", id="no-slash"),
        pytest.param("endpoint", "https://gate.smsclub.mobi/soap", id="an-address"),
        pytest.param("endpoint", "/soap gate", id="a-space-in-the-path"),
        pytest.param("namespace", "", id="no-namespace"),
        pytest.param("namespace", "urn:\n", id="a-newline-in-the-namespace"),
        pytest.param("action", 'urn:"', id="a-quote-in-the-action"),
        pytest.param("action", "urn:\r\nx-header: 1", id="a-header-in-the-action"),
    ],
)
def test_a_setting_that_could_break_the_request_is_refused(setting: str, value: str) -> None:
    """At birth, by name: not at the first message."""
    with pytest.raises(InvalidArgument, match=f"^{setting}: "):
        Endpoint(**{setting: value})
