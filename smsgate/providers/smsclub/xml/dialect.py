"""
The XML gate's two dialects: the document in a form field, or as the whole body.

The gateway page gives the first, clients agree on the second; paths differ, documents do
not. No white space stands between tags, as the page demands, and every value is CDATA.
"""

from collections.abc import Callable, Iterable

import attrs

from smsgate.providers.smsclub.account import SmsClubAccount
from smsgate.wire.http import HttpRequest, form_request
from smsgate.wire.xml import cdata

FIELD = "xmlrequest"


def _in_a_field(path: str, document: str) -> HttpRequest:
    return form_request(path, [(FIELD, document)])


def _as_the_body(path: str, document: str) -> HttpRequest:
    return HttpRequest(path, document.encode(), {"content-type": "text/xml; charset=utf-8"})


@attrs.frozen(kw_only=True)
class Dialect:
    """Three paths, and how a document is put into a request."""

    send: str
    individual: str
    status: str
    put: Callable[[str, str], HttpRequest]

    def request(
        self, account: SmsClubAccount, path: str, root: str, fields: Iterable[tuple[str, str]]
    ) -> HttpRequest:
        """Write a document; *fields* stand flat, in order, after the login."""
        login = [("username", account.username), ("password", account.secret)]
        inner = "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in [*login, *fields])
        return self.put(path, f"<?xml version='1.0' encoding='utf-8'?><{root}>{inner}</{root}>")


FORM_FIELD = Dialect(
    send="/hfw_smpp_addon/xmlsendsmspost.php",
    individual="/hfw_smpp_addon/xmlsendindividual.php",
    status="/hfw_smpp_addon/xmlgetsmsstatepost.php",
    put=_in_a_field,
)

RAW_BODY = Dialect(
    send="/xml/",
    individual="/xml/individual.php",
    status="/xml/state.php",
    put=_as_the_body,
)
