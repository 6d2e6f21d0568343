"""Requests and replies as values, forms both ways, and what may be a base URL."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from hypothesis import example, given, strategies as st

from smsgate import InvalidArgument, OutcomeUnknown
from smsgate.wire.http import (
    FORM,
    HttpReply,
    HttpRequest,
    check_base_url,
    form_request,
    is_this_machine,
    parse_form,
)

CP1251 = st.text(st.characters(codec="cp1251"))


@given(st.dictionaries(st.text(), st.text()))
@example({"phones": "+77011234567,7", "mes": "a=b&c;d\r\n%2B+ é€😀\x00"})
def test_a_form_says_what_it_was_told(fields: Mapping[str, str]) -> None:
    """No value can add a field, end one early or change on the way."""
    assert parse_form(form_request("/x", fields.items())) == fields


@given(st.dictionaries(st.text(), st.text() | st.text("aж %+.\n")))
@example({"a": "  ж  ж  a  ", "%20": "% 20 "})
def test_a_form_is_written_as_everybody_writes_it(fields: Mapping[str, str]) -> None:
    """Byte for byte what the standard library writes, only sooner."""
    assert form_request("/x", fields.items()).body == urlencode(fields).encode()


@given(st.dictionaries(CP1251, CP1251))
def test_a_form_in_another_charset(fields: Mapping[str, str]) -> None:
    """Both ends agree in windows-1251 as well."""
    request = form_request("/x", fields.items(), charset="cp1251")

    assert parse_form(request, charset="cp1251") == fields


@pytest.mark.parametrize(("text", "charset"), [("ә", "cp1251"), ("\udc80", "utf-8")])
def test_a_form_refuses_what_its_charset_lacks(text: str, charset: str) -> None:
    """A password that cannot be written is an error of ours, and is not quoted."""
    with pytest.raises(InvalidArgument, match=f"^a field .* that {charset} cannot carry$"):
        form_request("/x", [("psw", f"secret{text}")], charset=charset)


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        pytest.param(HttpRequest("/x?a=1&b=%D0%B6", method="GET"), {"a": "1", "b": "ж"}, id="get"),
        pytest.param(HttpRequest("/x", b"a=1&b="), {"a": "1", "b": ""}, id="no-content-type"),
        pytest.param(
            HttpRequest("/x?a=1&b=2", b"b=3&c=4"), {"a": "1", "b": "3", "c": "4"}, id="last-wins"
        ),
        pytest.param(
            HttpRequest("/x?a=1", b"b=2", {"content-type": f"{FORM.title()}; charset=utf-8"}),
            {"a": "1", "b": "2"},
            id="content-type-with-a-charset",
        ),
        pytest.param(
            HttpRequest("/x?a=1", b"b=2", {"content-type": "application/json"}),
            {"a": "1"},
            id="not-a-form",
        ),
        pytest.param(HttpRequest("/x", "b=ж".encode()), {"b": "ж"}, id="bare-bytes"),
    ],
)
def test_reading_a_form(request_: HttpRequest, fields: Mapping[str, str]) -> None:
    """Query and body are one form, as PHP has it; bytes may come without percent signs."""
    assert parse_form(request_) == fields


@given(st.binary())
def test_every_byte_is_some_latin_letter(body: bytes) -> None:
    """In latin-1, where every byte has a meaning, no body is an error."""
    parse_form(HttpRequest("/x", body), charset="latin-1")


def test_bytes_outside_the_charset_are_an_error() -> None:
    """The simulated ends do not guess, either."""
    with pytest.raises(UnicodeDecodeError):
        parse_form(HttpRequest("/x", b"a=%FF"))


def test_values_on_the_wire_keep_their_secrets() -> None:
    """Bodies and headers hold passwords, tokens and texts: `repr` shows the path alone."""
    secret = {"authorization": "hidden"}
    shown = repr([HttpRequest("/x", b"hidden", secret), HttpReply(b"hidden", 200, secret)])

    assert shown == "[HttpRequest(path='/x', method='POST', own_id=None), HttpReply(status=200)]"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [({"content-type": "text/html; charset=x"}, "text/html"), ({}, "no content type")],
    ids=["html", "bare"],
)
def test_an_unreadable_answer_is_described(headers: Mapping[str, str], kind: str) -> None:
    """The error tells the shape; the body may echo a phone or a text and is not quoted."""
    error = HttpReply(b"<h1>77011234567</h1>", 502, headers).unreadable()

    assert isinstance(error, OutcomeUnknown)
    assert str(error) == f"the answer is unreadable (HTTP 502, {kind}, 20 bytes)"


@pytest.mark.parametrize(("status", "is_ok"), [(200, True), (201, False), (302, False)])
def test_only_200_is_a_yes(status: int, *, is_ok: bool) -> None:
    """No document promises a message behind any other status."""
    assert HttpReply(b"", status).is_ok == is_ok


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://smsc.kz", "https://smsc.kz"),
        ("https://smsc.kz/", "https://smsc.kz"),
        ("http://127.0.0.1:8025", "http://127.0.0.1:8025"),
        ("http://[::1]:8025/", "http://[::1]:8025"),
        ("http://sms_simulator:65535", "http://sms_simulator:65535"),
    ],
)
def test_a_base_url(url: str, bare: str) -> None:
    """A server's address, to which the provider's paths are added."""
    assert check_base_url(url) == bare


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("smsc.kz", id="no-scheme"),
        pytest.param("ftp://smsc.kz", id="other-scheme"),
        pytest.param("https://", id="no-host"),
        pytest.param("https:///sys", id="path-for-host"),
        pytest.param("https://smsc.kz/sys", id="path"),
        pytest.param("https://smsc.kz?a=1", id="query"),
        pytest.param("https://smsc.kz#a", id="fragment"),
        pytest.param("https://me:hidden@smsc.kz", id="login"),
        pytest.param("https://hidden@smsc.kz", id="user"),
        pytest.param("https://smsc.kz:", id="empty-port"),
        pytest.param("https://smsc.kz:hidden", id="word-for-port"),
        pytest.param("https://smsc.kz:65536", id="port-too-high"),
        pytest.param("https://smsc.kz:٨٠", id="port-in-other-digits"),
        pytest.param("https://smsc.kz ", id="space-at-end"),
        pytest.param("https://smsc.kz\n", id="line-end"),
        pytest.param("https://smsc\t.kz", id="tab"),
        pytest.param("https://smsc\\.kz", id="backslash"),
        pytest.param("https://smsc..kz", id="empty-label"),
        pytest.param(f"https://{'a' * 64}.kz", id="label-too-long"),
        pytest.param("https://[::1", id="open-bracket"),
        pytest.param("https://смс.kz", id="not-ascii"),
    ],
)
def test_what_is_no_base_url(url: str) -> None:
    """Refused when the gateway is made, in our words, and never quoted."""
    with pytest.raises(InvalidArgument, match=r"^base_url: must read http\(s\)://host") as caught:
        check_base_url(url)

    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("kind", ["text/77011234567 " * 9, "79990000001", "<b>", "a/b/c"])
def test_a_strange_content_type_is_not_quoted(kind: str) -> None:
    """Whatever a server puts there may be private, and of any length."""
    error = HttpReply(b"", headers={"content-type": kind}).unreadable()

    assert "a strange content type" in str(error)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.8.7", True),
        ("::1", True),
        ("128.0.0.1", False),
        ("127.0.0.1.example", False),
        ("smsc.kz", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, *, expected: bool) -> None:
    """All of 127/8 is; a name that only looks like it is not."""
    assert is_this_machine(host) is expected
