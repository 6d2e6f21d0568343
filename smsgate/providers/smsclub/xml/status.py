"""What became of messages: an entry for each part id, with an SMPP word or a sentence."""

from collections.abc import Sequence

from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.codes import reports
from smsgate.providers.smsclub.ids import ids_of
from smsgate.providers.smsclub.xml.answers import read
from smsgate.providers.smsclub.xml.dialect import Dialect
from smsgate.receipt import Ref
from smsgate.report import Report
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.lists import join
from smsgate.wire.xml import text_of


def encode_status(account: SmsClubAccount, dialect: Dialect, refs: Sequence[Ref]) -> HttpRequest:
    """Ask about every part of *refs* in one request."""
    fields = [("smscid", join(";", ids_of(refs)))]
    return dialect.request(account, dialect.status, "request_getstate", fields)


def decode_status(reply: HttpReply, refs: Sequence[Ref]) -> list[Report]:
    """Decode one report for each of *refs*, in their order, whatever the answer's."""
    entries = read(reply).findall("entries/entry")
    return reports(refs, {text_of(e.find("smscid")): text_of(e.find("state")) for e in entries})
