"""Whole answers remembered in front of the application.

A release never changes, so an answer given once is right as long as the release is
served, and the cache of a release ends with it. Entries are found by address and by the
headers the answer varies on; the least recently used leave when the bytes are too many.
Compressed forms are made once, when first asked for. Nothing here knows Flask, the server
or the store, but how headers are written. Only the thread of the event loop touches a cache.
"""

from __future__ import annotations

import gzip
import re
import zlib
from binascii import a2b_qp
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import parse_qsl

import brotli  # type: ignore[import-untyped]
import zstandard

from renkei.serve.http1 import block

ENCODINGS = ("zstd", "br", "gzip")  # in order of preference among equal wishes
LEAST = 200  # bytes below which compressing gains nothing
FAST = 64 * 1024  # bytes up to which a body is compressed while the event loop waits
OVERHEAD = 4000  # bytes counted for headers, addresses and bookkeeping of each coding
ANY = "\n"  # the language of an answer that is the same in all; no header says that
NAMES = 8  # addresses and wishes under which one answer is found
MADE = frozenset(("etag", "content-length", "server-timing"))
HIT = block((("server-timing", 'cache;desc="hit"'),))
PART = 16  # one entry may take at most this part of the cache
VARIES = frozenset(("accept", "accept-language", "accept-encoding"))
CODED = (
    "text/",
    "application/sparql-results+",
    "application/json",
    "application/ld+json",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/xml",
    "application/rdf+xml",
    "application/problem+json",
    "image/svg+xml",
    "application/javascript",
    "application/xhtml+xml",
    "application/geo+json",
)

Headers = list[tuple[str, str]]


class Asked(NamedTuple):
    """What of a request can decide an answer."""

    path: str
    query: str
    accept: str
    language: str


class Shape(NamedTuple):
    """What the headers of an answer come to, whatever its body: worked out once."""

    lines: bytes
    unchanged: bytes
    coded: bool
    by_language: bool


@dataclass(slots=True)
class Form:
    """An answer in one content coding: its body, ETag and lines of headers as they are sent."""

    body: bytes
    etag: str
    fresh: bytes  # of an answer made just now, which says itself how long that took
    hit: bytes  # of a remembered one
    unchanged: bytes  # of a 304


@dataclass(slots=True)
class Entry:
    """A remembered answer; *forms* are its codings made so far ("" is the plain one)."""

    status: int
    shape: Shape
    body: bytes
    etag: str
    coded: bool
    forms: dict[str, Form] = field(default_factory=dict)
    keys: list[Asked] = field(default_factory=list)


class Cache:
    """Answers of one release, up to *most* bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._found: dict[Asked, Entry] = {}
        self.size = 0
        self.hits = self.misses = 0

    def find(self, asked: Asked) -> Entry | None:
        """Return the answer remembered for *asked*, also where its address was written otherwise.

        The address as it stands is looked up first; only a miss looks for its normal form.
        """
        entry = self.peek(asked)
        if entry is None and asked.query:
            plain = normal(asked.query)
            if plain != asked.query:
                entry = self.peek(_renamed(asked, plain))
                if entry is not None:
                    self._name(entry, _key(asked, entry.shape))
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(id(entry))
        return entry

    def peek(self, asked: Asked) -> Entry | None:
        """Return what `find` found, or what has been remembered since, without counting it."""
        anybodys = Asked(asked.path, asked.query, asked.accept, ANY)
        return self._found.get(anybodys) or self._found.get(asked)

    def keep(self, asked: Asked, status: int, headers: Headers, body: bytes) -> Entry | None:
        """Remember an answer and return it; None where it may not be or does not fit."""
        if not _may_be_kept(status, headers):
            return None
        wanted = dict(_lower(headers))
        etag = wanted.get("etag", "").removeprefix("W/").strip('"')
        own = [(n, v) for n, v in _lower(headers) if n not in MADE]
        return self.put(asked, status, own, etag, body)

    def put(
        self, asked: Asked, status: int, headers: Headers, etag: str, body: bytes
    ) -> Entry | None:
        """Remember an answer that is known to be for everybody; None where it does not fit.

        *headers* have lower-case names and are without those that are MADE here.
        """
        if len(body) > self._most // PART:
            return None
        shape = _shape(tuple(headers))
        plain = normal(asked.query)
        key = _key(asked, shape)
        entry = self._same(key, etag, body)
        if entry is None:
            coded = shape.coded and len(body) >= LEAST
            entry = Entry(status, shape, body, etag, coded)
            self._entries[id(entry)] = entry
            self.form(entry, "")
        if plain != asked.query:
            self._name(entry, _renamed(key, plain))
        self._name(entry, key)
        self._shrink()
        return entry

    def form(self, entry: Entry, encoding: str, body: bytes | None = None) -> Form:
        """Return *entry* in a content coding, made now if it is asked for the first time.

        *body* is the coded body, where it was made elsewhere already.
        """
        found = entry.forms.get(encoding)
        if found is None:
            if body is None:
                body = encode(entry.body, encoding) if encoding else entry.body
            found = _form(entry, encoding, body)
            entry.forms[encoding] = found
            if id(entry) in self._entries:
                self.size += len(body) + OVERHEAD
        return found

    def _name(self, entry: Entry, key: Asked) -> None:
        """Let *entry* be found under *key*; of many names the oldest is forgotten."""
        if self._found.get(key) is entry:
            return
        if len(entry.keys) >= NAMES:
            self._found.pop(entry.keys.pop(0), None)
        entry.keys.append(key)
        self._found[key] = entry

    def _same(self, key: Asked, etag: str, body: bytes) -> Entry | None:
        """Return the same answer, where it was asked for at this address without a wish."""
        for accept in ("", "*/*"):
            entry = self._found.get(Asked(key.path, key.query, accept, key.language))
            if entry is not None and entry.etag == etag and entry.body == body:
                return entry
        return None

    def _shrink(self) -> None:
        while self.size > self._most and self._entries:
            _, entry = self._entries.popitem(last=False)
            self.size -= sum(len(f.body) + OVERHEAD for f in entry.forms.values())
            for key in entry.keys:
                if self._found.get(key) is entry:
                    del self._found[key]


def _may_be_kept(status: int, headers: Headers) -> bool:
    if status not in (200, 301, 303):
        return False
    named = dict(_lower(headers))
    varies = {v.strip().lower() for v in named.get("vary", "").split(",") if v.strip()}
    return (
        "public" in named.get("cache-control", "")
        and varies <= VARIES
        and "set-cookie" not in named
        and "content-encoding" not in named
        and "content-range" not in named
    )


def _lower(headers: Headers) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers]


@lru_cache(maxsize=512)
def _shape(headers: tuple[tuple[str, str], ...]) -> Shape:
    named = dict(headers)
    media_type = named.get("content-type", "").partition(";")[0].strip().lower()
    varies = [part.strip() for part in named.get("vary", "").split(",") if part.strip()]
    coded = media_type.startswith(CODED)
    own = [(n, v) for n, v in headers if n != "vary"]
    if coded and "accept-encoding" not in {v.lower() for v in varies}:
        varies.append("Accept-Encoding")
    if varies:
        own.append(("vary", ", ".join(varies)))
    unchanged = block((n, v) for n, v in own if n != "content-type")
    return Shape(block(own), unchanged, coded, "accept-language" in {v.lower() for v in varies})


def _form(entry: Entry, encoding: str, body: bytes) -> Form:
    shape = entry.shape
    etag = ""
    tagged = b""
    if entry.etag:
        etag = f'"{entry.etag}-{encoding}"' if encoding else f'"{entry.etag}"'
        tagged = block((("etag", etag),))
    coding = block((("content-encoding", encoding),)) if encoding else b""
    fresh = b"%b%bcontent-length: %d\r\n%b" % (shape.lines, tagged, len(body), coding)
    return Form(body, etag, fresh, fresh + HIT, shape.unchanged + tagged + HIT)


def encode(body: bytes, encoding: str) -> bytes:
    """Return *body* in a content coding, at a level that takes milliseconds at most."""
    if encoding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    if encoding == "br":
        return bytes(brotli.compress(body, quality=5))
    return zstandard.ZstdCompressor(level=6).compress(body)


_ODD = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]")


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
    named = dict(_lower(headers))
    coded = named.get("content-type", "").startswith(CODED) and "content-length" not in named
    encoding = choose(accept_encoding) if coded else ""
    if not encoding:
        return headers, None
    own = [(n, v) for n, v in _lower(headers) if n not in ("vary", "etag")]
    vary = ", ".join(filter(None, (named.get("vary"), "Accept-Encoding")))
    own += [("vary", vary), ("content-encoding", encoding)]
    if "etag" in named:
        own.append(("etag", f'"{named["etag"].strip(chr(34))}-{encoding}"'))
    return own, Coder(encoding)


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


def _key(asked: Asked, shape: Shape) -> Asked:
    """Return the key under which an answer to *asked* is found."""
    return asked if shape.by_language else Asked(asked.path, asked.query, asked.accept, ANY)


def _renamed(asked: Asked, query: str) -> Asked:
    return Asked(asked.path, query, asked.accept, asked.language)


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


def is_known(if_none_match: str, etag: str) -> bool:
    """Say whether a client that sends *if_none_match* has the answer with *etag*.

    The coding it has makes no difference: a 304 says that the answer is the same.
    """
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    wanted = _bare(etag)
    return any(_bare(tag) == wanted for tag in if_none_match.split(","))


def _bare(tag: str) -> str:
    tag = tag.strip().removeprefix("W/").strip('"')
    for encoding in ENCODINGS:
        tag = tag.removesuffix(f"-{encoding}")
    return tag
