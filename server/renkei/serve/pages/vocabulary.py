"""The page of the vocabulary: its terms by kind."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import render_template

from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.serve.pages import view_models
from renkei.serve.pages.template_context import formats_of
from renkei.serve.pages.view_models import Link, Statements
from renkei.serve.read.reader import DCT, RDFS, SKOS
from renkei.serve.web.site import Site, here, reader_language

OWL, VS = iris.PREFIXES["owl"], iris.PREFIXES["vs"]


def vocabulary_page() -> str:
    """Return the vocabulary as documentation: terms, definitions, traps, examples, use."""
    site, lang = here(), reader_language()
    sections = site.once(f"vocabulary-{lang.tag}", lambda: _vocabulary(site, lang))
    header = Statements(
        site, site.reader.namespace, site.reader.statements(site.reader.namespace), lang
    )
    title, _ = site.name(site.reader.namespace, lang)
    about = header.text(DCT + "description")
    return render_template(
        "vocabulary.html",
        sections=sections,
        title=title,
        about=about[0] if about else "",
        iri=site.reader.namespace,
        header=view_models.groups(site, header, lang),
        formats=formats_of("ns"),
        alternates=formats_of("ns"),
    )


def _vocabulary(site: Site, lang: Language) -> list[dict[str, Any]]:
    uses = {r["term"].value: int(r["number"].value) for r in site.reader.ask("term-use")}
    kinds_: dict[str, list[dict[str, Any]]] = {"class": [], "property": []}
    for row in site.reader.ask("own-terms", namespace=ox.Literal(site.reader.namespace)):
        iri = row["term"].value
        kinds_[row["kind"].value].append(_term(site, lang, iri, uses.get(iri, 0)))
    headings = {"class": lang.say("Classes"), "property": lang.say("Properties")}
    return [
        {
            "id": kind,
            "heading": headings[kind],
            "terms": sorted(found, key=lambda t: str(t["local"])),
        }
        for kind, found in kinds_.items()
    ]


def _term(site: Site, lang: Language, iri: str, uses: int) -> dict[str, Any]:
    statements = Statements(site, iri, site.reader.statements(iri), lang)
    text, tag = site.name(iri, lang)

    def links(predicate: str) -> list[Link]:
        return [view_models.property_label(site, o, lang) for o in statements.objects(predicate)]

    return {
        "iri": iri,
        "local": iri.removeprefix(site.reader.namespace),
        "label": text,
        "lang": tag,
        "definition": statements.text(SKOS + "definition"),
        "scope": statements.text(SKOS + "scopeNote"),
        "example": statements.text(SKOS + "example"),
        "status": statements.text(VS + "term_status"),
        "above": links(RDFS + "subClassOf") + links(RDFS + "subPropertyOf"),
        "domain": links(RDFS + "domain"),
        "range": links(RDFS + "range"),
        "seen": [
            view_models.link(site, r["thing"].value, lang)
            for r in site.reader.ask("term-examples", term=ox.NamedNode(iri))
        ]
        if uses
        else [],
        "uses": uses,
    }
