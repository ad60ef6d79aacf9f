"""What a publication shows of its own kinds: the sentence of a thing, and its part of the page.

Its templates, queries and words stand in the release (`page_plan`). A template runs in Jinja's
sandbox and is given the rows of its queries, each value written out, and what the statements
of the thing say; it reaches neither the store nor a setting. Rows keep to the reader's choices
by the names of their variables: with `?at=`, one with `?from` and `?through` shows if it held
on that day, one with `?date` if that had come; with `?only=stated`, the first variable is what
the source page has to tie to the thing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyoxigraph as ox
from babel.support import NullTranslations
from flask import current_app, render_template
from jinja2 import FunctionLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from renkei.errors import RenkeiError
from renkei.language.locale import Language, direction
from renkei.language.messages import Message, catalogue, translate
from renkei.page_plan import Section
from renkei.release import PAGES
from renkei.serve.pages import view_models, views
from renkei.serve.pages.view_models import Link, Statements, Value, View
from renkei.serve.read.descriptions import LEAD, excerpt
from renkei.serve.read.reader import spelt
from renkei.serve.web.site import Site
from renkei.sparql.outline import Term
from renkei.stores.base import Row
from renkei.stores.describe import NOTHING_SAID, Description

NOTHING = Markup()
log = logging.getLogger("renkei.pages")


@dataclass(frozen=True)
class Own:
    """What a publication shows of a thing: a sentence, and a section before or behind the rest."""

    sentence: str = ""
    section: Markup = NOTHING
    last: bool = False


@dataclass(frozen=True)
class Cell(Value):
    """A value of a row, written out; *term* is the IRI or the lexical form it was."""

    term: str = ""


class ShownRows(list[dict[str, Cell | None]]):
    """The rows of a query that the reader asks for; *total* counts those of all days."""

    total = 0


class Words:
    """The words of a page: the publication's own, then the program's."""

    def __init__(self, site: Site, lang: Language) -> None:
        self._lang = lang
        self._own = site.once(f"words-{lang.tag}", lambda: _catalogue(site, lang))

    def gettext(self, text: str, /, **values: object) -> str:
        """Return a text in the reader's language, with *values* put in."""
        return translate(Message(text, values), self._lang.interface, self._own)

    def count(self, one: str, many: str, number: int) -> str:
        """Return the form of a text that fits *number*, with the number put in."""
        said = Message(one, {"number": self._lang.number(number)}, many, number)
        return translate(said, self._lang.interface, self._own)


def _catalogue(site: Site, lang: Language) -> NullTranslations | None:
    for tag in (lang.tag, lang.tag.partition("-")[0]):
        name = f"{PAGES}{tag}.po"
        if name in site.release.manifest.files:
            return catalogue(site.release.read(name), tag, lang.interface)
    return None


class Thing:
    """What the statements of a thing say, for a template.

    A property is named by its local name in the publication's vocabulary (`depth`), or with a
    prefix of the publication (`org:member`).
    """

    def __init__(self, statements: Statements, name: str = "") -> None:
        self._statements, self.name = statements, name
        self.iri, self.only = statements.iri, statements.only

    def links(self, name: str) -> list[Link]:
        """Return links to the things under a property."""
        return [self._link(iri) for iri in self._statements.objects(self._property(name))]

    def link(self, name: str) -> Link | None:
        """Return a link to the first thing under a property."""
        return next(iter(self.links(name)), None)

    def names(self, name: str) -> str:
        """Return the names of the things under a property, joined as in a sentence."""
        return self._statements.view.lang.listed([link.text for link in self.links(name)])

    def text(self, name: str) -> str:
        """Return a text under a property, in the reader's language or the nearest."""
        found = self._statements.text(self._property(name))
        return found[0] if found else ""

    def literal(self, name: str) -> str:
        """Return a literal under a property as it is."""
        found = self._literal(name)
        return found.value if found else ""

    def date(self, name: str) -> str:
        """Return a date under a property, written out."""
        found = self._literal(name)
        return view_models.dated(found, self._statements.view.lang, era=False) if found else ""

    @property
    def kinds(self) -> list[Link]:
        """What kinds of thing it is, the narrowest."""
        return self._statements.view.kinds(self.iri)

    @cached_property
    def description(self) -> str:
        """Its own description or definition, where it has one in the reader's language."""
        return described(self._statements)

    def _literal(self, name: str) -> ox.Literal | None:
        predicate = self._property(name)
        found = (t for p, t in self._statements.kept if p == predicate)
        return next((t for t in found if isinstance(t, ox.Literal)), None)

    def _link(self, iri: str) -> Link:
        return self._statements.view.link(iri)

    def _property(self, name: str) -> str:
        view = self._statements.view
        prefix, colon, local = name.partition(":")
        return view.prefixes[prefix] + local if colon else view.known.namespace + name


@dataclass(frozen=True)
class Asked:
    """A section, the rows that its queries gave by file, and statements about those first in them.

    The latter are there for a reader who wants only what the source page states.
    """

    section: Section | None = None
    rows: dict[str, list[Row]] = field(default_factory=dict)
    theirs: Description = NOTHING_SAID

    def named(self) -> list[str]:
        """Return every IRI in the rows."""
        terms = (term for rows in self.rows.values() for row in rows for term in row.values())
        return list(dict.fromkeys(t.value for t in terms if isinstance(t, ox.NamedNode)))


def section_of(site: Site, kinds: Iterable[str]) -> Section | None:
    """Return the section of the first of *kinds*, else of what stands above one, that has any."""
    above = views.vocabulary_of(site).above
    line = sorted(kinds)
    line += [a for kind in line for a in sorted(above.get(kind, ()))]
    return next((site.plan.classes[c] for c in line if c in site.plan.classes), None)


def ask(site: Site, section: Section | None, iri: str, only: str = "") -> Asked:
    """Run the queries of a section about *iri*, and with *only* `stated` one for all ties."""
    if section is None:
        return Asked()
    this = site.reader.node(iri)
    rows = {f: site.store.select(query_in(site, f), {"this": this}) for f in section.queries}
    if only != "stated":
        return Asked(section, rows)
    firsts = _firsts(section)
    nodes = {
        row[firsts[file]].value: None
        for file, found in rows.items()
        for row in found
        if _is(row.get(firsts[file]))
    }
    return Asked(section, rows, site.reader.statements_about(list(nodes)))


def own(site: Site, statements: Statements, asked: Asked) -> Own:
    """Return what the publication shows of a thing, or its own description alone."""
    if asked.section is None:
        return Own(described(statements))
    found = shown(site, asked.section, statements, asked)
    return found if found.sentence else Own(described(statements), found.section, found.last)


def described(statements: Statements) -> str:
    """Return the beginning of a thing's own description, where it has one."""
    text = statements.description()
    if text is None:
        return ""
    lead, tag = excerpt(text[0], LEAD), text[1]
    if tag in (statements.view.lang.tag, ""):
        return lead
    return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction(tag), lead)


def shown(site: Site, section: Section, statements: Statements, asked: Asked) -> Own:
    """Return what a section gives for a thing.

    A template that fails costs its section: the page says so, and the log why.
    """
    rows = _rows(section, statements, asked)
    thing = Thing(statements, statements.view.name(statements.iri)[0])
    try:
        template = _environment(site).get_template(section.template)
        module = template.make_module(_given(site, statements, thing, rows))
        sentence, part = (_called(module, name) for name in ("sentence", "section"))
    except RenkeiError:
        raise
    except Exception:
        log.exception("The template %s fails for %s", section.template, statements.iri)
        return Own("", Markup(render_template("section_failed.html")), section.last)
    return Own(Markup(re.sub(r"[ \n]+", " ", sentence).strip()), part, section.last)


def _called(module: Any, name: str) -> Markup:
    macro = getattr(module, name, None)
    return Markup(macro()) if callable(macro) else Markup()


def _environment(site: Site) -> SandboxedEnvironment:
    return site.once("own-templates", lambda: _new_environment(site))


def _new_environment(site: Site) -> SandboxedEnvironment:
    def text(name: str) -> str | None:
        file = f"{PAGES}{name}"
        known = file in site.release.manifest.files
        return site.release.read(file).decode() if known else None

    environment = SandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(text),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    del environment.globals["lipsum"]
    return environment


def _given(
    site: Site, statements: Statements, thing: Thing, rows: dict[str, ShownRows]
) -> dict[str, Any]:
    """Return all that a template is given."""
    view, lang = statements.view, statements.view.lang
    words = Words(site, lang)
    common: dict[str, Any] = {}
    current_app.update_template_context(common)
    parts: Template = current_app.jinja_env.get_template("parts.html")
    return {
        "p": parts.make_module(common),
        "_": words.gettext,
        "count": words.count,
        "lang": lang,
        "gap": common["gap"],
        "at": statements.at,
        "only": thing.only,
        "thing": thing,
        "rows": rows,
        "listed": lang.listed,
        "kinds": lambda cell: view.kinds(cell.term),
        "picture": lambda name: site.path(f"pictures/{name}"),
    }


def _rows(section: Section, statements: Statements, asked: Asked) -> dict[str, ShownRows]:
    """Return the rows of each query that the reader asks for, by its name in templates."""
    view, at = statements.view, statements.at
    kept = _stated(section, statements, asked) if statements.only == "stated" else asked.rows
    written = {}
    for file, variables in section.queries.items():
        rows = written[file.removesuffix(".rq").replace("-", "_")] = ShownRows()
        rows.total = len(kept[file])
        for row in kept[file]:
            if at is None or (view_models.is_valid(row, at) and _had_come(row, at)):
                rows.append({v: _written(view, row, v) for v in variables})
    return written


def query_in(site: Site, file: str) -> str:
    """Return the query in a file that the publication brings. Raises FileDamaged."""
    return site.once(f"query-{file}", lambda: site.release.read(f"{PAGES}{file}").decode())


def _firsts(section: Section) -> dict[str, str]:
    """Return the first variable of each query of a section."""
    return {file: next(iter(variables), "") for file, variables in section.queries.items()}


def _is(term: Term | None) -> bool:
    return isinstance(term, ox.NamedNode)


def _had_come(row: Row, day: date) -> bool:
    """Say whether the date of a row had come on *day*; one not stated has."""
    return "date" not in row or row["date"].value <= day.isoformat()


def _written(view: View, row: Row, variable: str) -> Cell | None:
    """Return a value of a row; `?value` beside `?property` as it stands under that property."""
    if variable == "value" and "property" in row:
        found = view.written(row["property"].value, row["value"])
        return Cell(**found.__dict__, term=spelt(row["value"]))
    return cell(view, row.get(variable))


def cell(view: View, term: Term | None) -> Cell | None:
    """Return a value of a row as a person writes it; dates without their era."""
    if term is None:
        return None
    found = view.written("", term)
    text = found.text
    if isinstance(term, ox.Literal) and term.datatype.value in view_models.DATES:
        text = view_models.dated(term, view.lang, era=False)
    return Cell(**{**found.__dict__, "text": text}, term=spelt(term))


def _stated(section: Section, statements: Statements, asked: Asked) -> dict[str, list[Row]]:
    """Return the rows whose tie to the thing the source page states.

    The tie is a statement of either about the other; where nothing ties them directly, it is
    enough that the page speaks of what the row is about.
    """
    firsts = _firsts(section)
    this = ox.NamedNode(statements.iri)
    theirs: dict[str, list[ox.Quad]] = {}
    for quad in asked.theirs.own:
        theirs.setdefault(quad.subject.value, []).append(quad)  # type: ignore[union-attr]

    def is_stated(term: Term | None) -> bool:
        if not isinstance(term, ox.NamedNode) or term == this:
            return True
        about = theirs.get(term.value, [])
        ties = [q for q in about if q.object == this]
        ties += [q for q in statements.quads if q.object == term]
        return _is_any_stated(statements.view, ties or about)

    return {
        file: [row for row in rows if is_stated(row.get(firsts[file]))]
        for file, rows in asked.rows.items()
    }


def _is_any_stated(view: View, quads: Iterable[ox.Quad]) -> bool:
    graphs = {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    return any(view.known.origin(graph).kind == "stated" for graph in graphs)
