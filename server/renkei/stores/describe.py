"""The description of things: what DESCRIBE answers and what a document holds.

It is symmetric, and complete in itself: the statements about a thing, with those about the
blank nodes in them; the statements that point to it; the documents that do, and their files;
the name, kind and validity of everything named in these; and where each graph comes from.
Asked in SPARQL of whatever has the release, so that it is the same over every store.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from renkei.rdf.iris import PREFIXES
from renkei.sparql import outline
from renkei.stores.base import Row

NAMING = (
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["rdfs"] + "label",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
)
REST = PREFIXES["rdf"] + "rest"
PROV = PREFIXES["prov"]

FOLDER = Path(__file__).parent / "queries"
QUESTIONS = ("statements", "mentions", "mentions-count", "names", "origin", "publications")
BATCH = 100  # terms given to one question

Ask = Callable[[str], list[Row]]


@dataclass(frozen=True)
class Description:
    """Things: statements about them, links to them, and what is needed to read both."""

    own: list[ox.Quad]
    mentions: list[ox.Quad]
    mentions_total: int
    around: list[ox.Quad]

    @property
    def quads(self) -> list[ox.Quad]:
        """Every statement of the description, once, the things first."""
        return list(dict.fromkeys([*self.own, *self.mentions, *self.around]))


@cache
def question(path: Path, namespace: str) -> str:
    """Return the query in the file *path*, with `own:` for the vocabulary *namespace*."""
    lines = path.read_text("utf-8").splitlines()
    comment = [line for line in lines if line.startswith("#")]
    rest = [line for line in lines if not line.startswith("#")]
    return "\n".join([*comment, f"PREFIX own: <{namespace}>", *rest]) + "\n"


class Describer:
    """Describes things by asking; *ask* runs a SELECT and returns all its rows.

    Blank nodes of two answers are one node only where their labels are the same, which
    *ask* sees to. Whatever *ask* raises is passed on.
    """

    def __init__(self, namespace: str, ask: Ask) -> None:
        self.namespace = namespace
        self._ask = ask
        self._texts = {name: question(FOLDER / f"{name}.rq", namespace) for name in QUESTIONS}

    def description(
        self, iris: Sequence[str], limit: int | None = None, offset: int = 0
    ) -> Description:
        """Return what is said about *iris*; empty when nothing is.

        Of all links to them, *limit* are given from *offset* on; None gives all.
        """
        told = self._about(iris)
        own = [q for q in told if isinstance(q.subject, ox.NamedNode)]
        if limit is None:
            mentions = self._quads("mentions", "o", iris)
        else:
            mentions = self.mentions(iris[0], limit, offset)
        total = len(mentions) + offset
        if len(mentions) == limit:
            total = self.mentions_count(iris[0])
        published = self._quads("publications", "this", iris)
        around = [q for q in told if isinstance(q.subject, ox.BlankNode)] + published
        told += [*mentions, *published]
        for names in self.names_of(_named(told, iris)):
            if any(q.predicate.value in NAMING for q in names):
                around += names
        graphs = dict.fromkeys(
            q.graph_name.value for q in told if isinstance(q.graph_name, ox.NamedNode)
        )
        for quads in self.origins_of(list(graphs)):
            around += quads
        return Description(own, mentions, total, around)

    def statements(self, iri: str) -> list[ox.Quad]:
        """Return the statements with *iri* as subject."""
        return self._quads("statements", "s", [iri])

    def statements_of(self, iris: Sequence[str]) -> list[ox.Quad]:
        """Return the statements with any of *iris* as subject."""
        return self._quads("statements", "s", iris)

    def mentions(self, iri: str, limit: int, offset: int = 0) -> list[ox.Quad]:
        """Return statements that point to *iri*, in a stable order."""
        text = f"{_given(self._texts['mentions'], 'o', [iri])}LIMIT {limit:d} OFFSET {offset:d}\n"
        return [_quad(row) for row in self._ask(text)]

    def mentions_count(self, iri: str) -> int:
        """Return how many statements point to *iri*."""
        rows = self._ask(_given(self._texts["mentions-count"], "o", [iri]))
        return int(rows[0]["number"].value)

    def names_of(self, iris: Sequence[str]) -> Iterable[list[ox.Quad]]:
        """Give, for each of *iris*, the statements with its names, kinds and validity."""
        found: dict[str, list[ox.Quad]] = {iri: [] for iri in iris}
        for quad in self._quads("names", "s", iris):
            found[quad.subject.value].append(quad)  # type: ignore[union-attr]
        return found.values()

    def all_names(self) -> dict[str, list[ox.Quad]]:
        """Return the statements with names, kinds and validity of everything, by IRI."""
        found: dict[str, list[ox.Quad]] = {}
        for row in self._ask(self._texts["names"]):
            if isinstance(row["s"], ox.NamedNode):
                found.setdefault(row["s"].value, []).append(_quad(row))
        return found

    def origins_of(self, graphs: Sequence[str]) -> Iterable[list[ox.Quad]]:
        """Give, for each of *graphs*, the statements that say where it comes from."""
        found: dict[str, list[ox.Quad]] = {graph: [] for graph in graphs}
        for part in _parts(graphs):
            for row in self._ask(_given(self._texts["origin"], "graph", part)):
                found[row["graph"].value].append(_quad({"s": row["graph"], **row}))
        return [_without_list(quads) for quads in found.values()]

    def _about(self, iris: Sequence[str]) -> list[ox.Quad]:
        """Return the statements about *iris*, and about the blank nodes in them.

        A question cannot name a blank node, so the way to it is asked for: each level
        deeper is one more question, whose answer holds the levels before.
        """
        found: list[ox.Quad] = []
        for part in _parts(iris):
            quads = self._quads("statements", "s", part)
            for depth in itertools.count(1):
                subjects = {q.subject for q in quads}
                if all(q.object in subjects for q in quads if isinstance(q.object, ox.BlankNode)):
                    break
                deeper = [_quad(row) for row in self._ask(_behind(part, depth))]
                if len(set(deeper)) == len(set(quads)):
                    break  # nothing is said about the last of them
                quads = deeper
            found += quads
        return list(dict.fromkeys(found))

    def _quads(self, name: str, variable: str, iris: Sequence[str]) -> list[ox.Quad]:
        return [
            _quad(row)
            for part in _parts(iris)
            for row in self._ask(_given(self._texts[name], variable, part))
        ]


def _behind(iris: Sequence[str], deepest: int) -> str:
    """Return the question for statements up to *deepest* blank nodes away from *iris*.

    A list counts as one, however long.
    """
    ways = ["GRAPH ?g { ?b0 ?p ?o } BIND (?b0 AS ?s)"]
    for depth in range(1, deepest + 1):
        levels = range(1, depth + 1)
        steps = " ".join(f"?b{n - 1} ?p{n} ?f{n} . ?f{n} <{REST}>* ?b{n} ." for n in levels)
        blank = " && ".join(f"isBlank(?f{n})" for n in levels)
        ways.append(
            f"GRAPH ?g {{ {steps} ?b{depth} ?p ?o FILTER ({blank}) }} BIND (?b{depth} AS ?s)"
        )
    union = " UNION ".join(f"{{ {_values('b0', iris)} {way} }}" for way in ways)
    return f"SELECT DISTINCT ?s ?p ?o ?g {{ {union} }}"


def _given(text: str, variable: str, iris: Sequence[str]) -> str:
    """Return *text* with ?*variable* bound to each of *iris*."""
    at = outline.outline(text).where_open
    assert at is not None, "a question of ours has a pattern"
    return f"{text[:at]}\n  {_values(variable, iris)}{text[at:]}"


def _values(variable: str, iris: Sequence[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(str(ox.NamedNode(iri)) for iri in iris)} }}"


def _parts(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(iris), BATCH):
        yield iris[start : start + BATCH]


def _quad(row: Row) -> ox.Quad:
    return ox.Quad(row["s"], row["p"], row["o"], row["g"])  # type: ignore[arg-type]


def _without_list(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Return *quads* of an origin, of a rule's without all that the rule looked at."""
    if any(q.predicate.value == PROV + "wasAttributedTo" for q in quads):
        quads = [q for q in quads if q.predicate.value != PROV + "wasDerivedFrom"]
    return list(dict.fromkeys(quads))


def _named(quads: Iterable[ox.Quad], things: Sequence[str]) -> list[str]:
    """Return every IRI that *quads* name, the *things* first, in order of appearance."""
    found: dict[str, None] = dict.fromkeys(things)
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode):
                found[term.value] = None
    return list(found)
