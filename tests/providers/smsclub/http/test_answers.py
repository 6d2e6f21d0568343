"""What counts as a list, what as a refusal, and what as neither."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from smsgate.errors import OutcomeUnknown, Refused
from smsgate.providers.smsclub.http.answers import is_refusal, read_list, read_values
from smsgate.wire.http import HttpReply

REPLIES = Path(__file__).parent / "replies"
REASON = "Не найдено соответствие пары логин\\пароль"

_TOKENS = [
    *("=IDS START=", "=IDS END=", "=", "<br/>", "<br>", "<", "\n", "\r", " ", ";", ": "),
    *("000101", "DELIVRD", "Недостаточно средств", "я", "\x00", "250.50", "<html>"),
]
bodies = st.binary() | st.lists(st.sampled_from(_TOKENS)).map(lambda words: "".join(words).encode())
statuses = st.sampled_from([200, 302, 400, 500])


@pytest.mark.parametrize(
    "name",
    [
        "sent-three-parts.txt",
        "sent-without-last-break.txt",
        "sent-with-newlines.txt",
        "sent-mixed.txt",
    ],
)
def test_a_list_is_read_however_it_is_broken(name: str) -> None:
    """A tag, a line break or both separate items; the last separator may be missing."""
    assert read_list(HttpReply((REPLIES / name).read_bytes())) == ["000101", "000102", "000103"]


@pytest.mark.parametrize(
    "name",
    [
        "cut-in-the-list.txt",
        "cut-at-the-start.txt",
        "markers-swapped.txt",
        "ids-without-markers.txt",
        "php-warning.txt",
        "php-no-input-file.txt",
        "page.html",
        "refused-cut-in-a-character.txt",
    ],
)
def test_without_both_markers_there_is_no_list(name: str) -> None:
    """Numbers alone are no ids and a cut list is no list: the message may be on its way."""
    with pytest.raises(OutcomeUnknown):
        read_list(HttpReply((REPLIES / name).read_bytes()))


@pytest.mark.parametrize("body", [b"", b" \r\n", b"\x98\xff", b"=IDS START=IDS END="])
def test_nothing_is_not_an_answer(body: bytes) -> None:
    """Emptiness, bytes of no charset and markers that share a sign leave it unknown."""
    with pytest.raises(OutcomeUnknown):
        read_list(HttpReply(body))


@pytest.mark.parametrize("name", ["refused-login-utf8.txt", "refused-phone-cp1251.txt"])
def test_a_russian_sentence_is_a_refusal(name: str) -> None:
    """The page promises Russian words on error; they are passed on, trimmed."""
    reply = HttpReply((REPLIES / name).read_bytes())

    for read in (read_list, read_values):
        with pytest.raises(Refused) as caught:
            read(reply)

        said = str(caught.value).removeprefix("smsclub: ")
        assert said in {REASON, "Номер находится в черном списке"}


@pytest.mark.parametrize("status", [302, 404, 500, 503])
@pytest.mark.parametrize("name", ["sent-one.txt", "refused-login-utf8.txt"])
def test_only_http_200_says_anything(name: str, status: int) -> None:
    """No error of this gate is documented to come with another status, and no yes is."""
    with pytest.raises(OutcomeUnknown):
        read_list(HttpReply((REPLIES / name).read_bytes(), status))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        pytest.param(REASON, True, id="documented"),
        pytest.param("Невірний номер\nотримувача", True, id="ukrainian-in-two-lines"),
        pytest.param("Недостаточно средств " * 14, True, id="long-enough"),
        pytest.param("Недостаточно средств " * 15, False, id="too-long-for-a-sentence"),
        pytest.param("", False, id="empty"),
        pytest.param("Invalid password", False, id="english"),
        pytest.param("я", False, id="a-letter"),
        pytest.param("Ошибка 5", False, id="a-word"),
        pytest.param("<b>Недостаточно средств</b>", False, id="markup"),
        pytest.param("Недостаточно средств =IDS END=", False, id="marker"),
        pytest.param("Недостаточно\x00средств", False, id="control-character"),
        pytest.param("Недостаточно средств".encode().decode("cp1251", "ignore"), False, id="moji"),
        pytest.param(bytes(range(0x99, 0x100)).decode("cp1251"), False, id="binary"),
    ],
)
def test_what_looks_like_the_gates_own_no(said: str, answer: bool) -> None:
    """A refusal frees the message to be sent again, so what only resembles one is none."""
    assert is_refusal(said) is answer


@given(bodies, statuses)
@example("=IDS START=\r=IDS END=".encode("utf-16"), 200)
def test_gibberish_raises_nothing_foreign(body: bytes, status: int) -> None:
    """Whatever comes back, the caller meets a list or one of our errors."""
    for read in (read_list, read_values):
        with suppress(Refused, OutcomeUnknown):
            assert all(read(HttpReply(body, status)))


def test_an_unreadable_answer_is_not_quoted() -> None:
    """It may echo the text or the phone; the error tells its shape alone."""
    with pytest.raises(OutcomeUnknown) as caught:
        read_list(HttpReply(b"380990000001 secret", headers={"content-type": "text/html"}))

    assert "secret" not in str(caught.value)
    assert "text/html" in str(caught.value)
