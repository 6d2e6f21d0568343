"""A message is sound from birth, or it is not born."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from smsgate import InvalidMessage, Message

SOUND: Mapping[str, object] = {"to": "+77011234567", "text": "Код 1234"}


def make(**fields: object) -> Message:
    """Make a message from what a caller without a type checker might hand in."""
    kind: type = Message
    message = kind(**{**SOUND, **fields})
    assert isinstance(message, Message)
    return message


@pytest.mark.parametrize(
    ("to", "phone"),
    [
        pytest.param("+77011234567", "77011234567", id="with-plus"),
        pytest.param("77011234567", "77011234567", id="without-plus"),
        pytest.param("1234567", "1234567", id="seven-digits"),
        pytest.param("123456789012345", "123456789012345", id="fifteen-digits"),
    ],
)
def test_a_sound_phone(to: str, phone: str) -> None:
    """The phone travels as written; providers name a recipient without the plus."""
    message = make(to=to)

    assert (message.to, message.phone) == (to, phone)


@pytest.mark.parametrize(
    ("to", "rule"),
    [
        pytest.param("7701 1234567", r"to: ' ' \(U\+0020\) is not a digit", id="space"),
        pytest.param("77011234567,77017654321", r"to: ',' \(U\+002C\) is not", id="comma"),
        pytest.param("77011234567;77017654321", r"to: ';' \(U\+003B\) is not", id="semicolon"),
        pytest.param("77011234567\n", r"to: '\\n' \(U\+000A\) is not a digit", id="newline"),
        pytest.param("77011234567:hi", r"to: ':' \(U\+003A\) is not a digit", id="colon"),
        pytest.param("G1234567", r"to: 'G' \(U\+0047\) is not a digit", id="group"),
        pytest.param("+7(701)1234567", r"to: '\(' \(U\+0028\) is not a digit", id="bracket"),
        pytest.param("++77011234567", r"to: '\+' \(U\+002B\) is not a digit", id="two-pluses"),
        pytest.param("٧٧٠١١٢٣٤٥٦٧", r"to: '\\u0667' \(U\+0667\) is not", id="other-digits"),
        pytest.param("87\ud8001234567", r"to: '\\ud800' \(U\+D800\) is not", id="surrogate"),
        pytest.param("123456", "to: .* 7 to 15 digits .*; this one has 6", id="short"),
        pytest.param("1" * 16, "to: .* 7 to 15 digits .*; this one has 16", id="long"),
        pytest.param("07011234567", "to: .* does not begin with 0", id="national"),
        pytest.param("", "to: .*; this one has 0", id="empty"),
        pytest.param("+", "to: .*; this one has 0", id="plus-alone"),
        pytest.param(77011234567, "to: must be str, not int", id="number"),
        pytest.param(None, "to: must be str, not NoneType", id="none"),
    ],
)
def test_a_phone_that_is_none(to: object, rule: str) -> None:
    """Anything but one international number is refused: it could mean two, or a group."""
    with pytest.raises(InvalidMessage, match=rule):
        make(to=to)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("", "text: must not be empty", id="empty"),
        pytest.param("a\0b", r"text: '\\x00' \(U\+0000\) ends a text early", id="nul"),
        pytest.param("a\ud83d", r"text: '\\ud83d' \(U\+D83D\) is half a char", id="high-half"),
        pytest.param("\ude00a", r"text: '\\ude00' \(U\+DE00\) is half a char", id="low-half"),
        pytest.param(b"hello", "text: must be str, not bytes", id="bytes"),
        pytest.param(None, "text: must be str, not NoneType", id="none"),
    ],
)
def test_a_text_that_cannot_travel(text: object, rule: str) -> None:
    """What no provider could carry exactly is refused before any provider sees it."""
    with pytest.raises(InvalidMessage, match=rule):
        make(text=text)


@pytest.mark.parametrize("text", [" ", "\n", "😀", "a\r\nb", "]]>", "phone:1;2", "\x01"])
def test_a_text_is_not_judged_by_its_looks(text: str) -> None:
    """What some provider can carry is a message; the others say no in their codec."""
    assert make(text=text).text == text


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        pytest.param("sender", "", "sender: must have 1 to 15 characters", id="empty-sender"),
        pytest.param("sender", "  ", "sender: must have 1 to 15 characters", id="blank-sender"),
        pytest.param("sender", "A" * 16, "sender: must have 1 to 15", id="long-sender"),
        pytest.param("sender", "A\nB", r"sender: '\\n' \(U\+000A\) is not", id="newline-sender"),
        pytest.param("sender", 5, "sender: must be str, not int", id="number-sender"),
        pytest.param("id", 5, "id: must be str, not int", id="number-id"),
        pytest.param("send_at", datetime(2030, 1, 1), "send_at: .* time zone", id="naive-time"),  # noqa: DTZ001
        pytest.param("send_at", "12:00", "send_at: must be datetime, not str", id="text-time"),
        pytest.param("valid_for", timedelta(0), "valid_for: must be longer", id="no-time-left"),
        pytest.param("valid_for", timedelta(-1), "valid_for: must be longer", id="past-life"),
        pytest.param("valid_for", 60, "valid_for: must be timedelta, not int", id="number-life"),
    ],
)
def test_an_option_that_makes_no_sense(field: str, value: object, rule: str) -> None:
    """The error names the field and the rule, so that a person can mend the call."""
    with pytest.raises(InvalidMessage, match=rule):
        make(**{field: value})


def test_every_option_at_once() -> None:
    """A message with everything in it is as sound as one with nothing."""
    options = {
        "sender": "My Shop",
        "id": "order-1",
        "send_at": datetime(2030, 1, 1, tzinfo=UTC),
        "valid_for": timedelta(hours=1),
    }

    assert attrs.asdict(make(**options)) == {**SOUND, **options}


def test_a_message_never_changes() -> None:
    """What was checked stays what is sent."""
    message = make()

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        message.text = "other"  # type: ignore[misc]


def test_a_message_keeps_its_secrets() -> None:
    """A message in a log gives away neither the phone nor what was written to it."""
    shown = repr(make(id="order-1"))

    assert shown == ("Message(to='…67', sender=None, id='order-1', send_at=None, valid_for=None)")
    assert "701123" not in shown
