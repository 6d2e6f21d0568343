"""The two dialects of the XML gate, and documents that nothing can break."""

from hypothesis import given, strategies as st

from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.xml.dialect import FORM_FIELD, RAW_BODY
from smsgate.wire.http import parse_form
from smsgate.wire.xml import parse_xml

ACCOUNT = SmsClubAccount(username="380500000000", password="a]]>&<b/>")
DOCUMENT = (
    "<?xml version='1.0' encoding='utf-8'?><request_getstate>"
    "<username><![CDATA[380500000000]]></username>"
    "<password><![CDATA[a]]]]><![CDATA[>&<b/>]]></password>"
    "<smscid><![CDATA[1;2]]></smscid></request_getstate>"
)


def test_the_page_wants_a_form_field() -> None:
    """The document travels as ``xmlrequest``, percent-encoded."""
    request = FORM_FIELD.request(
        ACCOUNT, FORM_FIELD.status, "request_getstate", [("smscid", "1;2")]
    )

    assert (request.method, request.path) == ("POST", "/hfw_smpp_addon/xmlgetsmsstatepost.php")
    assert request.headers == {"content-type": "application/x-www-form-urlencoded"}
    assert parse_form(request) == {"xmlrequest": DOCUMENT}


def test_clients_send_the_document_itself() -> None:
    """The newer paths take the same document as the whole body."""
    request = RAW_BODY.request(ACCOUNT, RAW_BODY.status, "request_getstate", [("smscid", "1;2")])

    assert (request.method, request.path) == ("POST", "/xml/state.php")
    assert request.headers == {"content-type": "text/xml; charset=utf-8"}
    assert request.body.decode() == DOCUMENT


xml_text = st.text(
    st.characters(exclude_categories=["Cs"]).filter(lambda c: c >= " " and c not in "\ufffe\uffff")
    | st.sampled_from("\t\n\r]>&<")
)


@given(st.lists(st.tuples(st.sampled_from(["to", "text"]), xml_text), max_size=5))
def test_values_stay_values(fields: list[tuple[str, str]]) -> None:
    """Whatever is in a value, the document has the elements we meant and no other."""
    document = parse_xml(RAW_BODY.request(ACCOUNT, "/xml/", "request_sendsms", fields).body)

    assert [(child.tag, child.text or "") for child in document] == [
        ("username", "380500000000"),
        ("password", "a]]>&<b/>"),
        *fields,
    ]
