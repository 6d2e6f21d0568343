"""``getReports``: what became of messages, a word for each part."""

from collections.abc import Mapping, Sequence

from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.providers.smsclub.codes import reports
from smsgate.providers.smsclub.ids import ids_of
from smsgate.providers.smsclub.soap.endpoint import Endpoint, read
from smsgate.receipt import Ref
from smsgate.report import Report
from smsgate.wire.http import HttpReply, HttpRequest


def encode_status(endpoint: Endpoint, account: SmsClubAccount, refs: Sequence[Ref]) -> HttpRequest:
    """Ask about all parts of *refs* in one request, always as a typed list of texts."""
    return endpoint.request(
        "getReports", login=account.username, password=account.secret, smcIds=ids_of(refs)
    )


def decode_status(reply: HttpReply, refs: Sequence[Ref]) -> list[Report]:
    """Decode one report for each of *refs*, in their order."""
    return reports(refs, _words(reply, ids_of(refs)))


def _words(reply: HttpReply, ids: Sequence[str]) -> Mapping[str, str]:
    """
    Read the word said of each id.

    PHP writes an array with the keys 0, 1, 2... as a list. Whose words are in it nobody
    can tell, unless one word answers one question.
    """
    match read(reply):
        case dict(words):
            return {id_.strip(): word.strip() for id_, word in words.items()}
        case [str(word)] if len(ids) == 1:
            return {ids[0]: word.strip()}
        case list():
            return {}
        case str(word) if len(ids) == 1 and word.strip():
            return {ids[0]: word.strip()}
        case _:
            raise reply.unreadable()
