"""Which terms each ontology defines, written into the index of a release.

An ontology defines what says so (`rdfs:isDefinedBy`), and what stands in its namespace: its IRI
with a hash or a slash. One that has little of either, as those of OBO, defines what is declared
in the graph that it is the only ontology of. So the document of an ontology has its terms,
wherever its namespace is, and asks the store for those of one page alone.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from renkei.language.folding import natural
from renkei.naming import DEFAULT, Naming
from renkei.pack.index.hierarchy import Defined
from renkei.rdf import iris
from renkei.rdf.graph_builder import TYPE, node

ORDER = ("class", "datatype", "property", "individual")
_KINDS = {
    node("owl", "Class"): "class",
    node("rdfs", "Class"): "class",
    node("rdfs", "Datatype"): "datatype",
    **{
        node("owl", f"{name}Property"): "property"
        for name in ("Object", "Datatype", "Annotation", "Functional", "Symmetric", "Transitive")
    },
    node("rdf", "Property"): "property",
    node("owl", "NamedIndividual"): "individual",
}
_ONTOLOGY = node("owl", "Ontology")
_DEFINED_BY = node("rdfs", "isDefinedBy")


@dataclass
class _Seen:
    """What the statements say of ontologies and of what may be a term of one."""

    ontologies: set[str] = field(default_factory=set)
    types: dict[str, set[ox.NamedNode]] = field(default_factory=lambda: defaultdict(set))
    defined_by: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def kind(self, iri: str) -> str:
        """Return what kind of term *iri* is; empty for none that is declared."""
        kinds = {_KINDS[t] for t in self.types.get(iri, ()) if t in _KINDS}
        return next((kind for kind in ORDER if kind in kinds), "")


def write(file: sqlite3.Connection, defined: Defined) -> None:
    """Write the terms of each ontology into the index *file*."""
    for ontology, terms in sorted(defined.items()):
        file.executemany(
            "INSERT INTO defined VALUES (?, ?, ?, ?)",
            ((ontology, place, term, kind) for place, (term, kind) in enumerate(terms)),
        )


def read(
    statements: Iterable[ox.Quad], named: Sequence[ox.Quad], naming: Naming = DEFAULT
) -> Defined:
    """Return term and kind of all that each ontology defines: by kind, then by name."""
    seen = _look(statements, frozenset(naming.straight))
    found: dict[str, dict[str, str]] = {ontology: {} for ontology in seen.ontologies}
    for iri in seen.types.keys() | seen.defined_by.keys():
        ontology = _ontology_of(iri, seen)
        kind = seen.kind(iri)
        if not kind and ontology and _is_individual(iri, ontology, seen):
            kind = "individual"
        if ontology and kind and iri != ontology:
            found[ontology][iri] = kind
    _add_by_graph(named, seen, found)
    return {
        ontology: sorted(
            terms.items(),
            key=lambda term: (
                ORDER.index(term[1]),
                natural(seen.names.get(term[0]) or iris.local_name(term[0])),
                term[0],
            ),
        )
        for ontology, terms in found.items()
        if terms
    }


def _look(statements: Iterable[ox.Quad], naming: Container[str]) -> _Seen:
    seen = _Seen()
    for q in statements:
        if not isinstance(q.subject, ox.NamedNode):
            continue
        this, o = q.subject.value, q.object
        if q.predicate == TYPE and isinstance(o, ox.NamedNode):
            if o == _ONTOLOGY:
                seen.ontologies.add(this)
            seen.types[this].add(o)
        elif q.predicate == _DEFINED_BY and isinstance(o, ox.NamedNode):
            seen.defined_by[this] = max(o.value, seen.defined_by.get(this, ""))
        elif q.predicate.value in naming and isinstance(o, ox.Literal):
            text = o.value.casefold()
            seen.names[this] = min(text, seen.names.get(this, text))
    return seen


def _ontology_of(iri: str, seen: _Seen) -> str:
    """Return the ontology that defines *iri*, with or without the mark at its end; or nothing."""
    said = seen.defined_by.get(iri, "")
    bare = said.rstrip("#/")
    for ontology in (said, bare, f"{bare}#", f"{bare}/"):
        if said and ontology in seen.ontologies:
            return ontology
    base, mark, _ = iri.rpartition("#" if "#" in iri else "/")
    return next((o for o in (base + mark, base) if mark and o in seen.ontologies), "")


def _is_individual(iri: str, ontology: str, seen: _Seen) -> bool:
    """Say whether what is no class or property belongs to *ontology* as an individual.

    What it is said to define does, what stands in its document does, and what is a thing of
    one of its classes beside them; not whatever else is under the same path.
    """
    if iri in seen.ontologies:
        return False
    if iri in seen.defined_by or "#" in iri:
        return True
    return any(_ontology_of(of.value, seen) == ontology for of in seen.types.get(iri, ()))


def _add_by_graph(named: Sequence[ox.Quad], seen: _Seen, found: dict[str, dict[str, str]]) -> None:
    """Give an ontology what is declared in the graph that it is alone in, and defined by none.

    Only where that is more than what it defines otherwise: one that borrows some terms of
    others is told of by its own.
    """
    declaring: dict[str, set[str]] = defaultdict(set)
    for q in named:
        if q.predicate == TYPE and q.object == _ONTOLOGY and isinstance(q.subject, ox.NamedNode):
            declaring[str(q.graph_name)].add(q.subject.value)
    taken = {iri for terms in found.values() for iri in terms}
    declared: dict[str, dict[str, str]] = defaultdict(dict)
    for q in named:
        here = declaring.get(str(q.graph_name), set()) if q.predicate == TYPE else set()
        if len(here) == 1 and isinstance(q.subject, ox.NamedNode):
            iri = q.subject.value
            if (kind := seen.kind(iri)) and iri not in taken:
                declared[next(iter(here))][iri] = kind
    for ontology, terms in declared.items():
        if ontology in found and len(terms) > len(found[ontology]):
            found[ontology] |= terms
