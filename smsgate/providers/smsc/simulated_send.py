"""
SMSC's end of ``send.php``: one text in ``mes`` for ``phones``, or rows of them in ``list``.

A row that makes no sense makes none of the whole request. Of two rows for one phone each
is a message, and (id, phone) leads to the last. ``cnt`` counts the parts of every text
once; what the provider counts for a ``list`` nobody documents.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import attrs

from smsgate.providers.network import Sms
from smsgate.providers.smsc.forms import Form, price_form, send_form
from smsgate.providers.smsc.rows import LONGEST_TEXT, Row, decode_rows
from smsgate.providers.smsc.simulated_call import PROBLEMS, PROVIDER, Call, problem, split
from smsgate.text import count_gsm_parts

PRICE = Decimal("3.20")  # of one part
OPERATOR = "40101"
_ABOUT_ONE_PHONE: Mapping[int | None, tuple[str, str]] = {
    7: ("22", "249"),
    8: ("20", "248"),
}  # status and error on the line of that phone
_ENDS = frozenset({2, 3, 4, 6, 7, 20, 22, 23, 24, 25})  # 7 is a status that nobody knows
_WITH_ID = frozenset({3, 6, 7, 8})
_ID = re.compile("[A-Za-z0-9._-]{1,40}")


@attrs.frozen
class _Copy:
    """One text for one phone."""

    phone: str
    text: str
    parts: int

    @property
    def cost(self) -> Decimal:
        return PRICE * self.parts

    @property
    def refusal(self) -> int | None:
        return refusal_of(self.phone)


def refusal_of(phone: str) -> int | None:
    """Read the magic digits 90NN."""
    code = int(phone[-2:])
    return code if phone[-4:-2] == "90" and code in PROBLEMS else None


def end_of(phone: str) -> str:
    """Read the magic digits 20NN and 3NNN into ``status,error``."""
    match phone[-4:].zfill(4):
        case digits if digits.startswith("20") and int(digits[2:]) in _ENDS:
            return f"{int(digits[2:])},0"
        case digits if "3001" <= digits <= "3255":
            return f"20,{int(digits[1:])}"
        case _:
            return "1,0"


@attrs.frozen
class _Order:
    """What one request asks for: ``good`` will be sent, ``bad`` are phones refused."""

    id: str
    parts: int  # of each of its texts, together
    good: Sequence[_Copy]
    bad: Sequence[_Copy]

    @property
    def cost(self) -> Decimal:
        return sum((copy.cost for copy in self.good), Decimal(0))

    @property
    def count(self) -> int:
        return sum(copy.parts for copy in self.good)

    @property
    def refusal(self) -> int | None:
        """The first error that is about more than one phone among others."""
        codes = [copy.refusal for copy in self.bad]
        return next((c for c in codes if not self.good or c not in _ABOUT_ONE_PHONE), None)


def send(call: Call) -> Form:
    """Take what is asked for, or say why not; with ``cost=1`` tell its price."""
    order = _read(call)
    if order is None:
        return problem(1)

    if order.refusal is not None:
        return problem(order.refusal, order.id if order.refusal in _WITH_ID else None)

    if call.get("cost") == "1":
        price = {"cost": str(order.cost), "cnt": order.parts}
        return price_form(price | _lines(call, order), order.count)

    if call.network.is_repetition(frozenset(call.params.items())):
        return problem(9)

    if call.network.left(PROVIDER) < order.cost:
        return problem(3, order.id)

    for copy in order.good:
        call.network.accept(_sms(call, order.id, copy))

    return send_form(_receipt(call, order) | _lines(call, order), order.count)


def _read(call: Call) -> _Order | None:
    """Read the order in *call*; None when it makes no sense, or is too much."""
    id_ = call.get("id") if call.get("id") not in {"", "0"} else call.network.new_id()
    rows = _rows(call)
    most = call.network.most_recipients
    if not rows or not all(map(_is_sound, rows)) or not _ID.fullmatch(id_):
        return None

    copies = [copy for row in rows for copy in _copies(row)]
    if most and len(copies) > most:
        return None

    return _Order(
        id=id_,
        parts=sum(count_gsm_parts(row.text) for row in rows),
        good=[copy for copy in copies if copy.refusal is None],
        bad=[copy for copy in copies if copy.refusal is not None],
    )


def _rows(call: Call) -> Sequence[Row]:
    if not call.get("list"):
        return [Row(call.get("phones"), call.get("mes"))]

    rows = decode_rows(call.get("list"))
    return rows if all(len(row.text) <= LONGEST_TEXT for row in rows) else []


def _is_sound(row: Row) -> bool:
    phones = _phones(row)
    return bool(row.text and phones) and all(p.isascii() and p.isdigit() for p in phones)


def _phones(row: Row) -> Sequence[str]:
    return [phone.removeprefix("+") for phone in split(row.phones)]


def _copies(row: Row) -> Iterator[_Copy]:
    parts = count_gsm_parts(row.text)
    for phone in _phones(row):
        yield _Copy(phone, row.text, parts)


def _sms(call: Call, id_: str, copy: _Copy) -> Sms:
    return Sms(
        provider=PROVIDER,
        ids=(id_,),
        phone=copy.phone,
        text=copy.text,
        sender=call.get("sender") or None,
        cost=copy.cost,
        accepted_at=call.network.clock(),
        end=end_of(copy.phone),
    )


def _receipt(call: Call, order: _Order) -> dict[str, object]:
    id_ = int(order.id) if order.id.isdigit() else order.id
    fields: dict[str, object] = {"id": id_, "cnt": order.parts}
    if call.get("cost") in {"2", "3"}:
        fields["cost"] = str(order.cost)
    if call.get("cost") == "3":
        fields["balance"] = str(call.network.left(PROVIDER))
    return fields


def _lines(call: Call, order: _Order) -> dict[str, object]:
    """Tell of each phone: with ``op=1`` of all, with ``err=1`` of the bad ones, if any."""
    if call.get("op") != "1" and not (call.get("err") == "1" and order.bad):
        return {}

    shown = order.good if call.get("op") == "1" else ()
    return {
        "phones": [
            *({"phone": c.phone, "mccmnc": OPERATOR, "cost": str(c.cost)} for c in shown),
            *(_bad_line(copy) for copy in order.bad),
        ]
    }


def _bad_line(copy: _Copy) -> dict[str, object]:
    status, error = _ABOUT_ONE_PHONE[copy.refusal]
    return {"phone": copy.phone, "mccmnc": "", "cost": "0", "status": status, "error": error}
