"""What a page shows of a thing: statements grouped, ordered, written out, each with its origin.

Builds plain view objects from a Description; templates give them words and order, and
nothing else. The groups are those of the shapes (`sh:group`, `sh:order`), so that forms,
reports and pages have one source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pyoxigraph as ox

from renkei.language.locale import Language, direction
from renkei.rdf import iris
from renkei.serve.pages.known_labels import LABELS
from renkei.serve.read.reader import FOAF, RDFS, SKOS, TYPE, Origin, Reader
from renkei.serve.web.site import Site
from renkei.stores.base import Row
from renkei.stores.describe import NAMING

XSD = iris.PREFIXES["xsd"]
DATES = {XSD + name: name for name in ("date", "gYearMonth", "gYear")}
NUMBERS = {XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "int", "long")}
ORDER = ("stated", "elsewhere", "given", "editorial", "derived", "vocabulary")
PLAIN_NUMBERS = ("lat", "long", "position")
ELSEWHERE = {
    SKOS + "exactMatch",
    SKOS + "closeMatch",
    iris.PREFIXES["owl"] + "sameAs",
    RDFS + "seeAlso",
    FOAF + "homepage",
    FOAF + "page",
}
TIES = tuple(iris.PREFIXES["org"] + name for name in ("hasMember", "memberOf"))
TELEPHONES = ("telephone", "faxNumber")


@dataclass(frozen=True)
class Link:
    """A name that may lead somewhere."""

    text: str
    lang: str
    href: str | None


@dataclass(frozen=True)
class Where:
    """One place a statement comes from."""

    kind: str
    graph: Link
    source: Link | None
    passage: Link | None
    line: int | None
    agent: Link | None


@dataclass(frozen=True)
class Value:
    """One value as a person writes it, and where the statement comes from."""

    text: str
    lang: str = ""
    href: str | None = None
    reading: str | None = None
    unit: str = ""
    machine: str | None = None
    code: bool = False
    foreign: bool = False
    wheres: tuple[Where, ...] = ()

    @property
    def kind(self) -> str:
        """The strongest kind of origin."""
        kinds = [w.kind for w in self.wheres]
        return min(kinds, key=ORDER.index) if kinds else "vocabulary"

    @property
    def dir(self) -> str:
        """The writing direction."""
        return direction(self.lang) if self.lang else "auto"


@dataclass(frozen=True)
class Line:
    """A property and its values; or a gap: a property the source says nothing of."""

    label: Link
    about: str
    values: tuple[Value, ...] = ()
    gap: Link | None = None
    gap_note: str = ""
    others: tuple[Value, ...] = ()

    @property
    def own(self) -> tuple[Value, ...]:
        """The values in the reader's language or in none; all where there are no such."""
        return tuple(v for v in self.values if v not in self.others)

    @property
    def shared(self) -> tuple[Where, ...]:
        """The origin all values have in common; empty when they differ."""
        origins_ = {v.wheres for v in self.values}
        return next(iter(origins_)) if len(origins_) == 1 and len(self.values) > 1 else ()


@dataclass(frozen=True)
class Group:
    """Rows under a heading."""

    heading: Link
    rows: tuple[Line, ...]
    folded: bool = False


@dataclass(frozen=True)
class FindingRow:
    """What a shape found about a thing."""

    severity: str
    message: str
    shape: Link


@dataclass
class Statements:
    """The statements of one thing, filtered for a reader, ready to be grouped."""

    site: Site
    iri: str
    quads: list[ox.Quad]
    lang: Language
    only: str = ""
    at: date | None = None
    hidden: int = 0
    outdated: int = 0
    kept: dict[tuple[str, ox.NamedNode | ox.Literal | ox.BlankNode], list[str]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        """Gather the graphs of each statement; leave out what the reader does not ask for."""
        for quad in self.quads:
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            key = (quad.predicate.value, quad.object)
            self.kept.setdefault(key, []).append(graph)  # type: ignore[arg-type]
        for key, graphs in list(self.kept.items()):
            kinds = {self.site.reader.origin(g)[0].kind for g in graphs if g}
            if self.only == "stated" and "stated" not in kinds:
                self.hidden += 1
                del self.kept[key]
            elif isinstance(key[1], ox.NamedNode) and self.is_outdated(key[0], key[1].value):
                self.outdated += 1
                del self.kept[key]

    def is_outdated(self, predicate: str, other: str) -> bool:
        """Say whether *predicate* ties the thing to *other* by what did not hold on the day."""
        if self.at is None:
            return False
        return not holds(self.site.reader, other, self.at) or (
            predicate in TIES and other in self._untied
        )

    @cached_property
    def _untied(self) -> set[str]:
        """Whom memberships tie to the thing on other days, and none on the day asked for.

        `org:hasMember` has no dates; the membership it was made from has.
        """
        assert self.at is not None
        rows = self.site.reader.ask("ties", this=self.site.reader.node(self.iri))
        held = {row["other"].value for row in rows if is_valid(row, self.at)}
        return {row["other"].value for row in rows} - held

    @cached_property
    def by_predicate(self) -> dict[str, list[Value]]:
        """Values by property, the reader's language first."""
        found: dict[str, list[tuple[tuple[object, ...], Value]]] = {}
        for (predicate, term), graphs in self.kept.items():
            value = written(self.site, predicate, term, self.lang, graphs)
            rank = 0 if value.lang == self.lang.tag else 1 if not value.lang else 2
            found.setdefault(predicate, []).append(((rank, _place(term), value.text), value))
        return {p: [v for _, v in sorted(rows, key=lambda r: r[0])] for p, rows in found.items()}

    def links(self, local: str) -> list[str]:
        """Return the IRIs under one of our properties."""
        return self.objects(self.site.reader.namespace + local)

    def objects(self, predicate: str) -> list[str]:
        """Return the IRIs under any property, in a stable order."""
        return sorted(
            t.value for p, t in self.kept if p == predicate and isinstance(t, ox.NamedNode)
        )

    def text(self, predicate: str) -> tuple[str, str] | None:
        """Return the text under a property, and its language: the reader's, else the nearest."""
        found = {
            t.language or "": t.value
            for p, t in self.kept
            if p == predicate and isinstance(t, ox.Literal)
        }
        for tag in (self.lang.tag, "", *self.site.languages, self.lang.interface, *sorted(found)):
            if tag in found:
                return found[tag], tag
        return None

    def literal(self, local: str) -> ox.Literal | None:
        """Return a literal under one of our properties."""
        predicate = self.site.reader.namespace + local
        return next((t for p, t in self.kept if p == predicate and isinstance(t, ox.Literal)), None)

    def date(self, local: str, era: bool = False) -> str | None:
        """Return a date under one of our properties, written out."""
        literal = self.literal(local)
        return dated(literal, self.lang, era) if literal else None


def dated(literal: ox.Literal, lang: Language, era: bool = True) -> str:
    """Write a date literal at its own precision."""
    text = lang.date(literal.value, DATES.get(literal.datatype.value, ""))
    return text if era else text.partition("(")[0]


def holds(reader: Reader, iri: str, day: date) -> bool:
    """Say whether *iri* was valid on *day*; end days are included, no bounds mean always."""
    start, end = reader.value(iri, "validFrom"), reader.value(iri, "validThrough")
    text = day.isoformat()
    return not ((start and start > text) or (end and end < text))


def is_valid(row: Row, day: date) -> bool:
    """Say whether a row was valid on *day*, by its `from` and `through`; see `holds`."""
    start, end = row.get("from"), row.get("through")
    text = day.isoformat()
    return not ((start and start.value > text) or (end and end.value < text))


def _place(term: ox.NamedNode | ox.Literal | ox.BlankNode) -> tuple[object, ...]:
    if isinstance(term, ox.Literal) and term.datatype.value in NUMBERS:
        try:
            return (0, float(term.value), "")
        except ValueError:
            return (1, 0.0, term.value)
    tail = term.value.rsplit("-", 1)[-1] if isinstance(term, ox.NamedNode) else ""
    number = float(tail) if tail.isdigit() and len(tail) < 4 else -1.0
    return (1, number, term.value)


def written(
    site: Site,
    predicate: str,
    term: ox.NamedNode | ox.Literal | ox.BlankNode,
    lang: Language,
    graphs: Iterable[str] = (),
) -> Value:
    """Return *term* as a person writes it."""
    wheres = origins(site, graphs, lang)
    local = predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    if isinstance(term, ox.NamedNode):
        named = property_label(site, term.value, lang)
        return Value(
            named.text,
            named.lang,
            named.href,
            wheres=wheres,
            reading=reading(site, term.value, lang),
            foreign=not site.addresses.is_ours(term.value),
        )
    if isinstance(term, ox.BlankNode):
        return Value("—", wheres=wheres)
    kind = term.datatype.value
    if kind in DATES:
        return Value(lang.date(term.value, DATES[kind]), machine=term.value, wheres=wheres)
    if kind in NUMBERS and local not in PLAIN_NUMBERS:
        return Value(
            lang.number(term.value), unit=site.plan.units.get(predicate, ""), wheres=wheres
        )
    if kind == XSD + "boolean":
        return Value(lang.say("yes" if term.value in ("true", "1") else "no"), wheres=wheres)
    if kind == XSD + "anyURI":
        href = site.href(term.value)
        return Value(term.value, href=href, foreign=True, wheres=wheres)
    if local in TELEPHONES:
        return Value(term.value, href=f"tel:{term.value}", wheres=wheres)
    tag = term.language or ""
    code = not tag and " " not in term.value and len(term.value) > 60
    return Value(term.value, tag, code=code or kind.endswith("wktLiteral"), wheres=wheres)


def reading(site: Site, iri: str, lang: Language) -> str | None:
    """Return the reading for a name shown in Japanese."""
    return site.reader.value(iri, "reading") if lang.tag == "ja" else None


def origins(site: Site, graphs: Iterable[str], lang: Language) -> tuple[Where, ...]:
    """Return where statements come from, the strongest first."""
    found = [_where(site, site.reader.origin(g)[0], lang) for g in dict.fromkeys(graphs) if g]
    return tuple(sorted(found, key=lambda w: (ORDER.index(w.kind), w.line or 0, w.graph.text)))


def _where(site: Site, origin: Origin, lang: Language) -> Where:
    return Where(
        origin.kind,
        link(site, origin.graph, lang),
        link(site, origin.source, lang) if origin.source else None,
        link(site, origin.passages[0], lang) if origin.passages else None,
        origin.line,
        link(site, origin.agent, lang) if origin.agent else None,
    )


def link(site: Site, iri: str, lang: Language) -> Link:
    """Return a link to *iri* under its name."""
    text, tag = site.name(iri, lang)
    return Link(text, tag, site.href(iri))


def property_label(site: Site, iri: str, lang: Language) -> Link:
    """Return the name of a property: the release's label, else our word for a known one."""
    label = site.reader.label(iri, lang.tag)
    if label and label[1] == lang.tag:
        return Link(label[0], label[1], site.href(iri))
    short = iris.shorten(iri, {**site.reader.prefixes, **iris.PREFIXES})
    if short in LABELS:
        return Link(lang.say(LABELS[short]), lang.interface, site.href(iri))
    return Link(label[0] if label else short, label[1] if label else "", site.href(iri))


def kinds(site: Site, iri: str, lang: Language) -> list[Link]:
    """Return the most specific kinds of a thing, our own before others."""
    types = site.reader.types(iri)
    broader = {b for t in types for b in site_classes(site).get(t, ())}
    narrow = [t for t in types if t not in broader]
    ours = [t for t in narrow if site.addresses.is_ours(t)]
    names = [property_label(site, t, lang) for t in sorted(ours or narrow)]
    return list({name.text: name for name in reversed(names)}.values())[::-1]


def site_classes(site: Site) -> dict[str, set[str]]:
    """Return every class with all classes above it."""
    return site.once("class-tree", lambda: _class_tree(site))


def _class_tree(site: Site) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for row in site.reader.ask("class-tree"):
        known.setdefault(row["class"].value, set()).add(row["above"].value)
    return known


def groups(site: Site, statements: Statements, lang: Language) -> list[Group]:
    """Return the statements grouped and ordered as the shapes say.

    A statement that a rule derived and whose value stands already under another property
    is put in a last, folded group, so that nothing is said twice and nothing is hidden.
    """
    types = set(site.reader.types(statements.iri))
    types |= {b for t in types for b in site_classes(site).get(t, ())}
    places = _places(site, types)
    rows: dict[str, list[tuple[tuple[float, str], Line]]] = {}
    shown = {t for p, t in statements.kept if not _only_derived(site, statements, p, t)}
    for predicate, values in statements.by_predicate.items():
        if predicate == TYPE:
            continue
        terms_ = [t for p, t in statements.kept if p == predicate]
        repeated = all(t in shown and _only_derived(site, statements, predicate, t) for t in terms_)
        group, order = places.get(predicate, ("", 1e6))
        if repeated:
            group = "derived"
        elif predicate in ELSEWHERE:
            group = "elsewhere"
        elif (
            predicate in NAMING
            or predicate.startswith(SKOS + "altLabel")
            or predicate == site.reader.namespace + "reading"
        ):
            group = "names"
        label = property_label(site, predicate, lang)
        about = site.reader.statements(predicate) if site.addresses.is_ours(predicate) else []
        definition = next(
            (
                q.object.value
                for q in about
                if q.predicate.value == SKOS + "definition"
                and isinstance(q.object, ox.Literal)
                and q.object.language == lang.tag
            ),
            "",
        )
        rows.setdefault(group, []).append(
            (
                (order, label.text),
                Line(
                    label,
                    definition,
                    tuple(values),
                    others=() if group == "names" else _others(values, lang),
                ),
            )
        )
    order_of = _group_order(site)
    mine = {"": 50.0, "names": 80.0, "elsewhere": 90.0, "derived": 99.0}
    result = []
    for group in sorted(rows, key=lambda g: (mine.get(g, order_of.get(g, 40.0)), g)):
        ordered = tuple(r for _, r in sorted(rows[group], key=lambda r: r[0]))
        result.append(Group(_group_heading(site, group, lang), ordered, group == "derived"))
    return result


def _others(values: list[Value], lang: Language) -> tuple[Value, ...]:
    """Return the texts in other languages, where the same is said in the reader's own."""
    if not any(v.lang == lang.tag and v.href is None for v in values):
        return ()
    return tuple(v for v in values if v.lang not in ("", lang.tag) and v.href is None)


def _only_derived(
    site: Site,
    statements: Statements,
    predicate: str,
    term: ox.NamedNode | ox.Literal | ox.BlankNode,
) -> bool:
    graphs = statements.kept.get((predicate, term), [])
    return bool(graphs) and all(site.reader.origin(g)[0].kind == "derived" for g in graphs if g)


def _group_heading(site: Site, group: str, lang: Language) -> Link:
    own = {
        "": "Statements",
        "names": "Names",
        "elsewhere": "Elsewhere",
        "derived": "The same, in other vocabularies (derived by rules)",
    }
    if group in own:
        return Link(lang.say(own[group]), lang.interface, None)
    return link(site, group, lang)


def _places(site: Site, types: set[str]) -> dict[str, tuple[str, float]]:
    """Return group and order of each property, as the shapes that target *types* say."""
    found: dict[str, tuple[str, float]] = {}
    for row in _shape_rows(site):
        target, path = row["class"].value, row["path"].value
        order = float(row["order"].value) if "order" in row else 1e5
        if target in types and (path not in found or order < found[path][1]):
            found[path] = (row["group"].value, order)
    return found


def _shape_rows(site: Site) -> list[Row]:
    return site.once("shape-groups", lambda: site.reader.ask("shape-groups"))


def _group_order(site: Site) -> dict[str, float]:
    return {
        row["group"].value: float(row["groupOrder"].value)
        for row in _shape_rows(site)
        if "groupOrder" in row
    }
