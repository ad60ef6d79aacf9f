"""The page of the vocabulary: its terms by kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox
from flask import render_template

from renkei.language.locale import Language
from renkei.serve.pages import hierarchy, ontology, views
from renkei.serve.pages.nested import NestedValues
from renkei.serve.pages.template_context import formats_of
from renkei.serve.pages.view_models import Statements
from renkei.serve.web.site import Site, here, reader_language

NO_IRI = "~"  # stands in `term-use` for a thing that is a blank node


def vocabulary_page() -> str:
    """Return the vocabulary as documentation: terms, definitions, traps, examples, use."""
    site, lang = here(), reader_language()
    namespace = site.reader.namespace
    read: tuple[Statements, list[dict[str, Any]], hierarchy.Tree | None] = site.once(
        f"vocabulary-{lang.tag}", lambda: _vocabulary(site, lang)
    )
    header, sections, tree = read
    about = header.description()
    return render_template(
        "vocabulary.html",
        sections=sections,
        tree=tree,
        title=header.view.name(namespace)[0],
        about=about[0] if about else "",
        iri=namespace,
        statements=header,
        header=header.view.groups(header),
        formats=formats_of("ns"),
        alternates=formats_of("ns"),
    )


def _vocabulary(
    site: Site, lang: Language
) -> tuple[Statements, list[dict[str, Any]], hierarchy.Tree | None]:
    """Return what is said of the vocabulary itself, its terms by kind, and its class tree."""
    namespace = site.reader.namespace
    uses = term_use(site)
    rows = site.reader.ask("own-terms", namespace=ox.Literal(namespace))
    terms = list(dict.fromkeys(row["term"].value for row in rows))
    described = site.reader.statements_about([namespace, *terms])
    shown = [uses[iri].first for iri in terms if iri in uses and uses[iri].first]
    index = site.reader.index
    trees = (hierarchy.read(index, iri, True) for iri in (namespace, namespace[:-1]))
    stands = next((tree for tree in trees if tree.whole), None)
    known = site.reader.known([*shown, *(stands.named() if stands else ())], described)
    view = views.view_of(site, lang, known, NestedValues(described.beside))
    about = view.statements_of([namespace, *terms], described)
    by_kind: dict[str, list[dict[str, Any]]] = {"class": [], "property": []}
    for row in rows:
        iri = row["term"].value
        by_kind[row["kind"].value].append(_term(site, about[iri], uses.get(iri)))
    headings = {"class": lang.gettext("Classes"), "property": lang.gettext("Properties")}
    sections: list[dict[str, Any]] = [
        {
            "id": kind,
            "heading": headings[kind],
            "terms": sorted(found, key=lambda term: str(term["local"])),
        }
        for kind, found in by_kind.items()
    ]
    return about[namespace], sections, hierarchy.tree(view, stands) if stands else None


@dataclass(frozen=True)
class Use:
    """How often a term is used in the default graph, and the first thing that it is used on."""

    number: int
    first: str


def term_use(site: Site) -> dict[str, Use]:
    """Return how each term is used, read once."""

    def read() -> dict[str, Use]:
        found = {}
        for row in site.reader.ask("term-use"):
            first = row["first"].value
            found[row["term"].value] = Use(
                int(row["number"].value), "" if first == NO_IRI else first
            )
        return found

    return site.once("term-use", read)


def _term(site: Site, statements: Statements, use: Use | None) -> dict[str, Any]:
    """Return a term as its documentation has it, with its own page and its use."""
    view = statements.view
    told = ontology.term(statements)
    local = statements.iri.removeprefix(view.known.namespace)
    link = replace(told.link, href=site.path(f"ns/{local}"))
    return {
        "told": replace(told, anchor=local, local=local, link=link),
        "local": local,
        "seen": [view.link(use.first)] if use and use.first else [],
        "uses": use.number if use else 0,
    }
