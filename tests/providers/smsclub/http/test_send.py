"""Sending through the HTTP gate: what goes out, and what its answers mean."""

from base64 import b64decode
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidMessage, OutcomeUnknown, SmsGateError
from smsgate.message import Message
from smsgate.providers.network import LOGIN, PASSWORD, TOKEN, Network
from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.http.dialect import WITH_PASSWORD, WITH_TOKEN, Dialect
from smsgate.providers.smsclub.http.send import check, decode_send, encode_send
from smsgate.providers.smsclub.http.simulated import ROUTES
from smsgate.receipt import Receipt
from smsgate.wire.http import HttpReply, parse_form

REPLIES = Path(__file__).parent / "replies"
ACCOUNTS = {
    WITH_PASSWORD: SmsClubAccount(username=LOGIN, password=PASSWORD, sender="Shop"),
    WITH_TOKEN: SmsClubAccount(username=LOGIN, token=TOKEN, sender="Shop"),
}
ACCOUNT = ACCOUNTS[WITH_PASSWORD]
CARRIED = [bytes([code]).decode("cp1251") for code in range(1, 256) if code != 0x98]
FRAGMENTS = ["&to=380501112233", ";380501112233", "phone:", "=IDS END=", "<br/>", "]]>", "%26", "+"]

dialects = st.sampled_from([WITH_PASSWORD, WITH_TOKEN])
carriable = st.text(st.sampled_from(CARRIED), min_size=1, max_size=400)
hostile = st.lists(st.sampled_from([*FRAGMENTS, "\n", "і"]), min_size=1, max_size=9).map("".join)
foreign = st.characters(exclude_categories=["Cs"], exclude_characters=["\0", *CARRIED])
phones = st.lists(st.integers(0, 999), min_size=1, max_size=20, unique=True).map(
    lambda numbers: [f"380990000{number:03}" for number in numbers]
)


def test_a_password_goes_with_base64() -> None:
    """The page's own vector: windows-1251, then Base64, then percent-encoding."""
    [message] = [Message("+380990000001", "Тест", sender="SMS CLUB")]

    request = encode_send(ACCOUNTS[WITH_PASSWORD], WITH_PASSWORD, [message])

    assert request.path == "/hfw_smpp_addon/httpsendsmspost.php"
    assert request.body == (
        b"username=demo&password=demo&from=SMS+CLUB&to=380990000001&text=0uXx8g%3D%3D"
    )


def test_a_token_goes_with_plain_windows_1251() -> None:
    """Other paths, and the text's own bytes, percent-encoded."""
    request = encode_send(ACCOUNTS[WITH_TOKEN], WITH_TOKEN, [Message("380990000001", "я+ №")])

    assert request.path == "/token/"
    assert request.body == (
        b"username=demo&token=demo-token&from=Shop&to=380990000001&text=%FF%2B+%B9"
    )


@given(dialects, carriable | hostile, phones)
def test_the_other_end_reads_what_we_said(dialect: Dialect, text: str, to: list[str]) -> None:
    """No character is lost or changed, and no text adds, drops or changes a recipient."""
    network = Network(clock=lambda: 0.0)
    batch = [Message(phone, text) for phone in to]

    request = encode_send(ACCOUNTS[dialect], dialect, batch)
    receipts = decode_send(ROUTES[request.path](request, network), batch)

    assert [(sms.phone, sms.text, sms.sender) for sms in network.sent] == [
        (phone, text, "Shop") for phone in to
    ]
    assert [r.part_ids for r in receipts if isinstance(r, Receipt)] == [s.ids for s in network.sent]


@given(dialects, st.text(st.sampled_from("ab я"), max_size=5), foreign)
def test_what_windows_1251_lacks_is_refused(dialect: Dialect, before: str, character: str) -> None:
    """The gate checks nothing, so a lost letter would be read as ``?``; the error names it."""
    message = Message("380990000001", before + character)

    with pytest.raises(InvalidMessage, match=rf"U\+{ord(character):04X}\b"):
        check(ACCOUNT, message)

    with pytest.raises(InvalidMessage, match="cp1251 cannot carry"):
        encode_send(ACCOUNTS[dialect], dialect, [message])


@pytest.mark.parametrize("character", ["\U0001f600", "ұ", "ʼ", "\x98"])
def test_some_that_people_do_send(character: str) -> None:
    """An emoji, a Kazakh letter, the letter-apostrophe, and the one hole in the code page."""
    with pytest.raises(InvalidMessage, match=f"U\\+{ord(character):04X}"):
        check(ACCOUNT, Message("380990000001", f"до{character}сі"))


def test_the_coding_can_be_chosen() -> None:
    """The page and the clients disagree about tokens, so the account's owner may decide."""
    dialect = attrs.evolve(WITH_TOKEN, is_base64=True)

    request = encode_send(ACCOUNTS[WITH_TOKEN], dialect, [Message("380990000001", "Вітаю")])

    text = parse_form(request)["text"]
    assert text == "wrPy4P4="
    assert b64decode(text).decode("cp1251") == "Вітаю"


@pytest.mark.parametrize(("life", "minutes"), [(1, "1"), (90, "90"), (60 * 24 * 3, "4320")])
def test_a_life_is_written_in_minutes(life: int, minutes: str) -> None:
    """``lifetime`` is a number of minutes on this gate."""
    message = Message("380990000001", "hi", valid_for=timedelta(minutes=life))
    check(ACCOUNT, message)

    request = encode_send(ACCOUNTS[WITH_TOKEN], WITH_TOKEN, [message])

    assert parse_form(request)["lifetime"] == minutes


@pytest.mark.parametrize("seconds", [1, 59, 61, 60.5])
def test_a_life_of_broken_minutes_is_refused(seconds: float) -> None:
    """There is no word for seconds, and rounding would be a guess."""
    message = Message("380990000001", "hi", valid_for=timedelta(seconds=seconds))

    with pytest.raises(InvalidMessage, match="whole minutes"):
        check(ACCOUNT, message)


def test_one_message_has_its_parts() -> None:
    """One id a part; they stay texts, leading zeros and letters kept."""
    message = Message("380990000001", "я" * 150, id="mine")

    [receipt] = decode_send(
        HttpReply((REPLIES / "sent-letters-in-ids.txt").read_bytes()), [message]
    )

    assert receipt == Receipt(
        gateway="smsclub+http",
        id="p0066a46dc",
        phone="380990000001",
        parts=3,
        part_ids=("p0066a46dc", "p0066a46dd", "000103"),
        message_id="mine",
    )


def test_parts_go_to_their_recipients() -> None:
    """Two recipients of two parts: the first two ids are the first one's."""
    batch = [Message(phone, "я" * 71) for phone in ("380990000001", "380990000002")]
    said = b"=IDS START=<br/>1<br/>2<br/>3<br/>4<br/>=IDS END=<br/>"

    receipts = [r for r in decode_send(HttpReply(said), batch) if isinstance(r, Receipt)]

    assert [(r.phone[-1], r.part_ids) for r in receipts] == [("1", ("1", "2")), ("2", ("3", "4"))]


def test_too_few_ids_for_a_batch() -> None:
    """Somebody was dropped in silence, so the outcome of each is unknown."""
    batch = [Message(f"38099000000{n}", "я" * 71) for n in (1, 2)]

    results = decode_send(HttpReply((REPLIES / "sent-three-parts.txt").read_bytes()), batch)

    assert [type(result) for result in results] == [OutcomeUnknown] * 2


def test_too_many_ids_for_a_batch() -> None:
    """Everybody was taken; the receipts say that the ids could not be told apart."""
    batch = [Message(f"38099000000{n}", "hi") for n in (1, 2)]

    results = decode_send(HttpReply((REPLIES / "sent-four-parts.txt").read_bytes()), batch)

    shared = {r.shared_ids for r in results if isinstance(r, Receipt)}
    assert shared == {("000101", "000102", "000103", "000104")}


@pytest.mark.parametrize("name", ["sent-nothing.txt", "words-among-ids.txt", "two-lists.txt"])
def test_a_list_of_anything_but_ids_is_unknown(name: str) -> None:
    """Words taken for an id would hide a message that nobody can ask about again."""
    with pytest.raises(OutcomeUnknown):
        decode_send(
            HttpReply((REPLIES / name).read_bytes()), [Message("380990000001", "secret text")]
        )


@given(st.binary(), st.integers(1, 3))
def test_gibberish_is_never_a_receipt(body: bytes, count: int) -> None:
    """Bytes at random end in one of our errors, for one message as for several."""
    batch = [Message(f"38099000000{n}", "hi") for n in range(count)]

    with pytest.raises(SmsGateError):
        decode_send(HttpReply(body), batch)
