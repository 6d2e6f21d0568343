"""
Forms as ``multipart/form-data``: what PHP's cURL makes of an array of fields.

The server's side only; we ourselves never write one. A field is bytes between two
delimiters, after an empty line (RFC 7578). The stdlib's ``email`` would do, but it raises
`TypeError` at crooked parameters.
"""

import re

from smsgate.wire.http import HttpRequest

MULTIPART = "multipart/form-data"
_BOUNDARY = re.compile(r'boundary="?([^";\s]+)', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name="([^"]*)"')


def parse_multipart(request: HttpRequest) -> dict[str, bytes]:
    """Read the fields of a form; what is no such form has none."""
    boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
    if not boundary:
        return {}

    delimiter = f"\r\n--{boundary[1]}".encode()
    _, *parts = b"\r\n".join((b"", request.body)).split(delimiter)
    fields: dict[str, bytes] = {}
    for part in parts:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if name:
            fields[name[1].decode("latin-1")] = value

    return fields
