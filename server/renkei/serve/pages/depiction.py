"""The pictures of a thing that its data name: shown on its page, from wherever they are.

Only where a property says that it is a picture of the thing, and its address is http(s). The
policy of the page (Content-Security-Policy) allows the hosts of these pictures and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyoxigraph as ox

from renkei.rdf import iris
from renkei.serve.web.response_headers import allow_images
from renkei.serve.web.site import Site

SHOWN = 4
FOAF = iris.PREFIXES["foaf"]
SCHEMAS = ("https://schema.org/", "http://schema.org/")
PICTURES = (
    FOAF + "depiction",
    FOAF + "img",
    *(schema + name for name in ("image", "photo") for schema in SCHEMAS),
    FOAF + "logo",
    *(schema + "logo" for schema in SCHEMAS),
    FOAF + "thumbnail",
    *(schema + "thumbnailUrl" for schema in SCHEMAS),
)
# Of an object that stands for a picture: where it is.
ADDRESSES = tuple(schema + name for schema in SCHEMAS for name in ("contentUrl", "url"))


@dataclass(frozen=True)
class Depiction:
    """A picture: the address of the image."""

    src: str


def depictions(
    site: Site, iri: str, own: Iterable[ox.Quad], beside: Iterable[ox.Quad]
) -> list[Depiction]:
    """Return the pictures of *iri*, and have the policy of this page allow them."""
    within: dict[object, list[ox.Quad]] = {}
    for quad in beside:
        within.setdefault(quad.subject, []).append(quad)
    told = [
        (PICTURES.index(q.predicate.value), q.object)
        for q in own
        if q.predicate.value in PICTURES and q.subject == ox.NamedNode(iri)
    ]
    told.sort(key=lambda pair: (pair[0], str(pair[1])))
    addresses = dict.fromkeys(a for _, term in told for a in _addresses(term, within))
    found: list[Depiction] = []
    for address in addresses:
        origin = _origin(address)
        if origin is not None and len(found) < SHOWN:
            allow_images(origin)
            found.append(Depiction(address))
    return found


def _addresses(term: object, within: dict[object, list[ox.Quad]]) -> Iterator[str]:
    """Give the address of a picture, or those that are said of the object that stands for it."""
    if term in within:
        for predicate in ADDRESSES:
            for quad in within[term]:
                if quad.predicate.value == predicate and not isinstance(quad.object, ox.Triple):
                    yield quad.object.value
    elif isinstance(term, ox.NamedNode | ox.Literal):
        yield term.value


def _origin(address: str) -> str | None:
    """Return the origin of an address, empty for one of this server; None where it has none."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        return None
    if not parts.scheme and not parts.netloc and address.startswith("/"):
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return None
    if not all(letter.isascii() and (letter.isalnum() or letter in ".-") for letter in host):
        return None
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"
