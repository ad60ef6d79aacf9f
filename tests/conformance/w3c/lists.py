"""Read the W3C test lists: manifests in Turtle, turned into what is to be asked and expected.

Every file of the suite has a stable IRI below BASE, whatever folder the checkout is in.
Nothing here knows of a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

BASE = "https://w3c.github.io/rdf-tests/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
DAWGT = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"

SYNTAX = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}
Term = ox.NamedNode | ox.BlankNode | ox.Literal


class Statements:
    """Triples that can be walked: the manifests are small, and trees."""

    def __init__(self, quads: Iterator[ox.Quad]) -> None:
        self._of: dict[Term, dict[str, list[Term]]] = {}
        for quad in quads:
            known = self._of.setdefault(quad.subject, {})
            known.setdefault(quad.predicate.value, []).append(quad.object)

    def all(self, subject: Term, predicate: str) -> list[Term]:
        """Return every object, in reading order."""
        return self._of.get(subject, {}).get(predicate, [])

    def one(self, subject: Term | None, predicate: str) -> Term | None:
        """Return the first object, or None."""
        return next(iter(self.all(subject, predicate)), None) if subject is not None else None

    def text(self, subject: Term | None, predicate: str) -> str:
        """Return the value of the first object, or nothing."""
        found = self.one(subject, predicate)
        return "" if found is None or isinstance(found, ox.BlankNode) else found.value

    def items(self, head: Term | None) -> Iterator[Term]:
        """Yield the members of an RDF collection."""
        while head is not None and str(head) != f"<{RDF}nil>":
            item = self.one(head, RDF + "first")
            if item is not None:
                yield item
            head = self.one(head, RDF + "rest")

    def subjects(self, predicate: str, value: str) -> list[Term]:
        """Return the subjects that have an IRI as object of *predicate*."""
        return [
            subject
            for subject, known in self._of.items()
            if any(str(found) == f"<{value}>" for found in known.get(predicate, []))
        ]


@dataclass(frozen=True)
class QueryTest:
    """A test of one query: *kind* is the local name of its type in the manifest.

    *data* makes the default graph, *graphs* the named ones; both empty where the query
    brings its own dataset. *lax* says that duplicates may be left out (REDUCED).
    """

    iri: str
    name: str
    suite: str
    group: str
    kind: str
    query: Path
    data: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    result: Path | None = None
    lax: bool = False


@dataclass(frozen=True)
class Request:
    """One HTTP request of a protocol test, and what its response must be."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str
    expected: bytes | None
    expected_type: str


@dataclass(frozen=True)
class ProtocolTest:
    """A test of a sequence of requests; *graphs* are IRI and file of the graphs it needs."""

    iri: str
    name: str
    suite: str
    group: str
    requires: tuple[str, ...]
    graphs: tuple[tuple[str, Path], ...]
    requests: tuple[Request, ...]


class Checkout:
    """A checkout of the test suite."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def iri(self, path: Path) -> str:
        """Return the stable IRI of a file."""
        return BASE + path.resolve().relative_to(self.folder).as_posix()

    def path(self, iri: str) -> Path:
        """Return the file of a stable IRI."""
        return self.folder / iri.removeprefix(BASE)

    def read(self, path: Path) -> Statements:
        """Return the statements of a manifest or a result file."""
        return Statements(self.quads(path))

    def quads(self, path: Path) -> Iterator[ox.Quad]:
        """Yield the statements of a file, its relative IRIs resolved at its stable IRI."""
        syntax = SYNTAX[path.suffix]
        yield from ox.parse(path.read_bytes(), format=syntax, base_iri=self.iri(path))

    def manifests(self, path: Path) -> Iterator[tuple[Path, Statements]]:
        """Yield *path* and every manifest it includes, in order."""
        found = self.read(path)
        yield path, found
        for included in found.items(found.one(ox.NamedNode(self.iri(path)), MF + "include")):
            if isinstance(included, ox.NamedNode):
                yield from self.manifests(self.path(included.value))

    def entries(self, top: Path) -> Iterator[tuple[Path, Statements, ox.NamedNode]]:
        """Yield the tests that *top* and its inclusions list; withdrawn ones are left out."""
        for path, found in self.manifests(top):
            for entry in found.items(found.one(ox.NamedNode(self.iri(path)), MF + "entries")):
                approval = found.text(entry, DAWGT + "approval")
                if isinstance(entry, ox.NamedNode) and approval != DAWGT + "Withdrawn":
                    yield path, found, entry

    def query_tests(self, top: str, suite: str) -> list[QueryTest]:
        """Return the tests of queries that the manifest *top* leads to."""
        return [
            self._query_test(path, found, entry, suite)
            for path, found, entry in self.entries(self.folder / top)
        ]

    def _query_test(
        self, path: Path, found: Statements, entry: ox.NamedNode, suite: str
    ) -> QueryTest:
        action = found.one(entry, MF + "action")
        query = found.text(action, QT + "query") or found.text(entry, MF + "action")
        result = found.text(entry, MF + "result")
        assert action is not None
        return QueryTest(
            iri=entry.value,
            name=found.text(entry, MF + "name"),
            suite=suite,
            group=path.parent.name,
            kind=found.text(entry, RDF + "type").rpartition("#")[2],
            query=self.path(query),
            data=tuple(t.value for t in found.all(action, QT + "data")),
            graphs=tuple(t.value for t in found.all(action, QT + "graphData")),
            result=self.path(result) if result else None,
            lax=found.text(entry, MF + "resultCardinality") == MF + "LaxCardinality",
        )

    def protocol_tests(self, top: str, suite: str) -> list[ProtocolTest]:
        """Return the tests of requests that the manifest *top* leads to."""
        return [
            ProtocolTest(
                iri=entry.value,
                name=found.text(entry, MF + "name"),
                suite=suite,
                group=path.stem.removeprefix("manifest-") if "-" in path.stem else path.parent.name,
                requires=tuple(
                    t.value.rpartition("#")[2] for t in found.all(entry, MF + "requires")
                ),
                graphs=tuple(
                    (found.text(node, RDFS_LABEL), self.path(found.text(node, UT + "graph")))
                    for node in found.all(entry, UT + "graphData")
                ),
                requests=tuple(
                    _request(found, node)
                    for node in found.items(
                        found.one(found.one(entry, MF + "action"), HT + "requests")
                    )
                ),
            )
            for path, found, entry in self.entries(self.folder / top)
        ]


def _request(found: Statements, node: Term) -> Request:
    answer = found.one(node, HT + "resp")
    assert answer is not None
    boolean = found.text(answer, MF + "expectedBoolean")
    expected = _body(found, answer)
    return Request(
        method=found.text(node, HT + "methodName"),
        path=found.text(node, HT + "absolutePath"),
        headers=_headers(found, node),
        body=_body(found, node) or b"",
        statuses=tuple(
            t.value.rpartition("#")[2] for t in found.all(answer, MF + "expectedStatus")
        ),
        boolean=(boolean == "true") if boolean else None,
        format=found.text(answer, MF + "expectedFormat"),
        expected=expected,
        expected_type=dict(_headers(found, answer)).get("content-type", ""),
    )


def _headers(found: Statements, node: Term) -> tuple[tuple[str, str], ...]:
    return tuple(
        (found.text(item, HT + "fieldName").lower(), found.text(item, HT + "fieldValue"))
        for item in found.items(found.one(node, HT + "headers"))
    )


def _body(found: Statements, node: Term) -> bytes | None:
    body = found.one(node, HT + "body")
    if body is None:
        return None
    encoding = found.text(body, CNT + "characterEncoding") or "UTF-8"
    return found.text(body, CNT + "chars").encode(encoding)
