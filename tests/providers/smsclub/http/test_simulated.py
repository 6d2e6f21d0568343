"""The simulated end of the HTTP gate, spoken to as strangers would."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest
from hypothesis import given, strategies as st
from support.clock import FakeClock

from smsgate.providers.network import Network
from smsgate.providers.smsclub.http.simulated import ROUTES
from smsgate.wire.http import HttpReply, HttpRequest

LEGACY = "/hfw_smpp_addon/http"


def say(network: Network, path: str, method: str = "POST", **fields: str) -> HttpReply:
    """Say *fields* in windows-1251, in the query or in the body."""
    said = urlencode({name.rstrip("_"): v for name, v in fields.items()}, encoding="cp1251")
    form = {"content-type": "application/x-www-form-urlencoded"}
    request = {
        "GET": HttpRequest(f"{path}?{said}", method="GET"),
        "POST": HttpRequest(path, said.encode(), form),
    }[method]
    return ROUTES[path](request, network)


def by_password(text: str, to: str = "380990000001", from_: str = "Shop") -> dict[str, str]:
    """Fill the form that goes with a password."""
    coded = b64encode(text.encode("cp1251")).decode()
    return {"username": "demo", "password": "demo", "from_": from_, "to": to, "text": coded}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_page_is_answered_by_both_methods(
    network: Network, clock: FakeClock, method: str
) -> None:
    """Each call of the gateway page has a name for GET and one for POST, all else the same."""
    tail = {"GET": ".php", "POST": "post.php"}[method]

    sent = say(network, f"{LEGACY}sendsms{tail}", method, **by_password("Привіт"))
    first = say(
        network, f"{LEGACY}getsmsstate{tail}", method, username="demo", password="demo",
        smscid="410700001;999",
    )  # fmt: skip
    clock.advance(2)
    later = say(
        network, f"{LEGACY}getsmsstate{tail}", method, username="demo", password="demo",
        smscid="410700001",
    )  # fmt: skip

    assert sent.body == b"=IDS START=<br/>410700001<br/>=IDS END=<br/>"
    assert first.body.decode() == (
        "=IDS START=<br/>410700001: ACCEPTE<br/>999: неверно указан id<br/>=IDS END=<br/>"
    )
    assert b"410700001: DELIVRD<br/>" in later.body
    assert [(sms.phone, sms.text, sms.sender) for sms in network.sent] == [
        ("380990000001", "Привіт", "Shop")
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("path", "secret"),
    [(f"{LEGACY}getbalance.php", "password"), ("/token/getbalance.php", "token")],
)
def test_the_balance_has_two_values(network: Network, path: str, secret: str, method: str) -> None:
    """Amount and credit, four decimals each."""
    reply = say(network, path, method, username="demo", **{secret: "demo"})

    assert reply.body == b"1000.0000<br/>0.0000<br/>"


def test_a_token_goes_with_plain_text(network: Network) -> None:
    """The directory itself takes the message, and reads its text as it is."""
    reply = say(
        network, "/token/", username="demo", token="demo-token", from_="Shop",
        to="380990000001;+380990000002", text="Вітаю + =",
    )  # fmt: skip

    assert reply.body.count(b"<br/>4107") == 2
    assert [(sms.phone, sms.text) for sms in network.sent] == [
        ("380990000001", "Вітаю + ="),
        ("380990000002", "Вітаю + ="),
    ]


def test_the_wrong_coding_is_sent_as_the_nonsense_it_is(network: Network) -> None:
    """No gate complains; that is why the coding is a setting and never a guess."""
    form = {**by_password("Привіт"), "token": "demo-token"}

    reply = say(network, "/token/", **form)

    assert b"=IDS START=" in reply.body
    assert network.sent[0].text == form["text"]


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        pytest.param({"password": "no"}, "Не найдено соответствие", id="wrong-password"),
        pytest.param({"username": ""}, "Не найдено соответствие", id="no-username"),
        pytest.param({"text": "0uXx8g= "}, "закодирован неверно", id="plus-lost-in-base64"),
        pytest.param({"text": "Тест"}, "закодирован неверно", id="no-base64"),
        pytest.param({"text": "mA=="}, "закодирован неверно", id="no-letter-of-the-code-page"),
        pytest.param({"text": ""}, "Не указан", id="no-text"),
        pytest.param({"from_": ""}, "Не указан", id="no-sender"),
        pytest.param({"to": ""}, "Неверный номер", id="no-phone"),
        pytest.param({"to": "380990000001;"}, "Неверный номер", id="separator-after-the-last"),
        pytest.param({"to": "380990009002"}, "черном списке", id="black-list"),
    ],
)
def test_refusals_are_russian_words(network: Network, form: dict[str, str], reason: str) -> None:
    """With a password in windows-1251; nothing is taken and nothing charged."""
    reply = say(network, f"{LEGACY}sendsmspost.php", **{**by_password("hi"), **form})

    assert reply.is_ok
    assert reason in reply.body.decode("cp1251")
    assert network.sent == []


def test_a_token_is_refused_in_utf_8(network: Network) -> None:
    """The charset of answers is documented nowhere, so each dialect shows another one."""
    reply = say(network, "/token/", username="demo", token="wrong")

    assert reply.body.decode() == "Не найдено соответствие пары логин\\пароль"


def test_a_body_of_no_charset_is_refused(network: Network) -> None:
    """A letter that windows-1251 has no place for cannot be read."""
    request = HttpRequest("/token/", b"username=demo&token=demo&text=%98")

    assert "закодирован неверно" in ROUTES["/token/"](request, network).body.decode()


def test_a_tired_server_takes_the_message_first(network: Network) -> None:
    """Its page says nothing, and the message is on its way all the same."""
    reply = say(network, f"{LEGACY}sendsmspost.php", **by_password("hi", to="380990009500"))

    assert b"<html>" in reply.body
    assert len(network.sent) == 1


@given(path=st.sampled_from(sorted(ROUTES)), query=st.text(max_size=20), body=st.binary())
def test_gibberish_never_breaks_the_server(path: str, query: str, body: bytes) -> None:
    """A simulator that falls over teaches nothing; it answers whatever it hears."""
    said = HttpRequest(f"{path}?{urlencode({'smscid': query})}&username=demo&token=demo", body)

    assert ROUTES[path](said, Network(clock=lambda: 0.0)).is_ok
