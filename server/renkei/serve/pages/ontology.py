"""An ontology as documentation: its terms by kind, each with its meaning and its axioms in words.

Which terms an ontology defines stands in the index of the release (`pack/index/ontologies.py`), so
that it does not matter where its namespace is. A large one is told of part by part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import pyoxigraph as ox

from renkei.errors import ReleaseError
from renkei.language.locale import Language
from renkei.rdf import iris
from renkei.serve.pages.view_models import TYPE, Line, Link, Statements, Value, others_of
from renkei.serve.read.index_file import IndexFile

SHOWN = 150  # terms of one page
NAMED = 5_000  # terms of other pages that a page names, so that fragments have a place
RDFS, OWL, SKOS = iris.PREFIXES["rdfs"], iris.PREFIXES["owl"], iris.PREFIXES["skos"]
DCT, SCHEMA = iris.PREFIXES["dct"], iris.PREFIXES["schema"]
STATUS = iris.PREFIXES["vs"] + "term_status"
SAID = {
    STATUS,
    TYPE,
    RDFS + "isDefinedBy",
    SKOS + "scopeNote",
    SKOS + "example",
}
# What the axioms of a term are called, in their order.
AXIOMS = {
    OWL + "equivalentClass": "The same as",
    OWL + "equivalentProperty": "The same as",
    RDFS + "subClassOf": "Broader",
    RDFS + "subPropertyOf": "Broader",
    RDFS + "domain": "Used on",
    SCHEMA + "domainIncludes": "Used on",
    RDFS + "range": "Values",
    SCHEMA + "rangeIncludes": "Values",
    OWL + "inverseOf": "The other way round",
    OWL + "propertyChainAxiom": "Follows from the chain",
    OWL + "disjointWith": "Never at once",
    OWL + "propertyDisjointWith": "Never at once",
}
CONDITION = "Holds of each"  # of a class expression above a class
HEADINGS = {
    "class": "Classes",
    "datatype": "Datatypes",
    "property": "Properties",
    "individual": "Individuals",
}
PLAIN_KINDS = {
    OWL + "Class",
    RDFS + "Class",
    RDFS + "Datatype",
    OWL + "NamedIndividual",
    iris.PREFIXES["rdf"] + "Property",
}


@dataclass(frozen=True)
class Defined:
    """What an ontology defines: the terms of one page, by kind, and how many there are of each.

    *elsewhere* are those of its document that stand on other pages of it: a fragment leads to a
    place in the page of its base.
    """

    terms: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    elsewhere: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """How many terms there are."""
        return sum(self.counts.values())

    def iris(self) -> list[str]:
        """Return the terms of the page."""
        return [iri for iri, _ in self.terms]


@dataclass(frozen=True)
class Term:
    """A term as its documentation has it; *anchor* is its place on the page."""

    anchor: str
    link: Link
    local: str
    kinds: tuple[Link, ...]
    definition: tuple[str, str] | None
    scope: tuple[str, str] | None
    example: tuple[str, str] | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TermSection:
    """The terms of one kind on a page, and how many there are in all."""

    kind: str
    heading: str
    number: int
    terms: tuple[Term, ...]


def defined(index: IndexFile, iri: str, page: int) -> Defined:
    """Return what the ontology *iri* defines, part *page* of it; nothing where it is none."""
    with suppress(ReleaseError):
        counts = index.defined_counts(iri)
        terms = index.defined(iri, SHOWN, (page - 1) * SHOWN) if counts else []
        every = index.defined(iri, NAMED) if sum(counts.values()) > len(terms) else []
        base, shown = iri.partition("#")[0] + "#", {term for term, _ in terms}
        others = (term for term, _ in every if term not in shown and term.startswith(base))
        return Defined(tuple(terms), counts, tuple(others))
    return Defined((), {})


def sections(held: Defined, about: Mapping[str, Statements], lang: Language) -> list[TermSection]:
    """Return the terms of a page by kind; *about* has the statements of each."""
    found: dict[str, list[Term]] = {}
    reverse = _reverse(about) if held.number == len(held.terms) else {}
    for iri, kind in held.terms:
        if iri in about:
            found.setdefault(kind, []).append(term(about[iri], reverse.get(iri, {})))
    return [
        TermSection(kind, lang.gettext(HEADINGS[kind]), held.counts.get(kind, 0), tuple(terms))
        for kind, terms in found.items()
    ]


def term(statements: Statements, beside: Mapping[str, Sequence[str]] | None = None) -> Term:
    """Return the documentation of a term; *beside* has what others say of it, by heading."""
    view, iri = statements.view, statements.iri
    local = local_name(iri)
    kinds = [view.property_label(t) for t in statements.objects(TYPE) if t not in PLAIN_KINDS]
    lines = _lines(statements)
    for heading, others in (beside or {}).items():
        values = tuple(replace(view.written("", ox.NamedNode(o)), wheres=()) for o in others)
        lines.append(Line(Link(view.lang.gettext(heading), view.lang.interface, None), "", values))
    return Term(
        local,
        view.link(iri),
        local,
        tuple(kinds),
        statements.description(),
        statements.text(SKOS + "scopeNote"),
        statements.text(SKOS + "example"),
        tuple(lines),
    )


def local_name(iri: str) -> str:
    """Return what stands behind the hash of *iri*, or its last slash."""
    base, mark, local = iri.partition("#")
    return local if mark and local else base.rstrip("/").rpartition("/")[2]


def _lines(statements: Statements) -> list[Line]:
    """Return the axioms of a term in their order, then whatever else is said of it."""
    view, lang = statements.view, statements.view.lang
    order = {predicate: place for place, predicate in enumerate(AXIOMS)}
    naming = view.known.naming
    said = SAID.union(naming.straight, naming.descriptions)  # it stands above already
    rows: list[tuple[tuple[int, bool, str], Link, list[Value]]] = []
    for predicate, all_values in statements.by_predicate.items():
        if predicate in said:
            continue
        values = [replace(value, wheres=()) for value in all_values]
        place = order.get(predicate, len(order))
        if predicate in AXIOMS:
            label = Link(lang.gettext(AXIOMS[predicate]), lang.interface, None)
        else:
            label = view.property_label(predicate)
        conditions = [v for v in values if v.inner] if predicate == RDFS + "subClassOf" else []
        named = [v for v in values if v not in conditions]
        if named:
            rows.append(((place, False, label.text), label, named))
        if conditions:
            condition = Link(lang.gettext(CONDITION), lang.interface, None)
            rows.append(((place, True, condition.text), condition, conditions))
    rows.sort(key=lambda row: row[0])
    return [
        Line(label, "", tuple(values), others=others_of(values, lang)) for _, label, values in rows
    ]


def _reverse(about: Mapping[str, Statements]) -> dict[str, dict[str, list[str]]]:
    """Return what the terms of a page say of each other, by heading."""
    said = {
        RDFS + "subClassOf": "Narrower",
        RDFS + "subPropertyOf": "Narrower",
        RDFS + "domain": "Properties used on it",
        RDFS + "range": "Properties that lead to it",
    }
    found: dict[str, dict[str, list[str]]] = {}
    for iri, statements in about.items():
        for predicate, heading in said.items():
            for other in statements.objects(predicate):
                found.setdefault(other, {}).setdefault(heading, []).append(iri)
    return found
