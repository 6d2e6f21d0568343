"""One HTTP request and its reply, as values that both ends of the wire share."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

import attrs

from smsgate.errors import InvalidArgument, OutcomeUnknown

FORM = "application/x-www-form-urlencoded"
_OK = 200
_TOO_LARGE = 413
_ASCII = bytes(range(128))
_NAME = r"[\w-]{1,63}(?:\.[\w-]{1,63})*"
_BASE_URL = re.compile(rf"https?://(?:{_NAME}|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d+))?", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,60}|no content type")
_LAST_PORT = 65535
_QUOTED = [quote_plus(bytes([byte])) for byte in range(256)]


@attrs.frozen
class Rate:
    """
    At most ``most`` requests under one ``key`` in any ``seconds`` seconds.

    Two are the same that count the same, however many they allow.
    """

    key: tuple[str, ...] = attrs.field(repr=False)  # a message's own has its phone in it
    most: int = attrs.field(eq=False)
    seconds: float


@attrs.frozen
class HttpRequest:
    """
    A request, as yet without a host: ``path`` is ``/path`` or ``/path?query``.

    Header names are lower case. Header values and the body hold secrets, so they are
    kept out of ``repr``. ``own_id`` is the id that we gave the messages in it, where the
    provider can be asked by one; ``rates`` are the account's limits that it counts for.
    """

    path: str
    body: bytes = attrs.field(default=b"", repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    method: str = "POST"
    own_id: str | None = None
    rates: tuple[Rate, ...] = attrs.field(default=(), repr=False)

    def alone(self) -> "HttpRequest":
        """
        Ask for the connection to be closed after the answer.

        That is for answers that do not say what they answer: a second copy of one, left
        over on the connection, would be taken for the answer to the next request.
        """
        headers = {**self.headers, "connection": "close"}
        return HttpRequest(self.path, self.body, headers, self.method, self.own_id, self.rates)


@attrs.frozen
class HttpReply:
    """
    What came back. Header names are lower case.

    ``hang_up`` ends the connection that it came on, for when it is no clean yes: what
    follows it there could be taken for the answer to the next request. ``is_anothers`` tells
    of an id that it names whether it is another request of ours that it answers.
    """

    body: bytes = attrs.field(repr=False)
    status: int = _OK
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    hang_up: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False, eq=False)
    is_anothers: Callable[[str], bool] = attrs.field(default=lambda _: False, repr=False, eq=False)

    @property
    def is_ok(self) -> bool:
        """Whether the server itself called it a success. The body may still say no."""
        return self.status == _OK

    @property
    def is_too_large(self) -> bool:
        """Whether the server refused the request, unread, for its size (RFC 9110, 15.5.14)."""
        return self.status == _TOO_LARGE

    def unreadable(self) -> OutcomeUnknown:
        """
        Make the error for a reply that is neither a documented yes nor a documented no.

        It tells the shape and never quotes the body, which may echo private text.
        """
        kind = self.headers.get("content-type", "no content type").partition(";")[0]
        if not _MEDIA_TYPE.fullmatch(kind):
            kind = "a strange content type"

        return OutcomeUnknown(
            f"the answer is unreadable (HTTP {self.status}, {kind}, {len(self.body)} bytes)"
        )


def form_request(
    path: str, fields: Iterable[tuple[str, str]], *, charset: str = "utf-8"
) -> HttpRequest:
    """
    Encode *fields* as a POSTed form; every value is percent-encoded.

    Raises `InvalidArgument` for what *charset* cannot carry.
    """
    try:
        pairs = [f"{_quote(name, charset)}={_quote(value, charset)}" for name, value in fields]
    except UnicodeEncodeError:
        pairs = None

    if pairs is None:  # not raised from what quotes the field
        raise InvalidArgument(f"a field holds a character that {charset} cannot carry")

    return HttpRequest(path, "&".join(pairs).encode("ascii"), {"content-type": FORM})


def _quote(text: str, charset: str) -> str:
    """Write what `urllib.parse.quote_plus` writes, in half the time, since batches are long."""
    return "".join([_QUOTED[byte] for byte in text.encode(charset)])


def parse_form(request: HttpRequest, *, charset: str = "utf-8") -> dict[str, str]:
    """
    Decode the query and the form of *request*; where a name comes twice the last wins.

    Raises `UnicodeDecodeError` for bytes that *charset* does not know.
    """
    query = urlsplit(request.path).query
    form = quote(request.body, safe=_ASCII) if _is_form(request) else ""
    pairs = f"{query}&{form}"
    return dict(parse_qsl(pairs, keep_blank_values=True, encoding=charset, errors="strict"))


def _is_form(request: HttpRequest) -> bool:
    return request.headers.get("content-type", FORM).lower().startswith(FORM)


def check_base_url(url: str) -> str:
    """
    Return *url* without a trailing slash if it is ``scheme://host[:port]``.

    Raises `InvalidArgument` for anything else: a login in it would reach logs.
    """
    bare = url.rstrip("/")
    found = _BASE_URL.fullmatch(bare)
    if not found or int(found["port"] or 0) > _LAST_PORT:
        raise InvalidArgument("base_url: must read http(s)://host[:port], no login, no path")

    return bare


def is_this_machine(host: str) -> bool:
    """Whether *host* is the loopback of the machine itself: localhost, 127.0.0.0/8, ::1."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
