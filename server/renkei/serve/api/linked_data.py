"""Things and documents: `/id/…` leads to a document, every other IRI of ours is one.

A document comes in all formats of the table; a suffix wins over Accept. Nothing here is
about one publication: whatever IRI under the root the release speaks of is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request

from renkei.errors import AnswerTooLarge, BadRequest, NotKnown
from renkei.language.messages import counted
from renkei.rdf import iris
from renkei.rdf.formats import HTML, Format
from renkei.rooms import FIXED
from renkei.serve.http.parameters import FORMAT, RESERVED
from renkei.serve.pages import term
from renkei.serve.pages.graph import graph_page, graphs_page, schemes_page
from renkei.serve.pages.shapes import shapes_page
from renkei.serve.pages.template_context import as_of, only_stated
from renkei.serve.pages.thing import nesting, resource_formats, thing_page
from renkei.serve.pages.vocabulary import vocabulary_page
from renkei.serve.read.dcat_catalogue import VOCABULARIES
from renkei.serve.read.reader import MENTIONS_IN_DATA
from renkei.serve.web import offered, responses
from renkei.serve.web.links import document_path
from renkei.serve.web.paging import beyond, neighbours, page_number, pages_of
from renkei.serve.web.site import here, reader_language, sent_path
from renkei.stores.describe import Description

routes = Blueprint("linked_data", __name__)

GRAPH = ox.NamedNode("http://www.w3.org/ns/sparql-service-description#Graph")
TYPE = ox.NamedNode(iris.PREFIXES["rdf"] + "type")
TRIPLES = ox.NamedNode(iris.PREFIXES["void"] + "triples")
GRAPHS_LISTED = 5_000  # named graphs that /graph lists
GRAPH_STATEMENTS = 200_000  # statements up to which a graph is one document


@routes.get("/id/<path:rest>")
def thing(rest: str) -> Response:
    """Lead from a thing to the document that fits Accept (303)."""
    iri = _known(here().root + sent_path())
    fmt = responses.wanted(None)
    path = "doc/" + iri[len(here().root) + len("id/") :]
    page = document_path(iri[len(here().root) :])
    target = page if fmt is HTML else f"{path}.{fmt.suffix}"
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    response = responses.redirect(here().addresses.served(here().root + target) + query)
    response.vary.add("Accept")
    responses.add_links(response, responses.alternates(path, None, offered.formats_for(iri)))
    response.headers["Cache-Control"] = responses.FRESH
    return response


@routes.get("/doc/<path:rest>")
def document(rest: str) -> Response:
    """Answer with our document about a thing."""
    name, suffix = responses.split(sent_path().removeprefix("doc/"))
    fmt = responses.wanted(suffix)
    if fmt is not HTML and "at" in request.args:
        raise BadRequest(
            "A document as data has all statements, whatever the day.",
            "Leave out at=, or ask /sparql with the day in a FILTER.",
        )
    return _document(f"{here().root}id/{name}", f"doc/{name}", fmt, suffix)


@routes.get("/ns", defaults={"rest": ""})
@routes.get("/ns.<suffix>", defaults={"rest": ""})
@routes.get("/ns/<path:rest>")
def vocabulary(rest: str, suffix: str = "") -> Response:
    """Answer with the vocabulary, present or by version, or with one term of it."""
    name, found = responses.split(f"ns/{rest}" if rest else f"ns.{suffix}" if suffix else "ns")
    iri = term.iri_of(here(), name)
    if iri:
        return _document(iri, name, responses.wanted(found), found)
    if rest and not rest[0].isdigit():
        name, found = responses.split(sent_path())
        if stands := here().reader.ontology_at(here().root + name):
            return _ontology(stands, name, found)
        if here().reader.find(here().root + name) is not None:
            return _document(here().root + name, name, responses.wanted(found), found)
    if name != "ns" and not (rest and _is_version(name)):
        raise NotKnown(
            "%(name)s is neither a version nor a term that is kept here.",
            "The present one is at /ns.",
            name=name,
        )
    namespace = here().release.manifest.namespace
    stands = here().reader.ontology_at(namespace)
    return _ontology(stands, name, found) if stands else _terms(name, found, namespace)


@routes.get("/shapes", defaults={"rest": ""})
@routes.get("/shapes.<suffix>", defaults={"rest": ""})
@routes.get("/shapes/<path:rest>")
def shapes(rest: str, suffix: str = "") -> Response:
    """Answer with the shapes, or with one of them."""
    name, found = responses.split(
        f"shapes/{rest}" if rest else f"shapes.{suffix}" if suffix else "shapes"
    )
    if name != "shapes":
        shape = term.iri_of(here(), name) or _known(here().addresses.canonical(name))
        return _document(shape, name, responses.wanted(found), found)
    return _terms(name, found, f"{here().root}shapes#")


@routes.get("/concept")
@routes.get("/concept.<suffix>")
def schemes(suffix: str = "") -> Response:
    """List the concept schemes; as data, with all that is said of each."""
    name, found = responses.split(f"concept.{suffix}" if suffix else "concept")
    rows = [(r["scheme"].value, 0) for r in here().reader.ask("schemes")]
    return _listed(name, found, rows, schemes_page)


@routes.get("/graph")
@routes.get("/graph.<suffix>")
def graphs(suffix: str = "") -> Response:
    """List the named graphs; as data, with where each comes from."""
    name, found = responses.split(f"graph.{suffix}" if suffix else "graph")
    rows = here().reader.ask_part("graphs", GRAPHS_LISTED)
    numbers = [(r["graph"].value, int(r["number"].value)) for r in rows]
    return _listed(name, found, numbers, graphs_page)


def claimed() -> Response | None:
    """Answer with what the data say of an address, where they claim one of the program's."""
    if request.method not in ("GET", "HEAD") or request.environ.get(RESERVED):
        return None
    path = sent_path()
    query = request.query_string.decode("ascii", "replace")
    if query and iris.queried(path, query) in here().queried:
        with suppress(NotKnown):
            iri = here().reader.known_as(f"{here().root}{path}?{query}")
            return responses.redirect(here().links.resource(iri))
    if path.partition("/")[0] in (*FIXED, "id") or _is_file_of_ours():
        return None
    claims = here().claims
    for name, suffix in ((path, None), responses.split(path)):
        iri = here().root + name
        if iri in claims and not _is_document(name):
            return _document(iri, name, responses.wanted(suffix), suffix)
    return None


def _is_file_of_ours() -> bool:
    folder = current_app.static_folder
    if request.endpoint != "static" or folder is None or not request.view_args:
        return False
    return Path(folder, str(request.view_args["filename"])).is_file()


def _is_document(name: str) -> bool:
    """Say whether *name* is that of our document about another thing."""
    if not name.startswith("doc/"):
        return False
    name, _ = responses.split(name)
    return here().reader.find(f"{here().root}id/{name.removeprefix('doc/')}") is not None


def _listed(
    name: str,
    suffix: Format | None,
    rows: list[tuple[str, int]],
    page: Callable[[list[tuple[str, int]]], str],
) -> Response:
    """Answer with a list of IRIs that have documents of their own, or with what is said of them.

    Where the release speaks of an IRI of this very name, that is what is asked for.
    """
    iri = here().root + name
    fmt = responses.wanted(suffix)
    if here().reader.find(iri) is not None or name not in ("concept", "graph"):
        return _document(iri, name, fmt, suffix)
    if not rows:
        raise NotKnown("This release has none of these.", "See /things for what it has.")
    if fmt is HTML:
        return responses.page(lambda: page(rows), name, suffix)

    def quads() -> list[ox.Quad]:
        held = here().reader.statements_about([listed for listed, _ in rows]).own
        for listed, number in rows:
            if number:
                node = here().reader.node(listed)
                held.append(ox.Quad(node, TYPE, GRAPH))
                held.append(ox.Quad(node, TRIPLES, ox.Literal(number)))
        return held

    return responses.data(quads, iri, name, fmt, suffix)


@routes.get("/graph/<path:rest>")
def graph(rest: str) -> Response:
    """Answer with a named graph: its statements and where they come from."""
    name, suffix = responses.split(sent_path())
    return _graph(_known_graph(here().root + name), name, suffix)


def _graph(iri: str, path: str, suffix: Format | None) -> Response:
    fmt = responses.wanted(suffix)
    if fmt is HTML:
        return responses.page(lambda: graph_page(iri), path, suffix)

    def quads() -> list[ox.Quad]:
        held = here().reader.held_in(iri, GRAPH_STATEMENTS + 1)
        if len(held) > GRAPH_STATEMENTS:
            raise AnswerTooLarge(
                counted(
                    "This graph has more than %(number)s statement.",
                    "This graph has more than %(number)s statements.",
                    GRAPH_STATEMENTS,
                ),
                "Take the file of all statements under /dumps/, or ask /sparql in parts.",
            )
        (origin,) = here().reader.origins_of([iri])
        return held + origin + here().reader.statements(iri)

    return responses.data(quads, iri, path, fmt, suffix)


@routes.get("/-/resource")
def resource() -> Response:
    """Answer for any IRI at all that the release speaks of, inside its root or outside."""
    iri = request.args.get("iri", "")
    if not iri:
        raise BadRequest("Name a resource.", "Ask /-/resource?iri=IRI.", parameter="iri")
    fmt = responses.wanted(None)
    links = [
        f'<{address}>; rel="alternate"; type="{media}"'
        for _, media, address in resource_formats(iri)
    ]
    if fmt is HTML:
        lang = reader_language()
        response = responses.answer(
            lambda: thing_page(iri, resource_formats(iri)),
            HTML,
            variant=lang.tag,
            vary=("Accept", "Accept-Language"),
            links=[*links, *responses.signposts(iri)],
        )
        response.headers["Content-Language"] = lang.tag
        return response

    def write() -> bytes:
        reader = here().reader
        known, description = reader.described(iri)
        return here().writer.document(reader.named(description, [known]).quads, fmt, known)

    return responses.answer(write, fmt, links=[*links, *responses.signposts(iri)])


@routes.get("/<path:rest>")
def anything(rest: str) -> Response:
    """Answer for any other IRI under the root that the release speaks of."""
    name, suffix = responses.split(sent_path())
    iri = here().root + name
    if suffix is not None and here().reader.find(iri) is None:
        whole = here().root + sent_path()
        if here().reader.find(whole) is not None:
            name, suffix, iri = sent_path(), None, whole
    if here().reader.find(iri) is None and _holds(iri):
        return _graph(iri, name, suffix)
    return _document(iri, name, responses.wanted(suffix), suffix)


def _known(iri: str) -> str:
    return here().reader.known_as(iri)


def _known_graph(iri: str) -> str:
    return next((s for s in iris.spellings(iri) if _holds(s)), None) or _known(iri)


def _holds(graph: str) -> bool:
    """Say whether the release has statements in the named graph *graph*."""
    return bool(here().reader.ask_part("graph", 1, graph=here().reader.node(graph)))


def _is_version(name: str) -> bool:
    iri = here().root + name
    return here().reader.find(iri) is not None


def _document(iri: str, path: str, fmt: Format, suffix: Format | None) -> Response:
    page = page_number()
    as_of()  # what a page of it refuses is refused in every form
    only_stated()
    nesting()
    if "%" in iri or iris.plain(iri) != iri:  # perhaps another spelling; others cost no question
        iri = here().reader.find(iri) or iri
    if fmt is HTML:
        if term.path_of(here(), iri) == path:
            return responses.page(lambda: term.page(iri, path), path, suffix, iri, iri)
        return responses.page(lambda: thing_page(iri), path, suffix, about=iri)
    cut: list[Description] = []

    def quads() -> list[ox.Quad]:
        reader = here().reader
        known, description = reader.described(iri, offset=(page - 1) * MENTIONS_IN_DATA)
        if page > 1 and not description.mentions:
            raise beyond(page)
        description = reader.named(description, [known])
        cut.append(description)
        return [*description.quads, *_paging(path, page, description.mentions_total)]

    response = responses.data(quads, iri, path, fmt, suffix)
    if cut and cut[0].mentions_total > MENTIONS_IN_DATA:
        links_back = f"{len(cut[0].mentions)} of {cut[0].mentions_total}"
        response.headers["Renkei-Links-Back"] = links_back
        named = suffix or (fmt if FORMAT in request.args else None)
        own = path if named is None else f"{path}.{named.suffix}"
        links = [
            f'<{responses.served(own)}?page={number}>; rel="{word.removesuffix("ious")}"'
            for word, number in neighbours(page, pages_of(cut[0].mentions_total, MENTIONS_IN_DATA))
        ]
        responses.add_links(response, links)
    return response


def _paging(path: str, page: int, total: int) -> list[ox.Quad]:
    """Say in Hydra which page of the links back a document holds, where one page is not all."""
    if total <= MENTIONS_IN_DATA:
        return []
    whole = ox.NamedNode(here().root + quote(path, safe="/%"))
    view = ox.NamedNode(f"{whole.value}?page={page}")
    out = [
        ox.Quad(whole, TYPE, _hydra("Collection")),
        ox.Quad(whole, _hydra("totalItems"), ox.Literal(total)),
        ox.Quad(whole, _hydra("view"), view),
        ox.Quad(view, TYPE, _hydra("PartialCollectionView")),
    ]
    for word, number in neighbours(page, pages_of(total, MENTIONS_IN_DATA)):
        there = ox.NamedNode(f"{whole.value}?page={number}")
        out.append(ox.Quad(view, _hydra(word), there))
    return out


def _hydra(name: str) -> ox.NamedNode:
    return ox.NamedNode(VOCABULARIES["hydra"] + name)


def _ontology(stands: tuple[str, str], name: str, suffix: Format | None) -> Response:
    """Answer with the document of an ontology: what its authors wrote in it, and no other."""
    ontology, graph = stands
    fmt = responses.wanted(suffix)
    if fmt is HTML and ontology == here().release.manifest.namespace:
        return responses.page(vocabulary_page, name, suffix)
    if fmt is HTML:
        return _document(ontology, name, fmt, suffix)
    return responses.data(
        lambda: here().reader.ontology_document(ontology, graph), ontology, name, fmt, suffix
    )


def _terms(name: str, suffix: Format | None, namespace: str) -> Response:
    fmt = responses.wanted(suffix)
    if fmt is HTML:
        view = shapes_page if namespace.endswith("shapes#") else vocabulary_page
        return responses.page(view, name, suffix)

    def quads() -> list[ox.Quad]:
        reader = here().reader
        graphs = reader.ask("vocabulary-graphs", namespace=ox.Literal(namespace))
        if not graphs:
            raise NotKnown("This release has no terms under %(iri)s.", iri=namespace)
        return [quad for g in graphs for quad in reader.held_in(g["g"].value)]

    return responses.data(quads, namespace, name, fmt, suffix)
