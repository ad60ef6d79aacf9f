"""Query strings: their fields, and the normal form under which one is remembered."""

from __future__ import annotations

import re
from binascii import a2b_qp
from functools import lru_cache
from operator import itemgetter
from urllib.parse import parse_qsl

_ODD = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]")


@lru_cache(maxsize=64)
def fields(query: str) -> tuple[tuple[str, str], ...]:
    """Return the fields of a query string, as `parse_qsl` does. Raises UnicodeDecodeError."""
    if _ODD.search(query):
        return tuple(parse_qsl(query, keep_blank_values=True, errors="strict"))
    parts = (part.partition("=") for part in query.split("&") if part)
    return tuple((_decoded(name), _decoded(value)) for name, _, value in parts)


def _decoded(text: str) -> str:
    """Return *text*, ASCII whose every % begins an octet, without percent-encoding.

    That is the code of quoted-printable with another sign, which the standard library
    reads ten times as fast as its own percent-encoding.
    """
    data = text.replace("+", " ").encode("ascii")
    if b"%" not in data:
        return data.decode()
    return a2b_qp(data.replace(b"=", b"=3D").replace(b"%", b"=")).decode()


@lru_cache(maxsize=64)
def normal(query: str) -> str:
    """Return what *query* says, however it is encoded and in whichever order.

    Fields of one name keep their order, which may mean something. What comes back begins
    with a line end, so it is no query string itself.
    """
    try:
        said = sorted(fields(query), key=itemgetter(0))
    except (ValueError, UnicodeError):
        return query
    return "\n" + repr(said)
