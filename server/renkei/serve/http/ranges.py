"""Which bytes a Range header asks for (RFC 9110, section 14), of a file or of a remembered answer.

Pure: a header and a size in, a range out. Several ranges at once are answered with the whole
file, as section 14.2 allows: hardly a client reads `multipart/byteranges`, and many small
ranges would cost more than they save.
"""

from __future__ import annotations

import re

from renkei.errors import Changed, NoSuchRange
from renkei.serve.http.compression import ENCODINGS
from renkei.serve.http.response_cache import CachedResponse, HeaderBlock

_UNIT = re.compile(r"\s*bytes\s*=(.*)", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"(\d*)-(\d*)", re.ASCII)
_DIGITS = 18  # of a number; a longer one is no place in a file


def requested(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the first and last byte to send of *size*; None for the whole file.

    A header that is absent, in another unit or misspelt is ignored. Raises NoSuchRange where
    none of the ranges has a byte of the file.
    """
    unit = _UNIT.fullmatch(header or "")
    if unit is None:
        return None
    found = []
    for part in unit[1].split(","):
        text = part.strip()
        if not text:
            continue
        match = _RANGE.fullmatch(text)
        if match is None or text == "-" or any(len(n) > _DIGITS for n in match.groups()):
            return None
        start, end = match.groups()
        if start and end and int(end) < int(start):
            return None
        first = int(start) if start else max(0, size - int(end))
        last = min(int(end), size - 1) if start and end else size - 1
        if first < size:
            found.append((first, last))
    if not found and size:
        raise NoSuchRange(size)
    return found[0] if len(found) == 1 else None


def part_of(
    entry: CachedResponse, header: str | None, if_range: str | None
) -> tuple[HeaderBlock, bytes] | None:
    """Return headers and bytes of the part of *entry* that is asked for; None for all of it.

    Parts are of the answer without a content coding, whatever the client accepts besides: a part
    of a coding could not be decoded. *if_range* has to be the strong tag of just that. Raises
    NoSuchRange.
    """
    whole = entry.forms[""]
    if entry.status != 200 or (if_range is not None and if_range.strip() != whole.etag):
        return None
    chosen = requested(header, len(whole.body))
    if chosen is None:
        return None
    first, last = chosen
    said = f"bytes {first}-{last}/{len(whole.body)}".encode()
    headers = [(n, v) for n, v in whole.fresh if n != b"content-length"]
    headers += [(b"content-range", said), (b"content-length", b"%d" % (last - first + 1))]
    return headers, whole.body[first : last + 1]


def check_match(tag: str, if_match: str | None) -> None:
    """Raise Changed where *if_match* names no coding of what has *tag* (RFC 9110, section 13.1.1).

    *tag* is that of the answer without a coding, without its quotes.
    """
    if if_match is None or if_match.strip() == "*":
        return
    sent = {part.strip() for part in if_match.split(",")}
    if sent.isdisjoint({f'"{tag}"', *(f'"{tag}-{name}"' for name in ENCODINGS)}):
        raise Changed("This is not the version you have.", "Ask again without If-Match.")
