"""The net that looks for leaks has no hole: what is let out on purpose is caught."""

import asyncio
import logging
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import md5
from urllib.parse import quote_plus

import pytest
from contract.net import Net, cast
from contract.planted import KEY, PHONE, SECRET, TEXT

from smsgate import Refused, SmsGateError

log = logging.getLogger("somebody.else")
WAYS: dict[str, Callable[[str, Net], None]] = {
    "message": lambda word, _: log.debug("sending to %s", word),
    "extra": lambda word, _: log.debug("sending", extra={"phone": word}),
    "args": lambda word, _: log.debug("sending to %.3s", [word]),
    "stack": lambda word, _: log.warning("failed", exc_info=RuntimeError(word)),
    "error": lambda word, net: net.show(Refused(word)),
    "code": lambda word, net: net.show(Refused("no", code=word)),
    "repr": lambda word, net: net.show({"psw": word}),
    "note": lambda word, net: net.show(noted(word)),
    "cause": lambda word, net: net.show(caused(word)),
    "hidden": lambda word, net: net.show(hidden(word)),
    "inside": lambda word, net: net.show([Refused(word)]),
}
FORMS: dict[str, Callable[[str], str]] = {
    "as-it-is": str,
    "upper-case": str.upper,
    "percent": quote_plus,
    "percent-cp1251": lambda word: quote_plus(word, encoding="cp1251"),
    "bytes": lambda word: repr(word.encode()),
    "bytes-cp1251": lambda word: repr(word.encode("cp1251")),
    "base64": lambda word: b64encode(word.encode()).decode(),
    "base64-cp1251": lambda word: b64encode(word.encode("cp1251")).decode(),
    "md5": lambda word: md5(word.encode()).hexdigest(),
    "wrong-charset": lambda word: word.encode().decode("latin-1"),
    "a-piece-of-it": lambda word: word[1:],
}


def noted(word: str) -> SmsGateError:
    """Make an error that tells more below than above."""
    error = Refused("no")
    error.add_note(word)
    return error


def caused(word: str) -> SmsGateError:
    """Make an error that came from another."""
    error = Refused("no")
    error.__cause__ = ValueError(word)
    return error


def hidden(word: str) -> SmsGateError:
    """Make an error that came from another, and does not print it."""
    error = Refused("no")
    error.__context__, error.__suppress_context__ = ValueError(word), True
    return error


@pytest.mark.parametrize("word", [SECRET, KEY, PHONE, TEXT])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_it_is_caught_wherever_it_gets_out(way: Callable[[str, Net], None], word: str) -> None:
    """A logger that logs the phone, an error that quotes the text: each has no way out."""
    with cast() as net:
        net.sees_hidden = True
        way("nothing", net)
        assert net.leaks() == []

        way(word, net)

    assert net.leaks() != []


@pytest.mark.parametrize("word", [SECRET, KEY, PHONE, TEXT])
@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_it_is_caught_in_any_form(write: Callable[[str], str], word: str) -> None:
    """Encoded is not hidden."""
    net = Net()
    net.show(write(word))

    assert net.leaks() != []


@pytest.mark.parametrize("name", ["smsgate", "httpx", "httpcore.http11", "asyncio", "anyio"])
def test_no_logger_is_left_out(name: str) -> None:
    """However quiet it was told to be before; and afterwards it is as quiet again."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    with cast() as net:
        logger.debug("%s", PHONE)

    quiet = logger.level
    logger.setLevel(before)

    assert (quiet, net.loggers) == (logging.CRITICAL, {name.partition(".")[0]})
    assert net.leaks() != []


def test_what_an_event_loop_complains_about_is_caught() -> None:
    """An error that nobody waited for comes out by way of asyncio's own logger."""

    async def forget() -> None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": "nobody waited", "exception": Refused(PHONE)}
        )

    with cast() as net:
        asyncio.run(forget())

    assert net.leaks() != []


def test_what_comes_on_the_screen_is_caught(capfd: pytest.CaptureFixture[str]) -> None:
    """A forgotten print is a leak as well."""
    net = Net()
    print(TEXT, file=sys.stderr)  # noqa: T201
    net.show(*capfd.readouterr())

    assert net.leaks() != []


def test_what_an_id_holds_by_chance_is_no_leak() -> None:
    """Any seven digits may stand in it; the same ones by themselves are caught."""
    net = Net()
    net.show(f"smsc:…23:ce5a02eb68ec{PHONE[-7:]}ecee22f67eb03 in 8.500 s")
    assert net.leaks() == []

    net.show(f"smsc:…23:{PHONE[-7:]}")
    assert net.leaks() != []


def test_it_says_where() -> None:
    """Who finds a leak is told what got out, and what stood around it."""
    net = Net()
    net.caught.append(f"a long story with {PHONE} in it")

    assert net.leaks()[0] == f"{PHONE!r} in …'a long story with {PHONE} in it'…"
