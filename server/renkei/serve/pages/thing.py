"""Make pages: gather a view of a thing, a graph, the vocabulary or the shapes, and render it.

A template gets one view object and spends no thought. The choices a reader has on every
page are addresses: `?lang=`, `?only=stated`, `?at=`, `?page=`; nothing needs a script.
"""

from __future__ import annotations

import pyoxigraph as ox
from flask import render_template, request

from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.serve.pages import class_sections, view_models
from renkei.serve.pages.citation import citations
from renkei.serve.pages.findings import found, unread
from renkei.serve.pages.template_context import as_of, formats_of
from renkei.serve.pages.view_models import Group, Line, Link, Statements
from renkei.serve.read.reader import DCT
from renkei.serve.web.paging import beyond, page_number, pages_of
from renkei.serve.web.site import Site, here, reader_language

MENTIONS = 50  # links back on one page


def thing_page(iri: str) -> str:
    """Return the page of any thing."""
    site, lang = here(), reader_language()
    at, only = as_of(), request.args.get("only", "")
    page = page_number()
    quads = site.reader.statements(iri)
    back = site.reader.mentions(iri, MENTIONS, (page - 1) * MENTIONS)
    site.reader.names_of(_named([*quads, *back]))
    statements = Statements(site, iri, quads, lang, only, at)
    types = site.reader.types(iri)
    own = class_sections.own(site, statements, lang, at, sorted(types))
    mentions, total, outdated = _mentions(site, statements, lang, back, page)
    pages = pages_of(total, MENTIONS)
    if page > pages:
        raise beyond(page)
    title, title_lang = site.name(iri, lang)
    return render_template(
        "thing.html",
        iri=iri,
        title=title,
        title_lang=title_lang,
        reading=view_models.reading(site, iri, lang),
        kinds=view_models.kinds(site, iri, lang),
        own=own,
        groups=view_models.groups(site, statements, lang),
        gaps=_gaps(site, iri, lang),
        only=only,
        at=at,
        held=at is None or view_models.holds(site.reader, iri, at),
        hidden=statements.hidden,
        outdated=statements.outdated + outdated,
        mentions=mentions,
        mentions_total=total,
        page=page,
        pages=pages,
        findings=found(site, iri, lang),
        unread=unread(site, lang),
        formats=formats_of(_document_path(iri)),
        query=query_about(iri),
        cite=citations(site, iri, title, lang),
        alternates=formats_of(_document_path(iri)),
        datable=_datable(site, statements, back),
    )


def _named(quads: list[ox.Quad]) -> list[str]:
    """Return every IRI in *quads*: their names are asked for at once, not one by one."""
    found = {
        term.value: None
        for q in quads
        for term in (q.subject, q.predicate, q.object, q.graph_name)
        if isinstance(term, ox.NamedNode)
    }
    return list(found)


def _datable(site: Site, statements: Statements, back: list[ox.Quad]) -> bool:
    """Say whether anything around a thing begins or ends, so that a day makes a difference."""
    if statements.at or not back:
        return statements.at is not None
    around: list[object] = [t for _, t in statements.kept]
    around += [q.subject for q in back]
    return any(
        site.reader.value(node.value, bound)
        for node in around
        if isinstance(node, ox.NamedNode)
        for bound in ("validFrom", "validThrough")
    )


def _mentions(
    site: Site, statements: Statements, lang: Language, quads: list[ox.Quad], page: int
) -> tuple[list[Group], int, int]:
    """Return *quads*, one part of what points to a thing, how many do, how many not that day."""
    iri = statements.iri
    total = site.reader.mentions_count(iri) if page > 1 or len(quads) == MENTIONS else len(quads)
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
        if statements.only == "stated" and site.reader.origin(graph)[0].kind != "stated":
            statements.hidden += 1
            continue
        rows.setdefault(quad.predicate.value, {}).setdefault(subject, []).append(graph)
    lines = []
    for predicate, subjects in rows.items():
        if predicate == site.reader.namespace + "gapSubject":
            continue
        values = tuple(
            view_models.written(site, "", ox.NamedNode(s), lang, graphs)
            for s, graphs in sorted(subjects.items())
        )
        lines.append(Line(view_models.property_label(site, predicate, lang), "", values))
    lines.sort(key=lambda r: (-len(r.values), r.label.text))
    heading = Link(lang.say("What points here"), lang.interface, None)
    return ([Group(heading, tuple(lines))] if lines else []), total, len(outdated)


def _gaps(site: Site, iri: str, lang: Language) -> list[Line]:
    lines = []
    for row in site.reader.ask("gaps", this=ox.NamedNode(iri)):
        gap = row["gap"].value
        note = Statements(site, gap, site.reader.statements(gap), lang).text(DCT + "description")
        lines.append(
            Line(
                view_models.property_label(site, row["property"].value, lang),
                "",
                (),
                view_models.link(site, gap, lang),
                note[0] if note else "",
            )
        )
    return lines


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
        "?value .\n  }\n}\nORDER BY ?property ?value\nLIMIT 100\n"
    )


def _own_prefix() -> str:
    site = here()
    return next(
        (p for p, n in site.release.manifest.prefixes.items() if n == site.reader.namespace), "own"
    )
