"""The pages of the shapes: what must hold, and what the report says."""

from __future__ import annotations

from typing import Any

from flask import render_template

from renkei.errors import NotKnown
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.serve.pages import views
from renkei.serve.pages.findings import findings, found, unread
from renkei.serve.pages.nested import NestedValues
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
    about = _read(site, lang, [*own, *program])
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in own:
        group = row["group"].value if "group" in row else ""
        groups.setdefault(group, []).append(_shape(about, row["shape"].value))
    rest = Link(
        lang.gettext("Other rules") if len(groups) > 1 else lang.gettext("Rules"),
        lang.interface,
        None,
    )
    sections = [
        {
            "heading": next(iter(about.values())).view.link(g) if g else rest,
            "id": g.rsplit("#", 1)[-1] or "other",
            "rules": rules,
        }
        for g, rules in sorted(groups.items(), key=lambda group: not group[0])
    ]
    return sections, [_shape(about, row["shape"].value) for row in program]


def _read(site: Site, lang: Language, rows: list[Row]) -> dict[str, Statements]:
    """Return the statements about each rule of *rows*, and about the shapes it is made of."""
    shapes = dict.fromkeys(row["shape"].value for row in rows)
    parts = dict.fromkeys(
        row["part"].value for row in site.reader.ask("shape-parts") if row["whole"].value in shapes
    )
    described = site.reader.statements_about([*shapes, *(p for p in parts if p not in shapes)])
    known = site.reader.known([], described)
    view = views.view_of(site, lang, known, NestedValues(described.beside))
    return view.statements_of({**shapes, **parts}, described)


def shape_name(about: Statements) -> tuple[str, str]:
    """Return what a shape is called, and the language of that.

    Its `sh:name`, its label, the property or class that it looks at, or its local name.
    """
    view = about.view
    named = about.text(SH + "name") or view.known.label(about.iri, view.lang.tag)
    if named:
        return named
    seen = [*_links(about, "path"), *_links(about, "targetClass")]
    return (seen[0].text, seen[0].lang) if seen else (about.iri.rsplit("#", 1)[-1], "")


def _links(about: Statements, word: str) -> list[Link]:
    return [about.view.property_label(o) for o in about.objects(SH + word)]


def _shape(read: dict[str, Statements], iri: str) -> dict[str, Any]:
    """Return one rule: its name, why it is there, where it looks, and what its parts ask for."""
    statements = read[iri]
    parts = [read[part] for part in statements.objects(SH + "property")]

    def asks(asked: Statements) -> dict[str, Any]:
        severity = next(iter(asked.objects(SH + "severity")), SH + "Violation")
        return {
            "severity": severity.removeprefix(SH),
            "message": asked.text(SH + "message"),
            "path": _links(asked, "path"),
        }

    asked = [asks(part) for part in (statements, *parts)]
    return {
        "iri": iri,
        "local": iri.rsplit("#", 1)[-1],
        "name": shape_name(statements),
        "number": (statements.text(DCT + "identifier") or ("", ""))[0],
        "why": statements.text(SH + "description"),
        "targets": _links(statements, "targetClass"),
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
