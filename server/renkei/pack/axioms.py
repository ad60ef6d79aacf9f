"""What a publication's vocabulary says of its own terms, held against its data.

A reasoner takes a domain as leave to conclude: a city that is given a population becomes a census.
An author meant the opposite, so here each axiom is a constraint: domain, range, function, key,
disjointness, and restrictions to a number or a class. They are those of the files under
`ontology/`, whatever vocabulary it is; nothing is asked of terms that no file there defines.

A term in the publication's own namespace is its author's word, and breaking it a Violation. Of
another vocabulary that is copied there, which the world uses more loosely, it is a Warning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from renkei.pack.reading import lexical
from renkei.pack.reading.sources import Publication
from renkei.rdf.iris import PREFIXES

RDF, RDFS, OWL, XSD = (PREFIXES[name] for name in ("rdf", "rdfs", "owl", "xsd"))
TYPE = RDF + "type"
Classes = frozenset[str]  # alternatives: a thing is of one of them
# What every thing, or every literal, is.
_ALL = {OWL + "Thing", RDFS + "Resource", RDFS + "Literal"}
_NUMBERS = {
    XSD + "integer": {XSD + name for name in lexical.INTEGERS},
    XSD + "decimal": {XSD + "integer", *(XSD + name for name in lexical.INTEGERS)},
}


@dataclass(frozen=True)
class Restriction:
    """What a class says of a property of its things: at most so many, or only of some classes."""

    of: str
    path: str
    most: int | None = None
    only: Classes | None = None


@dataclass(frozen=True)
class Axioms:
    """The axioms of a vocabulary, by property and class; see `read`."""

    domains: dict[str, list[Classes]] = field(default_factory=dict)
    ranges: dict[str, list[Classes]] = field(default_factory=dict)
    single: frozenset[str] = frozenset()
    identifying: frozenset[str] = frozenset()
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    irreflexive: frozenset[str] = frozenset()
    asymmetric: frozenset[str] = frozenset()
    exclusive: tuple[tuple[str, str], ...] = ()
    literals: frozenset[str] = frozenset()
    broader: dict[str, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Say whether anything is asked of the data."""
        return any(
            (
                *(self.domains, self.ranges, self.single, self.identifying, self.keys),
                *(self.apart, self.restrictions, self.irreflexive, self.asymmetric),
                self.exclusive,
            )
        )

    def of(self, types: Iterable[str]) -> set[str]:
        """Return *types* and the classes above them."""
        return {above for t in types for above in self.broader.get(t, {t})}


def read(publication: Publication) -> Axioms:
    """Return the axioms of the files under `ontology/` of *publication*."""
    quads = [q for f in publication.files if f.relative.startswith("ontology/") for q in f.quads]
    return _AxiomReader(quads).axioms()


class _AxiomReader:
    """The statements of a vocabulary, by subject and property."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._said: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for q in quads:
            if q.object not in self._said[str(q.subject)][q.predicate.value]:
                self._said[str(q.subject)][q.predicate.value].append(q.object)

    def axioms(self) -> Axioms:
        kinds = {s: {_iri(o) for o in said.get(TYPE, ())} for s, said in self._said.items()}

        def kind(name: str) -> frozenset[str]:
            return frozenset(s[1:-1] for s, k in kinds.items() if OWL + name in k and s[0] == "<")

        return Axioms(
            domains=self._classes(RDFS + "domain"),
            ranges=self._classes(RDFS + "range"),
            single=kind("FunctionalProperty"),
            identifying=kind("InverseFunctionalProperty"),
            keys=tuple(self._keys()),
            apart=tuple(self._apart()),
            restrictions=tuple(self._restrictions()),
            irreflexive=kind("IrreflexiveProperty"),
            asymmetric=kind("AsymmetricProperty"),
            exclusive=tuple(
                (subject[1:-1], _iri(other))
                for subject, said in self._said.items()
                for other in said.get(OWL + "propertyDisjointWith", ())
            ),
            literals=kind("DatatypeProperty"),
            broader=self._broader(),
        )

    def _classes(self, axiom: str) -> dict[str, list[Classes]]:
        found: dict[str, list[Classes]] = {}
        for subject, said in self._said.items():
            classes = [c for o in said.get(axiom, ()) if (c := self._alternatives(o))]
            if classes and subject.startswith("<"):
                found[subject[1:-1]] = classes
        return found

    def _alternatives(self, term: object) -> Classes | None:
        """Return the named classes of which *term* is one or the union; None for any other."""
        if isinstance(term, ox.NamedNode):
            return None if term.value in _ALL else frozenset({term.value})
        union = self._said[str(term)].get(OWL + "unionOf", ()) if term else ()
        members = [m for head in union for m in self._list(head)]
        named = frozenset(m.value for m in members if isinstance(m, ox.NamedNode))
        return named if members and len(named) == len(members) else None

    def _list(self, head: object) -> list[object]:
        members: list[object] = []
        while (cell := self._said.get(str(head))) and len(members) < 1000:
            members += cell.get(RDF + "first", ())
            head = next(iter(cell.get(RDF + "rest", ())), None)
        return members

    def _keys(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for subject, said in self._said.items():
            for head in said.get(OWL + "hasKey", ()):
                names = tuple(_iri(m) for m in self._list(head))
                if names and subject.startswith("<"):
                    yield subject[1:-1], names

    def _apart(self) -> Iterator[tuple[str, str]]:
        for subject, said in list(self._said.items()):
            for other in said.get(OWL + "disjointWith", ()):
                yield subject[1:-1], _iri(other)
            if OWL + "AllDisjointClasses" in {_iri(o) for o in said.get(TYPE, ())}:
                members = [_iri(m) for h in said.get(OWL + "members", ()) for m in self._list(h)]
                for n, one in enumerate(members):
                    yield from ((one, other) for other in members[n + 1 :])

    def _restrictions(self) -> Iterator[Restriction]:
        for subject, said in list(self._said.items()):
            for node in said.get(RDFS + "subClassOf", ()):
                inner = self._said.get(str(node), {}) if isinstance(node, ox.BlankNode) else {}
                for path in map(_iri, inner.get(OWL + "onProperty", ())):
                    for word in ("maxCardinality", "cardinality"):
                        for most in inner.get(OWL + word, ()):
                            if isinstance(most, ox.Literal) and most.value.isdigit():
                                yield Restriction(subject[1:-1], path, most=int(most.value))
                    for only in inner.get(OWL + "allValuesFrom", ()):
                        if classes := self._alternatives(only):
                            yield Restriction(subject[1:-1], path, only=classes)

    def _broader(self) -> dict[str, set[str]]:
        """Return, for each class, itself and all classes above it; of two that are equal, both."""
        above: dict[str, set[str]] = defaultdict(set)
        for subject, said in list(self._said.items()):
            for axiom in (RDFS + "subClassOf", OWL + "equivalentClass"):
                for o in said.get(axiom, ()):
                    if isinstance(o, ox.NamedNode) and subject.startswith("<"):
                        above[subject[1:-1]].add(o.value)
                        if axiom.endswith("Class"):
                            above[o.value].add(subject[1:-1])
        found: dict[str, set[str]] = {}
        for cls in list(above):
            reached, waiting = {cls}, [cls]
            while waiting:
                fresh = above.get(waiting.pop(), set()) - reached
                reached |= fresh
                waiting += fresh
            found[cls] = reached
        return found


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def datatypes(classes: Classes) -> set[str] | None:
    """Return the datatypes that *classes* allow; None where they are classes of things."""
    if not all(c.startswith(XSD) or c == RDF + "langString" for c in classes):
        return None
    return {d for c in classes for d in (c, *_NUMBERS.get(c, ()))}
