"""Whole answers remembered in front of the application.

A release never changes, so an answer given once is right as long as the release is
served, and the cache of a release ends with it. Entries are found by address and by the
headers the answer varies on; the least recently used leave when the bytes are too many.
Compressed forms are made once, when first asked for. Nothing here knows Flask, the server
or the store. Only the thread of the event loop touches a cache.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]
import zstandard

ENCODINGS = ("zstd", "br", "gzip")  # in order of preference among equal wishes
LEAST = 200  # bytes below which compressing gains nothing
FAST = 64 * 1024  # bytes up to which a body is compressed as small as can be
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


@dataclass
class Form:
    """An answer in one content coding: its body, ETag and headers, ready to be sent."""

    body: bytes
    etag: str
    headers: Headers
    unchanged: Headers  # of a 304


@dataclass
class Entry:
    """A remembered answer; *forms* are its codings made so far ("" is the plain one)."""

    status: int
    headers: Headers
    body: bytes
    etag: str
    coded: bool
    forms: dict[str, Form] = field(default_factory=dict)
    keys: list[Asked] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The bytes it takes, with a share for headers and bookkeeping."""
        return sum(len(f.body) + 2000 for f in self.forms.values()) + 500 * len(self.keys)


class Cache:
    """Answers of one release, up to *most* bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._found: dict[Asked, Entry] = {}
        self._by_language: dict[tuple[str, str], bool] = {}
        self.size = 0
        self.hits = self.misses = 0

    def find(self, asked: Asked) -> Entry | None:
        """Return the answer remembered for *asked*."""
        entry = self._found.get(self._key(asked))
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(id(entry))
        return entry

    def keep(self, asked: Asked, status: int, headers: Headers, body: bytes) -> Entry | None:
        """Remember an answer and return it; None where it may not be or does not fit."""
        if not _may_be_kept(status, headers) or len(body) > self._most // PART:
            return None
        wanted = dict(_lower(headers))
        varies = {part.strip().lower() for part in wanted.get("vary", "").split(",")}
        self._by_language[asked.path, asked.query] = "accept-language" in varies
        key = self._key(asked)
        media_type = wanted.get("content-type", "").partition(";")[0].strip().lower()
        coded = len(body) >= LEAST and media_type.startswith(CODED)
        etag = wanted.get("etag", "").removeprefix("W/").strip('"')
        entry = next(
            (
                e
                for e in (self._found.get(k) for k in self._same(key))
                if e is not None and e.etag == etag and e.body == body
            ),
            None,
        )
        if entry is None:
            entry = Entry(status, headers, body, etag, coded)
            self._entries[id(entry)] = entry
            self.form(entry, "")
        entry.keys.append(key)
        self._found[key] = entry
        self._shrink()
        return entry

    def form(self, entry: Entry, encoding: str) -> Form:
        """Return *entry* in a content coding, made now if it is asked for the first time."""
        found = entry.forms.get(encoding)
        if found is None:
            body = encode(entry.body, encoding) if encoding else entry.body
            found = _form(entry, encoding, body)
            entry.forms[encoding] = found
            self.size += len(body) + 2000
        return found

    def _same(self, key: Asked) -> Iterable[Asked]:
        """Return keys of the same address that may lead to the same answer."""
        return (
            Asked(key.path, key.query, accept, key.language)
            for accept in ("", "*/*")
            if accept != key.accept
        )

    def _key(self, asked: Asked) -> Asked:
        if self._by_language.get((asked.path, asked.query), True):
            return asked
        return asked._replace(language="")

    def _shrink(self) -> None:
        while self.size > self._most and self._entries:
            _, entry = self._entries.popitem(last=False)
            self.size -= sum(len(f.body) + 2000 for f in entry.forms.values())
            for key in entry.keys:
                self._found.pop(key, None)
        if len(self._by_language) > 200_000:
            self._by_language.clear()
            self._found.clear()
            self._entries.clear()
            self.size = 0


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


def _form(entry: Entry, encoding: str, body: bytes) -> Form:
    headers = [
        (n, v)
        for n, v in entry.headers
        if n.lower() not in ("etag", "content-length", "vary", "server-timing")
    ]
    varies = next((v for n, v in entry.headers if n.lower() == "vary"), "")
    if entry.coded:
        varies = f"{varies}, Accept-Encoding" if varies else "Accept-Encoding"
    if varies:
        headers.append(("Vary", varies))
    etag = ""
    if entry.etag:
        etag = f'"{entry.etag}-{encoding}"' if encoding else f'"{entry.etag}"'
        headers.append(("ETag", etag))
    headers.append(("Server-Timing", 'cache;desc="hit"'))
    unchanged = [(n, v) for n, v in headers if n.lower() not in ("content-type", "content-length")]
    headers.append(("Content-Length", str(len(body))))
    if encoding:
        headers.append(("Content-Encoding", encoding))
    return Form(
        body, etag, [(n.lower(), v) for n, v in headers], [(n.lower(), v) for n, v in unchanged]
    )


def encode(body: bytes, encoding: str) -> bytes:
    """Return *body* in a content coding; small bodies as small as can be."""
    small = len(body) <= FAST
    if encoding == "gzip":
        return gzip.compress(body, 9 if small else 6, mtime=0)
    if encoding == "br":
        return bytes(brotli.compress(body, quality=9 if small else 5))
    return zstandard.ZstdCompressor(level=19 if small else 6).compress(body)


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
