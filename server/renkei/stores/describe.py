"""The description of things: what DESCRIBE answers and what a document holds.

It is symmetric, and complete in itself: the statements about a thing, with those about the
blank nodes in them; the statements that point to it; the documents that do, and their files;
the name, kind and validity of everything named in these; and where each graph comes from.
Asked in SPARQL of whatever has the release, so that it is the same over every store.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from renkei.rdf.iris import PREFIXES
from renkei.roles import Roles
from renkei.sparql import outline

NAMING = (
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["rdfs"] + "label",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
)
REST = PREFIXES["rdf"] + "rest"
TYPE = PREFIXES["rdf"] + "type"
PROV, DCT = PREFIXES["prov"], PREFIXES["dct"]

FOLDER = Path(__file__).parent / "queries"
QUESTIONS = ("mentions", "mentions-count", "names", "origin", "statements", "things")
LEVELS = 8  # of blank nodes in blank nodes that one question follows
BATCH = 500  # terms given to one question
NO_PROPERTY = "https://w3id.org/renkei/no-property"  # stands for a role that none plays
_ROLE = re.compile(r"\brole:(\w+)")


class Solution(Protocol):
    """One row of an answer: its terms by the names of variables."""

    def __getitem__(self, name: str, /) -> Any: ...


Ask = Callable[[str], Sequence[Solution]]


class Named:
    """What a thing is called, of which kinds it is and when it holds.

    Read once from *quads*, the statements that `queries/names.rq` gives of it. *labels* are
    place of the property among NAMING, language and text; *values* other literals by property.
    """

    __slots__ = ("is_named", "labels", "quads", "types", "values")

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.quads = list(quads)
        self.labels: list[tuple[int, str, str]] = []
        types: dict[str, None] = {}
        self.values: dict[str, str] = {}
        for quad in self.quads:
            predicate, value = quad.predicate.value, quad.object
            if predicate == TYPE:
                if isinstance(value, ox.NamedNode):
                    types[value.value] = None
            elif isinstance(value, ox.Literal):
                if predicate in _PLACE:
                    self.labels.append((_PLACE[predicate], value.language or "", value.value))
                else:
                    self.values.setdefault(predicate, value.value)
        self.types = tuple(types)
        self.is_named = any(q.predicate.value in _PLACE for q in self.quads)

    def label(self, languages: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the best name and its language: one of *languages*, in their order, else any."""
        best: tuple[tuple[int, int, str], str, str] | None = None
        for place, language, text in self.labels:
            rank = languages.index(language) if language in languages else len(languages)
            mark = (rank, place, text)
            if best is None or mark < best[0]:
                best = (mark, text, language)
        return (best[1], best[2]) if best else None


_PLACE = {predicate: place for place, predicate in enumerate(NAMING)}
NOTHING = Named(())


@dataclass(frozen=True)
class Description:
    """Things: statements about them, links to them, and what is needed to read both.

    *beside*: what is said of the blank nodes in them, and of documents that publish them;
    *names*: name, kind and validity of all that is named, by IRI;
    *origins*: what says where each graph comes from, by graph; both empty until they are read.
    """

    own: list[ox.Quad]
    mentions: list[ox.Quad]
    mentions_total: int
    beside: list[ox.Quad]
    names: dict[str, Named]
    origins: dict[str, list[ox.Quad]]

    def named(self, iris: Iterable[str] = ()) -> list[str]:
        """Return *iris* and every IRI in these statements, in order of appearance."""
        found: dict[str, None] = dict.fromkeys(iris)
        for quad in itertools.chain(self.own, self.mentions, self.beside):
            for term in (quad.subject, quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode):
                    found[term.value] = None
        return list(found)

    def graphs(self) -> list[str]:
        """Return the graphs that these statements stand in."""
        graphs = {q.graph_name for q in itertools.chain(self.own, self.mentions, self.beside)}
        return sorted(graph.value for graph in graphs if isinstance(graph, ox.NamedNode))

    @property
    def quads(self) -> list[ox.Quad]:
        """Every statement of the description, once, the things first."""
        names = (named.quads for named in self.names.values() if named.is_named)
        parts = itertools.chain((self.own, self.mentions, self.beside), names)
        whole = itertools.chain.from_iterable(itertools.chain(parts, self.origins.values()))
        return list(dict.fromkeys(whole))


NOTHING_SAID = Description([], [], 0, [], {}, {})


@cache
def question(path: Path, roles: Roles) -> str:
    """Return the query in the file *path*, with the properties of *roles* put in.

    `role:FirstDay` stands for one in the file; where none plays it, for one that nothing has.
    """

    def played(found: re.Match[str]) -> str:
        return str(ox.NamedNode(roles.of(found[1]) or NO_PROPERTY))

    return _ROLE.sub(played, path.read_text("utf-8"))


class Describer:
    """Describes things by asking; *ask* runs a SELECT and returns all its rows.

    Blank nodes of two answers are one node only where their labels are the same, which
    *ask* sees to. Whatever *ask* raises is passed on.
    """

    def __init__(self, roles: Roles, ask: Ask) -> None:
        self.roles = roles
        self._ask = ask
        self._texts = {name: question(FOLDER / f"{name}.rq", roles) for name in QUESTIONS}

    def description(
        self, iris: Sequence[str], limit: int | None = None, offset: int = 0
    ) -> Description:
        """Return what is said about *iris*; empty when nothing is.

        Of all links to them, *limit* are given from *offset* on; None gives all.
        """
        return self.named(self.statements_about(iris, limit, offset), iris)

    def statements_about(
        self, iris: Sequence[str], limit: int | None = 0, offset: int = 0
    ) -> Description:
        """Return what is said about *iris*, with *limit* links to them, without names and origins.

        One question for the statements, one for the links where any are wanted, and one more
        where there are blank nodes.
        """
        own, beside = self._told(iris)
        mentions: list[ox.Quad] = []
        total = 0
        if limit is None:
            mentions = self._quads("mentions", "o", iris)
            total = len(mentions)
        elif limit:
            mentions, total = self.linked(iris[0], limit, offset)
        return Description(own, mentions, total, beside, {}, {})

    def named(self, description: Description, iris: Sequence[str] = ()) -> Description:
        """Return *description* with the names and origins of all that it names, and of *iris*."""
        named = description.named(iris)
        names = dict(zip(named, self.names_of(named), strict=True))
        graphs = description.graphs()
        origins = dict(zip(graphs, self.origins_of(graphs), strict=True))
        return replace(description, names=names, origins=origins)

    def _told(self, iris: Sequence[str]) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """Return the statements about *iris*, and those about what belongs to them.

        What belongs to them: the blank nodes in their statements, documents that publish them,
        and the files of those.
        """
        told: list[ox.Quad] = []
        for part in _parts(iris):
            asked = set(part)
            quads = [_quad(row) for row in self._ask(_filled(self._texts["things"], part))]
            of_them = [q for q in quads if q.subject.value in asked]  # type: ignore[union-attr]
            told += itertools.chain(self._with_blanks(part, of_them), quads)
        asked = set(iris)
        own: dict[ox.Quad, None] = {}
        beside: dict[ox.Quad, None] = {}
        for quad in told:
            is_own = isinstance(quad.subject, ox.NamedNode) and quad.subject.value in asked
            (own if is_own else beside)[quad] = None
        return list(own), list(beside)

    def statements(self, iri: str) -> list[ox.Quad]:
        """Return the statements with *iri* as subject."""
        return self._quads("statements", "s", [iri])

    def linked(self, iri: str, limit: int, offset: int = 0) -> tuple[list[ox.Quad], int]:
        """Return statements that point to *iri*, in a stable order, and how many there are."""
        found = self.mentions(iri, limit, offset)
        total = self.mentions_count(iri) if len(found) == limit else len(found) + offset
        return found, total

    def mentions(self, iri: str, limit: int, offset: int = 0) -> list[ox.Quad]:
        """Return statements that point to *iri*, in a stable order."""
        text = f"{_given(self._texts['mentions'], 'o', [iri])}LIMIT {limit:d} OFFSET {offset:d}\n"
        return [_quad(row) for row in self._ask(text)]

    def mentions_count(self, iri: str) -> int:
        """Return how many statements point to *iri*."""
        rows = self._ask(_given(self._texts["mentions-count"], "o", [iri]))
        return int(rows[0]["number"].value)

    def names_of(self, iris: Sequence[str]) -> Sequence[Named]:
        """Give, for each of *iris*, its names, kinds and validity."""
        found: dict[str, list[ox.Quad]] = {iri: [] for iri in iris}
        for quad in self._quads("names", "s", iris):
            found[quad.subject.value].append(quad)  # type: ignore[union-attr]
        return [Named(quads) for quads in found.values()]

    def all_names(self) -> dict[str, Named]:
        """Return names, kinds and validity of everything, by IRI."""
        found: dict[str, list[ox.Quad]] = {}
        for row in self._ask(self._texts["names"]):
            if isinstance(row["s"], ox.NamedNode):
                found.setdefault(row["s"].value, []).append(_quad(row))
        return {iri: Named(quads) for iri, quads in found.items()}

    def origins_of(self, graphs: Sequence[str]) -> Iterable[list[ox.Quad]]:
        """Give, for each of *graphs*, the statements that say where it comes from."""
        said: dict[str, dict[ox.Quad, None]] = {}
        for part in _parts(graphs):
            for row in self._ask(_filled(self._texts["origin"], part)):
                said.setdefault(row["s"].value, {})[_quad(row)] = None
        return [self._origin(graph, said) for graph in graphs]

    def _origin(self, graph: str, said: dict[str, dict[ox.Quad, None]]) -> list[ox.Quad]:
        """Return what is *said* of a graph, its passages, their sources, and its maker."""

        def objects(subject: str, predicate: str) -> list[str]:
            quads = said.get(subject, ())
            return [q.object.value for q in quads if q.predicate.value == predicate]  # type: ignore[union-attr]

        agents = objects(graph, PROV + "wasAttributedTo")
        passages = objects(graph, self.roles.passage)
        sources = [source for p in passages for source in objects(p, DCT + "isPartOf")]
        others = dict.fromkeys([*passages, *sources, *agents])
        return [*said.get(graph, ()), *(q for other in others for q in said.get(other, ()))]

    def _with_blanks(self, iris: Sequence[str], quads: list[ox.Quad]) -> list[ox.Quad]:
        """Return *quads*, which are about *iris*, with those about the blank nodes in them.

        A question cannot name a blank node, so the way to it is asked for, some levels at
        once; where there are more, a question that goes twice as deep has the levels before.
        """
        for depth in (LEVELS << doubled for doubled in itertools.count()):
            subjects = {q.subject for q in quads}
            if all(q.object in subjects for q in quads if isinstance(q.object, ox.BlankNode)):
                break
            deeper = [_quad(row) for row in self._ask(_behind(iris, depth))]
            if len(set(deeper)) == len(set(quads)):
                break  # nothing is said about the last of them
            quads = deeper
        return quads

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


def _filled(text: str, iris: Sequence[str]) -> str:
    """Return *text* with *iris* in each empty VALUES of it."""
    return text.replace("{ }", f"{{ {_written(iris)} }}")


def _values(variable: str, iris: Sequence[str]) -> str:
    return f"VALUES ?{variable} {{ {_written(iris)} }}"


def _written(iris: Sequence[str]) -> str:
    return " ".join(str(ox.NamedNode(iri)) for iri in iris)


def _parts(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(iris), BATCH):
        yield iris[start : start + BATCH]


def _quad(row: Solution) -> ox.Quad:
    return ox.Quad(row["s"], row["p"], row["o"], row["g"])
