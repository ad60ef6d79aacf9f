"""The pages of the shapes: what must hold, and what the report says."""

from __future__ import annotations

from typing import Any

from flask import render_template

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.serve.pages import view_models
from renkei.serve.pages.findings import findings, found, unread
from renkei.serve.pages.template_context import formats_of
from renkei.serve.pages.view_models import Link, Statements
from renkei.serve.read.reader import CATALOGUE_SHAPES, DCT
from renkei.serve.web.site import Site, here, reader_language
from renkei.stores.base import Row

SH = iris.PREFIXES["sh"]


def shapes_page() -> str:
    """Return the shapes as a rule book: what must hold, why, and what to do.

    The publication's own rules, and apart from them those of the program, which hold for
    the catalogue of any publication.
    """
    site, lang = here(), reader_language()
    own, program = site.once(f"shapes-{lang.tag}", lambda: _shape_book(site, lang))
    if not own and not program:
        raise NotKnown("This release has no shapes.")
    return render_template(
        "shapes.html",
        sections=own,
        total=sum(len(s["rules"]) for s in own),
        program_rules=program,
        found=found(site, None, lang),
        unread=unread(site, lang),
        formats=formats_of("shapes"),
        alternates=formats_of("shapes"),
    )


def shape_rows(site: Site) -> tuple[list[Row], list[Row]]:
    """Return the rules of the publication, and those of the program for any catalogue."""
    rows = site.once("rules", lambda: site.reader.ask("rules"))
    program = site.root + CATALOGUE_SHAPES
    return (
        [r for r in rows if r["graph"].value != program],
        [r for r in rows if r["graph"].value == program],
    )


def _shape_book(site: Site, lang: Language) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    own, program = shape_rows(site)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in own:
        group = row["group"].value if "group" in row else ""
        groups.setdefault(group, []).append(_shape(site, lang, row["shape"].value))
    rest = Link(
        lang.say("Other rules") if len(groups) > 1 else lang.say("Rules"), lang.interface, None
    )
    sections = [
        {
            "heading": view_models.link(site, g, lang) if g else rest,
            "id": g.rsplit("#", 1)[-1] or "other",
            "rules": rules,
        }
        for g, rules in sorted(groups.items(), key=lambda group: not group[0])
    ]
    return sections, [_shape(site, lang, row["shape"].value) for row in program]


def _shape(site: Site, lang: Language, iri: str) -> dict[str, Any]:
    """Return one rule: its name, why it is there, where it looks, and what its parts ask for."""
    statements = Statements(site, iri, site.reader.statements(iri), lang)
    parts = [
        Statements(site, part, site.reader.statements(part), lang)
        for part in statements.objects(SH + "property")
    ]

    def links(asked: Statements, word: str) -> list[Link]:
        return [view_models.property_label(site, o, lang) for o in asked.objects(SH + word)]

    def asks(asked: Statements) -> dict[str, Any]:
        severity = next(iter(asked.objects(SH + "severity")), SH + "Violation")
        return {
            "severity": severity.removeprefix(SH),
            "message": asked.text(SH + "message"),
            "path": links(asked, "path"),
        }

    asked = [asks(part) for part in (statements, *parts)]
    targets = links(statements, "targetClass")
    local = iri.rsplit("#", 1)[-1]
    named = next(((k.text, k.lang) for k in [*links(statements, "path"), *targets]), (local, ""))
    return {
        "iri": iri,
        "local": local,
        "name": statements.text(SH + "name") or site.reader.label(iri, lang.tag) or named,
        "number": (statements.text(DCT + "identifier") or ("", ""))[0],
        "why": statements.text(SH + "description"),
        "targets": targets,
        "asks": list(dict.fromkeys((a["severity"], a["message"]) for a in asked if a["message"])),
        "paths": [path for a in asked for path in a["path"]],
    }


def report_page() -> str:
    """Return what the shapes found in this release, as a page."""
    site, lang = here(), reader_language()
    files = site.release.manifest.files
    return render_template(
        "report.html",
        found=findings(site, None, lang),
        counts=site.release.manifest.counts,
        program_rules=len(shape_rows(site)[1]),
        files=[name for name in ("report.ttl", "report.json") if name in files],
    )
