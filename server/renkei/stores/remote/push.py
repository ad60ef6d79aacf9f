"""Bring a release into another engine, whole or not at all.

Every graph is first written beside, under names of its own below `.well-known/staging/`.
Only when the engine has counted as many statements in each as the release has does one
SPARQL Update move all of them to their names, drop what only the former release had, and
write the marker: the graph `.well-known/release`, which says what the engine holds and is
read by `remote`. Engines that run one request in one transaction switch between two
queries; on others the marker says "unfinished" while the moves run.

An engine whose default graph is the union of all graphs is noticed by a statement put
beside. It gets the default graph of the release under the name `.well-known/default`.
"""

from __future__ import annotations

import contextlib
import http.client
import logging
import secrets
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from renkei.errors import StoreError
from renkei.language.messages import message
from renkei.release import Release
from renkei.stores.base import Row
from renkei.stores.remote.auth import Login, open_straight, said

STAGING = ".well-known/staging/"  # below the root of the release
MARKER = ".well-known/release"
DEFAULT = ".well-known/default"
UNFINISHED = "unfinished"  # what the marker names while graphs are moved
IDENTIFIER = "http://purl.org/dc/terms/identifier"
HAS_PART = "http://purl.org/dc/terms/hasPart"
DEFAULT_GRAPH = "http://www.w3.org/ns/sparql-service-description#defaultGraph"

PIECE = 1 << 20  # bytes sent in one request
ANSWER = 64 << 20  # bytes of one answer: it is asked for counts and names
SECONDS = 600.0  # how long the engine may take to answer one

log = logging.getLogger("renkei.stores")
Told = Callable[[str], None]


@dataclass(frozen=True)
class Target:
    """The addresses of an engine; without *graph_store* all is sent to *update*."""

    query: str
    update: str = ""
    graph_store: str = ""
    user: str = ""
    password: str = ""

    @property
    def updating(self) -> str:
        """The address for updates: as given, or `…/update` beside `…/query`, or the same."""
        if self.update:
            return self.update
        before, _, last = self.query.rpartition("/")
        return f"{before}/update" if last == "query" else self.query


@dataclass(frozen=True)
class Pushed:
    """What was done: counts, whether the engine had it already, and where its default graph is."""

    graphs: int
    statements: int
    already: bool
    default_graph: str | None  # the name it got where the engine's own is a union


def push(release: Release, target: Target, told: Told, replace: bool = False) -> Pushed:
    """Load *release* into the engine at *target* in place of the one it holds.

    Raises StoreError, with the former release still in place, where the engine fails
    or counts other than the release does; and where its default graph holds statements
    that no push brought, unless *replace*.
    """
    engine = _Engine(target)
    root = release.manifest.root
    with (
        tempfile.TemporaryDirectory(prefix="renkei-push-") as folder,
        _opened(release, Path(folder)) as store,
    ):
        graphs = {_name(g): _count(store, g) for g in (*store.named_graphs(), ox.DefaultGraph())}
        graphs = {name: count for name, count in graphs.items() if count}
        total = sum(graphs.values())
        held, former, union_name = _marker(engine, root)
        below = root if all(name.startswith(root) for name in graphs if name) else ""
        there = engine.counts(below)
        if held == release.manifest.id and _whole(engine, graphs, there, union_name):
            return Pushed(len(graphs), total, True, union_name)
        left = [name for name in there if name.startswith(root + STAGING)]
        if left:
            told(f"Removing {len(left)} graphs that a broken push left.")
            engine.drop(left)
        if held is None and not replace and engine.has("?s ?p ?o"):
            _refuse_strangers(engine, target)
        staging = f"{root}{STAGING}{secrets.token_hex(4)}/"
        names = {name: f"{staging}{number}" for number, name in enumerate(graphs)}
        probe = f"{staging}probe"
        try:
            union = _is_union(engine, probe, release.manifest.id)
            for number, (name, beside) in enumerate(names.items(), start=1):
                told(f"Graph {number} of {len(names)}: {name or 'the default graph'}")
                engine.load(beside, store, name)
            told("Counting what arrived.")
            _compare({names[n]: c for n, c in graphs.items()}, engine.counts(staging), target)
            told("Switching over.")
            default = root + DEFAULT if union else ""
            moved = {beside: name or default for name, beside in names.items()}
            gone = [n for n in former if n not in moved.values()]
            marker = _marker_update(root, release.manifest.id, list(moved.values()), union)
            engine.update(_switch(root, moved, [*gone, probe], marker))
        except BaseException:
            with contextlib.suppress(StoreError):  # else the next push removes them
                engine.drop([*names.values(), probe])
            raise
        expected = {name or default: count for name, count in graphs.items()}
        there = engine.counts(below)
        if "" in expected:
            there[""] = engine.count_default()
        _compare(expected, there, target)
    return Pushed(len(graphs), total, False, default or None)


# --- the release ---


@contextlib.contextmanager
def _opened(release: Release, folder: Path) -> Iterator[ox.Store]:
    """Give the statements of *release* by graph, each once, from an index made in *folder*."""
    store = ox.Store(str(folder / "store"))
    for name in ("data.nq", "description.nq"):
        release.compared.require(name)
        store.bulk_load(path=str(release.path(name)), format=ox.RdfFormat.N_QUADS)
    try:
        yield store
    finally:
        del store


def _name(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    """Return the IRI of a graph; the default graph has none."""
    if isinstance(graph, ox.BlankNode):
        raise StoreError("The release has a graph without a name.", "Pack it again.")
    return "" if isinstance(graph, ox.DefaultGraph) else graph.value


def _graph(name: str) -> ox.NamedNode | ox.DefaultGraph:
    return ox.NamedNode(name) if name else ox.DefaultGraph()


def _count(store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _pieces(store: ox.Store, name: str) -> Iterator[bytes]:
    """Give a graph as N-Triples in pieces; blank nodes are all in the first.

    A label means the same node only within one request.
    """
    held: list[bytes] = []
    size = 0
    for nameless in (True, False):
        for quad in store.quads_for_pattern(None, None, None, _graph(name)):
            has = isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
            if has != nameless:
                continue
            line = f"{quad.triple} .\n".encode()
            if not nameless and size + len(line) > PIECE and held:
                yield b"".join(held)
                held, size = [], 0
            held.append(line)
            size += len(line)
    yield b"".join(held)


# --- the switch ---


def _marker(engine: _Engine, root: str) -> tuple[str | None, list[str], str | None]:
    """Return what the engine says it holds: release, graphs, name of its default graph."""
    marker = f"<{root}{MARKER}>"
    rows = engine.rows(f"SELECT ?p ?o {{ GRAPH {marker} {{ {marker} ?p ?o }} }}")
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(_text(row, "p"), []).append(_text(row, "o"))
    held = said.get(IDENTIFIER, [None])[0]
    return held, said.get(HAS_PART, []), next(iter(said.get(DEFAULT_GRAPH, [])), None)


def _whole(
    engine: _Engine, graphs: dict[str, int], there: dict[str, int], union_name: str | None
) -> bool:
    """Say whether the engine has every graph of the release, statement for statement."""
    there = {**there, "": engine.count_default()}
    return all(there.get(name or union_name or "") == n for name, n in graphs.items())


def _refuse_strangers(engine: _Engine, target: Target) -> None:
    """Refuse a default graph of others; a union is no graph of its own and is left alone."""
    if engine.has("?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }"):
        raise StoreError(
            "The engine holds statements in its default graph that no push brought.",
            "Give --replace to have them replaced, or an empty dataset.",
        )


def _is_union(engine: _Engine, probe: str, word: str) -> bool:
    """Say whether a statement put into a named graph is seen in the default graph."""
    triple = f'<{probe}> <{IDENTIFIER}> "{word}"'
    engine.update(f"INSERT DATA {{ GRAPH <{probe}> {{ {triple} }} }}")
    if not engine.has(f"GRAPH <{probe}> {{ <{probe}> ?p ?o }}"):
        raise StoreError(
            "The engine does not see by --store what it was given by updates.",
            "Are both addresses of one dataset? Name the other by --update.",
        )
    return engine.has(f"<{probe}> ?p ?o")


def _marker_update(root: str, release: str, graphs: list[str], union: bool) -> str:
    marker = f"<{root}{MARKER}>"
    parts = "".join(f" ; <{HAS_PART}> <{name}>" for name in graphs if name)
    if union:
        parts += f" ; <{DEFAULT_GRAPH}> <{root}{DEFAULT}>"
    statements = f'{marker} <{IDENTIFIER}> "{release}"{parts}'
    return f"DROP SILENT GRAPH {marker} ;\nINSERT DATA {{ GRAPH {marker} {{ {statements} }} }}"


def _switch(root: str, moved: dict[str, str], gone: list[str], marker: str) -> str:
    """Return the one update that puts the graphs in their places."""
    steps = [_marker_update(root, UNFINISHED, list(moved.values()), False)]
    for beside, name in moved.items():
        steps.append(f"MOVE GRAPH <{beside}> TO {f'GRAPH <{name}>' if name else 'DEFAULT'}")
    steps += [f"DROP SILENT GRAPH <{name}>" for name in gone]
    return " ;\n".join([*steps, marker])


def _compare(expected: dict[str, int], there: dict[str, int], target: Target) -> None:
    wrong = [
        message(
            "%(graph)s: %(there)s of %(sent)s",
            graph=n or message("default graph"),
            there=there.get(n, 0),
            sent=c,
        )
        for n, c in expected.items()
        if there.get(n, 0) != c
    ]
    if wrong:
        raise StoreError(
            "The engine has not all that was sent (%(detail)s).",
            "Push again.",
            detail=wrong[:3],
        )


def _text(row: Row, name: str) -> str:
    return cast(ox.NamedNode | ox.Literal, row[name]).value


# --- the engine ---


class _Engine:
    """An engine that is written to: queries, updates, graphs."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._login = Login(target.user, target.password, seconds=SECONDS)

    def load(self, graph: str, store: ox.Store, name: str) -> None:
        """Write the graph *name* of *store* to *graph*."""
        method = "PUT"
        for piece in _pieces(store, name):
            if self.target.graph_store:
                joint = "&" if "?" in self.target.graph_store else "?"
                address = f"{self.target.graph_store}{joint}graph={quote(graph, safe='')}"
                self._send(method, address, piece, "application/n-triples")
            else:
                self.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{piece.decode()}}} }}")
            method = "POST"

    def drop(self, graphs: Iterable[str]) -> None:
        """Remove graphs, whether they are there or not."""
        self.update(" ;\n".join(f"DROP SILENT GRAPH <{name}>" for name in graphs))

    def update(self, text: str) -> None:
        """Run an update."""
        self._send("POST", self.target.updating, text.encode(), "application/sparql-update")

    def counts(self, start: str) -> dict[str, int]:
        """Return how many statements each graph has whose name begins with *start*."""
        rows = self.rows(
            "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } "
            f'FILTER(STRSTARTS(STR(?g), "{start}")) }} GROUP BY ?g'
        )
        return {_text(row, "g"): int(_text(row, "n")) for row in rows if "g" in row}

    def count_default(self) -> int:
        """Return how many statements the default graph has."""
        return int(_text(self.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0], "n"))

    def has(self, pattern: str) -> bool:
        """Say whether *pattern* is met. Asked as a SELECT: not all tell ASK in JSON rightly."""
        return bool(self.rows(f"SELECT * {{ {pattern} }} LIMIT 1"))

    def rows(self, text: str) -> list[Row]:
        """Return the rows of a SELECT."""
        answer = self._query(text)
        if isinstance(answer, ox.QueryBoolean):
            raise StoreError("The engine answered a SELECT with a boolean.")
        names = [variable.value for variable in answer.variables]
        try:
            return [
                {n: t for n, t in zip(names, row, strict=True) if t is not None} for row in answer
            ]
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(error) from error

    def _query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean:
        body = self._send(
            "POST",
            self.target.query,
            urlencode({"query": text}).encode(),
            "application/x-www-form-urlencoded",
            "application/sparql-results+json",
        )
        try:
            return ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> StoreError:
        log.warning("the answer of the engine cannot be read: %.500s", error)
        return StoreError(
            "The answer of the engine cannot be read.",
            "Is it a SPARQL endpoint?",
        )

    def _send(
        self, method: str, address: str, body: bytes, media_type: str, accept: str = "*/*"
    ) -> bytes:
        headers = {"Content-Type": media_type, "Accept": accept}
        request = urllib.request.Request(address, body, headers, method=method)
        try:
            self._login.sign(request)
            with open_straight(request, SECONDS) as response:
                answer = bytes(response.read(ANSWER))
            if len(answer) == ANSWER:
                raise StoreError("The engine answers without an end.", "Is it a SPARQL endpoint?")
            return answer
        except urllib.error.HTTPError as error:
            with error:
                log.warning("the engine refused: %s", said(error))
            remedy = {
                401: message("Give --user, and the password in STORE_PASSWORD."),
                403: message("Give --user, and the password in STORE_PASSWORD."),
                404: message("Name the addresses for writing by --update and --graph-store."),
                405: message("Name the addresses for writing by --update and --graph-store."),
            }.get(error.code, "")
            raise StoreError("The engine answered %(code)s.", remedy, code=error.code) from None
        except urllib.error.URLError as error:
            log.warning("the engine cannot be reached: %s", error.reason)
            raise StoreError("The engine cannot be reached.") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            log.warning("the engine broke the connection off: %.500r", error)
            raise StoreError("The engine broke the connection off.", "Push again.") from None
