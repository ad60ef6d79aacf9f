"""Whole answers remembered in front of the application (RFC 9111, sections 3 and 4).

A release never changes, so an answer given once is right as long as the release is
served, and the cache of a release ends with it. An answer is found by all that decided it:
address, Accept, and Accept-Language where it varies on that. Two answers are one only where
status, every header and the body are equal. The least recently used leave when the bytes
are too many. Compressed forms are made once, when first asked for. Nothing here knows
Flask, the server or the store. Only the thread of the event loop touches a cache.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from renkei.serve.http.compression import CODED, LEAST, Headers, encode, lowered
from renkei.serve.http.query_string import normal
from renkei.serve.http.variance import told

OVERHEAD = 4000  # bytes counted for headers, addresses and bookkeeping of each coding
ANY = "\n"  # the language of an answer that is the same in all; no header says that
NAMES = 8  # addresses and wishes under which one answer is found
MADE = frozenset(("etag", "content-length", "server-timing"))
PART = 16  # one entry may take at most this part of the cache
VARIES = frozenset(("accept", "accept-language", "accept-encoding"))

HeaderBlock = list[tuple[bytes, bytes]]
HIT = (b"server-timing", b'cache;desc="hit"')


class Key(NamedTuple):
    """What of a request can decide an answer."""

    path: str
    query: str
    accept: str
    language: str


class Shared(NamedTuple):
    """What the headers of an answer come to, whatever its body: worked out once."""

    headers: HeaderBlock
    unchanged: HeaderBlock
    coded: bool
    by_language: bool


@dataclass(slots=True)
class EncodedBody:
    """An answer in one content coding: its body, ETag and headers as they are sent."""

    body: bytes
    etag: str
    fresh: tuple[tuple[bytes, bytes], ...]  # of an answer made just now
    shared: Shared

    @property
    def hit(self) -> HeaderBlock:
        """The headers of a remembered answer, which says that it is one."""
        return [*self.fresh, HIT]

    @property
    def unchanged(self) -> HeaderBlock:
        """The headers of a 304."""
        tagged = block((("etag", self.etag),)) if self.etag else []
        return [*self.shared.unchanged, *tagged, HIT]


@dataclass(slots=True)
class CachedResponse:
    """A remembered answer; *forms* are its codings made so far ("" is the plain one)."""

    status: int
    shared: Shared
    body: bytes
    etag: str
    coded: bool
    forms: dict[str, EncodedBody] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)


class ResponseCache:
    """Answers of one release, up to *most* bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[int, CachedResponse] = OrderedDict()
        self._found: dict[Key, CachedResponse] = {}
        self.size = 0
        self.hits = self.misses = 0

    @property
    def longest(self) -> int:
        """Bytes of the longest body that is remembered."""
        return self._most // PART

    def find(self, key: Key) -> CachedResponse | None:
        """Return the answer remembered for *key*, also where its address was written otherwise.

        The address as it stands is looked up first; only a miss looks for its normal form.
        """
        entry = self.peek(key)
        if entry is None and key.query:
            plain = normal(key.query)
            if plain != key.query:
                entry = self.peek(Key(key.path, plain, key.accept, key.language))
                if entry is not None:
                    self._name(entry, _own(key, entry.shared))
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(id(entry))
        return entry

    def peek(self, key: Key) -> CachedResponse | None:
        """Return what `find` found, or what has been remembered since, without counting it."""
        anybodys = Key(key.path, key.query, key.accept, ANY)
        return self._found.get(anybodys) or self._found.get(key)

    def keep(self, key: Key, status: int, headers: Headers, body: bytes) -> CachedResponse | None:
        """Remember an answer and return it; None where it may not be or does not fit."""
        if not _may_be_kept(status, headers):
            return None
        wanted = dict(lowered(headers))
        etag = wanted.get("etag", "").removeprefix("W/").strip('"')
        own = [(n, v) for n, v in lowered(headers) if n not in MADE]
        return self.put(key, status, own, etag, body)

    def put(
        self, key: Key, status: int, headers: Headers, etag: str, body: bytes
    ) -> CachedResponse | None:
        """Remember an answer that is known to be for everybody; None where it does not fit.

        *headers* have lower-case names and are without those that are MADE here.
        """
        if len(body) > self.longest:
            return None
        shared = _shared(tuple(headers))
        plain = normal(key.query)
        own = _own(key, shared)
        entry = self._same(own, status, shared, etag, body)
        if entry is None:
            coded = shared.coded and len(body) >= LEAST
            entry = CachedResponse(status, shared, body, etag, coded)
            self._entries[id(entry)] = entry
            self.form(entry, "")
        if plain != key.query:
            self._name(entry, Key(own.path, plain, own.accept, own.language))
        self._name(entry, own)
        self._shrink()
        return entry

    def form(self, entry: CachedResponse, encoding: str, body: bytes | None = None) -> EncodedBody:
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
                self._shrink()
        return found

    def _name(self, entry: CachedResponse, key: Key) -> None:
        """Let *entry* be found under *key*; of many names the oldest is forgotten."""
        known = self._found.get(key)
        if known is entry:
            return
        if known is not None:
            known.keys.remove(key)
        if len(entry.keys) >= NAMES:
            self._found.pop(entry.keys.pop(0), None)
        entry.keys.append(key)
        self._found[key] = entry

    def _same(
        self, key: Key, status: int, shared: Shared, etag: str, body: bytes
    ) -> CachedResponse | None:
        """Return the same answer, where it was asked for at this address without a wish."""
        for accept in ("", "*/*"):
            entry = self._found.get(Key(key.path, key.query, accept, key.language))
            if (
                entry is not None
                and (entry.status, entry.etag) == (status, etag)
                and entry.shared == shared
                and entry.body == body
            ):
                return entry
        return None

    def _shrink(self) -> None:
        while self.size > self._most and self._entries:
            _, entry = self._entries.popitem(last=False)
            self.size -= sum(len(f.body) + OVERHEAD for f in entry.forms.values())
            for key in entry.keys:
                if self._found.get(key) is entry:
                    del self._found[key]


def block(headers: Iterable[tuple[str, str]]) -> HeaderBlock:
    """Return *headers* as ASGI sends them.

    A character outside Latin-1 is sent as a question mark rather than none of the answer.
    """
    return [(n.lower().encode("latin-1"), v.encode("latin-1", "replace")) for n, v in headers]


def _may_be_kept(status: int, headers: Headers) -> bool:
    if status not in (200, 301, 303, 308):
        return False
    named = dict(lowered(headers))
    varies = {v.strip().lower() for v in named.get("vary", "").split(",") if v.strip()}
    return (
        "public" in named.get("cache-control", "")
        and varies <= VARIES
        and "set-cookie" not in named
        and "content-encoding" not in named
        and "content-range" not in named
    )


@lru_cache(maxsize=512)
def _shared(headers: tuple[tuple[str, str], ...]) -> Shared:
    named = dict(headers)
    media_type = named.get("content-type", "").partition(";")[0].strip().lower()
    varies = named.get("vary", "")
    own = [*((n, v) for n, v in headers if n != "vary"), ("vary", told(varies))]
    unchanged = block((n, v) for n, v in own if n != "content-type")
    by_language = "accept-language" in varies.lower()
    return Shared(block(own), unchanged, media_type.startswith(CODED), by_language)


def _form(entry: CachedResponse, encoding: str, body: bytes) -> EncodedBody:
    shared = entry.shared
    etag = ""
    fresh = [*shared.headers, (b"content-length", b"%d" % len(body))]
    if entry.etag:
        etag = f'"{entry.etag}-{encoding}"' if encoding else f'"{entry.etag}"'
        fresh.append((b"etag", etag.encode("latin-1")))
    if encoding:
        fresh.append((b"content-encoding", encoding.encode()))
    return EncodedBody(body, etag, tuple(fresh), shared)


def _own(key: Key, shared: Shared) -> Key:
    """Return the key under which an answer to *key* is found."""
    return key if shared.by_language else Key(key.path, key.query, key.accept, ANY)
