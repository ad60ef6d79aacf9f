"""The page of a named graph, and the lists of graphs and of concept schemes."""

from __future__ import annotations

import pyoxigraph as ox
from flask import render_template

from renkei.errors import NotKnown
from renkei.serve.pages import views
from renkei.serve.pages.template_context import formats_of
from renkei.serve.pages.view_models import Link, Value, View
from renkei.serve.web.paging import beyond, page_number, pages_of
from renkei.serve.web.site import Site, here, reader_language
from renkei.sparql.outline import Term
from renkei.stores.base import Row

GRAPH_ROWS = 200  # statements of a graph on one page


def graph_page(iri: str) -> str:
    """Return the page of a named graph: where it comes from and what it holds."""
    site, lang = here(), reader_language()
    page = page_number()
    rows = site.reader.ask_part(
        "graph", GRAPH_ROWS + 1, (page - 1) * GRAPH_ROWS, graph=site.reader.node(iri)
    )
    described = site.reader.statements_about([iri])
    if not rows and page == 1 and not described.own:
        raise NotKnown(
            "This release has no graph %(iri)s.", "See /graphs for those it has.", iri=iri
        )
    if not rows and page > 1:
        raise beyond(page)
    terms = (t for r in rows[:GRAPH_ROWS] for t in (r["s"], r["p"], r["o"]))
    named = [t.value for t in terms if isinstance(t, ox.NamedNode)]
    view = views.view_of(site, lang, site.reader.known([iri, *named], described, graphs=[iri]))
    held = _held(view, rows[:GRAPH_ROWS])
    origin = view.origins([iri])
    title, title_lang = _graph_name(site, view, iri)
    path = iri[len(site.root) :].removeprefix("graph/catalogue") or "catalogue"
    return render_template(
        "graph.html",
        iri=iri,
        title=title,
        title_lang=title_lang,
        held=held,
        origin=origin[0] if origin else None,
        statements=view.statements_of([iri], described)[iri],
        page=page,
        more=len(rows) > GRAPH_ROWS,
        formats=formats_of(path),
        alternates=formats_of(path),
    )


def schemes_page(schemes: list[tuple[str, int]]) -> str:
    """Return the list of concept schemes."""
    site, lang = here(), reader_language()
    view = views.view_of(site, lang, site.reader.known(iri for iri, _ in schemes))
    return _names_page(
        lang.gettext("Concept schemes"),
        lang.gettext("The lists of terms that the data use."),
        [(view.link(iri), 0) for iri, _ in schemes],
        "concept",
    )


def _held(view: View, rows: list[Row]) -> list[tuple[Link, Link, Value]]:
    """Return subject, property and value of each row; what has no name is numbered."""
    numbers: dict[object, int] = {}

    def numbered(term: object) -> str:
        number = numbers.setdefault(term, len(numbers) + 1)
        return view.lang.gettext("nameless thing %(number)s", number=number)

    def subject(term: Term) -> Link:
        if isinstance(term, ox.NamedNode):
            return view.link(term.value)
        return Link(numbered(term), view.lang.interface, None)

    def value(predicate: str, term: Term) -> Value:
        if isinstance(term, ox.NamedNode | ox.Literal):
            return view.written(predicate, term)
        return Value(numbered(term), view.lang.interface)

    return [
        (subject(r["s"]), view.property_label(r["p"].value), value(r["p"].value, r["o"]))
        for r in rows
    ]


def graphs_page(graphs: list[tuple[str, int]]) -> str:
    """Return the list of named graphs, each with its number of statements."""
    site, lang = here(), reader_language()
    listed = [iri for iri, _ in graphs]
    view = views.view_of(site, lang, site.reader.known(listed, graphs=listed))
    names = [
        (Link(*_graph_name(site, view, iri), site.href(iri)), number) for iri, number in graphs
    ]
    return _names_page(
        lang.gettext("Named graphs"),
        lang.gettext(
            "Each graph holds what one passage or one source says, or one kind of addition."
        ),
        names,
        "graph",
    )


def _names_page(heading: str, about: str, names: list[tuple[Link, int]], path: str) -> str:
    page, pages = page_number(), pages_of(len(names), GRAPH_ROWS)
    if page > pages:
        raise beyond(page)
    return render_template(
        "names.html",
        heading=heading,
        about=about,
        total=len(names),
        names=names[(page - 1) * GRAPH_ROWS : page * GRAPH_ROWS],
        page=page,
        pages=pages,
        formats=formats_of(path),
        alternates=formats_of(path),
    )


def _graph_name(site: Site, view: View, iri: str) -> tuple[str, str]:
    """Return the name of a graph: its own, what it is for, or that of the passage it holds."""
    lang = view.lang
    if view.known.label(iri, lang.tag) is None:
        own = {
            "graph/catalogue": "Catalogue",
            ".well-known/void": "Statistics of the data",
            ".well-known/sparql-examples": "Questions",
        }
        if iri[len(site.root) :] in own:
            return lang.gettext(own[iri[len(site.root) :]]), lang.interface
        passages = view.known.origin(iri).passages
        if passages:
            return view.name(passages[0])
    return view.name(iri)
