"""Namespaces, and the exchange of canonical IRIs and served addresses.

Data always says the canonical IRI; links and `Location` headers say where this server
happens to stand. The exchange is made on whole IRIs, never on bytes of an answer. Pure:
nothing here reads a file or knows about Flask.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

# Prefixes of vocabularies that any publication may use. A publication's own prefixes
# come from its catalogue, its context and its sh:declare statements.
PREFIXES: dict[str, str] = {
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# What XML Schema derives from xsd:integer, and that itself (XML Schema 1.1, part 2, section 3.4).
INTEGERS = frozenset(
    PREFIXES["xsd"] + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt"),
        *("unsignedShort", "unsignedByte"),
    )
)

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def plain(iri: str) -> str:
    """Return *iri* decoded and in NFC, so that all its spellings are one string.

    The plain, the percent-encoded and the NFD form of an IRI come out the same
    (RFC 3987 section 5.3.2). Escapes of reserved or forbidden characters (`%2F`, `%20`)
    and escapes that are not UTF-8 stay escapes.
    """
    return unicodedata.normalize("NFC", _ESCAPES.sub(_decode, iri))


def _decode(run: re.Match[str]) -> str:
    try:
        text = unquote(run.group(), errors="strict")
    except UnicodeDecodeError:
        return run.group()
    return "".join(
        c
        if _stands_plain(c) and (ord(c) > 127 or c.isalnum() or c in "-._~")
        else quote(c, safe="")
        for c in text
    )


# What turns the direction of a line must not be decoded (RFC 3987, section 4.1).
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _stands_plain(character: str) -> bool:
    """Say whether an IRI may have *character* as it is: joiners too, which print nothing."""
    if character.isprintable():
        return True
    return unicodedata.category(character) == "Cf" and character not in _TURNING


def encoded(iri: str) -> str:
    """Return *iri* as a URI: non-ASCII characters percent-encoded (RFC 3987 section 3.1)."""
    return quote(iri, safe="/:@!$&'()*+,;=~-._%?#[]")


def queried(path: str, query: str) -> str:
    """Return by what an address with a *query* is known: whatever is percent-encoded, decoded."""
    return unquote(unquote(f"{path.lstrip('/')}?{query}"))


def spellings(iri: str) -> list[str]:
    """Return *iri* as data may spell it, the spelling given first.

    Plain or percent-encoded, with hexadecimal digits in either case, with sub-delimiters
    encoded or not, in NFC or NFD (RFC 3986 section 6.2.2, RFC 3987 section 5.3.2). What a
    slash, a question mark, a hash or a percent sign separates is never put together.
    """
    bare = plain(iri)
    loose = _ESCAPES.sub(_decode_loosely, bare)
    forms = [iri, bare, loose]
    forms += [unicodedata.normalize(form, spelt) for spelt in forms for form in ("NFC", "NFD")]
    forms += [encoded(form) for form in forms]
    forms += [quote(form, safe="/:?#[]@%~-._") for form in forms]
    forms += [quote(form, safe="/?#[]@%~-._").replace("%3A//", "://", 1) for form in forms]
    forms += [_ESCAPES.sub(lambda run: run.group().lower(), form) for form in forms]
    return list(dict.fromkeys(forms))


def _decode_loosely(run: re.Match[str]) -> str:
    """Decode escapes of what may stand plain in a path (RFC 3986 section 3.3)."""
    return re.sub("%(?:2[146789ABC]|3[ABD]|40)", lambda one: unquote(one.group()), run.group())


@dataclass(frozen=True)
class Addresses:
    """Where a publication's IRIs are served.

    *root* is the canonical root of the publication (`https://data.example.org/ring/`),
    *public* the address readers use for it (`http://127.0.0.1:8000/`); both end in a slash.
    """

    root: str
    public: str

    def is_ours(self, iri: str) -> bool:
        """Say whether *iri* lies under the publication's root."""
        return iri.startswith(self.root)

    def served(self, iri: str) -> str:
        """Return the served address of a canonical IRI; a foreign IRI comes back as it is."""
        if not self.is_ours(iri):
            return iri
        return encoded(self.public + iri[len(self.root) :])

    def canonical(self, path: str) -> str:
        """Return the canonical IRI of a request path (with or without its first slash)."""
        return plain(self.root + path.lstrip("/"))


def is_thing(iri: str, root: str) -> bool:
    """Say whether *iri* is a thing or concept under *root*, rather than a term or a document."""
    return iri.startswith((f"{root}id/", f"{root}concept/"))


def document_of(iri: str) -> str:
    """Return the IRI of our document about a thing: `…/id/x/y` becomes `…/doc/x/y`."""
    return iri.replace("/id/", "/doc/", 1)


def shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return *iri* as a prefixed name where one of *prefixes* fits, else in full.

    Of two prefixes of one namespace the first counts. What would need an escape as a local name
    of Turtle and SPARQL is given in full.
    """
    best = max(
        (p for p in prefixes if iri.startswith(prefixes[p])),
        key=lambda p: len(prefixes[p]),
        default=None,
    )
    if best is None:
        return iri
    local = iri[len(prefixes[best]) :]
    if not _LOCAL_NAME.fullmatch(local):
        return iri
    return f"{best}:{local}"


# RDF 1.1 Turtle section 6.5, PN_LOCAL, but for colons and escapes.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = rf"{_BASE}_0-9\u00B7\u0300-\u036F\u203F-\u2040-"
_LOCAL_NAME = re.compile(rf"[{_BASE}_0-9](?:[{_CHARS}.]*[{_CHARS}])?")


def local_name(iri: str) -> str:
    """Return the part of *iri* that a person would call it by, decoded.

    What stands behind the hash, else behind the last slash, else behind the last colon; the whole
    IRI where nothing stands there. Escapes of what cannot be seen, or is not UTF-8, stay escapes.
    """
    before, _, fragment = iri.partition("#")
    path = before.partition("?")[0].rstrip("/")
    authority = path.partition("://")[2]
    if fragment:
        local = fragment.rstrip("/").rsplit("/", 1)[-1]
    elif "://" in path:
        local = path.rsplit("/", 1)[-1] if "/" in authority else ""
        local = local and local + before[len(path) :].lstrip("/")
    else:
        local = path.rsplit(":", 1)[-1]
    return _ESCAPES.sub(_decode_visibly, local) or iri


def _decode_visibly(run: re.Match[str]) -> str:
    """Decode escapes of what a person can see."""
    try:
        text = unquote(run.group(), errors="strict")
    except UnicodeDecodeError:
        return run.group()
    return "".join(c if c.isprintable() else quote(c, safe="") for c in text)


def called(iri: str, prefixes: Mapping[str, str], root: str, is_described: bool) -> str:
    """Return what a thing without a name is called on a page.

    One that lies under *root* or is described in the release, by its local name. Of any other
    a local name alone would not tell what it is: a prefixed name, else the whole IRI.
    """
    return local_name(iri) if is_described or iri.startswith(root) else shorten(iri, prefixes)


def with_known(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return *prefixes*, which come first, and those that everybody knows."""
    return {**prefixes, **{p: n for p, n in PREFIXES.items() if p not in prefixes}}


def word(iri: str, namespace: str, prefixes: Mapping[str, str]) -> str:
    """Return the word that a class or property has in an address: `expanded` reads it.

    It is the local name in *namespace*, else a prefixed name, else the whole IRI.
    """
    local = iri.removeprefix(namespace) if iri.startswith(namespace) else ""
    if local and ":" not in local:
        return local
    short = (
        f"{p}:{iri[len(n) :]}"
        for p, n in sorted(prefixes.items())
        if iri.startswith(n) and iri[len(n) :].isidentifier()
    )
    return next(short, iri)


def segment(word: str) -> str:
    """Return *word* as it stands in the path of an address, one segment whatever is in it."""
    return quote(word, safe=":@!$&'()*,;=~-._")


def expanded(word: str, namespace: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that has the *word* in an address."""
    prefix, colon, local = word.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        return prefixes[prefix] + local
    return word if colon else namespace + word
