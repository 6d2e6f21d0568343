"""The simulated JSON gate: who may call, and what it says."""

import pytest
from hypothesis import given, strategies as st
from support.clock import FakeClock

from smsgate.providers.network import TOKEN, Network
from smsgate.providers.smsclub.json.simulated import ROUTES
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.json import dumps, loads

LETTER = {"src_addr": "SMSGATE", "message": "x"}


def _post(network: Network, call: str, body: bytes = b"", token: str = TOKEN) -> HttpReply:
    request = HttpRequest(f"/sms/{call}", body, {"authorization": f"Bearer {token}"})
    return ROUTES[request.path](request, network)


def _send(network: Network, *phones: object, **fields: object) -> HttpReply:
    return _post(network, "send", dumps({**LETTER, "phone": list(phones), **fields}))


def test_phones_are_told_apart(network: Network) -> None:
    """A map of those who were taken, a map of those who were not."""
    reply = _send(network, "380990000001", 380990009001, "+380990000003", "380990009404")

    assert [sms.phone for sms in network.sent] == ["380990000001", "380990000003"]
    assert reply.status == 200
    assert loads(reply.body) == {
        "success_request": {
            "info": {"410700001": "380990000001", "410700002": "380990000003"},
            "add_info": {"380990009001": "Неверный номер получателя"},
        }
    }


def test_a_message_has_one_id_whatever_its_parts(network: Network) -> None:
    """One id a message is what the public samples of this gate show."""
    _send(network, "380990000001", message="я" * 71)

    assert len(network.sent[0].ids) == 1


def test_an_empty_map_is_a_list(network: Network) -> None:
    """PHP has one word for both."""
    reply = _send(network, "380990000001")

    assert reply.body.endswith(b'"add_info":[]}}')


def test_when_all_are_refused_there_is_no_info(network: Network) -> None:
    """And it is HTTP 200 all the same."""
    reply = _send(network, "380990009002")

    assert reply.status == 200
    assert loads(reply.body) == {
        "success_request": {"add_info": {"380990009002": "Номер находится в черном списке"}}
    }


def test_money_runs_out(network: Network) -> None:
    """Then nobody is sent to, and the whole request is refused."""
    network.funds = network.funds * 0 + 1

    reply = _send(network, "380990000001", "380990000002", "380990000003")

    assert (reply.status, network.sent) == (400, [])
    assert "Недостаточно средств" in reply.body.decode()


@pytest.mark.parametrize(
    ("digits", "status", "words"),
    [
        ("9400", 400, "Неверный формат"),
        ("9406", 400, '"src_addr"'),
        ("9429", 429, "Rate limit"),
        ("9453", 453, "Повторная"),
    ],
)
def test_magic_phones_refuse_the_whole_request(
    network: Network, digits: str, status: int, words: str
) -> None:
    """Nobody is sent to, the good phone neither."""
    reply = _send(network, "380990000001", f"38099000{digits}")

    assert reply.status == status
    assert words in reply.body.decode()
    assert network.sent == []


def test_too_many_requests_say_how_long_to_wait(network: Network) -> None:
    """In seconds."""
    assert _send(network, "380990009429").headers["retry-after"] == "2"


@pytest.mark.parametrize(("digits", "status"), [("9500", 200), ("9501", 500)])
def test_magic_phones_answer_badly_after_the_message_was_taken(
    network: Network, digits: str, status: int
) -> None:
    """This is why neither a page nor HTTP 500 is a refusal."""
    reply = _send(network, f"38099000{digits}")

    assert reply.status == status
    assert len(network.sent) == 1


@pytest.mark.parametrize(
    ("call", "body", "words"),
    [
        pytest.param("send", b"{", "Неверный формат", id="no-json"),
        pytest.param("send", b"[]", "Неверный формат", id="no-map"),
        pytest.param("send", b"", '"src_addr":"Поле', id="nothing"),
        pytest.param("send", dumps({**LETTER, "phone": "1"}), "Неверный формат", id="no-list"),
        pytest.param("send", dumps({**LETTER, "phone": []}), "Неверный формат", id="no-phone"),
        pytest.param("send", dumps({**LETTER, "phone": ["1;2"]}), "Неверный", id="two-in-one"),
        pytest.param("send", dumps({**LETTER, "phone": ["1"] * 101}), "Неверный", id="101"),
        pytest.param("status", dumps({"id_sms": "1"}), "Неверный формат", id="no-list-of-ids"),
        pytest.param("status", dumps({"id_sms": []}), "Неверный формат", id="no-id"),
        pytest.param("status", dumps({"id_sms": ["1"] * 101}), "Неверный", id="101-ids"),
    ],
)
def test_bad_input_is_http_400(network: Network, call: str, body: bytes, words: str) -> None:
    """A missing field is named; for all else there is one sentence."""
    reply = _post(network, call, body)

    assert reply.status == 400
    assert words in reply.body.decode()


@pytest.mark.parametrize("call", ["send", "status", "balance", "originator"])
def test_a_wrong_token_is_http_401(network: Network, call: str) -> None:
    """In the shape that all errors have."""
    reply = _post(network, call, token="wrong")

    assert reply.status == 401
    assert loads(reply.body) == {
        "name": "Unauthorized",
        "message": "Your request was made with invalid credentials.",
        "code": 0,
        "status": 401,
    }


def test_words_are_told_by_id(network: Network) -> None:
    """And of an id that nobody has, a sentence."""
    _send(network, "380990000001")

    reply = _post(network, "status", dumps({"id_sms": [410700001, "000101"]}))

    assert loads(reply.body) == {
        "success_request": {"info": {"410700001": "ACCEPTE"}, "add_info": "неверно указан id"}
    }


def test_no_words_are_a_list(network: Network) -> None:
    """PHP has one word for both."""
    reply = _post(network, "status", dumps({"id_sms": ["000101"]}))

    assert b'"info":[]' in reply.body


def test_money_has_four_decimals(network: Network) -> None:
    """And is a text."""
    _send(network, "380990000001")

    assert loads(_post(network, "balance").body) == {
        "success_request": {"info": {"money": "999.5500", "currency": "UAH"}}
    }


def test_there_are_two_sender_names(network: Network) -> None:
    """The simulator's own, and the one of a new account."""
    assert loads(_post(network, "originator").body) == {
        "success_request": {"info": ["SMSGATE", "SMS CLUB"]}
    }


@given(call=st.sampled_from(["send", "status"]), body=st.binary(min_size=1, max_size=200))
def test_junk_is_bad_input(call: str, body: bytes) -> None:
    """The simulated end survives whatever is sent to it."""
    assert _post(Network(clock=FakeClock()), call, body).status == 400
