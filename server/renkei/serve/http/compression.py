"""Content codings (RFC 9110, section 8.4): which one a client likes best, and coding itself.

What is short or of a type that is packed already stays as it is. Nothing here knows the
cache or the server.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import partial

import brotli  # type: ignore[import-untyped]
import zstandard

from renkei.rdf.formats import FORMATS

ENCODINGS = ("zstd", "br", "gzip")  # in order of preference among equal wishes
LEAST = 200  # bytes below which compressing gains nothing
FAST = 64 * 1024  # bytes up to which a body is compressed while the event loop waits
CODED = (  # media types of what is text: every format of ours, and the rest that is sent
    *(f.media_type for f in FORMATS if not f.packed),
    "text/",
    "application/json",
    "application/xml",
    "application/problem+json",
    "image/svg+xml",
    "application/javascript",
    "application/xhtml+xml",
    "application/geo+json",
)

Headers = list[tuple[str, str]]


_chosen: dict[str, str] = {}


def choose(accept_encoding: str) -> str:
    """Return the content coding of ours that a client likes best; "" is none.

    Raises nothing: what cannot be read is not a wish.
    """
    known = _chosen.get(accept_encoding)
    if known is not None:
        return known
    wishes: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, rest = part.partition(";")
        quality = 1.0
        if rest.strip().startswith("q="):
            try:
                quality = float(rest.strip()[2:])
            except ValueError:
                quality = 0.0
        wishes[name.strip()] = quality
    best, found = 0.0, ""
    for encoding in ENCODINGS:
        quality = wishes.get(encoding, wishes.get("*", 0.0))
        if quality > best and quality >= wishes.get("identity", 0.0):
            best, found = quality, encoding
    if len(_chosen) < 1000:
        _chosen[accept_encoding] = found
    return found


def encode(body: bytes, encoding: str) -> bytes:
    """Return *body* in a content coding, at a level that takes milliseconds at most."""
    if encoding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    if encoding == "br":
        return bytes(brotli.compress(body, quality=5))
    return zstandard.ZstdCompressor(level=6).compress(body)


def whole(
    status: int, headers: Headers, body: bytes, accept_encoding: str
) -> tuple[Headers, bytes]:
    """Return headers and body of an answer that is all here, coded as the client likes best.

    As it is where the client wishes for no coding, or coding would gain nothing.
    """
    named = dict(lowered(headers))
    if (
        status == 206
        or "content-encoding" in named
        or len(body) < LEAST
        or not named.get("content-type", "").startswith(CODED)
    ):
        return headers, body
    encoding = choose(accept_encoding)
    own = [(n, v) for n, v in lowered(headers) if n not in ("etag", "content-length")]
    tag = named.get("etag", "")
    if encoding:
        body = encode(body, encoding)
        own.append(("content-encoding", encoding))
        tag = tag and f'"{tag.removeprefix("W/").strip(chr(34))}-{encoding}"'
    if tag:
        own.append(("etag", tag))
    return [*own, ("content-length", str(len(body)))], body


class Coder:
    """Encodes an answer as it comes; what has come is with the client before more is made."""

    _add: Callable[[bytes], bytes]
    _flush: Callable[[], bytes]
    _end: Callable[[], bytes]

    def __init__(self, encoding: str) -> None:
        if encoding == "gzip":
            member = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
            self._add, self._end = member.compress, member.flush
            self._flush = lambda: member.flush(zlib.Z_SYNC_FLUSH)
        elif encoding == "br":
            made = brotli.Compressor(quality=4)
            self._add, self._flush, self._end = made.process, made.flush, made.finish
        else:
            frame = zstandard.ZstdCompressor(level=3).compressobj()
            self._add, self._end = frame.compress, frame.flush
            self._flush = partial(frame.flush, zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def add(self, piece: bytes) -> bytes:
        """Return the coded form of *piece*."""
        return bytes(self._add(piece) + self._flush())

    def end(self) -> bytes:
        """Return what closes the coding."""
        return bytes(self._end())


def streamed(headers: Headers, accept_encoding: str) -> tuple[Headers, Coder | None]:
    """Return the headers and the coder of an answer that comes in pieces of unknown length.

    There is no coder where the client wishes for none, or where the length is known.
    """
    named = dict(lowered(headers))
    coded = named.get("content-type", "").startswith(CODED) and "content-length" not in named
    encoding = choose(accept_encoding) if coded else ""
    if not encoding:
        return headers, None
    own = [(n, v) for n, v in lowered(headers) if n != "etag"]
    own.append(("content-encoding", encoding))
    if "etag" in named:
        own.append(("etag", f'"{named["etag"].strip(chr(34))}-{encoding}"'))
    return own, Coder(encoding)


def lowered(headers: Headers) -> list[tuple[str, str]]:
    """Return *headers* with their names in lower case."""
    return [(name.lower(), value) for name, value in headers]
