"""The four forms (``fmt`` 0 to 3) in which SMSC's end can give the same answer."""

from collections.abc import Callable, Mapping, Sequence

import attrs

from smsgate.wire.http import HttpReply
from smsgate.wire.json import dumps
from smsgate.wire.xml import escape

Fields = Mapping[str, object]


@attrs.frozen(kw_only=True)
class Form:
    """One answer: ``words`` (fmt 0), ``short`` (1), ``fields`` under ``root`` (2 and 3)."""

    words: str
    short: str
    root: str
    fields: Fields | Sequence[Fields]


def problem_form(code: int, text: str, id_: str | None = None) -> Form:
    """Say no; the errors about money, text and phone (3, 6, 7, 8) carry the message's id."""
    fields = {"error": text, "error_code": code} | ({"id": id_} if id_ else {})
    return Form(
        words=f"ERROR = {code} ({text})" + (f", ID - {id_}" if id_ else ""),
        short=f"{id_ or 0},-{code}",
        root="result",
        fields=fields,
    )


def send_form(fields: Fields, count: int) -> Form:
    """Say yes: id, parts and, as asked, cost and balance. *count* is parts times phones."""
    return Form(
        words=f"OK - {count} SMS, ID - {fields['id']}",
        short=_values(fields, "id", "cnt", "cost", "balance"),
        root="result",
        fields=fields,
    )


def price_form(fields: Fields, count: int) -> Form:
    """Tell the price of a send that does not take place."""
    return Form(
        words=f"{fields['cost']} ({count} SMS)",
        short=_values(fields, "cost", "cnt"),
        root="result",
        fields=fields,
    )


_SHORT = ("status", "last_timestamp", "err")
_FULL = (
    *_SHORT,
    *("send_timestamp", "phone", "cost", "country", "operator", "region"),
    *("sender_id", "status_name", "message"),
)


def status_form(entries: Sequence[Fields], *, is_list: bool) -> Form:
    """Tell the status of one message, or a line on each of several."""
    words = [
        f"Status = {entry['status']}, check_time = {entry['last_date']}, err = {entry['err']}"
        for entry in entries
    ]
    return Form(
        words="\n".join(words),
        short="\n".join(_status_line(entry, is_list=is_list) for entry in entries),
        root="sms",
        fields=list(entries) if is_list else entries[0],
    )


def _status_line(entry: Fields, *, is_list: bool) -> str:
    if "send_timestamp" in entry:
        return _values(entry, *_FULL, *(("id",) if is_list else ()))

    return _values(entry, *_SHORT, *(("id", "phone") if is_list else ()))


def balance_form(fields: Fields) -> Form:
    """Tell what is left: one value, where an error has two."""
    amount = str(fields["balance"])
    return Form(words=amount, short=amount, root="", fields=fields)


def _values(fields: Fields, *names: str) -> str:
    return ",".join(str(fields[name]) for name in names if name in fields)


def _elements(value: object, name: str = "") -> str:
    match value:
        case dict():
            inner = "".join(_elements(item, key) for key, item in value.items())
        case list():
            return "".join(_elements(item, name) for item in value)
        case _:
            inner = escape(str(value))

    return f"<{name}>{inner}</{name}>" if name else inner


def _xml(form: Form) -> str:
    inner = _elements(form.fields, form.root)
    return f"<list>{inner}</list>" if isinstance(form.fields, list) else inner


_WRITERS: Mapping[str, tuple[str, Callable[[Form], str]]] = {
    "0": ("text/html", lambda form: form.words),
    "1": ("text/html", lambda form: form.short),
    "2": ("text/xml", _xml),
    "3": ("application/json", lambda form: dumps(form.fields).decode()),
}


def write(form: Form, fmt: str, charset: str) -> HttpReply:
    """
    Write *form* as *fmt* in *charset*; an unknown fmt is fmt 0.

    The header claims windows-1251 whatever the charset, as the live server was seen to
    do. What the charset lacks is lost, as it is there: this is the server, not us.
    """
    kind, writer = _WRITERS.get(fmt, _WRITERS["0"])
    body = writer(form).encode(charset, "xmlcharrefreplace" if fmt == "2" else "ignore")
    return HttpReply(body, headers={"content-type": f"{kind}; charset=windows-1251"})
