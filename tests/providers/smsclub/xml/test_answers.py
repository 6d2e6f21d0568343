"""What every answer of the XML gate has in common."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import OutcomeUnknown, Refused
from smsgate.providers.smsclub.xml.answers import read
from smsgate.wire.http import HttpReply

REPLIES = Path(__file__).parent / "replies"
_TOKENS = [
    *("<?xml version='1.0' encoding='utf-8'?>", "<!DOCTYPE response>", "<response>", "</response>"),
    *("<status>", "</status>", "OK", "ERROR", "<text>", "</text>", "ошибка", "&amp;", "&x;"),
    *("<ids>", "</ids>", "<mess>", "</mess>", "000101", "<mess/>", "<![CDATA[", "]]>", " ", "\0"),
]
statuses = st.sampled_from([200, 302, 400, 500])


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("refused-login.xml", "Не найдено соответствие пары логин\\пароль"),
        ("refused-with-empty-ids.xml", "Номер находится в черном списке"),
        ("refused-without-text.xml", "no explanation"),
    ],
)
def test_an_error_is_a_refusal_whatever_the_http_status(
    name: str, reason: str, status: int
) -> None:
    """``status`` is looked at first; what else stands there, or is missing, changes nothing."""
    with pytest.raises(Refused) as caught:
        read(HttpReply((REPLIES / name).read_bytes(), status))

    assert str(caught.value) == f"smsclub: {reason}"


def test_an_error_with_ids_is_unknown() -> None:
    """It contradicts itself, and an id would mean that a message was taken."""
    body = (REPLIES / "sent-one.xml").read_bytes().replace(b"OK", b"ERROR")

    with pytest.raises(OutcomeUnknown):
        read(HttpReply(body))


@pytest.mark.parametrize("name", ["sent-one.xml", "sent-with-spaces.xml", "status.xml"])
def test_a_yes_counts_with_http_200_alone(name: str) -> None:
    """A yes under another status is a contradiction, so nobody knows."""
    body = (REPLIES / name).read_bytes()

    assert read(HttpReply(body)).tag == "response"
    for status in (201, 302, 400, 500, 502):
        with pytest.raises(OutcomeUnknown):
            read(HttpReply(body, status))


@pytest.mark.parametrize(
    "name",
    [
        "strange-status.xml",
        "no-status.xml",
        "strange-root.xml",
        "strange-root-with-error.xml",
        "cut.xml",
        "doctype.xml",
        "page.html",
        "words.txt",
    ],
)
def test_anything_else_is_unknown(name: str) -> None:
    """A cut document, a page, an entity: neither a documented yes nor a documented no."""
    with pytest.raises(OutcomeUnknown):
        read(HttpReply((REPLIES / name).read_bytes()))


@pytest.mark.parametrize("body", [b"", b" ", b"\xff\xfe", b"<response/>", b"<a>" * 50_000])
def test_nothing_is_not_an_answer(body: bytes) -> None:
    """Emptiness, rubbish and a hostile depth leave it unknown."""
    with pytest.raises(OutcomeUnknown):
        read(HttpReply(body))


@given(st.binary(), statuses)
def test_bytes_at_random_are_unknown(body: bytes, status: int) -> None:
    """Not one of them is an answer."""
    with pytest.raises(OutcomeUnknown):
        read(HttpReply(body, status))


@given(st.lists(st.sampled_from(_TOKENS), max_size=30).map("".join), statuses)
def test_broken_answers_raise_nothing_foreign(said: str, status: int) -> None:
    """Pieces of an answer, in any order, end in an answer or in one of our errors."""
    with suppress(Refused, OutcomeUnknown):
        assert read(HttpReply(said.encode(), status)).tag == "response"


def test_an_unreadable_answer_is_not_quoted() -> None:
    """It may echo the text or the phone; the error tells its shape alone."""
    with pytest.raises(OutcomeUnknown) as caught:
        read(HttpReply(b"<a>secret", headers={"content-type": "text/xml; charset=utf-8"}))

    assert "secret" not in str(caught.value)
    assert "text/xml" in str(caught.value)
