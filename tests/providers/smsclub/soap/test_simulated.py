"""The simulated SOAP gate: who may call, how it may be called, and what it says."""

from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st
from support.clock import FakeClock

from smsgate.providers.network import LOGIN, PASSWORD, Network
from smsgate.providers.smsclub.soap.endpoint import NAMESPACE, PATH
from smsgate.providers.smsclub.soap.simulated import ROUTES
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.soap import Call, Fault, Value, decode_result, encode_call
from smsgate.wire.xml import parse_xml

SEND = {
    "login": LOGIN,
    "password": PASSWORD,
    "alphaName": "SMSGATE",
    "destAddr": "380990000001",
    "text": "x",
}
ASK = {"login": LOGIN, "password": PASSWORD, "smcIds": "410700001"}


def _call(network: Network, operation: str, arguments: Mapping[str, Value]) -> HttpReply:
    body = encode_call("urn:anything", Call(operation, arguments))
    return ROUTES[PATH](HttpRequest(PATH, body), network)


def _fault(reply: HttpReply) -> Fault:
    fault = decode_result(reply.body)
    assert reply.status == 500
    assert isinstance(fault, Fault)
    return fault


def test_the_wsdl_leads_back_to_where_it_was_asked(network: Network) -> None:
    """A client calls the address in it, so that must be the simulator's own."""
    request = HttpRequest(PATH, headers={"host": "127.0.0.1:8025"}, method="GET")

    reply = ROUTES[PATH](request, network)

    wsdl = parse_xml(reply.body)
    assert reply.status == 200
    assert wsdl.attrib["targetNamespace"] == NAMESPACE
    assert [address.attrib for address in wsdl.iter("soap:address")] == [
        {"location": f"http://127.0.0.1:8025{PATH}"}
    ]


def test_the_wsdl_has_both_operations(network: Network) -> None:
    """Once in the port, once in the binding."""
    wsdl = parse_xml(ROUTES[PATH](HttpRequest(PATH, method="GET"), network).body)

    names = [operation.attrib["name"] for operation in wsdl.iter("operation")]

    assert names == ["sendSms", "getReports"] * 2


@pytest.mark.parametrize(
    ("phones", "heard"),
    [
        pytest.param("380990000001", ["380990000001"], id="one"),
        pytest.param(["380990000001"], ["380990000001"], id="a-list-of-one"),
        pytest.param(["(050)123-45-67", "+380(99)123-45-67"], ["0501234567", "380991234567"]),
        pytest.param(["380990000001", "none"], ["380990000001"], id="one-without-digits"),
    ],
)
def test_phones_may_be_written_freely(network: Network, phones: Value, heard: list[str]) -> None:
    """As the gateway page has them: one or a list, with brackets, dashes and plus."""
    reply = _call(network, "sendSms", {**SEND, "destAddr": phones})

    assert [sms.phone for sms in network.sent] == heard
    assert decode_result(reply.body) == [sms.ids[0] for sms in network.sent]


def test_arguments_go_by_position_where_their_names_are_strange(network: Network) -> None:
    """A PHP client without a WSDL calls them param0, param1 and so on."""
    by_position = {f"param{place}": value for place, value in enumerate(SEND.values())}

    reply = _call(network, "sendSms", by_position)

    assert decode_result(reply.body) == [network.sent[0].ids[0]]


def test_arguments_go_by_name_in_any_order(network: Network) -> None:
    """As PHP's server takes them."""
    _call(network, "sendSms", dict(reversed(SEND.items())))

    assert [(sms.phone, sms.text) for sms in network.sent] == [("380990000001", "x")]


@pytest.mark.parametrize(
    ("operation", "arguments", "fault"),
    [
        pytest.param("sendSms", {**SEND, "password": "no"}, ("Client", "логин"), id="password"),
        pytest.param("getReports", {**ASK, "login": "no"}, ("Client", "логин"), id="login"),
        pytest.param("sendSms", ASK, ("Client", "параметры"), id="arguments-missing"),
        pytest.param("getReports", SEND, ("Client", "параметры"), id="arguments-too-many"),
        pytest.param("sendSms", {**SEND, "text": ["x"]}, ("Client", "параметры"), id="list"),
        pytest.param("getBalance", {}, ("Server", "'getBalance' not present"), id="operation"),
        pytest.param("sendSms", {**SEND, "destAddr": "?"}, ("Client", "номер"), id="no-phone"),
        pytest.param("sendSms", {**SEND, "destAddr": "9002"}, ("Client", "черном"), id="refused"),
    ],
)
def test_faults(
    network: Network, operation: str, arguments: dict[str, Value], fault: tuple[str, str]
) -> None:
    """Each is HTTP 500, as PHP answers, and nothing is sent."""
    code, words = fault

    heard = _fault(_call(network, operation, arguments))

    assert heard.code == code
    assert words in heard.text
    assert network.sent == []


def test_the_servers_own_fault_comes_after_the_message_was_taken(network: Network) -> None:
    """This is why a Server fault is no refusal."""
    reply = _call(network, "sendSms", {**SEND, "destAddr": "380990009501"})

    assert _fault(reply).code == "Server"
    assert len(network.sent) == 1


def test_a_page_comes_after_the_message_was_taken(network: Network) -> None:
    """This is why a page is no refusal."""
    reply = _call(network, "sendSms", {**SEND, "destAddr": "380990009500"})

    assert reply.headers["content-type"] == "text/html"
    assert len(network.sent) == 1


def test_reports_are_a_map_of_words(network: Network) -> None:
    """By id; an id that nobody has is told so in a sentence."""
    _call(network, "sendSms", SEND)
    [id_] = network.sent[0].ids

    reply = _call(network, "getReports", {**ASK, "smcIds": [id_, "000101"]})

    assert decode_result(reply.body) == {id_: "ACCEPTE", "000101": "неверно указан id"}


@given(body=st.binary(max_size=200))
def test_junk_is_a_bad_request(body: bytes) -> None:
    """The simulated end survives whatever is sent to it."""
    reply = ROUTES[PATH](HttpRequest(PATH, body), Network(clock=FakeClock()))

    assert _fault(reply) == Fault("Client", "Bad Request")
