"""What every answer of the XML gate has in common: a ``status``, which is looked at first."""

from xml.etree.ElementTree import Element

from smsgate.errors import Refused
from smsgate.wire.http import HttpReply
from smsgate.wire.xml import parse_xml, text_of


def read(reply: HttpReply) -> Element:
    """
    Decode an answer that says yes; raises `Refused`, or `OutcomeUnknown`.

    A refusal counts whatever the HTTP status, unless it comes with ids: an id proves that
    a message was taken. A yes only counts with HTTP 200.
    """
    try:
        answer = parse_xml(reply.body)
    except ValueError:
        raise reply.unreadable() from None

    match answer.tag, text_of(answer.find("status")):
        case "response", "ERROR" if not any(map(text_of, answer.findall("ids/mess"))):
            said = text_of(answer.find("text"))
            raise Refused(f"smsclub: {said or 'no explanation'}")
        case "response", "OK" if reply.is_ok:
            return answer
        case _:
            raise reply.unreadable()
