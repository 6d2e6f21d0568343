"""The simulated end of the XML gate, spoken to as strangers would."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import given, strategies as st
from support.clock import FakeClock

from smsgate.providers.network import Network
from smsgate.providers.smsclub.xml.simulated import ROUTES
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.xml import parse_xml, text_of

SEND = "/hfw_smpp_addon/xmlsendsmspost.php"
INDIVIDUAL = "/hfw_smpp_addon/xmlsendindividual.php"
STATE = "/hfw_smpp_addon/xmlgetsmsstatepost.php"
RAW = {SEND: "/xml/", INDIVIDUAL: "/xml/individual.php", STATE: "/xml/state.php"}

# Laid out as the samples of the gateway page are: spaces before the declaration and
# between tags, against the page's own rule.
LETTER = """
      <?xml version='1.0' encoding='utf-8'?>
      <request_sendsms>
      <username><![CDATA[demo]]></username>
      <password><![CDATA[demo]]></password>
      <from><![CDATA[XML]]></from>
      <to><![CDATA[380990000001;380990000002]]></to>
      <text><![CDATA[ Готово & <b> ]]></text>
      </request_sendsms>"""
PAIRS = """<?xml version='1.0' encoding='utf-8'?><request_sendsms>
  <username><![CDATA[demo]]></username>
  <password><![CDATA[demo]]></password>
  <from><![CDATA[XML]]></from>
  <to><![CDATA[380990000001]]></to>
  <text><![CDATA[Готово]]></text>
  <to><![CDATA[380990000002]]></to>
  <text><![CDATA[Ready]]></text>
</request_sendsms>
"""
QUESTION = """<?xml version="1.0" encoding="utf-8"?><request_getstate>
  <username><![CDATA[demo]]></username>
  <password><![CDATA[demo]]></password>
  <smscid><![CDATA[410700001;
999]]></smscid></request_getstate>"""


def urlencoded(path: str, document: str) -> HttpRequest:
    """Say *document* as the page's Perl sample does."""
    body = urlencode({"xmlrequest": document}).encode()
    return HttpRequest(path, body, {"content-type": "application/x-www-form-urlencoded"})


def multipart(path: str, document: str) -> HttpRequest:
    """Say *document* as the page's PHP sample does."""
    body = (
        '--abc\r\nContent-Disposition: form-data; name="xmlrequest"\r\n\r\n'
        f"{document}\r\n--abc--\r\n"
    )
    return HttpRequest(path, body.encode(), {"content-type": "multipart/form-data; boundary=abc"})


def raw(path: str, document: str) -> HttpRequest:
    """Say *document* as newer clients do: cURL calls any body a form unless told otherwise."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return HttpRequest(RAW[path], document.encode(), headers)


Say = Callable[[str, str], HttpRequest]
WAYS = pytest.mark.parametrize("say", [urlencoded, multipart, raw])


def answer(request: HttpRequest, network: Network) -> HttpReply:
    """Let the request's path answer."""
    return ROUTES[request.path](request, network)


@WAYS
def test_the_pages_sample_is_understood(network: Network, say: Say) -> None:
    """One text for two phones, however it comes; spaces inside a text are the text's."""
    reply = answer(say(SEND, LETTER), network)

    assert reply.body.decode() == (
        '<?xml version="1.0" encoding="utf-8"?><response><status>OK</status>'
        "<text>Сообщений: 2 (2 частей)</text>"
        "<ids><mess>410700001</mess><mess>410700002</mess></ids></response>"
    )
    assert [(sms.phone, sms.text, sms.sender) for sms in network.sent] == [
        ("380990000001", " Готово & <b> ", "XML"),
        ("380990000002", " Готово & <b> ", "XML"),
    ]


@WAYS
def test_own_texts_are_understood(network: Network, say: Say) -> None:
    """Pairs of phone and text, side by side with the login."""
    answer(say(INDIVIDUAL, PAIRS), network)

    assert [(sms.phone, sms.text) for sms in network.sent] == [
        ("380990000001", "Готово"),
        ("380990000002", "Ready"),
    ]


@WAYS
def test_states_are_told(network: Network, clock: FakeClock, say: Say) -> None:
    """An entry for each id asked about; a wrong one has a sentence in place of a word."""
    answer(say(SEND, LETTER), network)
    clock.advance(2)

    entries = parse_xml(answer(say(STATE, QUESTION), network).body).findall("entries/entry")

    assert [(text_of(e.find("smscid")), text_of(e.find("state"))) for e in entries] == [
        ("410700001", "DELIVRD"),
        ("999", "неверно указан id"),
    ]


@WAYS
@pytest.mark.parametrize(
    ("said", "instead", "reason"),
    [
        pytest.param("[demo]", "[nobody]", "Не найдено соответствие", id="wrong-login"),
        pytest.param("</username>", "", "Неверный формат", id="not-well-formed"),
        pytest.param("<request_sendsms>", "<!DOCTYPE a><a>", "Неверный формат", id="doctype"),
        pytest.param("[XML]", "[ ]", "Не указан", id="no-sender"),
        pytest.param(" Готово & <b> ", "", "Не указан", id="no-text"),
        pytest.param(";380990000002", ";", "Неверный номер", id="separator-after-the-last"),
        pytest.param(";380990000002", ";380990009002", "черном списке", id="black-list"),
    ],
)
def test_refusals_say_why(network: Network, say: Say, said: str, instead: str, reason: str) -> None:
    """``ERROR`` and Russian words; nothing is taken and nothing charged."""
    reply = parse_xml(answer(say(SEND, LETTER.replace(said, instead)), network).body)

    assert text_of(reply.find("status")) == "ERROR"
    assert reason in text_of(reply.find("text"))
    assert reply.find("ids") is None
    assert network.sent == []


def test_a_phone_without_a_text_spoils_the_pairs(network: Network) -> None:
    """Nobody can tell whose text is missing, so nobody gets one."""
    broken = PAIRS.replace("<text><![CDATA[Готово]]></text>", "")

    reply = parse_xml(answer(urlencoded(INDIVIDUAL, broken), network).body)

    assert text_of(reply.find("status")) == "ERROR"
    assert network.sent == []


def test_a_recipient_left_out_is_not_counted(network: Network) -> None:
    """The words tell how many messages there are, and how many parts in them."""
    letter = LETTER.replace("380990000001", "380990009005").replace("Готово", "я" * 71)

    reply = parse_xml(answer(urlencoded(SEND, letter), network).body)

    assert text_of(reply.find("text")) == "Сообщений: 1 (2 частей)"
    assert len(reply.findall("ids/mess")) == 2


def test_a_tired_server_takes_the_message_first(network: Network) -> None:
    """Its page says nothing, and the messages are on their way all the same."""
    reply = answer(urlencoded(SEND, LETTER.replace("0002", "9500")), network)

    assert b"<html>" in reply.body
    assert len(network.sent) == 2


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(HttpRequest(SEND), id="nothing"),
        pytest.param(HttpRequest(SEND, b"\xff"), id="no-ascii"),
        pytest.param(HttpRequest(SEND, b"xmlrequest=%FF"), id="no-utf-8"),
        pytest.param(
            HttpRequest(SEND, b"", {"content-type": "multipart/form-data; boundary=a"}),
            id="no-field",
        ),
        pytest.param(HttpRequest("/xml/", b"<a"), id="cut"),
    ],
)
def test_what_is_no_document_is_refused(network: Network, request_: HttpRequest) -> None:
    """The server says so, instead of falling over."""
    assert "Неверный формат XML" in answer(request_, network).body.decode()


@given(path=st.sampled_from(sorted(ROUTES)), body=st.binary())
def test_gibberish_never_breaks_the_server(path: str, body: bytes) -> None:
    """A simulator that falls over teaches nothing; it answers whatever it hears."""
    assert answer(HttpRequest(path, body), Network(clock=lambda: 0.0)).is_ok
