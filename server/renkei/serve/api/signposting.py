"""FAIR Signposting: where a program goes from a document, said in HTTP.

Level 1: links in the header of every document: `cite-as`, `describedby`, `type`, `license`,
`author`, `collection`. Level 2: the same, and those of the documents it is described by, as one
set under `/linkset/<path>` (RFC 9264, JSON or text). What there are many of stands in the set
alone, so that a header stays small: every format, and each `item` of the data set. Other rooms
write `TypedLink` too; what they wrote stays, and only relations they did not write are added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import pyoxigraph as ox
from flask import Blueprint, Response, request

from renkei.errors import NotKnown, RenkeiError
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML, JSON_LD, TURTLE, Format, by_suffix
from renkei.serve.pages import schema_org, views
from renkei.serve.pages.term import iri_of
from renkei.serve.read.reader import DCT
from renkei.serve.web import offered, problems, responses
from renkei.serve.web.responses import answer
from renkei.serve.web.site import Site, dataset_licence, here, reader_language

LINKSET = Format(
    "linkset", "application/linkset+json", "json", "Linkset", "table", ("application/json",)
)
LINKSET_TEXT = Format(
    "linkset-text", "application/linkset", "txt", "Linkset", "table", ("text/plain",)
)
ABOUT_PAGE = "https://schema.org/AboutPage"
DATA = tuple(f for f in DOCUMENT_FORMATS if f is not HTML)
# Paths that are documents, below the public address.
_DOCUMENT = re.compile(r"(?:doc|concept|graph|questions|dataset|ns|shapes)/.+|ns|shapes|catalogue|")
IN_HEADER = (TURTLE, JSON_LD)  # formats that a header names; the set names all
ONCE = ("cite-as", "license")


@dataclass(frozen=True)
class TypedLink:
    """One typed link (RFC 8288) from *anchor*."""

    anchor: str
    rel: str
    target: str
    media_type: str = ""

    def header(self) -> str:
        """Return the link as the header writes it; the anchor is the document itself."""
        return f'<{self.target}>; rel="{self.rel}"' + (
            f'; type="{self.media_type}"' if self.media_type else ""
        )


routes = Blueprint("signposting", __name__)


@routes.get("/linkset/", defaults={"rest": ""})
@routes.get("/linkset/<path:rest>")
def linkset(rest: str) -> Response:
    """Answer with all links of a document and of what describes it (RFC 9264)."""
    site = here()
    suffix = next((f for f in (LINKSET, LINKSET_TEXT) if rest.endswith(f".{f.suffix}")), None)
    path = rest.removesuffix(f".{suffix.suffix}") if suffix else rest
    if path == "index":
        path = ""
    iri = subject(site, path)
    if iri is None or (
        iri != site.release.manifest.dataset
        and site.reader.find(iri) is None
        and path not in ("ns", "shapes", "catalogue")
    ):
        raise NotKnown(
            "There is no document “%(path)s”.",
            "Take the address of a linkset from the Link header of a document.",
            path=path,
        )
    fmt = responses.wanted(suffix, (LINKSET, LINKSET_TEXT), LINKSET)
    found = list(whole(site, path, iri))
    make = (lambda: _as_json(found)) if fmt is LINKSET else (lambda: _as_text(found))
    return answer(make, fmt, vary=() if suffix else ("Accept",))


def subject(site: Site, path: str) -> str | None:
    """Return the IRI a document is about; None where the path is no document."""
    if not _DOCUMENT.fullmatch(path):
        return None
    if path in ("", "catalogue"):
        return site.release.manifest.dataset
    if path == "ns":
        return site.reader.namespace
    term = iri_of(site, path)
    if term:
        return term
    if path.startswith("doc/"):
        path = "id/" + path.removeprefix("doc/")
    return site.addresses.canonical(path)


def links(
    site: Site, path: str, iri: str, formats: Sequence[Format] = IN_HEADER
) -> Iterator[TypedLink]:
    """Give the links of the page at *path*, which is about *iri* and described in *formats*."""
    page = _served(site, path)
    yield TypedLink(page, "cite-as", iri)
    yield TypedLink(page, "type", ABOUT_PAGE)
    yield TypedLink(
        page, "type", schema_org.type_of(site, views.view_of(site, reader_language()), iri)
    )
    yield from _rights(site, page)
    stem = path or "catalogue"
    for fmt in formats:
        yield TypedLink(page, "describedby", f"{_served(site, stem)}.{fmt.suffix}", fmt.media_type)
    if iri != site.release.manifest.dataset:
        yield TypedLink(page, "collection", site.addresses.public, "text/html")
    yield from _linksets(site, page, path)


def _linksets(site: Site, anchor: str, path: str) -> Iterator[TypedLink]:
    stem = _served(site, f"linkset/{path or 'index'}")
    for fmt in (LINKSET, LINKSET_TEXT):
        yield TypedLink(anchor, "linkset", f"{stem}.{fmt.suffix}", fmt.media_type)


def described(site: Site, path: str, fmt: Format) -> Iterator[TypedLink]:
    """Give the links of a document in *fmt*, which describes the page at *path*."""
    anchor = f"{_served(site, path or 'catalogue')}.{fmt.suffix}"
    yield TypedLink(anchor, "describes", _served(site, path), "text/html")
    yield from _rights(site, anchor)
    yield from _linksets(site, anchor, path)


def whole(site: Site, path: str, iri: str) -> Iterator[TypedLink]:
    """Give the links of a page, of the documents that describe it, and of its files."""
    data = [f for f in offered.formats_for(iri) if f is not HTML]
    yield from (link for link in links(site, path, iri, data) if link.rel != "linkset")
    yield from _days(site, _served(site, path))
    for fmt in data:
        yield from (link for link in described(site, path, fmt) if link.rel != "linkset")
    if iri == site.release.manifest.dataset:
        for item in _items(site, _served(site, path)):
            yield item
            yield TypedLink(item.target, "collection", _served(site, path), "text/html")


def _days(site: Site, page: str) -> Iterator[TypedLink]:
    """Give the links to the earlier days of *page*, as `memento` gives them in its header."""
    if not site.present:
        public = site.addresses.public
        yield TypedLink(page, "timegate", f"{public}timegate/{page}")
        yield TypedLink(page, "timemap", f"{public}timemap/{page}", "application/link-format")


def _rights(site: Site, anchor: str) -> Iterator[TypedLink]:
    licence = dataset_licence()
    if licence:
        yield TypedLink(anchor, "license", licence)
    for author in authors(site):
        yield TypedLink(anchor, "author", author)


def authors(site: Site) -> list[str]:
    """Return who made the data set: its creators, else its publishers."""

    def find() -> list[str]:
        quads = site.reader.statements(site.release.manifest.dataset)
        for predicate in ("creator", "publisher"):
            found = sorted(
                {
                    q.object.value
                    for q in quads
                    if q.predicate.value == DCT + predicate and isinstance(q.object, ox.NamedNode)
                }
            )
            if found:
                return found
        return []

    return site.once("authors", find)


def _items(site: Site, anchor: str) -> Iterator[TypedLink]:
    """Give the files that the data set consists of."""
    files = sorted(
        (name, entry.media_type)
        for name, entry in site.release.manifest.files.items()
        if name.startswith("dumps/") or name.startswith("tables/")
    )
    for name, media_type in files:
        yield TypedLink(anchor, "item", _served(site, name), media_type)


def _served(site: Site, path: str) -> str:
    return site.addresses.served(site.root + path)


@routes.after_app_request
def sign(response: Response) -> Response:
    """Add to a document the links it does not carry yet, or say why they cannot be told."""
    try:
        return _signed(response)
    except RenkeiError as error:  # no error handler sees what is raised after the answer
        return problems.refused(error)


def _signed(response: Response) -> Response:
    if response.status_code not in (200, 304) or request.method not in ("GET", "HEAD"):
        return response
    site = here()
    path = unquote(request.path).lstrip("/")
    if path.startswith(("dumps/", "tables/")) and not path.endswith("/"):
        added = [
            TypedLink("", "collection", site.addresses.public, "text/html"),
            *_rights(site, ""),
        ]
        return _add(response, added)
    stem, dot, suffix = path.rpartition(".")
    fmt = by_suffix(suffix) if dot else None
    if fmt is not None and stem:
        path = stem
    iri = subject(site, path)
    if iri is None or (path == "" and response.mimetype != HTML.media_type):
        return response
    page = (
        response.mimetype == HTML.media_type
        if response.mimetype and fmt is None
        else fmt in (None, HTML)
    )
    if response.status_code == 304:
        page = fmt in (None, HTML)
    if page:
        added = list(links(site, path, iri))
    else:
        data = next((f for f in DATA if f.media_type == response.mimetype), None) or fmt
        if data not in DATA:
            return response
        added = [TypedLink("", "cite-as", iri), *described(site, path, data)]
        if iri != site.release.manifest.dataset:
            added.append(TypedLink("", "collection", site.addresses.public, "text/html"))
    return _add(response, added)


def _add(response: Response, added: list[TypedLink]) -> Response:
    held = response.headers.get("Link", "")
    rels = set(re.findall(r'rel="([^"]+)"', held))
    new = [
        link.header()
        for link in added
        if not (link.rel in ONCE and link.rel in rels)
        and f'<{link.target}>; rel="{link.rel}"' not in held
    ]
    responses.add_links(response, new)
    return response


def _as_json(found: list[TypedLink]) -> str:
    contexts: dict[str, dict[str, list[dict[str, str]]]] = {}
    for link in found:
        target = {"href": link.target} | ({"type": link.media_type} if link.media_type else {})
        held = contexts.setdefault(link.anchor, {}).setdefault(link.rel, [])
        if target not in held:
            held.append(target)
    body = {"linkset": [{"anchor": anchor, **rels} for anchor, rels in contexts.items()]}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _as_text(found: list[TypedLink]) -> str:
    lines = [f'{link.header()}; anchor="{link.anchor}"' for link in dict.fromkeys(found)]
    return ",\n".join(lines) + "\n"
