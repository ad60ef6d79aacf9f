"""Which bytes of a file a Range header asks for (RFC 9110, section 14).

Pure: a header and a size in, a range out. Several ranges at once are answered with the whole
file, as section 14.2 allows: hardly a client reads `multipart/byteranges`, and many small
ranges would cost more than they save.
"""

from __future__ import annotations

import re

from renkei.errors import NoSuchRange

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
