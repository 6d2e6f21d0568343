"""SOAP values: what one end writes the other reads, and nothing else passes for a value."""

from string import ascii_letters

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidMessage
from smsgate.wire.soap import (
    Call,
    Fault,
    Value,
    decode_call,
    decode_result,
    encode_call,
    encode_fault,
    encode_result,
)

_MARKUP = ["]]>", "<", ">", "&", "&#13;", '"', "'", "\r", "\n", "\t", "</text>", "<item/>", "{0}"]
_CARRIED = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿")
_TEXTS = st.text(_CARRIED) | st.lists(st.sampled_from(_MARKUP)).map("".join)
_VALUES = _TEXTS | st.lists(_TEXTS, max_size=5)
_NAMES = st.text(ascii_letters, min_size=1)


@given(arguments=st.dictionaries(_NAMES, _VALUES, max_size=5))
def test_a_call_is_read_as_it_was_said(arguments: dict[str, Value]) -> None:
    """Texts and lists arrive exactly, whatever markup is in them, in their order."""
    call = Call("sendSms", arguments)

    heard = decode_call(encode_call("urn:gate", call))

    assert heard == call
    assert list(heard.arguments) == list(arguments)


@given(value=_VALUES | st.dictionaries(_TEXTS.filter(lambda key: key != "0"), _TEXTS, min_size=1))
def test_a_result_is_read_as_it_was_said(value: Value) -> None:
    """Texts, lists and maps come back exactly."""
    assert decode_result(encode_result("urn:gate", "getReports", value)) == value


def test_a_map_with_the_keys_of_a_list_is_written_as_a_list() -> None:
    """PHP knows one kind of array, so this is what its servers do."""
    body = encode_result("urn:gate", "getReports", {"0": "DELIVRD", "1": "UNDELIV"})

    assert decode_result(body) == ["DELIVRD", "UNDELIV"]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        pytest.param("410700001", b"xsd:int", id="a-number"),
        pytest.param("-5", b"xsd:int", id="a-negative-number"),
        pytest.param("000101", b"xsd:string", id="leading-zeros"),
        pytest.param("p0066a46dc", b"xsd:string", id="letters"),
    ],
)
def test_keys_are_typed_as_php_types_them(key: str, kind: bytes) -> None:
    """A PHP array turns a number's text into a number, so PHP's own end must see one."""
    body = encode_result("urn:gate", "getReports", {key: "DELIVRD"})

    assert b'<key xsi:type="' + kind + b'">' in body
    assert decode_result(body) == {key: "DELIVRD"}


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1f", "\x0b", "\ufffe", "\ud800"])
def test_a_character_that_xml_lacks_is_named(character: str) -> None:
    """Nothing is dropped or replaced: the argument and the character are named."""
    with pytest.raises(InvalidMessage, match=f"text: .*U\\+{ord(character):04X}"):
        encode_call("urn:gate", Call("sendSms", {"text": f"a{character}"}))


def test_a_call_keeps_its_arguments_out_of_repr() -> None:
    """A password is among them."""
    assert "s3cret" not in repr(Call("sendSms", {"password": "s3cret"}))


@pytest.mark.parametrize("code", ["Client", "Server", "Client.Balance"])
def test_a_fault_is_read_as_it_was_said(code: str) -> None:
    """The code is read without the prefix that it is written with."""
    fault = Fault(code, 'Неверный номер <1> & "2" ]]>')

    assert decode_result(encode_fault(fault)) == fault


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"OK", id="words"),
        pytest.param(b"<Envelope/>", id="no-body"),
        pytest.param(b"<Envelope><Body/></Envelope>", id="empty-body"),
        pytest.param(b"<Body><call><a>1</a></call></Body>", id="no-envelope"),
        pytest.param(b"<Envelope><Body><call><a><b/></a></call></Body></Envelope>", id="untyped"),
        pytest.param(b"<!DOCTYPE a><Envelope><Body><call/></Body></Envelope>", id="document-type"),
    ],
)
def test_what_is_no_call_is_refused(body: bytes) -> None:
    """An untyped list is refused too: to PHP it is an object, and no gate expects one."""
    with pytest.raises(ValueError, match=r"\w"):
        decode_call(body)


@pytest.mark.parametrize(
    ("target", "value"),
    [
        pytest.param('<m id="a">1</m>', "1", id="to-a-text"),
        pytest.param('<m id="a" type="Array"><i>1</i><i>2</i></m>', ["1", "2"], id="to-a-list"),
        pytest.param('<m id="a" href="#b"/><m id="b">1</m>', "", id="to-a-reference"),
        pytest.param('<m id="a" href="#a"/>', "", id="to-itself"),
    ],
)
def test_a_reference_is_followed_one_step(target: str, value: Value) -> None:
    """Some toolkits write each value apart; a reference to a reference is none of theirs."""
    body = f'<Envelope><Body><r><v href="#a"/></r>{target}</Body></Envelope>'

    assert decode_result(body.encode()) == value


def test_depth_is_no_danger() -> None:
    """A hundred thousand elements in each other are refused without exhausting the stack."""
    deep = b"<item>" * 100_000 + b"</item>" * 100_000
    body = b'<Envelope><Body><r><v type="Array">%b</v></r></Body></Envelope>' % deep

    with pytest.raises(ValueError, match="structure"):
        decode_result(body)


@given(junk=st.binary(max_size=60), start=st.integers(0, 700), length=st.integers(0, 40))
def test_junk_raises_nothing_but_value_error(junk: bytes, start: int, length: int) -> None:
    """Whatever a line does to an answer, reading it ends in a value or in `ValueError`."""
    whole = encode_result("urn:gate", "sendSms", {"a": "1", "b": "2"})
    damaged = whole[:start] + junk + whole[start + length :]

    for body in (junk, damaged):
        try:
            decode_result(body)
        except ValueError:
            continue
