"""One term or one rule on a page of its own: what it means in every language, and its use.

The vocabulary and the rule book are long pages; `…/ns#Name` and `…/shapes#Name` are places
in them. `/ns/Name` and `/shapes/Name` show one of those places alone, with what only the
data can tell: where it is used, which rules and questions speak of it, what was found.
A version of the vocabulary begins with a figure, a name never does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox
from flask import render_template

from renkei.language.locale import Language
from renkei.rdf.iris import PREFIXES, shorten
from renkei.serve.pages import (
    citation,
    findings,
    template_context,
    thing,
    view_models,
    views,
    vocabulary,
)
from renkei.serve.pages.nested import NestedValues
from renkei.serve.pages.view_models import Link, Statements, View
from renkei.serve.read.reader import DCT, RDFS, SKOS
from renkei.serve.web.site import Site, here, reader_language
from renkei.stores.base import Row

SHOWN = 12  # things or values of the data that show how a term is used
SH = PREFIXES["sh"]


def iri_of(site: Site, path: str) -> str | None:
    """Return the term or shape whose own page is at *path* (`ns/Name`), or None."""
    room, slash, local = path.partition("/")
    if not slash or room not in ("ns", "shapes"):
        return None
    namespace = site.reader.namespace if room == "ns" else f"{site.root}shapes#"
    return site.reader.find(namespace + local) if _NAME.fullmatch(local) else None


def path_of(site: Site, iri: str) -> str | None:
    """Return the path of the own page of a term or shape; None for anything else."""
    for room, namespace in (("ns", site.reader.namespace), ("shapes", f"{site.root}shapes#")):
        local = iri.removeprefix(namespace)
        if local != iri and _NAME.fullmatch(local):
            return f"{room}/{local}"
    return None


def page(iri: str, path: str) -> str:
    """Return the page of a term or a shape."""
    site, lang = here(), reader_language()
    is_rule = path.startswith("shapes/")
    read = _read(site, lang, iri, is_rule)
    statements = read.about
    title, title_lang = statements.view.name(iri)
    named = statements.text(SH + "name")
    if is_rule and named:
        title, title_lang = named
    use = vocabulary.term_use(site).get(iri)
    formats = template_context.formats_of(path, iri)
    return render_template(
        "definition.html",
        iri=iri,
        title=title,
        title_lang=title_lang,
        local=iri.rpartition("#")[2],
        number=(statements.text(DCT + "identifier") or ("", ""))[0],
        is_rule=is_rule,
        texts=_texts(statements, lang, is_rule),
        near=_near(site, read),
        uses=use.number if use else 0,
        shown=_shown(statements, read.shown),
        rules=[(number, _rule(site, read.shapes[shape])) for number, shape in read.numbered],
        questions=[] if is_rule else _questions(site, lang, iri),
        whole=[_rule(site, read.shapes[shape]) for shape in read.wholes],
        found=_found(site, iri, lang),
        unread=findings.unread(site, lang),
        groups=statements.view.groups(statements),
        formats=formats,
        alternates=formats,
        statements=statements,
        query=thing.query_about(iri),
        cite=citation.citations(site, iri, title, lang),
    )


@dataclass(frozen=True)
class _Read:
    """What the page of a term or shape is written from.

    *near*: what stands beside it, by how; *shown*: rows of its use; *shapes*: those that speak
    of it, *numbered* by rule, and the *wholes* that it is a part of.
    """

    about: Statements
    near: dict[str, list[str]]
    shown: list[Row]
    numbered: list[tuple[str, str]]
    wholes: list[str]
    shapes: dict[str, Statements]


def _read(site: Site, lang: Language, iri: str, is_rule: bool) -> _Read:
    reader, node = site.reader, ox.NamedNode(iri)
    near: dict[str, list[str]] = {}
    for row in reader.ask("term-near", term=node):
        near.setdefault(row["how"].value, []).append(row["near"].value)
    is_used = iri in vocabulary.term_use(site)
    shown = reader.ask_part("term-shown", SHOWN, term=node) if is_used else []
    rules = [] if is_rule else reader.ask("term-rules", term=node)
    wholes = _wholes(site, iri) if is_rule else []
    speaking = list(dict.fromkeys([*(r["shape"].value for r in rules), *wholes]))
    described = reader.statements_about([iri, *speaking])
    named = [t.value for row in shown for t in row.values() if isinstance(t, ox.NamedNode)]
    beside = [other for others in near.values() for other in others]
    known = reader.known([*named, *beside], described)
    view = views.view_of(site, lang, known, NestedValues(described.beside))
    return _Read(
        view.statements_of([iri], described)[iri],
        near,
        shown,
        [(r["number"].value, r["shape"].value) for r in rules],
        wholes,
        view.statements_of(speaking, described),
    )


def _texts(
    statements: Statements, lang: Language, is_rule: bool
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return heading, kind and texts (with language, the reader's first) of what is said."""
    gettext = lang.gettext
    kinds = (
        (
            (gettext("Why"), "", SH + "description"),
            (gettext("What to do"), "trap", SH + "message"),
            (gettext("Note"), "", RDFS + "comment"),
        )
        if is_rule
        else (
            (gettext("Definition"), "", _defining(statements)),
            (gettext("Mind"), "trap", SKOS + "scopeNote"),
            (gettext("Example"), "", SKOS + "example"),
        )
    )
    found = []
    for heading, kind, predicate in kinds:
        texts = sorted(
            {
                (o.value, o.language or "")
                for q in statements.quads
                if q.predicate.value == predicate and isinstance(o := q.object, ox.Literal)
            },
            key=lambda t: (t[1] != lang.tag, t[1], t[0]),
        )
        if texts:
            found.append((heading, kind, texts))
    return found


def _defining(statements: Statements) -> str:
    """Return the property whose text describes the term to this reader; "" where none does."""
    chosen = statements.description()
    texts = {(p, o.value) for p, o in statements.kept if isinstance(o, ox.Literal)}
    order = statements.view.known.naming.descriptions
    return next((p for p in order if chosen and (p, chosen[0]) in texts), "")


def _near(site: Site, read: _Read) -> list[tuple[str, list[Link]]]:
    """Return heading and links of what a term or shape is tied to."""
    statements, beside, lang = read.about, read.near, read.about.view.lang
    gettext = lang.gettext
    said = [
        (gettext("Broader"), (RDFS + "subClassOf", RDFS + "subPropertyOf")),
        (gettext("Used on"), (RDFS + "domain",)),
        (gettext("Values"), (RDFS + "range",)),
        (
            gettext("Looks at"),
            (SH + "targetClass", SH + "targetSubjectsOf", SH + "targetObjectsOf"),
        ),
        (gettext("Property"), (SH + "path",)),
        (gettext("Its parts"), (SH + "property", SH + "node")),
    ]
    rows = [
        *((heading, [o for p in ps for o in statements.objects(p)]) for heading, ps in said),
        (gettext("The other way round"), beside.get("inverse", [])),
        (gettext("Narrower"), beside.get("narrower", [])),
        (gettext("Properties used on it"), beside.get("domain", [])),
        (gettext("Properties that lead to it"), beside.get("range", [])),
    ]
    severities = [o.removeprefix(SH) for o in statements.objects(SH + "severity")]
    severity = [Link(gettext(name), lang.interface, None) for name in severities]
    found = [
        (heading, [_own(site, statements.view, i) for i in iris]) for heading, iris in rows if iris
    ]
    return [*found, (gettext("Severity"), severity)] if severity else found


def _own(site: Site, view: View, iri: str) -> Link:
    """Return a link to the own page of a term or shape, to the thing itself where it has none."""
    path = path_of(site, iri)
    link = view.property_label(iri)
    return Link(link.text, link.lang, site.path(path)) if path else link


def _shown(about: Statements, rows: list[Row]) -> list[tuple[Link, view_models.Value | None]]:
    view = about.view
    return [
        (
            view.link(r["thing"].value),
            view.written(about.iri, r["value"]) if "value" in r else None,
        )
        for r in rows
    ]


def _rule(site: Site, about: Statements) -> Link:
    name = about.text(SH + "name")
    link = _own(site, about.view, about.iri)
    return Link(*name, link.href) if name else link


def _questions(site: Site, lang: Language, iri: str) -> list[Link]:
    """Return the questions whose query names the term."""
    short = shorten(iri, site.reader.prefixes)
    named = re.compile(rf"(?<![\w:-]){re.escape(short)}(?![\w-])|<{re.escape(iri)}>")
    rows = site.once("question-texts", lambda: site.reader.ask("question-texts"))
    found = [r["question"].value for r in rows if named.search(r["text"].value)]
    view = views.view_of(site, lang, site.reader.known(found))
    return [view.link(question) for question in found]


def _wholes(site: Site, iri: str) -> list[str]:
    """Return the shapes that have *iri* as a part."""
    parts = {SH + "property", SH + "node"}
    return list(
        dict.fromkeys(
            q.subject.value
            for q in site.reader.mentions(iri, SHOWN)
            if q.predicate.value in parts and isinstance(q.subject, ox.NamedNode)
        )
    )


def _found(site: Site, iri: str, lang: Language) -> list[view_models.FindingRow]:
    href = site.href(iri)
    return [f for f in findings.found(site, None, lang) if f.shape.href == href]


_NAME = re.compile(r"[A-Za-z_][\w.-]*")
