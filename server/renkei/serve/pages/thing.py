"""Make pages: gather a view of a thing, a graph, the vocabulary or the shapes, and render it.

A template gets one view object and spends no thought. The choices a reader has on every
page are addresses: `?lang=`, `?only=stated`, `?at=`, `?page=`; nothing needs a script.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox
from flask import render_template, request

from renkei.errors import BadRequest
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.rdf.formats import HTML
from renkei.rdf.wkt import GEOSPARQL
from renkei.serve.pages import class_sections, hierarchy, ontology, views
from renkei.serve.pages.charts import geometry, whereabouts
from renkei.serve.pages.charts.whereabouts import Whereabouts
from renkei.serve.pages.citation import citations
from renkei.serve.pages.depiction import depictions
from renkei.serve.pages.findings import found, unread
from renkei.serve.pages.nested import DEEPEST, DEPTH, NestedValues
from renkei.serve.pages.template_context import again, as_of, formats_of, only_stated
from renkei.serve.pages.view_models import Group, Line, Link, Statements, View
from renkei.serve.read.descriptions import SNIPPET, excerpt
from renkei.serve.read.reader import DCT, SKOS, TYPE
from renkei.serve.web import offered
from renkei.serve.web.paging import beyond, page_number, pages_of
from renkei.serve.web.site import Site, here, reader_language
from renkei.stores.base import Row
from renkei.stores.describe import Description

MENTIONS = 50  # links back on one page


# Properties that lead to where a thing lies.
PLACES = {
    *(GEOSPARQL + name for name in ("hasGeometry", "hasDefaultGeometry", "defaultGeometry")),
    *(f"{schema}{name}" for schema in geometry.SCHEMAS for name in ("geo", "location")),
    geometry.WGS + "location",
    iris.PREFIXES["locn"] + "geometry",
    DCT + "spatial",
}
PLACES_ASKED = 50  # of the places that a thing names
PARTS = 200  # things of one document that its page shows whole


@dataclass(frozen=True)
class DocumentPart:
    """A thing that a document describes beside its own: its name, kinds and statements."""

    fragment: str
    name: Link
    kinds: tuple[Link, ...]
    groups: tuple[Group, ...]


def resource_formats(iri: str) -> list[tuple[str, str, str]]:
    """Return label, media type and path of each format of what has no path of its own."""
    return [
        (f.label, f.media_type, here().path("-/resource", iri=iri, format=f.suffix))
        for f in offered.formats_for(iri)
        if f is not HTML
    ]


def thing_page(iri: str, formats: list[tuple[str, str, str]] | None = None) -> str:
    """Return the page of any thing. Raises NotKnown where nothing is said of *iri*.

    *formats* are label, media type and path of it as data; by default those of its document.
    """
    site, lang = here(), reader_language()
    at, only = as_of(), only_stated()
    page, depth = page_number(), nesting()
    start, deeper = (page - 1) * MENTIONS, max(1, depth - site.reader.levels + 1)
    held = ontology.defined(site.reader.index, iri, page)
    terms = held.iris() if held.number else None
    iri, description = site.reader.described(iri, MENTIONS, start, deeper, terms)
    pages = _pages(page, description, held)
    section = class_sections.section_of(site, _types(description))
    asked = class_sections.ask(site, section, iri, only)
    stands = hierarchy.read(site.reader.index, iri, bool(terms), *hierarchy.chosen())
    gaps = _gap_rows(site, iri, description)
    silent = (row[of].value for row in gaps for of in ("gap", "property"))
    named = [iri, *silent, *asked.named(), *stands.named()]
    known = site.reader.known(named, description, asked.theirs, kinds=section is not None)
    formats = formats or formats_of(_document_path(iri), iri)
    view = views.view_of(site, lang, known, _nested(description, depth, formats))
    ties = site.reader.ask("ties", this=site.reader.node(iri)) if at else []
    parts = view.statements_of(_subjects(description), description)
    own_quads = parts.pop(iri).quads if iri in parts else []
    statements = Statements(view, iri, own_quads, only, at, ties)
    own = class_sections.own(site, statements, asked)
    mentions, outdated = _mentions(statements, description.mentions)
    title, title_lang = view.name(iri, is_described=True)
    return render_template(
        "thing.html",
        iri=iri,
        title=title,
        title_lang=title_lang,
        reading=view.reading(iri),
        kinds=view.kinds(iri),
        notation=(statements.text(SKOS + "notation") or ("", ""))[0],
        **hierarchy.shown(view, stands, _types(description)),
        own=own,
        groups=view.groups(statements),
        where=_whereabouts(site, lang, title, description, asks=section is None),
        depictions=depictions(site, iri, description.own, description.beside),
        **_parts(view, held, parts),
        gaps=_gaps(view, gaps),
        **_choices(statements, outdated),
        mentions=mentions,
        mentions_total=description.mentions_total,
        nameless=sum(isinstance(q.subject, ox.BlankNode) for q in description.mentions),
        page=page,
        pages=pages,
        **_use(site, iri, title, lang, formats),
        statements=statements,
        about_this=excerpt((statements.description() or ("",))[0], SNIPPET),
        datable=_datable(statements, description.mentions),
    )


def _pages(page: int, description: Description, held: ontology.Defined) -> int:
    """Return how many pages there are, of links or of terms; raises NotKnown for one beyond."""
    links = pages_of(description.mentions_total, MENTIONS)
    pages = max(links, pages_of(held.number, ontology.SHOWN))
    if page > pages:
        raise beyond(page)
    return pages


def _choices(statements: Statements, outdated: int) -> dict[str, Any]:
    """Return what the reader chose, and how much is left out for it."""
    at = statements.at
    return {
        "only": statements.only,
        "at": at,
        "held": at is None or statements.view.holds(statements.iri, at),
        "hidden": statements.hidden,
        "outdated": statements.outdated + outdated,
    }


def _use(
    site: Site, iri: str, title: str, lang: Language, formats: list[tuple[str, str, str]]
) -> dict[str, Any]:
    """Return what the foot of a page has: what was found, formats, a query, and how to cite."""
    return {
        "findings": found(site, iri, lang),
        "unread": unread(site, lang),
        "formats": formats,
        "alternates": formats,
        "query": query_about(iri),
        "cite": citations(site, iri, title, lang),
    }


def _parts(view: View, held: ontology.Defined, parts: dict[str, Statements]) -> dict[str, Any]:
    """Return the things that a document describes beside its own: as terms of an ontology
    where it defines any, else each with its statements, the first PARTS of them.
    """
    documented = ontology.sections(held, parts, view.lang) if held.terms else []
    parts = {} if held.number else parts
    return {
        "sections": documented,
        "terms_total": held.number,
        "parts": [_part(view, part) for part in list(parts.values())[:PARTS]],
        "more": [_elsewhere(view, part) for part in (*held.elsewhere, *list(parts)[PARTS:])],
    }


def nesting() -> int:
    """Return the levels of blank nodes of `?depth=`. Raises BadRequest for what is no number."""
    text = request.args.get("depth", "")
    if not text:
        return DEPTH
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or not 1 <= int(text) <= DEEPEST:
        raise BadRequest(
            '"%(text)s" is no depth.',
            "Ask for a whole number from 1 to %(most)s.",
            text=text,
            most=DEEPEST,
        )
    return int(text)


def _nested(
    description: Description, depth: int, formats: list[tuple[str, str, str]]
) -> NestedValues:
    """Return what stands within the values of a thing; what lies deeper is one click away."""
    deeper = again(depth=min(DEEPEST, 2 * depth)) if depth < DEEPEST else None
    data = formats[0][2] if formats else None
    return NestedValues(description.beside, depth, deeper, data, description.whole)


def _whereabouts(
    site: Site, lang: Language, name: str, description: Description, asks: bool
) -> Whereabouts | None:
    """Draw where a thing lies, as it says itself or by a place that it names.

    The places are asked about only where the thing names some: one question, and none where
    it *asks* none, since its kind has a page of its own that says what is to be seen.
    """
    nameless = [q for q in description.beside if isinstance(q.subject, ox.BlankNode)]
    quads = [*description.own, *nameless]
    places = sorted(
        {
            q.object.value
            for q in quads
            if q.predicate.value in PLACES and isinstance(q.object, ox.NamedNode)
        }
    )
    if places and asks:
        about = site.reader.statements_about(places[:PLACES_ASKED], 0)
        quads += about.own
        quads += [q for q in about.beside if isinstance(q.subject, ox.BlankNode)]
    geometries, is_cut = geometry.found(quads)
    return whereabouts.draw(site, lang, name, geometries, is_cut)


def _subjects(description: Description) -> list[str]:
    """Return whatever has statements of its own in a description, in order."""
    subjects = {q.subject for q in description.own}
    return sorted(s.value for s in subjects if isinstance(s, ox.NamedNode))


def _part(view: View, about: Statements) -> DocumentPart:
    fragment = about.iri.partition("#")[2]
    groups = tuple(view.groups(about))
    return DocumentPart(fragment, view.link(about.iri), tuple(view.kinds(about.iri)), groups)


def _elsewhere(view: View, iri: str) -> DocumentPart:
    """Return a part that its document only names; its link leads to where it is told."""
    link = replace(view.link(iri), href=view.links.resource(iri))
    return DocumentPart(iri.partition("#")[2], link, (), ())


def _types(description: Description) -> list[str]:
    """Return the classes of the thing that is described."""
    types = {q.object for q in description.own if q.predicate.value == TYPE}
    return sorted(t.value for t in types if isinstance(t, ox.NamedNode))


def _datable(statements: Statements, back: list[ox.Quad]) -> bool:
    """Say whether anything around a thing begins or ends, so that a day makes a difference."""
    if statements.at or not back:
        return statements.at is not None
    roles = statements.view.known.roles
    around: list[object] = [t for _, t in statements.kept]
    around += [q.subject for q in back]
    return any(
        statements.view.known.value(node.value, bound)
        for node in around
        if isinstance(node, ox.NamedNode)
        for bound in (roles.first_day, roles.earliest_day, roles.last_day)
    )


def _mentions(statements: Statements, quads: list[ox.Quad]) -> tuple[list[Group], int]:
    """Return *quads*, one part of what points to a thing, and how many are not of that day."""
    view = statements.view
    unstated = view.known.roles.unstated_thing
    rows: dict[str, dict[str, list[str]]] = {}
    outdated: set[str] = set()
    for quad in quads:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        subject = quad.subject.value
        if statements.is_outdated(quad.predicate.value, subject):
            outdated.add(subject)
            continue
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        if statements.only == "stated" and view.known.origin(graph).kind != "stated":
            statements.hidden += 1
            continue
        rows.setdefault(quad.predicate.value, {}).setdefault(subject, []).append(graph)
    lines = [
        Line(
            view.property_label(predicate),
            "",
            tuple(
                view.written("", ox.NamedNode(s), graphs) for s, graphs in sorted(subjects.items())
            ),
        )
        for predicate, subjects in rows.items()
        if predicate != unstated
    ]
    lines.sort(key=lambda r: (-len(r.values), r.label.text))
    heading = Link(view.lang.gettext("What points here"), view.lang.interface, None)
    return ([Group(heading, tuple(lines))] if lines else []), len(outdated)


def _gap_rows(site: Site, iri: str, description: Description) -> list[Row]:
    """Return the gaps of a thing: asked for where a link back is one, or may be one."""
    unstated = site.reader.roles.unstated_thing
    whole = len(description.mentions) == description.mentions_total
    seen = any(q.predicate.value == unstated for q in description.mentions)
    if not unstated or (whole and not seen):
        return []
    return site.reader.ask("gaps", this=site.reader.node(iri))


def _gaps(view: View, rows: list[Row]) -> list[Line]:
    notes: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        held = notes.setdefault((row["gap"].value, row["property"].value), {})
        if isinstance(note := row.get("note"), ox.Literal):
            held[note.language or ""] = note.value
    return [
        Line(view.property_label(silent), "", (), view.link(gap), note[0])
        for (gap, silent), texts in notes.items()
        for note in [view.nearest(texts) or ("", "")]
    ]


def _document_path(iri: str) -> str:
    site = here()
    if not iri.startswith(site.root):
        return request.path.strip("/")
    return iris.document_of(iri)[len(site.root) :]


def query_about(iri: str) -> str:
    """Return a query to start from when asking about a thing."""
    return (
        f"PREFIX {_own_prefix()}: <{here().reader.namespace}>\n\n"
        f"SELECT ?property ?value ?graph WHERE {{\n  GRAPH ?graph {{\n    <{iri}> ?property "
        "?value .\n  }\n}\nORDER BY ?property STR(?value)\nLIMIT 100\n"
    )


def _own_prefix() -> str:
    site = here()
    return next(
        (p for p, n in site.release.manifest.prefixes.items() if n == site.reader.namespace), "own"
    )
