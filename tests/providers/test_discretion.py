"""What is hidden in an error, and what is left alone."""

import pytest

from smsgate import (
    InsufficientFunds,
    Message,
    OutcomeUnknown,
    Receipt,
    Refused,
    SmsGateError,
)
from smsgate.providers.discretion import Discretion, make_discreet
from smsgate.wire.http import HttpReply

RECEIPT = Receipt(gateway="x", id="1", phone="77010000002")
REPLY = HttpReply(b"")


def told(error: SmsGateError, *, text: str = "Your code is 7781") -> str:
    """Make *error* discreet about one account and one message, and say what is left."""
    make_discreet([error], secrets=["hunter 22", "pw"], phones=["380501234567"], texts=[text])
    return str(error)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("login hunter 22 is unknown", "login … is unknown"),
        ("psw=hunter+22&x", "psw=…&x"),
        ("bad number +380501234567", "bad number +380…"),
        ("bad number 0501234567", "bad number 0…"),
        ("bad number +380 (50) 123-45-67!", "bad number +380 (…!"),
        ("bad 050 1234567, or 0501234567!", "bad 0…, or 0…!"),
        ('not "Your code is 7781"!', 'not "…"!'),
        ("mes=Your+code+is+7781", "mes=…"),
        ("pw is too short to be told from words", "pw is too short to be told from words"),
    ],
)
def test_what_is_private_is_hidden(said: str, left: str) -> None:
    """As it was written, as a form writes it, and a phone in each of its forms."""
    assert told(Refused(said)) == left


@pytest.mark.parametrize(
    "said",
    [
        "A &quot;b&quot; &amp; &#039;c&#039;",
        "A \"b\" &amp; 'c'",
        "A &quot;b&quot; &amp; &#x27;c&#x27;",
        "A &quot;b&quot; &amp; &#39;c&#39;",
        "A &quot;b&quot; &amp; &apos;c&apos;",
    ],
)
def test_a_text_is_hidden_as_a_page_writes_it(said: str) -> None:
    """PHP and others write some characters by name."""
    assert told(Refused(f"no {said}!"), text="A \"b\" & 'c'") == "no …!"


@pytest.mark.parametrize("said", ["Код\\n1234", "Код\r\n1234", "Код\n1234"])
def test_a_text_is_hidden_however_its_lines_end(said: str) -> None:
    """A row of a list has a line feed as two characters; some servers write two others."""
    assert told(Refused(f"no {said}!"), text="Код\n1234") == "no …!"


def test_a_line_of_a_text_is_hidden() -> None:
    """Some servers take no more of a text than that."""
    assert told(Refused("no: Your code 1!"), text="Your code 1\nCall us") == "no: …!"


def test_a_text_is_hidden_without_its_ends() -> None:
    """White space at its ends may be gone when it comes back."""
    assert told(Refused("no: Your code!"), text="  Your code ") == "no: …!"


@pytest.mark.parametrize(
    ("text", "left"),
    [("phone", "for this …s phones and …"), ("this", "for … phones phones and phone")],
)
def test_a_short_text_leaves_other_words_whole(text: str, left: str) -> None:
    """It is hidden where it stands as words of its own."""
    error = Refused("for this phones phones and phone")

    assert told(error, text=text) == left.replace("this …s", "this phones")


def test_a_text_is_hidden_whole() -> None:
    """Also one that has its own phone, or a secret, in it."""
    text = "hunter 22 called 380501234567, the code is 4417"

    assert told(Refused(f"bad text: {text}"), text=text) == "bad text: …"


def test_a_code_is_not_taken_for_a_text() -> None:
    """A code names a case; somebody's text may be the same word."""
    error = InsufficientFunds("no money", code="message")

    assert (told(error, text="message"), error.code) == ("no money", "message")


def test_a_secret_in_a_code_is_hidden() -> None:
    """A fault code is free text, too."""
    error = Refused("no", code="hunter 22")
    told(error)

    assert error.code == "…"


def test_our_own_words_are_left_alone() -> None:
    """The ids of a batch that does not add up are all the evidence there is."""
    words = "the ids do not add up: " + ", ".join(f"{n:09}" for n in range(100))

    assert told(OutcomeUnknown(words), text="ids do not") == words


def test_a_long_story_is_cut_where_one_can_see_it() -> None:
    """A provider's page of words does not fill a log."""
    left = told(Refused("no " * 1000))

    assert (len(left), left[-1]) == (500, "…")


def test_a_batch_of_errors_hides_what_is_in_any_of_them() -> None:
    """Each error may quote another message's text or phone, in any of their forms."""
    errors = [Refused("no Your+code+is+2"), Refused("not +77010000001"), OutcomeUnknown("mine")]

    make_discreet(
        errors,
        secrets=["x" * 1000],
        phones=["77010000001", "77010000002"],
        texts=["Your code is 1", "Your code is 2", "long " * 100],
    )

    assert [str(error) for error in errors] == ["no …", "not +77…", "mine"]


def test_what_a_decoder_gives_or_raises_is_discreet() -> None:
    """A refusal among receipts, as much as one of them all; other answers are let through."""
    message = Message("77010000001", "Your code is 1")
    discretion = Discretion(["secret"])
    given = [Refused("to +77010000001"), RECEIPT]

    def refuse(_: HttpReply) -> int:
        raise Refused("secret: Your code is 1")

    assert discretion.over(lambda _: given, [message])(REPLY) is given
    assert str(given[0]) == "to +77…"
    assert discretion.over(lambda _: 7)(REPLY) == 7
    with pytest.raises(Refused, match=r"^…: …$"):
        discretion.over(refuse, [message])(REPLY)
    assert "secret" not in repr(discretion)
