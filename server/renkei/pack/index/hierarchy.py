"""What stands below what: concepts in their schemes, classes in their ontologies, in order.

Written into the index of a release, so that a page of a scheme of any size opens one branch and
asks the store nothing. Broader and narrower are read both ways (SKOS, section 8.6.2), tops from
`skos:hasTopConcept` and `skos:topConceptOf`; what no top leads to, as in a circle, is put among
the tops, so that whatever is in a scheme can be reached from it. Classes stand below classes by
`rdfs:subClassOf`, and the topmost below the ontology that defines them. IRIs only.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from renkei.language.folding import natural
from renkei.naming import DEFAULT, Naming
from renkei.rdf.graph_builder import TYPE, node

_DOWN = frozenset((node("skos", "narrower"), node("skos", "hasTopConcept")))
_UP = frozenset((node("skos", "broader"), node("skos", "topConceptOf"), node("rdfs", "subClassOf")))
_TOPS = frozenset((node("skos", "hasTopConcept"), node("skos", "topConceptOf")))
_IN_SCHEME = node("skos", "inScheme")
_SCHEME = node("skos", "ConceptScheme")
_NOTATION = node("skos", "notation")

Place = tuple[object, ...]
Defined = Mapping[str, Sequence[tuple[str, str]]]  # term and kind by ontology; see `ontologies`


@dataclass
class Hierarchy:
    """What stands below each IRI, the notation of each, and the order among neighbours."""

    below: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    notations: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)

    def in_order(self, above: str) -> list[str]:
        """Return what stands below *above*: by notation, figures as numbers, then by name."""
        return sorted(self.below[above], key=self.place)

    def place(self, iri: str) -> Place:
        """Return the place of *iri* among its neighbours."""
        notation = self.notations.get(iri, "")
        return (not notation, natural(notation), natural(self.names.get(iri, ("", ""))[1]), iri)


def write(
    file: sqlite3.Connection,
    statements: Sequence[ox.Quad],
    defined: Defined,
    naming: Naming = DEFAULT,
) -> None:
    """Write the hierarchy in *statements* into the index *file*; see `read`."""
    found = read(statements, defined, naming)
    aboves = sorted(above for above, held in found.below.items() if held)
    iris = sorted({*aboves, *(iri for above in aboves for iri in found.below[above])})
    numbers = {iri: number for number, iri in enumerate(iris)}
    file.executemany(
        "INSERT INTO node VALUES (?, ?, ?)",
        ((number, iri, found.notations.get(iri, "")) for iri, number in numbers.items()),
    )
    file.executemany(
        "INSERT INTO branch VALUES (?, ?, ?)",
        (
            (numbers[above], place, numbers[iri])
            for above in aboves
            for place, iri in enumerate(found.in_order(above))
        ),
    )


def read(statements: Iterable[ox.Quad], defined: Defined, naming: Naming = DEFAULT) -> Hierarchy:
    """Return the hierarchy in *statements*; *defined* has the terms of each ontology."""
    found, names = Hierarchy(), frozenset(naming.straight)
    schemes: dict[str, set[str]] = defaultdict(set)
    for q in statements:
        if not isinstance(q.subject, ox.NamedNode):
            continue
        this, p, o = q.subject.value, q.predicate, q.object
        if isinstance(o, ox.Literal):
            _tell(found, this, p, o, names)
        elif isinstance(o, ox.NamedNode):
            if (p in _DOWN or p in _UP) and this != o.value:
                above, iri = (this, o.value) if p in _DOWN else (o.value, this)
                found.below[above].add(iri)
                if p in _TOPS:
                    schemes[above].add(iri)
            elif p == _IN_SCHEME:
                schemes[o.value].add(this)
            elif p == TYPE and o == _SCHEME:
                schemes.setdefault(this, set())
    for ontology, terms in defined.items():
        schemes[ontology] |= {iri for iri, kind in terms if kind == "class"}
    for scheme in sorted(schemes):
        _reach(found, scheme, schemes[scheme])
    return found


def _tell(
    found: Hierarchy,
    iri: str,
    predicate: ox.NamedNode,
    value: ox.Literal,
    names: Container[str],
) -> None:
    """Keep a notation, and the name that decides the order where notations do not."""
    if predicate == _NOTATION:
        found.notations[iri] = min(value.value, found.notations.get(iri, value.value))
    elif predicate.value in names:
        name = (value.language or "", value.value)
        found.names[iri] = min(name, found.names.get(iri, name))


def _reach(found: Hierarchy, scheme: str, members: set[str]) -> None:
    """Put what is in *scheme* and below none of its tops among the tops: roots before others."""
    has_above = {iri for above in members for iri in found.below.get(above, ())}
    tops = sorted(found.below.get(scheme, ()))
    reached: set[str] = set()
    roots = sorted(members - has_above, key=found.place)
    rest = sorted(members & has_above, key=found.place)
    for top in (*tops, *roots, *rest):
        if top in reached or top == scheme:
            continue
        found.below[scheme].add(top)
        ahead = [top]
        while ahead:
            iri = ahead.pop()
            if iri not in reached:
                reached.add(iri)
                ahead.extend(found.below.get(iri, ()))
