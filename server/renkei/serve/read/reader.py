"""What the release says about a thing, with the graph of each statement.

A Reader asks the store and remembers what cannot change while the release stands: names,
kinds and the origin of graphs. A small release is read into memory at the first question;
of a large one each name is asked when it is met. Knows no page and no format.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

import pyoxigraph as ox

from renkei.errors import FileDamaged, NotKnown
from renkei.naming import Naming
from renkei.rdf import authored
from renkei.rdf.iris import PREFIXES, plain, spellings, with_known
from renkei.release import MANY, Release
from renkei.roles import Roles
from renkei.serve.read import named_queries
from renkei.serve.read.index_file import IndexFile
from renkei.serve.read.known import Kind, Known, Origin
from renkei.sparql.outline import Term
from renkei.stores.base import Row, Store
from renkei.stores.describe import LEVELS, NOTHING, Describer, Description, Named, filled

RDF, RDFS, SKOS = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["skos"]
DCT, FOAF, SCHEMA = PREFIXES["dct"], PREFIXES["foaf"], PREFIXES["schema"]
PROV = PREFIXES["prov"]
TYPE = RDF + "type"
ONTOLOGY = ox.NamedNode(PREFIXES["owl"] + "Ontology")
DEFINED_BY = ox.NamedNode(PREFIXES["rdfs"] + "isDefinedBy")

IN_MEMORY = 200_000  # statements up to which every name is read at once
REMEMBERED = 50_000  # names kept of a larger release
LONG = 500  # letters of an IRI whose spelling is kept
# Graphs that packing makes or keeps apart, below the root: they describe, and state no fact.
DESCRIBING = tuple(f"graph/{name}" for name in ("shapes", "catalogue", "tables", "report"))
CATALOGUE_SHAPES = "graph/shapes-catalogue"  # the program's own rules for any catalogue
DERIVED = "graph/derived"

MENTIONS_IN_DATA = 2_000  # links back that a document carries before it points to the rest

Value = TypeVar("Value")


class Reader(Describer):
    """Asks a store about one release and remembers the answers that are asked often.

    Of a release of up to *in_memory* statements every name is read at the first question.
    """

    def __init__(self, release: Release, store: Store, in_memory: int = IN_MEMORY) -> None:
        manifest = release.manifest
        levels = 1 if store.foreign else LEVELS
        super().__init__(manifest.roles, store.select, manifest.naming, levels=levels)
        self._is_authored = False
        self.release, self.store = release, store
        self.namespace = release.manifest.namespace
        self.index = IndexFile(release)
        self.prefixes = with_known(release.manifest.prefixes)
        self._is_small = release.manifest.counts.get("statements", 0) <= in_memory
        self.languages = tuple(release.manifest.languages)
        self._spelt: dict[str, str] = {}
        self._names: OrderedDict[str, Named] = OrderedDict()
        self._origins: OrderedDict[str, tuple[Origin, list[ox.Quad]]] = OrderedDict()
        self._lock = threading.Lock()

    def load(self) -> None:
        """Read what all questions need: once, before processes are forked, which share it.

        Raises FileDamaged.
        """
        if not self._is_authored:
            self.authored = authored.terms_of(self.release, self.store.foreign)
            self._is_authored = True

    def warm(self) -> None:
        """Ask for what is asked once and then remembered, so that no request waits for it."""
        if self._is_small:
            _ = self._all_names
        _ = self._by_base, self._of_terms, self._has_documents

    def _stated(self, question: str) -> list[ox.Quad]:
        """Return the statements that answer *question*; raises FileDamaged."""
        self.load()
        return super()._stated(question)

    def held_in(self, graph: str, limit: int | None = None) -> list[ox.Quad]:
        """Return the statements of a named graph as its authors wrote them, in a stable order.

        At most *limit*, where one is given. Raises NotKnown for what can be no IRI.
        """
        self.load()
        node = self.node(graph)
        rows = (
            self.ask("graph", graph=node)
            if limit is None
            else self.ask_part("graph", limit, graph=node)
        )
        quads = (ox.Quad(r["s"], r["p"], r["o"], node) for r in rows)  # type: ignore[arg-type]
        return list(self.authored.quads(quads))

    def ask(self, name: str, **bindings: Term) -> list[Row]:
        """Run the query `queries/<name>.rq`."""
        return self.store.select(named_queries.text(name, self.roles, self.naming), bindings)

    def ask_part(self, name: str, limit: int, offset: int = 0, **bindings: Term) -> list[Row]:
        """Run the query `queries/<name>.rq` for *limit* rows from *offset*."""
        return self.store.select(
            named_queries.part(name, self.roles, limit, offset, self.naming), bindings
        )

    def find(self, iri: str) -> str | None:
        """Return the spelling of *iri* that the release knows, or None.

        Data may spell an IRI plain or percent-encoded, in NFC or NFD; each is tried.
        """
        if iri in self._spelt:
            return self._spelt[iri]
        asked = [spelling for spelling in spellings(iri) if _is_iri(spelling)]
        text = filled(named_queries.text("exist", self.roles), asked)
        rows = self.store.select(text) if asked else []
        known = {row["this"].value for row in rows}
        found = next((spelling for spelling in asked if spelling in known), None)
        if found is None:  # a name may mix spellings; packing has noted those that are not plain
            with suppress(FileDamaged):
                found = self.index.spelt(plain(iri))
        if found is not None and len(self._spelt) < REMEMBERED and len(iri) <= LONG:
            self._spelt[iri] = found
        return found

    def node(self, iri: str) -> ox.NamedNode:
        """Return *iri* as a term; raises NotKnown for what can be no IRI."""
        try:
            return ox.NamedNode(iri)
        except ValueError:
            raise not_known(iri) from None

    def statements(self, iri: str) -> list[ox.Quad]:
        """Return the statements with *iri* as subject. Raises NotKnown for no IRI."""
        self.node(iri)
        return super().statements(iri)

    def linked(self, iri: str, limit: int, offset: int = 0) -> tuple[list[ox.Quad], int]:
        """Return statements that point to *iri*, in a stable order, and how many there are.

        Where the index does not list them they are few, and all are asked for at once.
        """
        with suppress(FileDamaged):
            listed = self.index.pointing_count(iri)
            if listed is not None:
                return self.index.pointing(iri, limit, offset), listed
            found = super().mentions(iri, MANY + 1)
            if len(found) <= MANY:
                return found[offset : offset + limit], len(found)
        return super().linked(iri, limit, offset)

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

    def described(
        self,
        iri: str,
        limit: int = MENTIONS_IN_DATA,
        offset: int = 0,
        deeper: int | None = None,
        parts: Sequence[str] | None = None,
    ) -> tuple[str, Description]:
        """Return *iri* as the release spells it and what is said about it, still without names.

        *limit* links back are given, from *offset* on; *deeper* as for `linked_statements`.
        *parts* is told of besides: by default what has its IRI with a fragment.
        Raises NotKnown where nothing is said.
        """
        self.node(iri)
        description = self.linked_statements([iri], limit, offset, deeper)
        if not (description.own or description.mentions):
            iri = self.known_as(iri)
            description = self.linked_statements([iri], limit, offset, deeper)
        ontology = any(q.object == ONTOLOGY for q in description.own)
        if parts is None:
            parts = self.fragments(iri) if self._is_small or ontology or not description.own else ()
        if parts:
            more = self.linked_statements(parts, 0, deeper=deeper)
            description = replace(
                description,
                own=[*description.own, *more.own],
                beside=[*description.beside, *more.beside],
                whole=description.whole and more.whole,
            )
        return iri, description

    def known_as(self, iri: str) -> str:
        """Return *iri* as the release spells it; the base of hash IRIs counts as known.

        Raises NotKnown where nothing is said of it and of no part of it.
        """
        found = self.find(iri)
        if found is None:
            found = next((s for s in spellings(iri) if self.fragments(s)), None)
        if found is None:
            raise not_known(iri)
        return found

    def fragments(self, base: str) -> Sequence[str]:
        """Return the things whose IRI is *base* with a fragment (Cool URIs, section 4.1)."""
        return self._by_base.get(base, ())

    @cached_property
    def _by_base(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self.ask("hash-subjects", root=ox.Literal(self.release.manifest.root)):
            found.setdefault(row["thing"].value.partition("#")[0], []).append(row["thing"].value)
        return {base: sorted(things) for base, things in found.items()}

    def known(
        self,
        iris: Iterable[str],
        *described: Description,
        graphs: Iterable[str] = (),
        kinds: bool = False,
    ) -> Known:
        """Return the names of *iris*, those of their *kinds* if wished, the origins of *graphs*.

        All is taken together with what *described* names. One question to the store for the
        names, one for those of kinds, one for the origins; none where all is in memory.
        """
        of = list(dict.fromkeys([*graphs, *(g for d in described for g in d.graphs())]))
        origins = dict(zip(of, (origin for origin, _ in self._origins_of(of)), strict=True))
        names: dict[str, Named] = {}
        for origin in origins.values():
            names.update(origin.names)
        wanted = {**dict.fromkeys(iris), **{iri: None for d in described for iri in d.named()}}
        names.update(zip(wanted, self.names_of(list(wanted)), strict=True))
        if kinds:
            types = {t: None for named in names.values() for t in named.types if t not in names}
            names.update(zip(types, self.names_of(list(types)), strict=True))
        return Known(names, origins, self.languages, self.namespace, self.roles, self.naming)

    def names_of(self, iris: Sequence[str]) -> Sequence[Named]:
        """Give names, kinds and validity of *iris*, from memory where they are there."""
        if self._is_small:
            return [self._all_names.get(iri, NOTHING) for iri in iris]
        return self._remembered(self._names, iris, super().names_of)

    def origins_of(self, graphs: Sequence[str]) -> Iterable[list[ox.Quad]]:
        """Give the statements about where graphs come from, from memory."""
        return [quads for _, quads in self._origins_of(graphs)]

    def names(self, iri: str) -> Named:
        """Return names, kinds and validity of *iris*."""
        return self.names_of([iri])[0]

    @cached_property
    def _all_names(self) -> dict[str, Named]:
        return self.all_names()

    def label(self, iri: str, tag: str) -> tuple[str, str] | None:
        """Return the best name of *iri* for a reader of *tag*; see `Known.label`."""
        return self.names(iri).label((tag, "", *self.languages))

    def types(self, iri: str) -> tuple[str, ...]:
        """Return the classes of *iri*."""
        return self.names(iri).types

    def describes(self, iri: str) -> bool:
        """Say whether the release itself says of *iri* what it is or what it is called."""
        return bool(self.names(iri).quads)

    def value(self, iri: str, predicate: str) -> str | None:
        """Return a literal of *iri* under *predicate*: its reading, its first or last day."""
        return self.names(iri).values.get(predicate)

    def origin(self, graph: str) -> Origin:
        """Return where *graph* comes from."""
        return self._origins_of([graph])[0][0]

    def _origins_of(self, graphs: Sequence[str]) -> list[tuple[Origin, list[ox.Quad]]]:
        return self._remembered(self._origins, graphs, self._ask_origins)

    def _ask_origins(self, graphs: list[str]) -> list[tuple[Origin, list[ox.Quad]]]:
        found = []
        for graph, quads in zip(graphs, super().origins_of(graphs), strict=True):
            origin = _origin(graph, quads, self.roles, self.naming)
            if origin.kind == "given":
                origin = replace(origin, kind=self._unsourced(graph))
            found.append((origin, quads))
        return found

    def _unsourced(self, graph: str) -> Kind:
        """Return what a graph is that names neither passage nor author."""
        local = graph.removeprefix(self.release.manifest.root)
        if local == DERIVED or local.startswith(f"{DERIVED}/"):
            return "derived"
        describes = local in (*DESCRIBING, CATALOGUE_SHAPES) or local.startswith(".well-known/")
        return "vocabulary" if describes or graph in self._of_terms else "given"

    def ontology_at(self, iri: str) -> tuple[str, str] | None:
        """Return the ontology whose document has the address *iri*, and the graph that it is.

        The address is its IRI, with or without the hash of a namespace, or its version IRI. Nothing
        where it shares its graph with another ontology, or stands in several.
        """
        return self._ontologies.get(iri) or self._ontologies.get(f"{iri}#")

    @cached_property
    def _ontologies(self) -> dict[str, tuple[str, str]]:
        rows = self.ask("ontologies")
        stands = {(row["ontology"].value, row["g"].value) for row in rows}
        graphs = Counter(graph for _, graph in stands)
        places = Counter(ontology for ontology, _ in stands)
        found: dict[str, tuple[str, str]] = {}
        for row in rows:
            ontology, graph = row["ontology"].value, row["g"].value
            if graphs[graph] == places[ontology] == 1:
                found[ontology] = ontology, graph
                if "version" in row:
                    found.setdefault(row["version"].value, (ontology, graph))
        return found

    def ontology_document(self, ontology: str, graph: str) -> list[ox.Quad]:
        """Return the document of *ontology*, which is the whole of *graph*.

        That of a hash namespace also says which other document defines a term of the namespace,
        so that whoever follows the IRI of any term learns where it is defined.
        """
        held = self.held_in(graph)
        if ontology.endswith("#"):
            rows = self.ask("defined-elsewhere", base=ox.Literal(ontology), graph=self.node(graph))
            held += [
                ox.Quad(row["term"], DEFINED_BY, row["home"], row["g"])  # type: ignore[arg-type]
                for row in rows
            ]
        return held

    @cached_property
    def _of_terms(self) -> frozenset[str]:
        """The graphs that declare terms of the publication's vocabulary."""
        rows = self.ask("vocabulary-graphs", namespace=ox.Literal(self.namespace))
        return frozenset(row["g"].value for row in rows)

    def _remembered(
        self,
        memory: OrderedDict[str, Value],
        keys: Sequence[str],
        ask: Callable[[list[str]], Iterable[Value]],
    ) -> list[Value]:
        """Return what *memory* has of *keys*; the rest is asked for at once and kept."""
        with self._lock:
            found = {key: memory[key] for key in keys if key in memory}
            for key in found:
                memory.move_to_end(key)
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            asked = dict(zip(missing, ask(missing), strict=True))
            found.update(asked)
            with self._lock:
                memory.update(asked)
                while len(memory) > REMEMBERED:
                    memory.popitem(last=False)
        return [found[key] for key in keys]


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def not_known(iri: str) -> NotKnown:
    """Return the error for an IRI that the release says nothing of."""
    return NotKnown(
        "Nothing is published about %(iri)s.",
        "Look for it with the search, or start at the first page.",
        iri=iri,
    )


def spelt(term: object) -> str:
    """Return the IRI, label or lexical form of a term."""
    return term.value if isinstance(term, (ox.NamedNode, ox.BlankNode, ox.Literal)) else str(term)


def _origin(graph: str, quads: list[ox.Quad], roles: Roles, naming: Naming) -> Origin:
    def values(subject: str | None, predicate: str) -> list[str]:
        return sorted(
            {
                spelt(q.object)
                for q in quads
                if spelt(q.subject) == subject and q.predicate.value == predicate
            }
        )

    passages = values(graph, roles.passage)
    agents = values(graph, PROV + "wasAttributedTo")
    first = passages[0] if passages else None
    sources = values(first, DCT + "isPartOf")
    source = sources[0] if sources else None
    walked = bool(values(source, roles.line_count))
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
        {
            iri: Named((q for q in quads if spelt(q.subject) == iri), naming)
            for iri in (graph, source, first, agents[0] if agents else None)
            if iri
        },
    )
