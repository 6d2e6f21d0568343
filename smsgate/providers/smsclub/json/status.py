"""``/sms/status``: what became of messages, up to a hundred ids a request."""

from collections.abc import Mapping, Sequence

from smsgate.providers.smsclub.codes import reports
from smsgate.providers.smsclub.ids import ids_of
from smsgate.providers.smsclub.json.account import SmsClubBearer
from smsgate.providers.smsclub.json.answers import entries, read_success, text
from smsgate.receipt import Ref
from smsgate.report import Report
from smsgate.wire.http import HttpReply, HttpRequest


def encode_status(account: SmsClubBearer, refs: Sequence[Ref]) -> HttpRequest:
    """Ask about all ids of *refs* in one request."""
    return account.request("status", id_sms=ids_of(refs))


def decode_status(reply: HttpReply, refs: Sequence[Ref]) -> list[Report]:
    """Decode one report for each of *refs*, in their order."""
    return reports(refs, _words(read_success(reply), ids_of(refs)))


def _words(request: Mapping[str, object], ids: Sequence[str]) -> Mapping[str, str]:
    """Read the word said of each id: a status, or what ``add_info`` says of a bad one."""
    add_info = request.get("add_info")
    if isinstance(add_info, str) and len(ids) == 1:
        add_info = {ids[0]: add_info}

    said = {**entries(add_info), **entries(request.get("info"))}
    return {id_: word for id_, value in said.items() if (word := text(value))}
