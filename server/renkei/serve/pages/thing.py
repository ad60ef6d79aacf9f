"""Make pages: gather a view of a thing, a graph, the vocabulary or the shapes, and render it.

A template gets one view object and spends no thought. The choices a reader has on every
page are addresses: `?lang=`, `?only=stated`, `?at=`, `?page=`; nothing needs a script.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Flask, render_template, request
from markupsafe import Markup

from renkei import __version__
from renkei.errors import BadRequest, FileDamaged, NotKnown
from renkei.language import locale
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.rdf.formats import DOCUMENT_FORMATS, HTML
from renkei.release import Manifest
from renkei.serve.pages import class_sections, view_models
from renkei.serve.pages.view_models import Group, Line, Link, Statements
from renkei.serve.read.reader import CATALOGUE_SHAPES, DCT, RDFS, SKOS
from renkei.serve.web.site import Site, dataset_licence, here, reader_language
from renkei.stores.base import Row

MENTIONS = 50  # links back on one page
GRAPH_ROWS = 200  # statements of a graph on one page
UNSPACED = ("ja", "zh")  # languages that put no space between sentences
SH, OWL, VS = iris.PREFIXES["sh"], iris.PREFIXES["owl"], iris.PREFIXES["vs"]
MARKS = {
    "stated": "stated",
    "elsewhere": "stated in another source",
    "given": "given without a source",
    "derived": "derived by a rule",
    "editorial": "added by the editors",
    "vocabulary": "part of the description",
}


def register(app: Flask) -> None:
    """Give every template its words and links."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(marks=MARKS, program=__version__)
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    site, lang = here(), reader_language()
    return {
        "site": site,
        "lang": lang,
        "_": lang.say,
        "count": lang.count,
        "languages": [(t, locale.own_name(t), again(lang=t)) for t in site.languages],
        "again": again,
        "spoken": lambda tag: spoken(tag, lang),
        "title_tag": site.title_tag(lang),
        "foreign": locale.is_foreign(lang),
        "licence": dataset_licence(),
        "licence_name": licence_name(),
        "gap": "" if lang.interface in UNSPACED else " ",
        "ask_link": lambda query: site.path("sparql", query=query),
        "names_of_marks": MARKS,
        "made_on": made_on(site, lang),
    }


def spoken(tag: str | None, lang: Language) -> Markup:
    """Return the `lang` attribute of a text in *tag*; nothing where the page says so already."""
    return Markup(' lang="{}"').format(tag) if tag and tag != lang.interface else Markup()


def again(**changes: str | int | None) -> str:
    """Return the present address with some parameters changed; None takes one away."""
    asked: dict[str, str] = {k: v for k, v in request.args.items() if k != "page"}
    for name, value in changes.items():
        if value is None:
            asked.pop(name, None)
        else:
            asked[name] = str(value)
    path = here().path(request.path.lstrip("/"))
    return path + (f"?{urlencode(asked)}" if asked else "")


def made_on(site: Site, lang: Language) -> str:
    """Return the day the release was made, written out."""
    return lang.date(site.release.manifest.created[:10]).partition("(")[0]


def licence_name() -> str:
    """Return the licence as people call it: `CC BY 4.0`; its address where it has no such name."""
    address = (dataset_licence() or "").partition("//")[2].strip("/")
    found = re.fullmatch(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", address)
    return f"CC {found[1].upper()} {found[2]}" if found else address


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
        pages=max(1, -(-total // MENTIONS)),
        findings=found(site, iri, lang),
        unread=unread(site, lang),
        formats=formats_of(_document_path(iri)),
        query=query_about(iri),
        cite=citations(site, iri, title, lang),
        alternates=formats_of(_document_path(iri)),
        datable=_datable(site, statements, back),
    )


def as_of() -> date | None:
    """Return the day of `?at=`. Raises BadRequest for what is no day."""
    text = request.args.get("at", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest('"%(at)s" is not a day.', "Write it as 2019-05-01.", at=text) from None


def page_number() -> int:
    """Return the number of `?page=`, from 1."""
    text = request.args.get("page", "1")
    return max(1, min(int(text), 100_000)) if text.isdigit() and len(text) < 7 else 1


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


def unread(site: Site, lang: Language) -> str:
    """Return why what the shapes found cannot be shown; nothing where it can."""
    try:
        _reported(site)
    except FileDamaged as error:
        return error.told(lang.interface)
    return ""


def found(site: Site, iri: str | None, lang: Language) -> list[view_models.Finding]:
    """Return what the shapes found, or nothing where `unread` says why."""
    return [] if unread(site, lang) else findings(site, iri, lang)


def _reported(site: Site) -> list[dict[str, Any]]:
    """Return the findings as the report has them. Raises FileDamaged."""

    def read() -> list[dict[str, Any]]:
        if "report.json" not in site.release.manifest.files:
            return []
        held: list[dict[str, Any]] = json.loads(site.release.read("report.json"))["findings"]
        return held

    return site.once("findings", read)


def findings(site: Site, iri: str | None, lang: Language) -> list[view_models.Finding]:
    """Return what the shapes found, about one thing or all. Raises FileDamaged."""
    result = []
    for entry in _reported(site):
        if iri is not None and entry.get("focus") != f"<{iri}>":
            continue
        messages = entry.get("messages") or {}
        message = messages.get(lang.tag) or next(iter(messages.values()), "")
        result.append(
            view_models.Finding(
                str(entry.get("severity", "")),
                message,
                view_models.link(site, str(entry.get("shape", "")), lang),
            )
        )
    return result


def formats_of(path: str) -> list[tuple[str, str, str]]:
    """Return label, media type and path of each format of a document."""
    site = here()
    return [
        (f.label, f.media_type, site.path(f"{path}.{f.suffix}"))
        for f in DOCUMENT_FORMATS
        if f is not HTML
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
        "?value .\n  }\n}\nORDER BY ?property ?value\nLIMIT 100\n"
    )


def _own_prefix() -> str:
    site = here()
    return next(
        (p for p, n in site.release.manifest.prefixes.items() if n == site.reader.namespace), "own"
    )


def citations(
    site: Site, iri: str, title: str, lang: Language, manifest: Manifest | None = None
) -> dict[str, str]:
    """Return how to cite the document of a thing: plain, BibTeX and CSL JSON.

    *manifest* is of the release it is cited from, by default of the one served.
    """
    manifest = manifest or site.release.manifest
    year = manifest.created[:4]
    whole = site.title(lang)
    address = iris.document_of(iri) if iri.startswith(site.root) else iri
    key = re.sub(r"[^A-Za-z0-9]+", "-", iri[len(site.root) :]).strip("-") or "document"
    release = lang.say("release %(id)s", id=manifest.id)
    plain = lang.say(
        "“%(title)s”, in: %(whole)s, version %(version)s, %(release)s, %(year)s. %(address)s",
        title=title,
        whole=whole,
        version=manifest.version,
        release=release,
        year=year,
        address=address,
    )

    def brace(text: str) -> str:
        return re.sub(r"([{}%&#_$\\])", r"\\\1", text)

    bibtex = (
        f"@misc{{{key},\n  title        = {{{brace(title)}}},\n"
        f"  howpublished = {{{brace(whole)}}},\n  version      = {{{manifest.version}}},\n"
        f"  note         = {{{brace(release)}}},\n  year         = {{{year}}},\n"
        f"  url          = {{{address}}}\n}}"
    )
    csl = {
        "id": key,
        "type": "entry",
        "title": title,
        "container-title": whole,
        "version": manifest.version,
        "URL": address,
        "language": lang.tag,
        "issued": {"date-parts": [[int(p) for p in manifest.created[:10].split("-")]]},
    }
    return {"plain": plain, "bibtex": bibtex, "csl": json.dumps(csl, ensure_ascii=False, indent=1)}


def graph_page(iri: str) -> str:
    """Return the page of a named graph: where it comes from and what it holds."""
    site, lang = here(), reader_language()
    page = page_number()
    rows = site.reader.ask_part(
        "graph", GRAPH_ROWS + 1, (page - 1) * GRAPH_ROWS, graph=site.reader.node(iri)
    )
    if not rows and page == 1 and not site.reader.statements(iri):
        raise NotKnown(
            "This release has no graph %(iri)s.", "See /graphs for those it has.", iri=iri
        )
    held = [
        (
            view_models.link(site, r["s"].value, lang)
            if isinstance(r["s"], ox.NamedNode)
            else Link("—", "", None),
            view_models.property_label(site, r["p"].value, lang),
            view_models.written(site, r["p"].value, r["o"], lang),
        )
        for r in rows[:GRAPH_ROWS]
    ]
    origin = view_models.origins(site, [iri], lang)
    title, title_lang = _graph_name(site, iri, lang)
    path = iri[len(site.root) :].removeprefix("graph/catalogue") or "catalogue"
    return render_template(
        "graph.html",
        iri=iri,
        title=title,
        title_lang=title_lang,
        held=held,
        origin=origin[0] if origin else None,
        page=page,
        more=len(rows) > GRAPH_ROWS,
        formats=formats_of(path),
        alternates=formats_of(path),
    )


def schemes_page(schemes: list[tuple[str, int]]) -> str:
    """Return the list of concept schemes."""
    site, lang = here(), reader_language()
    return _names_page(
        lang.say("Concept schemes"),
        lang.say("The lists of terms that the data use."),
        [(view_models.link(site, iri, lang), 0) for iri, _ in schemes],
        "concept",
    )


def graphs_page(graphs: list[tuple[str, int]]) -> str:
    """Return the list of named graphs, each with its number of statements."""
    site, lang = here(), reader_language()
    names = [
        (Link(*_graph_name(site, iri, lang), site.href(iri)), number) for iri, number in graphs
    ]
    return _names_page(
        lang.say("Named graphs"),
        lang.say("Each graph holds what one passage or one source says, or one kind of addition."),
        names,
        "graph",
    )


def _names_page(heading: str, about: str, names: list[tuple[Link, int]], path: str) -> str:
    page = page_number()
    return render_template(
        "names.html",
        heading=heading,
        about=about,
        total=len(names),
        names=names[(page - 1) * GRAPH_ROWS : page * GRAPH_ROWS],
        page=page,
        pages=max(1, -(-len(names) // GRAPH_ROWS)),
        formats=formats_of(path),
        alternates=formats_of(path),
    )


def _graph_name(site: Site, iri: str, lang: Language) -> tuple[str, str]:
    """Return the name of a graph: its own, what it is for, or that of the passage it holds."""
    if site.reader.label(iri, lang.tag) is None:
        own = {
            "graph/catalogue": "Catalogue",
            ".well-known/void": "Statistics of the data",
            ".well-known/sparql-examples": "Questions",
        }
        if iri[len(site.root) :] in own:
            return lang.say(own[iri[len(site.root) :]]), lang.interface
        passages = site.reader.origin(iri)[0].passages
        if passages:
            return site.name(passages[0], lang)
    return site.name(iri, lang)


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


def shapes_page() -> str:
    """Return the shapes as a rule book: what must hold, why, and what to do.

    The publication's own rules, and apart from them those of the program, which hold for
    the catalogue of any publication.
    """
    site, lang = here(), reader_language()
    own, program = site.once(f"shapes-{lang.tag}", lambda: _rule_book(site, lang))
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


def _rule_rows(site: Site) -> tuple[list[Row], list[Row]]:
    """Return the rules of the publication, and those of the program for any catalogue."""
    rows = site.once("rules", lambda: site.reader.ask("rules"))
    program = site.root + CATALOGUE_SHAPES
    return (
        [r for r in rows if r["graph"].value != program],
        [r for r in rows if r["graph"].value == program],
    )


def _rule_book(site: Site, lang: Language) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    own, program = _rule_rows(site)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in own:
        group = row["group"].value if "group" in row else ""
        groups.setdefault(group, []).append(_rule(site, lang, row["shape"].value))
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
    return sections, [_rule(site, lang, row["shape"].value) for row in program]


def _rule(site: Site, lang: Language, iri: str) -> dict[str, Any]:
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
        program_rules=len(_rule_rows(site)[1]),
        files=[name for name in ("report.ttl", "report.json") if name in files],
    )
