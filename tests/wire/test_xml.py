"""XML in and out: nothing escapes from a text, nothing is fetched, nothing explodes."""

import pytest
from hypothesis import example, given, strategies as st

from smsgate import InvalidMessage
from smsgate.wire.xml import cdata, check_characters, escape, parse_xml, text_of

CARRIED = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r<>&\"']")
)
NASTY = "]]>]]\r>\r\n<![CDATA[&#13;&amp;</a>]"


def is_carried(text: str) -> bool:
    """Tell whether `check_characters` lets *text* through."""
    try:
        check_characters(text)
    except InvalidMessage:
        return False

    return True


@given(CARRIED)
@example(NASTY)
def test_content_arrives_exactly(text: str) -> None:
    """Escaped or in CDATA, a text comes out as it went in, carriage returns and all."""
    for written in (escape(text), cdata(text)):
        assert (parse_xml(f"<a>{written}</a>").text or "") == text


@given(CARRIED)
@example(NASTY)
def test_an_attribute_arrives_exactly(text: str) -> None:
    """Parsers turn line ends and tabs in attributes into spaces, unless told otherwise."""
    assert parse_xml(f'<a b="{escape(text)}"/>').get("b") == text


@given(st.text(st.characters()))
def test_what_xml_cannot_write_is_refused(text: str) -> None:
    """Every text is either carried by a parser that nobody here wrote, or refused first."""
    if is_carried(text):
        assert (parse_xml(f"<a>{cdata(text)}</a>").text or "") == text
    else:
        with pytest.raises(ValueError):  # noqa: PT011 - expat's reasons are many
            parse_xml(f"<a>{cdata(text)}</a>")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a\x01", r"^text: XML 1.0 cannot carry '\\x01' \(U\+0001\)$"),
        ("a\ufffe", r"^text: XML 1.0 cannot carry '\\ufffe' \(U\+FFFE\)$"),
    ],
)
def test_the_refusal_names_the_character(text: str, rule: str) -> None:
    """A person can find the character and learn why it is in the way."""
    with pytest.raises(InvalidMessage, match=rule):
        check_characters(text)


def test_the_refusal_names_the_field() -> None:
    """A sender can hold such a character as well as a text."""
    with pytest.raises(InvalidMessage, match=r"^sender: XML"):
        check_characters("\x0b", what="sender")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"<a>ok</a>", "ok", id="plain"),
        pytest.param(b"\r\n <?xml version='1.0'?><a> ok </a>\n\n", "ok", id="spaces-around"),
        pytest.param(b"\xef\xbb\xbf<a>ok</a>", "ok", id="byte-order-mark"),
        pytest.param("<a>Код</a>".encode(), "Код", id="utf-8"),
        pytest.param(
            '<?xml version="1.0" encoding="windows-1251"?><a>Код</a>'.encode("cp1251"),
            "Код",
            id="windows-1251",
        ),
        pytest.param("<?xml version='1.0' encoding='koi8-r'?><a>Код</a>", "Код", id="str"),
        pytest.param(b"<a><b>o</b>k</a>", "ok", id="nested"),
        pytest.param(b"<a/>", "", id="empty-element"),
    ],
)
def test_reading_xml(body: bytes | str, text: str) -> None:
    """Live servers are sloppy around a document and free in its charset."""
    assert text_of(parse_xml(body)) == text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<a>", id="cut-short"),
        pytest.param(b"<a></a><b></b>", id="two-roots"),
        pytest.param(b"<p>We will be back soon<br></p>", id="html"),
        pytest.param(b"\xff\xfe\xfd", id="binary"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><a/>', id="unknown-charset"),
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?><a/>', id="unfit-charset"),
        pytest.param("<a>\ud800</a>", id="surrogate"),
        pytest.param(b"<!DOCTYPE a><a/>", id="doctype"),
        pytest.param(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', id="external-doctype"),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>', id="entities"
        ),
        pytest.param(b"<a>&b;</a>", id="undefined-entity"),
    ],
)
def test_what_is_no_xml(body: bytes | str) -> None:
    """One exception for everything that is wrong, and no entity is ever defined."""
    with pytest.raises(ValueError):  # noqa: PT011 - expat's reasons are many
        parse_xml(body)


@given(st.binary() | st.text().map(str.encode) | st.binary().map(lambda b: b"<a>" + b + b"</a>"))
def test_no_body_is_a_surprise(body: bytes) -> None:
    """Whatever comes back after a send, it is a document or a `ValueError`."""
    try:
        parse_xml(body)
    except ValueError:
        return


def test_depth_is_no_danger() -> None:
    """A hostile depth is read without a stack."""
    assert text_of(parse_xml("<a>" * 50_000 + "x" + "</a>" * 50_000)) == "x"


def test_a_missing_element_has_no_text() -> None:
    """`Element.find` may come back with nothing."""
    assert text_of(None) == ""
