"""What the release says about a thing, with the graph of each statement.

A Reader asks the store and remembers what cannot change while the release stands: names,
kinds and the origin of graphs. A small release is read into memory at the first question;
of a large one each name is asked when it is met. Knows no page and no format.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Literal, TypeVar

import pyoxigraph as ox

from renkei.errors import FileDamaged, NotKnown
from renkei.rdf.iris import PREFIXES, spellings
from renkei.release import Release
from renkei.serve.read import named_queries
from renkei.serve.read.index_file import IndexFile
from renkei.sparql.outline import Term
from renkei.stores.base import Row, Store
from renkei.stores.describe import NAMING, Describer, Description

RDF, RDFS, SKOS = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["skos"]
DCT, FOAF, SCHEMA = PREFIXES["dct"], PREFIXES["foaf"], PREFIXES["schema"]
PROV = PREFIXES["prov"]
TYPE = RDF + "type"

IN_MEMORY = 200_000  # statements up to which every name is read at once
REMEMBERED = 50_000  # names kept of a larger release
# Graphs that packing makes or keeps apart, below the root: they describe, and state no fact.
DESCRIBING = tuple(f"graph/{name}" for name in ("shapes", "catalogue", "tables", "report"))
CATALOGUE_SHAPES = "graph/shapes-catalogue"  # the program's own rules for any catalogue
DERIVED = "graph/derived"

MENTIONS_IN_DATA = 2_000  # links back that a document carries before it points to the rest

Kind = Literal["stated", "elsewhere", "given", "derived", "editorial", "vocabulary"]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Origin:
    """Where the statements of one graph come from.

    *kind*: `stated` on the page this publication walks line by line, stated `elsewhere`,
    `given` without a source, `derived` by a rule, `editorial`, or `vocabulary` for what
    describes the data: terms, shapes, catalogue, questions, statistics.
    """

    graph: str
    kind: Kind
    passages: tuple[str, ...]
    source: str | None
    line: int | None
    agent: str | None


class Reader(Describer):
    """Asks a store about one release and remembers the answers that are asked often."""

    def __init__(self, release: Release, store: Store) -> None:
        super().__init__(release.manifest.namespace, store.select)
        self.release, self.store = release, store
        self.index = IndexFile(release)
        self.prefixes = {**PREFIXES, **release.manifest.prefixes}
        self._names: OrderedDict[str, list[ox.Quad]] = OrderedDict()
        self._origins: OrderedDict[str, tuple[Origin, list[ox.Quad]]] = OrderedDict()
        self._lock = threading.Lock()

    def own(self, local: str) -> ox.NamedNode:
        """Return the term *local* of the publication's vocabulary."""
        return ox.NamedNode(self.namespace + local)

    def ask(self, name: str, **bindings: Term) -> list[Row]:
        """Run the query `queries/<name>.rq`."""
        return self.store.select(named_queries.text(name, self.namespace), bindings)

    def ask_part(self, name: str, limit: int, offset: int = 0, **bindings: Term) -> list[Row]:
        """Run the query `queries/<name>.rq` for *limit* rows from *offset*."""
        return self.store.select(named_queries.part(name, self.namespace, limit, offset), bindings)

    def find(self, iri: str) -> str | None:
        """Return the spelling of *iri* that the release knows, or None.

        Data may spell an IRI plain or percent-encoded, in NFC or NFD; each is tried.
        """
        for spelling in spellings(iri):
            try:
                node = ox.NamedNode(spelling)
            except ValueError:
                continue
            if self.ask("exists", this=node):
                return spelling
        return None

    def node(self, iri: str) -> ox.NamedNode:
        """Return *iri* as a term; raises NotKnown for what can be no IRI."""
        try:
            return ox.NamedNode(iri)
        except ValueError:
            raise NotKnown(
                "Nothing is published about %(iri)s.",
                "Look for it with the search, or start at the first page.",
                iri=iri,
            ) from None

    def statements(self, iri: str) -> list[ox.Quad]:
        """Return the statements with *iri* as subject. Raises NotKnown for no IRI."""
        self.node(iri)
        return super().statements(iri)

    def mentions(self, iri: str, limit: int, offset: int = 0) -> list[ox.Quad]:
        """Return statements that point to *iri*, in a stable order; see `IndexFile`."""
        with suppress(FileDamaged):  # the store knows them too; it has to sort them each time
            if self.index.pointing_count(iri) is not None:
                return self.index.pointing(iri, limit, offset)
        return super().mentions(iri, limit, offset)

    def mentions_count(self, iri: str) -> int:
        """Return how many statements point to *iri*."""
        with suppress(FileDamaged):
            listed = self.index.pointing_count(iri)
            if listed is not None:
                return listed
        return super().mentions_count(iri)

    def describe(self, iri: str, limit: int = MENTIONS_IN_DATA, offset: int = 0) -> Description:
        """Return what is said about *iri*, with *limit* links back. Empty when nothing is."""
        self.node(iri)
        return self.description([iri], limit, offset)

    def names_of(self, iris: Sequence[str]) -> Iterable[list[ox.Quad]]:
        """Give the statements with names, from memory where they are there."""
        if self._is_small:
            return [self.names(iri) for iri in iris]
        with self._lock:
            missing = [iri for iri in iris if iri not in self._names]
        for iri, quads in zip(missing, super().names_of(missing), strict=True):
            self._remember(self._names, iri, partial(list, quads))
        return [self.names(iri) for iri in iris]

    def origins_of(self, graphs: Sequence[str]) -> Iterable[list[ox.Quad]]:
        """Give the statements about where graphs come from, from memory."""
        return [self.origin(graph)[1] for graph in graphs]

    def names(self, iri: str) -> list[ox.Quad]:
        """Return the names, kinds and validity of *iri*, as statements."""
        if self._is_small:
            return self._all_names.get(iri, [])
        return self._remember(self._names, iri, lambda: self._ask_names(iri))

    @property
    def _is_small(self) -> bool:
        return self.release.manifest.counts.get("statements", 0) <= IN_MEMORY

    @cached_property
    def _all_names(self) -> dict[str, list[ox.Quad]]:
        return self.all_names()

    def _ask_names(self, iri: str) -> list[ox.Quad]:
        self.node(iri)
        return next(iter(super().names_of([iri])))

    def label(self, iri: str, tag: str) -> tuple[str, str] | None:
        """Return the best name of *iri* for a reader of *tag*, and the language it is in.

        A name in the reader's language wins, then one without a language, then one of
        the publication's languages in their order, then any.
        """
        quads = self.names(iri)
        order = (tag, "", *self.release.manifest.languages)
        best: tuple[tuple[int, int, str], str, str] | None = None
        for quad in quads:
            if quad.predicate.value not in NAMING or not isinstance(quad.object, ox.Literal):
                continue
            language = quad.object.language or ""
            rank = order.index(language) if language in order else len(order)
            mark = (rank, NAMING.index(quad.predicate.value), quad.object.value)
            if best is None or mark < best[0]:
                best = (mark, quad.object.value, language)
        return (best[1], best[2]) if best else None

    def types(self, iri: str) -> list[str]:
        """Return the classes of *iri*."""
        return list(
            dict.fromkeys(
                q.object.value
                for q in self.names(iri)
                if q.predicate.value == TYPE and isinstance(q.object, ox.NamedNode)
            )
        )

    def value(self, iri: str, local: str) -> str | None:
        """Return a literal of one of our naming properties (`reading`, `validFrom` …)."""
        predicate = self.namespace + local
        return next(
            (
                q.object.value
                for q in self.names(iri)
                if q.predicate.value == predicate and isinstance(q.object, ox.Literal)
            ),
            None,
        )

    def origin(self, graph: str) -> tuple[Origin, list[ox.Quad]]:
        """Return where *graph* comes from, and the statements that say so."""
        return self._remember(self._origins, graph, lambda: self._ask_origin(graph))

    def _ask_origin(self, graph: str) -> tuple[Origin, list[ox.Quad]]:
        quads = next(iter(super().origins_of([graph])))
        found = _origin(graph, quads, self.namespace)
        if found.kind == "given":
            found = replace(found, kind=self._unsourced(graph))
        return found, quads

    def _unsourced(self, graph: str) -> Kind:
        """Return what a graph is that names neither passage nor author."""
        local = graph.removeprefix(self.release.manifest.root)
        if local == DERIVED:
            return "derived"
        describes = local in (*DESCRIBING, CATALOGUE_SHAPES) or local.startswith(".well-known/")
        return "vocabulary" if describes or graph in self._of_terms else "given"

    @cached_property
    def _of_terms(self) -> frozenset[str]:
        """The graphs that declare terms of the publication's vocabulary."""
        rows = self.ask("vocabulary-graphs", namespace=ox.Literal(self.namespace))
        return frozenset(row["g"].value for row in rows)

    def _remember(
        self, memory: OrderedDict[str, Value], key: str, ask: Callable[[], Value]
    ) -> Value:
        with self._lock:
            if key in memory:
                memory.move_to_end(key)
                return memory[key]
        answer = ask()
        with self._lock:
            memory[key] = answer
            while len(memory) > REMEMBERED:
                memory.popitem(last=False)
        return answer


def spelt(term: object) -> str:
    """Return the IRI, label or lexical form of a term."""
    return term.value if isinstance(term, (ox.NamedNode, ox.BlankNode, ox.Literal)) else str(term)


def _origin(graph: str, quads: list[ox.Quad], namespace: str) -> Origin:
    def values(subject: str | None, predicate: str) -> list[str]:
        return sorted(
            {
                spelt(q.object)
                for q in quads
                if spelt(q.subject) == subject and q.predicate.value == predicate
            }
        )

    passages = values(graph, namespace + "supportedBy")
    agents = values(graph, PROV + "wasAttributedTo")
    first = passages[0] if passages else None
    sources = values(first, DCT + "isPartOf")
    source = sources[0] if sources else None
    walked = bool(values(source, namespace + "lineCount"))
    lines = values(first, SCHEMA + "position") if walked else []
    kind: Kind = "given"
    if passages:
        kind = "stated" if walked else "elsewhere"
    elif agents:
        program = PROV + "SoftwareAgent" in values(agents[0], TYPE)
        kind = "derived" if program else "editorial"
    return Origin(
        graph,
        kind,
        tuple(passages),
        source,
        int(lines[0]) if lines and lines[0].isdigit() else None,
        agents[0] if agents else None,
    )
