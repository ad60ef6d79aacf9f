"""Things and documents: `/id/…` leads to a document, every other IRI of ours is one.

A document comes in all formats of the table; a suffix wins over Accept. Nothing here is
about one publication: whatever IRI under the root the release speaks of is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from renkei import terms
from renkei.errors import AnswerTooLarge, BadRequest, NotKnown
from renkei.formats import DOCUMENT_FORMATS, HTML, Format, by_suffix
from renkei.serve import pages, site, writing
from renkei.serve.description import MENTIONS_IN_DATA, Description
from renkei.serve.site import here

routes = Blueprint("resources", __name__)

GRAPH_STATEMENTS = 200_000  # statements up to which a graph is one document


@routes.get("/id/<path:rest>")
def thing(rest: str) -> Response:
    """Lead from a thing to the document that fits Accept (303)."""
    iri = _known(here().addresses.canonical(f"id/{rest}"))
    fmt = site.wanted(None)
    path = "doc/" + iri[len(here().root) + len("id/") :]
    target = path if fmt is HTML else f"{path}.{fmt.suffix}"
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    response = redirect(here().addresses.served(here().root + target) + query, 303)
    assert isinstance(response, Response)
    response.vary.add("Accept")
    response.headers["Link"] = ", ".join(_alternates(path))
    response.headers["Cache-Control"] = site.FRESH
    return response


@routes.get("/doc/<path:rest>")
def document(rest: str) -> Response:
    """Answer with our document about a thing."""
    name, suffix = split(rest)
    fmt = site.wanted(suffix)
    if fmt is not HTML and "at" in request.args:
        raise BadRequest(
            "A document as data has all statements, whatever the day.",
            "Leave out at=, or ask /sparql with the day in a FILTER.",
        )
    iri = here().addresses.canonical(f"id/{name}")
    return _document(iri, f"doc/{name}", fmt, suffix)


@routes.get("/ns", defaults={"rest": ""})
@routes.get("/ns.<suffix>", defaults={"rest": ""})
@routes.get("/ns/<path:rest>")
def vocabulary(rest: str, suffix: str = "") -> Response:
    """Answer with the vocabulary, present or by version."""
    name, found = split(f"ns/{rest}" if rest else f"ns.{suffix}" if suffix else "ns")
    manifest = here().release.manifest
    if rest and not _is_version(name):
        raise NotKnown(f"{name} is not a version that is kept here.", "The present one is at /ns.")
    return _terms(name, found, manifest.namespace)


@routes.get("/shapes")
@routes.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> Response:
    """Answer with the shapes."""
    name, found = split(f"shapes.{suffix}" if suffix else "shapes")
    return _terms(name, found, f"{here().root}shapes#")


@routes.get("/graph/<path:rest>")
def graph(rest: str) -> Response:
    """Answer with a named graph: its statements and where they come from."""
    name, suffix = split(rest)
    iri = _known_graph(here().addresses.canonical(f"graph/{name}"))
    return _graph(iri, f"graph/{name}", suffix)


def _graph(iri: str, path: str, suffix: Format | None) -> Response:
    fmt = site.wanted(suffix)
    if fmt is HTML:
        return _page(lambda: pages.graph_page(iri), path, suffix)

    def quads() -> list[ox.Quad]:
        node = here().reader.node(iri)
        rows = here().reader.ask_part("graph", GRAPH_STATEMENTS + 1, graph=node)
        if len(rows) > GRAPH_STATEMENTS:
            raise AnswerTooLarge(
                f"This graph has more than {GRAPH_STATEMENTS} statements.",
                "Take the file of all statements under /dumps/, or ask /sparql in parts.",
            )
        held = [ox.Quad(r["s"], r["p"], r["o"], node) for r in rows]  # type: ignore[arg-type]
        return held + here().reader.origin(iri)[1] + here().reader.statements(iri)

    return data(quads, iri, path, fmt, suffix)


@routes.get("/<path:rest>")
def anything(rest: str) -> Response:
    """Answer for any other IRI under the root that the release speaks of."""
    name, suffix = split(rest)
    iri = here().addresses.canonical(name)
    if suffix is not None and here().reader.find(iri) is None:
        whole = here().addresses.canonical(rest)
        if here().reader.find(whole) is not None:
            name, suffix, iri = rest, None, whole
    if here().reader.find(iri) is None and _holds(iri):
        return _graph(iri, name, suffix)
    return _document(iri, name, site.wanted(suffix), suffix)


def split(path: str) -> tuple[str, Format | None]:
    """Return *path* without its format suffix, and the format, if it has one."""
    name, dot, suffix = path.rpartition(".")
    fmt = by_suffix(suffix) if dot else None
    return (name, fmt) if fmt in DOCUMENT_FORMATS and name else (path, None)


def _known(iri: str) -> str:
    found = here().reader.find(iri)
    if found is None:
        raise NotKnown(
            f"Nothing is published about {iri}.",
            "Look for it with the search, or start at the first page.",
            iri=iri,
        )
    return found


def _known_graph(iri: str) -> str:
    return next((s for s in terms.spellings(iri) if _holds(s)), None) or _known(iri)


def _holds(graph: str) -> bool:
    """Say whether the release has statements in the named graph *graph*."""
    return bool(here().reader.ask_part("graph", 1, graph=here().reader.node(graph)))


def _is_version(name: str) -> bool:
    iri = here().root + name
    return here().reader.find(iri) is not None


def _document(iri: str, path: str, fmt: Format, suffix: Format | None) -> Response:
    if fmt is HTML:
        return _page(lambda: pages.thing_page(_known(iri)), path, suffix)
    cut: list[Description] = []

    def quads() -> list[ox.Quad]:
        description = here().reader.describe(_known(iri))
        cut.append(description)
        return description.quads

    response = data(quads, iri, path, fmt, suffix)
    if cut and cut[0].mentions_total > MENTIONS_IN_DATA:
        response.headers["Renkei-Links-Back"] = f"{MENTIONS_IN_DATA} of {cut[0].mentions_total}"
    return response


def _terms(name: str, suffix: Format | None, namespace: str) -> Response:
    fmt = site.wanted(suffix)
    if fmt is HTML:
        view = pages.shapes_page if namespace.endswith("shapes#") else pages.vocabulary_page
        return _page(view, name, suffix)

    def quads() -> list[ox.Quad]:
        reader = here().reader
        graphs = reader.ask("vocabulary-graphs", namespace=ox.Literal(namespace))
        if not graphs:
            raise NotKnown(f"This release has no terms under {namespace}.")
        return [
            ox.Quad(r["s"], r["p"], r["o"], g["g"])  # type: ignore[arg-type]
            for g in graphs
            for r in reader.ask("graph", graph=g["g"])
        ]

    return data(quads, namespace, name, fmt, suffix)


def data(
    quads: Callable[[], list[ox.Quad]], iri: str, path: str, fmt: Format, suffix: Format | None
) -> Response:
    """Answer with statements in *fmt*; *path* is where the document is found in all formats."""
    context = here().addresses.public + writing.CONTEXT
    return site.answer(
        lambda: writing.write(quads(), fmt, here().release, iri, context),
        fmt,
        links=[*_alternates(path, fmt), *_signposts(iri)],
        vary=() if suffix else ("Accept",),
        location=None if suffix else _served(f"{path}.{fmt.suffix}"),
    )


def _page(make: Callable[[], str], path: str, suffix: Format | None) -> Response:
    lang = site.reader_language()
    iri = here().root + path.replace("doc/", "id/", 1)
    response = site.answer(
        make,
        HTML,
        variant=lang.tag,
        links=[*_alternates(path, HTML), *_signposts(iri)],
        vary=("Accept-Language",) if suffix else ("Accept", "Accept-Language"),
        location=None if suffix else f"{_served(path + '.html')}?lang={quote(lang.tag)}",
    )
    response.headers["Content-Language"] = lang.tag
    return response


def _served(path: str) -> str:
    return here().addresses.served(here().root + path)


def _alternates(path: str, present: Format | None = None) -> list[str]:
    return [
        f'<{_served(path)}.{f.suffix}>; rel="alternate"; type="{f.media_type}"'
        for f in DOCUMENT_FORMATS
        if f is not present
    ]


def _signposts(iri: str) -> list[str]:
    links = [f'<{iri}>; rel="cite-as"'] if iri.isascii() else []
    licence = pages.licence()
    return [*links, f'<{licence}>; rel="license"'] if licence else links
