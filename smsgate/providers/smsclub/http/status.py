"""What became of messages: an SMPP word for each part id."""

from collections.abc import Sequence

from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.codes import reports
from smsgate.providers.smsclub.http.answers import read_list
from smsgate.providers.smsclub.http.dialect import Dialect
from smsgate.providers.smsclub.ids import ids_of
from smsgate.receipt import Ref
from smsgate.report import Report
from smsgate.wire.http import HttpReply, HttpRequest
from smsgate.wire.lists import join


def encode_status(account: SmsClubAccount, dialect: Dialect, refs: Sequence[Ref]) -> HttpRequest:
    """Ask about every part of *refs* in one request."""
    return dialect.request(account, dialect.status, smscid=join(";", ids_of(refs)))


def decode_status(reply: HttpReply, refs: Sequence[Ref]) -> list[Report]:
    """Decode one report for each of *refs*, in their order, whatever the answer's."""
    lines = [line.partition(":") for line in read_list(reply)]
    return reports(refs, {id_.strip(): word.strip() for id_, colon, word in lines if colon})
