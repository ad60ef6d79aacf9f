"""What descriptions are written with: terms, and a notebook of statements in one graph.

Knows nothing of what is described; `metadata` puts the descriptions of a release together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from renkei.rdf.iris import PREFIXES

Subject = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal

VOCABULARIES = {
    **PREFIXES,
    "adms": "http://www.w3.org/ns/adms#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcatap": "http://data.europa.eu/r5r/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "voidext": "http://ldf.fi/void-ext#",
}


def node(prefix: str, name: str) -> ox.NamedNode:
    """Return the term *name* of a vocabulary that has a standard prefix."""
    return ox.NamedNode(VOCABULARIES[prefix] + name)


TYPE = node("rdf", "type")


def literal(value: object, datatype: str = "integer") -> ox.Literal:
    """Return *value* as a literal of an XML Schema datatype."""
    return ox.Literal(str(value), datatype=node("xsd", datatype))


class Notes:
    """Statements in one graph, in the order they were said, each once."""

    def __init__(self, graph: ox.NamedNode, quads: Iterable[ox.Quad] = ()) -> None:
        self.graph = graph
        self._said: dict[ox.Triple, None] = {}
        self._of: dict[Subject, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            self._keep(quad.triple)

    def _keep(self, triple: ox.Triple) -> None:
        if triple not in self._said:
            self._said[triple] = None
            self._of[triple.subject][triple.predicate.value].append(triple.object)  # type: ignore[index,arg-type]

    def add_statement(self, triple: ox.Triple | ox.Quad) -> None:
        """Say a statement as it stands, in this graph."""
        self._keep(ox.Triple(triple.subject, triple.predicate, triple.object))

    def add(self, subject: Subject, predicate: ox.NamedNode, *values: Value | None) -> None:
        """Say *predicate* of *subject*, once for each of *values* that is there."""
        for value in values:
            if value is not None:
                self._keep(ox.Triple(subject, predicate, value))

    def fill(self, subject: Subject, predicate: ox.NamedNode, *values: Value | None) -> None:
        """Say it only where *subject* has no *predicate* yet: what authors wrote stays."""
        if not self.values(subject, predicate):
            self.add(subject, predicate, *values)

    def exchange(self, subject: Subject, predicate: ox.NamedNode, values: Iterable[Value]) -> None:
        """Say *values* as *predicate* of *subject* instead of what is said now."""
        for value in self.values(subject, predicate):
            del self._said[ox.Triple(subject, predicate, value)]
        self._of[subject].pop(predicate.value, None)
        self.add(subject, predicate, *values)

    def values(self, subject: Subject, predicate: ox.NamedNode) -> list[Value]:
        """Return what is said as *predicate* of *subject*."""
        return list(self._of[subject][predicate.value]) if subject in self._of else []

    def about(self, subject: Subject) -> list[ox.Triple]:
        """Return all that is said of *subject*."""
        return [
            ox.Triple(subject, ox.NamedNode(predicate), value)
            for predicate, values in self._of.get(subject, {}).items()
            for value in values
        ]

    def first(self, subject: Subject, predicate: ox.NamedNode) -> Value | None:
        """Return the first of `values`, or None."""
        return next(iter(self.values(subject, predicate)), None)

    def typed(self, class_: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the IRIs that are said to be a *class_*, sorted."""
        return sorted(
            (
                s
                for s in self._of
                if isinstance(s, ox.NamedNode) and class_ in self._of[s].get(TYPE.value, ())
            ),
            key=str,
        )

    def mentions(self, term: ox.NamedNode) -> bool:
        """Say whether *term* is described here."""
        return term in self._of and bool(self._of[term])

    @property
    def quads(self) -> list[ox.Quad]:
        """Everything said, in its graph."""
        return [ox.Quad(t.subject, t.predicate, t.object, self.graph) for t in self._said]


def turtle(quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    """Return *quads* as Turtle without their graph, sorted; *prefixes* beside the standard ones."""
    text = ox.serialize(
        sorted({q.triple for q in quads}, key=str),
        format=ox.RdfFormat.TURTLE,
        prefixes={**VOCABULARIES, **prefixes},
    )
    assert text is not None
    return in_order(text)


def in_order(text: bytes) -> bytes:
    """Return Turtle with its prefixes in order: the writer puts them in any.

    The same statements are to give the same bytes.
    """
    lines = text.split(b"\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), 0)
    return b"\n".join([*sorted(lines[:count]), *lines[count:]])
