"""
What the simulated ends of SMSClub's gates share: who may send, what it costs, how it ends.

The last four digits of a phone choose what becomes of its message:

======  ==========================================================================
digits  what happens
======  ==========================================================================
9001    refused: the number is wrong
9002    refused: the number is on the black list
9003    refused: no money
9005    alone refused; among others left out without a word (text gates)
9006    accepted, with one id more than it has parts (text gates)
9500    accepted, and answered with a maintenance page
20NN    accepted, ends as 01 FAILED, 02 EXPIRED, 03 UNDELIV, 04 NOREPORT,
        05 REJECTD, 06 DELETED, 08 a word that nobody knows; 07 stays ACCEPTE
other   accepted, delivered
======  ==========================================================================
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import attrs

from smsgate.providers.network import LOGIN, PASSWORD, TOKEN, Network, Sms, magic
from smsgate.providers.smsclub.letters import count_parts
from smsgate.wire.http import HttpReply

PROVIDER = "smsclub"
PRICE = Decimal("0.4500")  # of one part
UNKNOWN_LOGIN = "Не найдено соответствие пары логин\\пароль"
WRONG_ID = "неверно указан id"
NO_TEXT = "Не указан текст или отправитель"
NO_MONEY = "Недостаточно средств на счете"
_NO_MONEY = "9003"
_REFUSALS: Mapping[str, str] = {
    "9001": "Неверный номер получателя",
    "9002": "Номер находится в черном списке",
    _NO_MONEY: NO_MONEY,
    "9005": "Нет ни одного верного номера",
}
_LEFT_OUT = "9005"
_ONE_ID_TOO_MANY = "9006"
_MAINTENANCE = "9500"
_ACCEPTED = "ACCEPTE"
_ENDS: Mapping[str, str] = {
    "2001": "FAILED",
    "2002": "EXPIRED",
    "2003": "UNDELIV",
    "2004": "NOREPORT",
    "2005": "REJECTD",
    "2006": "DELETED",
    "2007": _ACCEPTED,
    "2008": "MYSTERY",
}


@attrs.frozen
class Letter:
    """One text for one phone, as a gate reads it off the wire."""

    phone: str
    text: str


def is_known(username: str, password: str) -> bool:
    """Whether the simulator has this account; a token does for a password."""
    return username == LOGIN and password in {PASSWORD, TOKEN}


def refusal(phone: str) -> str | None:
    """Tell why *phone* is refused when it is alone in a request; None when it is not."""
    return magic(phone, _REFUSALS)


def end_of(phone: str) -> str:
    """Tell with which word a message to *phone* ends."""
    return magic(phone, _ENDS) or "DELIVRD"


def refusal_of_all(network: Network, letters: Sequence[Letter]) -> str | None:
    """Tell why a text gate takes none of *letters*; None when it takes them."""
    if not letters:
        return _REFUSALS["9001"]

    if is_too_dear(network, letters):
        return NO_MONEY

    for letter in letters:
        reason = refusal(letter.phone)
        if reason and (len(letters) == 1 or letter.phone[-4:] != _LEFT_OUT):
            return reason

    return None


def is_too_dear(network: Network, letters: Sequence[Letter]) -> bool:
    """Whether the account lacks the money for *letters*, or is to be taken for such a one."""
    price = sum(PRICE * count_parts(letter.text) for letter in letters)
    return network.left(PROVIDER) < price or any(x.phone[-4:] == _NO_MONEY for x in letters)


def accept(network: Network, letters: Sequence[Letter], sender: str) -> list[str]:
    """Take *letters*, the ones to be left out apart, and give one id for each part."""
    taken = [letter for letter in letters if letter.phone[-4:] != _LEFT_OUT]
    return [id_ for letter in taken for id_ in accept_one(network, letter, sender)]


def accept_one(network: Network, letter: Letter, sender: str, ids: int | None = None) -> list[str]:
    """Take one letter and give its ids: one a part, unless *ids* says how many."""
    parts = count_parts(letter.text)
    count = ids or parts + (letter.phone[-4:] == _ONE_ID_TOO_MANY)
    sms = Sms(
        provider=PROVIDER,
        ids=tuple(network.new_id() for _ in range(count)),
        phone=letter.phone,
        text=letter.text,
        sender=sender,
        cost=PRICE * parts,
        accepted_at=network.clock(),
        end=end_of(letter.phone),
    )
    network.accept(sms)
    return list(sms.ids)


def word(network: Network, id_: str) -> str | None:
    """Tell the status word of one part; None for an id that nobody has."""
    sms = network.find(PROVIDER, id_)
    if not sms:
        return None

    return _ACCEPTED if sms.end == _ACCEPTED else network.stage(sms, _ACCEPTED, "ENROUTE")


def maintenance(letters: Sequence[Letter]) -> HttpReply | None:
    """Make the page that a tired server answers with after it took the message."""
    if not any(letter.phone[-4:] == _MAINTENANCE for letter in letters):
        return None

    page = b"<html><body><h1>We will be back soon</h1></body></html>"
    return HttpReply(page, headers={"content-type": "text/html"})
