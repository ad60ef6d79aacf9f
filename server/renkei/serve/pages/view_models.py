"""What a page shows of a thing: statements grouped, ordered, written out, each with its origin.

Builds plain view objects from what was read before (`views`), and can ask nothing itself;
templates give them words and order, and nothing else. The groups are those of the shapes
(`sh:group`, `sh:order`), so that forms, reports and pages have one source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import pyoxigraph as ox

from renkei.language.locale import Language, direction
from renkei.language.numerals import finite
from renkei.rdf import iris
from renkei.rdf.known_terms import known_term
from renkei.serve.read.descriptions import SNIPPET, described, excerpt
from renkei.serve.read.known import Names, Origin
from renkei.serve.read.vocabulary import Vocabulary
from renkei.serve.web.links import Links
from renkei.sparql.outline import Term
from renkei.stores.base import Row
from renkei.stores.describe import Description

FOAF, RDFS, SKOS = (iris.PREFIXES[name] for name in ("foaf", "rdfs", "skos"))
TYPE = iris.PREFIXES["rdf"] + "type"
NIL = iris.PREFIXES["rdf"] + "nil"
XSD = iris.PREFIXES["xsd"]
DATES = {XSD + name: name for name in ("date", "gYearMonth", "gYear")}
NUMBERS = {*iris.INTEGERS, XSD + "decimal"}
ORDER = ("stated", "elsewhere", "given", "editorial", "derived", "vocabulary")
PLAIN_NUMBERS = ("lat", "long", "position", "year")
ELSEWHERE = {
    SKOS + "exactMatch",
    SKOS + "closeMatch",
    SKOS + "broadMatch",
    SKOS + "narrowMatch",
    SKOS + "relatedMatch",
    iris.PREFIXES["dct"] + "relation",
    iris.PREFIXES["schema"] + "sameAs",
    iris.PREFIXES["owl"] + "sameAs",
    RDFS + "seeAlso",
    FOAF + "homepage",
    FOAF + "page",
}
BELOW = {SKOS + "narrower", SKOS + "hasTopConcept"}  # what the tree of a page shows
TIES = tuple(iris.PREFIXES["org"] + name for name in ("hasMember", "memberOf"))
TRUTHS = {"true": True, "1": True, "false": False, "0": False}
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
    inner: Inner | None = None

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
class Phrase:
    """An expression of OWL, for a template to put into words; see `nested`.

    *kind* is one of some, only, value, self, min, max, exactly (of *property*), and, or, one of,
    not, inverse, datatype; *number* is that of a cardinality.
    """

    kind: str
    property: Value | None = None
    parts: tuple[Value, ...] = ()
    number: str = ""


@dataclass(frozen=True)
class Inner:
    """What stands within a value: the *rows* of a `node` and its *kinds*, the *items* of a `list`
    or of a `statement`, or a `phrase`. *number* counts all items of a list, also those left out.
    """

    kind: str
    kinds: tuple[Link, ...] = ()
    rows: tuple[Line, ...] = ()
    items: tuple[Value, ...] = ()
    phrase: Phrase | None = None
    number: int = 0

    @property
    def text(self) -> str:
        """All of it in short, for where a text alone has room."""
        if self.phrase is not None:
            head = (self.phrase.property,) if self.phrase.property else ()
            return " ".join(v.text for v in (*head, *self.phrase.parts) if v.text)
        values = self.items or tuple(v for row in self.rows for v in row.own)
        return ", ".join(v.text for v in values if v.text) or "—"


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

    view: View
    iri: str
    quads: list[ox.Quad]
    only: str = ""
    at: date | None = None
    ties: Sequence[Row] = ()
    hidden: int = 0
    outdated: int = 0
    kept: dict[tuple[str, Term], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Gather the graphs of each statement; leave out what the reader does not ask for."""
        for quad in self.quads:
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            key = (quad.predicate.value, quad.object)
            self.kept.setdefault(key, []).append(graph)  # type: ignore[arg-type]
        for key, graphs in list(self.kept.items()):
            kinds = {self.view.known.origin(g).kind for g in graphs if g}
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
        return not self.view.holds(other, self.at) or (predicate in TIES and other in self._untied)

    @cached_property
    def _untied(self) -> set[str]:
        """Whom memberships tie to the thing on other days, and none on the day asked for.

        `org:hasMember` has no dates; the membership it was made from has.
        """
        assert self.at is not None
        held = {row["other"].value for row in self.ties if is_valid(row, self.at)}
        return {row["other"].value for row in self.ties} - held

    @cached_property
    def by_predicate(self) -> dict[str, list[Value]]:
        """Values by property, the reader's language first."""
        found: dict[str, list[tuple[tuple[object, ...], Value]]] = {}
        for (predicate, term), graphs in self.kept.items():
            value = self.view.written(predicate, term, graphs)
            rank = 0 if value.lang == self.view.lang.tag else 1 if not value.lang else 2
            rank = 3 if value.inner else rank
            found.setdefault(predicate, []).append(((rank, _place(term), value.text), value))
        return {p: [v for _, v in sorted(rows, key=lambda r: r[0])] for p, rows in found.items()}

    def is_only_derived(self, predicate: str, term: Term) -> bool:
        """Say whether rules alone state a value of *predicate*."""
        graphs = self.kept.get((predicate, term), [])
        return bool(graphs) and all(
            self.view.known.origin(g).kind == "derived" for g in graphs if g
        )

    def links(self, local: str) -> list[str]:
        """Return the IRIs under one of our properties."""
        return self.objects(self.view.known.namespace + local)

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
        return self.view.nearest(found)

    def description(self) -> tuple[str, str] | None:
        """Return what describes the thing, and its language: the reader's, else the nearest."""
        known, lang = self.view.known, self.view.lang
        languages = (lang.tag, "", *known.languages, lang.interface)
        return described(((p, t) for p, t in self.kept), known.naming.descriptions, languages)

    def literal(self, local: str) -> ox.Literal | None:
        """Return a literal under one of our properties."""
        predicate = self.view.known.namespace + local
        return next((t for p, t in self.kept if p == predicate and isinstance(t, ox.Literal)), None)

    def date(self, local: str, era: bool = False) -> str | None:
        """Return a date under one of our properties, written out."""
        literal = self.literal(local)
        return dated(literal, self.view.lang, era) if literal else None


def dated(literal: ox.Literal, lang: Language, era: bool = True) -> str:
    """Write a date literal at its own precision."""
    text = lang.date(literal.value, DATES.get(literal.datatype.value, ""))
    return text if era else text.partition("(")[0]


def is_valid(row: Row, day: date) -> bool:
    """Say whether a row was valid on *day*, by its `from` and `through`; see `holds`."""
    start, end = row.get("from"), row.get("through")
    text = day.isoformat()
    return not ((start and start.value > text) or (end and end.value < text))


def _place(term: Term | ox.Triple) -> tuple[object, ...]:
    if isinstance(term, ox.Literal):
        number = finite(term.value) if term.datatype.value in NUMBERS else None
        return (1, -1.0, term.value) if number is None else (0, number, "")
    if isinstance(term, ox.Triple):
        return (2, -1.0, str(term))
    tail = term.value.rsplit("-", 1)[-1] if isinstance(term, ox.NamedNode) else ""
    place = float(tail) if tail.isdecimal() and len(tail) < 4 else -1.0
    return (1, place, term.value)


@dataclass(frozen=True)
class View:
    """How one page names, links to and writes what it was given; it asks nothing.

    *known* has the names and origins of all that the page names, *vocabulary* what holds for
    every page of the release. *nested* writes what has no name, with what stands within it.
    """

    lang: Language
    known: Names
    vocabulary: Vocabulary
    links: Links
    prefixes: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    nested: Callable[[View, ox.BlankNode | ox.Triple, tuple[Where, ...]], Value] | None = None
    _links: dict[str, Link] = field(default_factory=dict, compare=False, repr=False)
    _properties: dict[str, Link] = field(default_factory=dict, compare=False, repr=False)
    _wheres: dict[str, Where] = field(default_factory=dict, compare=False, repr=False)

    def name(self, iri: str, is_described: bool = False) -> tuple[str, str]:
        """Return a name for *iri* and its language: a label, else see `iris.called`.

        *is_described* says that it is known to be, whether or not it has a kind.
        """
        if label := self.known.label(iri, self.lang.tag):
            return label
        known = is_described or bool(self.known.types(iri))
        return iris.called(iri, self.prefixes, self.links.addresses.root, known), ""

    def nearest(self, texts: Mapping[str, str]) -> tuple[str, str] | None:
        """Return one of *texts*, which stand by language: the reader's, else the nearest."""
        lang = self.lang
        for tag in (lang.tag, "", *self.known.languages, lang.interface, *sorted(texts)):
            if tag in texts:
                return texts[tag], tag
        return None

    def link(self, iri: str) -> Link:
        """Return a link to *iri* under its name."""
        if iri not in self._links:
            self._links[iri] = Link(*self.name(iri), self.href(iri))
        return self._links[iri]

    def href(self, iri: str) -> str | None:
        """Return what a link to *iri* goes to: what the release says of it, else its address."""
        return self.links.href(iri) if self.is_outside(iri) else self.links.here(iri)

    def is_outside(self, iri: str) -> bool:
        """Say whether nothing here tells of *iri*, so that a link to it leads away."""
        return not (self.links.addresses.is_ours(iri) or self.known.describes(iri))

    def property_label(self, iri: str) -> Link:
        """Return the name of a term: the release's, else ours for a known one, else its local name.

        A name in the reader's language comes first; ours before one of the release in another.
        """
        if iri not in self._properties:
            self._properties[iri] = self._property_label(iri)
        return self._properties[iri]

    def _property_label(self, iri: str) -> Link:
        return self._worded(iri) or Link(iris.local_name(iri), "", self.links.href(iri))

    def _worded(self, iri: str) -> Link | None:
        """Return *iri* under a name that somebody gave it, the release or we; None without one."""
        link = self.link(iri)
        named = self.known.label(iri, self.lang.tag)
        if link.lang == self.lang.tag or (named and not known_term(iri)):
            return link
        known = known_term(iri)
        return Link(*known.label(self.lang.interface), link.href) if known else None

    def definition(self, iri: str, is_known: bool = False) -> str:
        """Return what a term means, in the reader's language; nothing where none says it.

        Of a term that the reader knows the release alone may say it.
        """
        said = self.vocabulary.definitions.get(iri, {}).get(self.lang.tag, "")
        if said or is_known:
            return excerpt(said, SNIPPET)
        known = known_term(iri)
        return known.definition(self.lang.interface) if known else ""

    def reading(self, iri: str) -> str | None:
        """Return the reading for a name shown in Japanese."""
        return self.known.value(iri, self.known.roles.reading) if self.lang.tag == "ja" else None

    def holds(self, iri: str, day: date) -> bool:
        """Say whether *iri* was valid on *day*; end days are included, no bounds mean always.

        What began on one of several days may have held on each day after the first of them.
        """
        roles, value = self.known.roles, self.known.value
        start = value(iri, roles.first_day) or value(iri, roles.earliest_day)
        end = value(iri, roles.last_day)
        text = day.isoformat()
        return not ((start and start > text) or (end and end < text))

    def kinds(self, iri: str) -> list[Link]:
        """Return the most specific kinds of a thing, our own before others."""
        types = self.known.types(iri)
        broader = {b for t in types for b in self.vocabulary.above.get(t, ())}
        narrow = [t for t in types if t not in broader]
        ours = [t for t in narrow if self.links.addresses.is_ours(t)]
        names = [self.property_label(t) for t in sorted(ours or narrow)]
        return list({name.text: name for name in reversed(names)}.values())[::-1]

    def origins(self, graphs: Iterable[str]) -> tuple[Where, ...]:
        """Return where statements come from, the strongest first."""
        found = [self._where(g) for g in dict.fromkeys(graphs) if g]
        return tuple(sorted(found, key=lambda w: (ORDER.index(w.kind), w.line or 0, w.graph.text)))

    def _where(self, graph: str) -> Where:
        if graph not in self._wheres:
            self._wheres[graph] = self._where_of(self.known.origin(graph))
        return self._wheres[graph]

    def _where_of(self, origin: Origin) -> Where:
        return Where(
            origin.kind,
            self.link(origin.graph),
            self.link(origin.source) if origin.source else None,
            self.link(origin.passages[0]) if origin.passages else None,
            origin.line,
            self.link(origin.agent) if origin.agent else None,
        )

    def written(self, predicate: str, term: Term | ox.Triple, graphs: Iterable[str] = ()) -> Value:
        """Return *term*, a value of *predicate*, as a person writes it."""
        wheres = self.origins(graphs)
        if isinstance(term, ox.NamedNode):
            if term.value == NIL:
                return Value(self.lang.gettext("nothing: an empty list"), wheres=wheres)
            named = self._worded(term.value) or self.link(term.value)
            return Value(
                named.text,
                named.lang,
                named.href,
                wheres=wheres,
                reading=self.reading(term.value),
                foreign=self.is_outside(term.value),
            )
        if isinstance(term, ox.BlankNode | ox.Triple):
            found = self.nested(self, term, wheres) if self.nested else Value("—")
            return replace(found, wheres=wheres)
        return replace(self._literal(predicate, term), wheres=wheres)

    def _literal(self, predicate: str, term: ox.Literal) -> Value:
        local = predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        kind, lang = term.datatype.value, self.lang
        if kind in DATES:
            return Value(lang.date(term.value, DATES[kind]), machine=term.value)
        if kind in NUMBERS and local not in PLAIN_NUMBERS:
            return Value(lang.number(term.value), unit=self.units.get(predicate, ""))
        if kind == XSD + "boolean" and term.value.strip() in TRUTHS:
            return Value(lang.gettext("yes" if TRUTHS[term.value.strip()] else "no"))
        if kind == XSD + "anyURI":
            return Value(term.value, href=self.links.href(term.value), foreign=True)
        if local in TELEPHONES:
            return Value(term.value, href=f"tel:{term.value}")
        tag = term.language or ""
        code = not tag and " " not in term.value and len(term.value) > 60
        return Value(term.value, tag, code=code or kind.endswith("wktLiteral"))

    def groups(self, statements: Statements) -> list[Group]:
        """Return the statements grouped and ordered as the shapes say.

        A statement that a rule derived and whose value stands already under another property
        is put in a last, folded group, so that nothing is said twice and nothing is hidden.
        """
        types = self.vocabulary.with_broader(self.known.types(statements.iri))
        places = self.vocabulary.places(types)
        rows: dict[str, list[tuple[tuple[float, str], Line]]] = {}
        shown = {t for p, t in statements.kept if not statements.is_only_derived(p, t)}
        for predicate, values in statements.by_predicate.items():
            if predicate == TYPE:
                continue
            group, order = places.get(predicate, ("", 1e6))
            group = self._own_group(statements, predicate, shown) or group
            label = self.property_label(predicate)
            line = Line(
                label,
                self.definition(predicate, is_known=group == "names"),
                tuple(values),
                others=() if group == "names" else others_of(values, self.lang),
            )
            rows.setdefault(group, []).append(((order, label.text), line))
        return [
            Group(
                self._group_heading(group),
                tuple(line for _, line in sorted(rows[group], key=lambda r: r[0])),
                group in ("derived", "below"),
            )
            for group in sorted(rows, key=self._group_place)
        ]

    def _own_group(self, statements: Statements, predicate: str, shown: set[Term]) -> str:
        """Return which of our own groups a property belongs to, whatever the shapes say."""
        terms_ = [t for p, t in statements.kept if p == predicate]
        if all(t in shown and statements.is_only_derived(predicate, t) for t in terms_):
            return "derived"
        if predicate in ELSEWHERE:
            return "elsewhere"
        if predicate in BELOW:
            return "below"
        named = predicate in self.known.naming.shown_as_names
        return "names" if named or predicate == self.known.roles.reading else ""

    def _group_place(self, group: str) -> tuple[float, str]:
        mine = {"": 50.0, "names": 80.0, "elsewhere": 90.0, "below": 98.0, "derived": 99.0}
        return (mine.get(group, self.vocabulary.group_order.get(group, 40.0)), group)

    def statements_of(self, iris_: Iterable[str], described: Description) -> dict[str, Statements]:
        """Return the statements that *described* has about each of *iris_*."""
        quads: dict[str, list[ox.Quad]] = {iri: [] for iri in iris_}
        for quad in described.own:
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in quads:
                quads[quad.subject.value].append(quad)
        return {iri: Statements(self, iri, found) for iri, found in quads.items()}

    def _group_heading(self, group: str) -> Link:
        own = {
            "": "Statements",
            "names": "Names",
            "elsewhere": "Elsewhere",
            "below": "What is below it, statement by statement",
            "derived": "The same, in other vocabularies (derived by rules)",
        }
        if group in own:
            return Link(self.lang.gettext(own[group]), self.lang.interface, None)
        label = self.vocabulary.groups[group].label((self.lang.tag, "", *self.known.languages))
        return Link(*(label or self.name(group)), self.links.href(group))


def others_of(values: list[Value], lang: Language) -> tuple[Value, ...]:
    """Return the texts in other languages, where the same is said in the reader's own."""
    if not any(v.lang == lang.tag and v.href is None for v in values):
        return ()
    return tuple(v for v in values if v.lang not in ("", lang.tag) and v.href is None)
