"""What the shape tests share: the publication as it is packed, its shapes, and a quick checker.

All use of the packer stands in `publication` and `statements`. The checker runs pySHACL
over an Oxigraph store; after a mutation it runs again only the shapes that mention a
predicate or class which the mutation touched, because no other result can have changed; and
of a shape that looks at nothing but what is said of a thing, only the things of which
something else is said now.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyshacl.entrypoints import apply_patches
from pyshacl.graph_abstraction import OxigraphDataGraph
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import DCTERMS, RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from renkei.pack.inference import default_graph, derive, in_fact
from renkei.pack.reading.sources import Publication, read
from renkei.pack.validation import shapes_of
from renkei.sparql import patterns

ROOT = Path(__file__).parents[2]

# What a shape that could depend on any statement is said to mention.
ANYTHING = URIRef("urn:x-test:anything")


class StoreGraph(OxigraphDataGraph):
    """A store as pySHACL sees it.

    pySHACL asks `datagraph or shapes` for each result, and the truth of its own class is
    a count of all statements: fifty seconds of a check that takes four.
    """

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Report:
    """What a check found: the severity of every shape that reported, by its identifier."""

    severities: dict[str, str]
    text: str = field(compare=False)

    @property
    def shapes(self) -> set[str]:
        """Identifiers of the shapes that reported a Violation or a Warning."""
        return {i for i, severity in self.severities.items() if severity != "Info"}


class Checker:
    """Checks stores against one set of shapes, prepared once."""

    def __init__(self, shapes: Graph, statements: Iterable[ox.Quad]) -> None:
        apply_patches()
        own = Graph()
        own += shapes
        self.shapes = shapes
        self.prepared = ShapesGraph(own, logger=logging.getLogger(__name__))
        self.statements = frozenset(self._stored(statements))
        self.mentions = {s.node: self._mentions(s.node) for s in self.prepared.shapes}
        self.targeting = [s for s in self.prepared.shapes if any(map(list, s.target()))]
        self.own = {s.node for s in self.targeting if self._looks_at_its_own(s.node)}

    def store(self) -> ox.Store:
        """Return a new store that holds the publication's statements."""
        return self._stored(self.statements)

    def check(
        self,
        store: ox.Store,
        shapes: Iterable[Node] | None = None,
        changed: Collection[Node] | None = None,
    ) -> Report:
        """Check *store* against all shapes, or against *shapes* only.

        *changed* are the things to which shapes are kept that look at their own statements.
        """
        graph = StoreGraph(store)
        executor = Validator(
            graph,
            shacl_graph=self.prepared.graph,
            options={"logger": self.prepared.logger, "inplace": True},
        ).make_executor()
        wanted = None if shapes is None else set(shapes)
        results = [
            result
            for shape in self.targeting
            if wanted is None or shape.node in wanted
            for result in shape.validate(executor, graph, self._focus(shape, graph, changed))[1]
        ]
        return self._report(results)

    def _focus(
        self, shape: Shape, graph: StoreGraph, changed: Collection[Node] | None
    ) -> list[Node] | None:
        """Return what *shape* is asked of; None for all that it targets."""
        if changed is None or shape.node not in self.own:
            return None
        return [node for node in shape.focus_nodes(graph) if node in changed]

    def check_changed(self, store: ox.Store) -> Report:
        """Check *store*, a mutation of a conforming one, against the shapes it can concern."""
        changes = frozenset(store) ^ self.statements
        touched = self.touched(changes)
        concerned = [n for n, m in self.mentions.items() if m & touched or ANYTHING in m]
        if RDFS.subClassOf in touched:  # then what is targeted may be another thing
            return self.check(store, concerned)
        return self.check(store, concerned, {_node(change.subject) for change in changes})

    def touched(self, changes: Iterable[ox.Quad]) -> set[Node]:
        """Return the predicates of *changes*; of a type, also the class and those above it."""
        touched: set[Node] = set()
        for change in changes:
            touched.add(URIRef(change.predicate.value))
            if change.predicate.value == str(RDF.type):
                touched |= self._with_broader(change.object)
        return touched

    def focus_nodes(self, shape: Node, store: ox.Store) -> set[Node]:
        """Return what *shape* targets in *store*."""
        graph = StoreGraph(store)
        found: set[Node] = self.prepared.lookup_shape_from_node(shape).focus_nodes(graph)
        return {n for n in found if any(True for _ in graph.predicate_objects(n))}

    @staticmethod
    def _stored(statements: Iterable[ox.Quad]) -> ox.Store:
        store = ox.Store()
        store.bulk_extend(statements)
        return store

    def _with_broader(self, cls: ox.Term) -> set[Node]:
        found: set[ox.Term] = set()
        waiting = [cls]
        while waiting:
            found.add(one := waiting.pop())
            waiting += [
                q.object
                for q in self.statements
                if q.subject == one
                and q.predicate.value == str(RDFS.subClassOf)
                and q.object not in found
            ]
        return {URIRef(c.value) for c in found if isinstance(c, ox.NamedNode)}

    def _report(self, results: list[tuple]) -> Report:
        severities: dict[str, str] = {}
        for _, node, triples in results:
            values = {p: o[1] if isinstance(o, tuple) else o for s, p, o in triples if s == node}
            identifier = self.shapes.value(values[SH.sourceShape], DCTERMS.identifier)
            severity = str(values[SH.resultSeverity]).removeprefix(str(SH))
            severities[str(identifier or values[SH.sourceShape])] = severity
        return Report(dict(sorted(severities.items())), "\n".join(text for text, _, _ in results))

    def _mentions(self, shape: Node) -> set[Node]:
        """Return every term that *shape* is made of, its helpers and its query included.

        Of rdf:type the class is mentioned; rdf:type itself only where the class is open.
        """
        found: set[Node] = set()
        waiting = [shape]
        while waiting:
            found.add(node := waiting.pop())
            for predicate, value in self.shapes.predicate_objects(node):
                if predicate == SH.select:
                    found |= set(mentioned_in(str(value), dict(self._prefixes())))
                elif predicate not in (RDF.type, SH.prefixes, SH.group) and value not in found:
                    waiting.append(value)
                if predicate in (SH["class"], SH.targetClass):
                    found.add(RDFS.subClassOf)
        return {n for n in found if isinstance(n, URIRef)}

    def _looks_at_its_own(self, shape: Node) -> bool:
        """Say whether *shape* is queries alone, and each of them looks at statements of $this."""
        prologue = "".join(f"PREFIX {name}: <{space}> " for name, space in self._prefixes())
        queries = [
            prologue + str(select)
            for constraint in self.shapes.objects(shape, SH.sparql)
            for select in self.shapes.objects(constraint, SH.select)
        ]
        said = set(self.shapes.predicates(shape))
        return said <= QUERIES_ALONE and bool(queries) and all(map(asks_of_this, queries))

    def _prefixes(self) -> Iterator[tuple[str, str]]:
        for declaration in self.shapes.objects(None, SH.declare):
            yield (
                str(self.shapes.value(declaration, SH.prefix)),
                str(self.shapes.value(declaration, SH.namespace)),
            )


def mentioned_in(select: str, prefixes: dict[str, str]) -> Iterator[Node]:
    """Yield every IRI that *select* names; rdf:type where a class is open, ANYTHING where
    a property is.
    """
    pattern = re.sub(r"SELECT.*?WHERE", "", select, flags=re.DOTALL)
    for iri in re.findall(r"<([^<>\s]+)>", pattern):
        yield URIRef(iri)
    for prefix, name in re.findall(r"\b(\w+):(\w[\w-]*)", pattern):
        if prefix in prefixes:
            yield URIRef(prefixes[prefix] + name)
    if re.search(r"\ba\s+[?$]", pattern):
        yield RDF.type
    if re.search(OPEN_PROPERTY, pattern):
        yield ANYTHING


def asks_of_this(query: str) -> bool:
    """Say whether every triple pattern of *query* is one step from $this, and none stands aside."""
    pattern = patterns.read(query)
    if pattern is None or re.search(r"\bEXISTS\b|\bSERVICE\b", query, re.IGNORECASE):
        return False
    waiting, triples = [pattern.group], []
    while waiting:
        group = waiting.pop()
        triples += group.triples
        waiting += [inner for part in group.parts for inner in part.groups]
    return all(
        (t.subject.kind, t.subject.value) == ("variable", "this") and (t.predicate or t.verb)
        for t in triples
    )


def _node(term: ox.Term) -> Node:
    return BNode(term.value) if isinstance(term, ox.BlankNode) else URIRef(term.value)


# What a shape may say that looks at its own: words, targets, and its queries.
QUERIES_ALONE = {
    *(RDF.type, RDFS.comment, DCTERMS.identifier, SH.name, SH.description, SH.message),
    *(SH.severity, SH.group, SH.order, SH.sparql),
    *(SH.targetClass, SH.targetNode, SH.targetSubjectsOf),
}
# A variable between two terms or after a semicolon, or a path that says what it is not.
OPEN_PROPERTY = r"""[?$]\w+\s+[?$]\w+\s+[?$<"\w]|;\s*[?$]\w|!\s*\(?\s*(?:\^|<|\w+:\w)"""


@pytest.fixture(scope="session")
def publication() -> Publication:
    """The publication of this checkout, as read."""
    return read(ROOT)


@pytest.fixture(scope="session")
def statements(publication: Publication) -> list[ox.Quad]:
    """What the publication states, derived statements included: by default, and in graphs."""
    root = publication.config.root
    quads = [*publication.quads, *derive(publication)]
    return [*default_graph(root, quads), *in_fact(root, quads)]


@pytest.fixture(scope="session")
def shapes(publication: Publication) -> Graph:
    """All shapes of the publication."""
    return shapes_of(publication)


@pytest.fixture(scope="session")
def checker(shapes: Graph, statements: list[ox.Quad]) -> Iterator[Checker]:
    """The checker over these shapes and statements.

    pySHACL reads each query for forbidden words again for each focus node; here, once.
    """
    read_for_words = SPARQLQueryHelper.check_invalid_sparql
    known: set[str] = set()

    def read_once(helper: SPARQLQueryHelper, text: str, *values: object, **named: object) -> bool:
        if text not in known:
            read_for_words(helper, text, *values, **named)
            known.add(text)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SPARQLQueryHelper, "check_invalid_sparql", read_once)
        yield Checker(shapes, statements)


@pytest.fixture(scope="session")
def constraints(shapes: Graph) -> dict[str, Node]:
    """Every shape that carries an identifier, by that identifier."""
    found: dict[str, Node] = {}
    for shape, identifier in shapes.subject_objects(DCTERMS.identifier):
        assert isinstance(identifier, Literal)
        assert str(identifier) not in found, f"two shapes are called {identifier}"
        found[str(identifier)] = shape
    return found
