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
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from renkei.naming import DEFAULT, Naming, Way
from renkei.rdf.authored import NOTHING as NOTHING_NOTED
from renkei.rdf.authored import Authored
from renkei.rdf.iris import PREFIXES
from renkei.roles import Roles
from renkei.sparql import outline

REST = PREFIXES["rdf"] + "rest"
TYPE = PREFIXES["rdf"] + "type"
PROV, DCT = PREFIXES["prov"], PREFIXES["dct"]

FOLDER = Path(__file__).parent / "queries"
QUESTIONS = (
    "documents",
    "mentions",
    "mentions-count",
    "names",
    "names-behind",
    "origin",
    "statements",
    "things",
)
# Levels of blank nodes that the first answer tells of, lists aside. An engine that is slow at
# patterns without a property, as Virtuoso is, is asked for one level at a time.
LEVELS = 3
BATCH = 500  # terms given to one question
NO_PROPERTY = "https://w3id.org/renkei/no-property"  # stands for a role that none plays
_DEEP = re.compile(r"  # Beyond the first level:\n.*?  # to here\.\n", re.DOTALL)
_ROLE = re.compile(r"\brole:(\w+)")
_NAMING = re.compile(r"\bnaming:(\w+)")
EACH = "VALUES ?s { }"  # what a question about given things has, and one about all has not


class Solution(Protocol):
    """One row of an answer: its terms by the names of variables."""

    def __getitem__(self, name: str, /) -> Any: ...


Ask = Callable[[str], Sequence[Solution]]
Subject = ox.NamedNode | ox.BlankNode | ox.Triple
# The properties that lead from a thing to a blank node, by way of others, and such things.
Ways = dict[tuple[str, ...], dict[str, None]]
# A name behind a node: the way there, the text, and the statements on the way that can be told.
Behind = tuple[Way, ox.Literal, list[ox.Quad]]
# The properties that lead from each subject to blank nodes.
Steps = dict[Subject, list[tuple[str, ox.BlankNode]]]


class Named:
    """What a thing is called, of which kinds it is and when it holds.

    Read once from *quads*, the statements about it that `queries/names.rq` gives, and from the
    names that stand *behind* a node: the way there, the text, and the statements that say it.
    *labels* are place of the way among those of *naming*, language and text; *values* other
    literals by property.
    """

    __slots__ = ("is_named", "labels", "quads", "types", "values")

    def __init__(
        self, quads: Iterable[ox.Quad], naming: Naming = DEFAULT, behind: Iterable[Behind] = ()
    ) -> None:
        self.quads = list(quads)
        self.labels: list[tuple[int, str, str]] = []
        types: dict[str, None] = {}
        self.values: dict[str, str] = {}
        for quad in self.quads:
            predicate, value = quad.predicate.value, quad.object
            if predicate == TYPE:
                if isinstance(value, ox.NamedNode):
                    types[value.value] = None
            elif isinstance(value, ox.Literal) and not self._call((predicate,), value, naming):
                self.values.setdefault(predicate, value.value)
        for way, text, said in behind:
            if self._call(way, text, naming):
                self.quads += said
        self.types = tuple(types)
        self.is_named = bool(self.labels)

    def _call(self, way: Way, text: ox.Literal, naming: Naming) -> bool:
        """Take *text* for a name, if *way* leads to names; of spaces alone it is none."""
        place = naming.places.get(way)
        if place is not None and not text.value.isspace() and text.value:
            self.labels.append((place, text.language or "", text.value))
        return place is not None

    def label(self, languages: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the best name and its language: one of *languages*, in their order, else any."""
        best: tuple[tuple[int, int, str], str, str] | None = None
        for place, language, text in self.labels:
            rank = languages.index(language) if language in languages else len(languages)
            mark = (rank, place, text)
            if best is None or mark < best[0]:
                best = (mark, text, language)
        return (best[1], best[2]) if best else None


NOTHING = Named(())


@dataclass(frozen=True)
class Description:
    """Things: statements about them, links to them, and what is needed to read both.

    *beside*: what is said of the blank nodes in them, and of documents that publish them;
    *names*: name, kind and validity of all that is named, by IRI;
    *origins*: what says where each graph comes from, by graph; both empty until they are read.
    Not *whole*: blank nodes within blank nodes go on where the reading of them was to end.
    """

    own: list[ox.Quad]
    mentions: list[ox.Quad]
    mentions_total: int
    beside: list[ox.Quad]
    names: dict[str, Named]
    origins: dict[str, list[ox.Quad]]
    whole: bool = True

    def named(self, iris: Iterable[str] = ()) -> list[str]:
        """Return *iris* and every IRI in these statements, in order of appearance."""
        found: dict[str, None] = dict.fromkeys(iris)
        for quad in itertools.chain(self.own, self.mentions, self.beside):
            for term in _terms(quad):
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
def question(path: Path, roles: Roles, naming: Naming = DEFAULT, levels: int = LEVELS) -> str:
    """Return the query in the file *path*, with the properties of *roles* and *naming* put in.

    `role:FirstDay` stands for one in the file; where none plays it, for one that nothing has.
    `naming:Names` stands for a list of them: see `_listed`. Of levels of blank nodes it tells
    of *levels*, one or LEVELS.
    """

    def played(found: re.Match[str]) -> str:
        return str(ox.NamedNode(roles.of(found[1]) or NO_PROPERTY))

    def listed(found: re.Match[str]) -> str:
        return ", ".join(str(ox.NamedNode(iri)) for iri in _listed(naming, found[1]))

    text = path.read_text("utf-8")
    text = text if levels > 1 else _DEEP.sub("", text)
    return _NAMING.sub(listed, _ROLE.sub(played, text))


def _listed(naming: Naming, word: str) -> Sequence[str]:
    """Return the properties that *word* stands for in a query; raises KeyError for another."""
    return {
        "Names": naming.straight,
        "ToNodes": sorted({way[0] for way in naming.behind}),
        "OfNodes": sorted({way[1] for way in naming.behind}),
        "Descriptions": naming.descriptions,
    }[word] or (NO_PROPERTY,)


class Describer:
    """Describes things by asking; *ask* runs a SELECT and returns all its rows.

    Names are read by *naming*. Blank nodes of two answers are one node only where their labels
    are the same, which *ask* sees to. Whatever *ask* raises is passed on. *authored* has the
    terms that who is asked does not keep as they were written.
    """

    def __init__(
        self,
        roles: Roles,
        ask: Ask,
        naming: Naming = DEFAULT,
        authored: Authored = NOTHING_NOTED,
        levels: int = LEVELS,
    ) -> None:
        self.roles, self.naming, self.levels = roles, naming, levels
        self._ask = ask
        self.authored = authored
        self._texts = {
            name: question(FOLDER / f"{name}.rq", roles, naming, levels) for name in QUESTIONS
        }

    def description(
        self, iris: Sequence[str], limit: int | None = None, offset: int = 0
    ) -> Description:
        """Return what is said about *iris*; empty when nothing is.

        Of all links to them, *limit* are given from *offset* on; None gives all.
        """
        return self.named(self.linked_statements(iris, limit, offset), iris)

    def statements_about(self, iris: Sequence[str], deeper: int | None = None) -> Description:
        """Return what is said about *iris* alone, without links, names and origins.

        One question, and one more for each level of blank nodes beyond the first `levels`: *deeper*
        of these at most, where it is a number.
        """
        own, beside, whole = self._told("statements", iris, deeper)
        return Description(own, [], 0, beside, {}, {}, whole)

    def linked_statements(
        self, iris: Sequence[str], limit: int | None, offset: int = 0, deeper: int | None = None
    ) -> Description:
        """Return what is said about *iris* and by whom, still without names and origins.

        By whom: *limit* links to them, from *offset* on, and the documents that publish them.
        One question for the statements, one for the links where any are wanted, and one more
        for each level of blank nodes beyond the third: *deeper* of these at most, where it is
        a number.
        """
        name = "things" if self._has_documents else "statements"
        own, beside, whole = self._told(name, iris, deeper)
        mentions: list[ox.Quad] = []
        total = 0
        if limit is None:
            mentions = self._quads("mentions", "o", iris)
            total = len(mentions)
        elif limit:
            mentions, total = self.linked(iris[0], limit, offset)
        return Description(own, mentions, total, beside, {}, {}, whole)

    def named(self, description: Description, iris: Sequence[str] = ()) -> Description:
        """Return *description* with the names and origins of all that it names, and of *iris*."""
        named = description.named(iris)
        names = dict(zip(named, self.names_of(named), strict=True))
        graphs = description.graphs()
        origins = dict(zip(graphs, self.origins_of(graphs), strict=True))
        return replace(description, names=names, origins=origins)

    @cached_property
    def _has_documents(self) -> bool:
        """Whether anything is a document at all: to look for those of a thing takes long."""
        return bool(self._ask(self._texts["documents"]))

    def _told(
        self, name: str, iris: Sequence[str], deeper: int | None
    ) -> tuple[list[ox.Quad], list[ox.Quad], bool]:
        """Return the statements about *iris*, those about what belongs to them, and if all are.

        What belongs to them: the blank nodes in their statements; and, by the question *name*,
        documents that publish them and the files of those.
        """
        own: dict[ox.Quad, None] = {}
        beside: dict[ox.Quad, None] = {}
        whole = True
        for part in _parts(iris):
            asked = set(part)
            elsewhere = set(iris) - asked  # a document among *iris* is told of in its own part
            quads = self._stated(filled(self._texts[name], part))
            quads = [q for q in quads if q.subject.value not in elsewhere]  # type: ignore[union-attr]
            quads, told = self._with_blanks(quads, asked, deeper)
            whole = whole and told
            for quad in quads:
                is_own = isinstance(quad.subject, ox.NamedNode) and quad.subject.value in asked
                (own if is_own else beside)[quad] = None
        return list(own), list(beside), whole

    def statements(self, iri: str) -> list[ox.Quad]:
        """Return the statements with *iri* as subject."""
        quads = self._stated(filled(self._texts["statements"], [iri]))
        return [quad for quad in quads if quad.subject == ox.NamedNode(iri)]

    def linked(self, iri: str, limit: int, offset: int = 0) -> tuple[list[ox.Quad], int]:
        """Return statements that point to *iri*, in a stable order, and how many there are."""
        found = self.mentions(iri, limit, offset)
        total = self.mentions_count(iri) if len(found) == limit else len(found) + offset
        return found, total

    def mentions(self, iri: str, limit: int, offset: int = 0) -> list[ox.Quad]:
        """Return statements that point to *iri*, in a stable order."""
        text = f"{_given(self._texts['mentions'], 'o', [iri])}LIMIT {limit:d} OFFSET {offset:d}\n"
        return self._stated(text)

    def mentions_count(self, iri: str) -> int:
        """Return how many statements point to *iri*."""
        rows = self._ask(_given(self._texts["mentions-count"], "o", [iri]))
        return int(rows[0]["number"].value)

    def names_of(self, iris: Sequence[str]) -> Sequence[Named]:
        """Give, for each of *iris*, its names, kinds and validity."""
        texts = [filled(self._asking_names, part) for part in _parts(iris)]
        found = self._told_names(texts)
        return [found.get(iri, NOTHING) for iri in iris]

    def all_names(self) -> dict[str, Named]:
        """Return names, kinds and validity of everything, by IRI."""
        return self._told_names([self._asking_names.replace(EACH, "")])

    @property
    def _asking_names(self) -> str:
        """The question for names: the plain one where no name stands behind a node."""
        return self._texts["names-behind" if self.naming.behind else "names"]

    def _told_names(self, texts: Iterable[str]) -> dict[str, Named]:
        """Return the names that the questions *texts* give, by IRI."""
        quads: dict[str, list[ox.Quad]] = {}
        behind: dict[str, list[Behind]] = {}
        for row in (row for text in texts for row in self._ask(text)):
            if not isinstance(row["s"], ox.NamedNode):
                continue
            iri = row["s"].value
            if not self.naming.behind or _unbound(row, "node"):
                quads.setdefault(iri, []).append(_quad(row))
            elif isinstance(row["o"], ox.Literal):
                way = (row["p"].value, row["last"].value)
                behind.setdefault(iri, []).append((way, row["o"], _on_the_way(row)))
        return {
            iri: Named(self.authored.quads(quads.get(iri, ())), self.naming, behind.get(iri, ()))
            for iri in {**quads, **behind}
        }

    def origins_of(self, graphs: Sequence[str]) -> Iterable[list[ox.Quad]]:
        """Give, for each of *graphs*, the statements that say where it comes from."""
        said: dict[str, dict[ox.Quad, None]] = {}
        for part in _parts(graphs):
            for quad in self._stated(filled(self._texts["origin"], part)):
                said.setdefault(quad.subject.value, {})[quad] = None  # type: ignore[union-attr]
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

    def _with_blanks(
        self, quads: list[ox.Quad], asked: set[str], deeper: int | None
    ) -> tuple[list[ox.Quad], bool]:
        """Return *quads*, with those about the blank nodes of the things *asked* about.

        A question cannot name a blank node. The first has told of three levels of them; for
        others one names the way to them, which the answer before has shown: one question a
        level, *deeper* at most. Each has all statements of these things anew, and so its own
        blank nodes in them. With it: whether no level is left.
        """
        known: Ways = {}
        told, levels = quads, 0
        while new := _ways(told, asked, known):
            if levels == deeper:
                break
            levels += 1
            known |= {way: {**known.get(way, {}), **things} for way, things in new.items()}
            told = self._stated(_behind(known))
        anew = {thing for things in known.values() for thing in things}
        return ([*told, *_without(quads, anew)] if anew else quads), not new

    def _quads(self, name: str, variable: str, iris: Sequence[str]) -> list[ox.Quad]:
        return [
            quad
            for part in _parts(iris)
            for quad in self._stated(_given(self._texts[name], variable, part))
        ]

    def _stated(self, question: str) -> list[ox.Quad]:
        """Return the statements that answer *question*, as their authors wrote them."""
        return list(self.authored.quads(map(_quad, self._ask(question))))


def _ways(quads: Sequence[ox.Quad], asked: set[str], known: Ways) -> Ways:
    """Return all ways to blank nodes from each thing *asked* about that is not told of wholly.

    It is where nothing is said in *quads* of a blank node at the end of a way that is not
    among those *known*.
    """
    steps = _steps(quads)
    found: Ways = {}
    for thing in steps:
        if isinstance(thing, ox.NamedNode) and thing.value in asked:
            ways = _walked(thing, steps)
            if any(not ends and thing.value not in known.get(way, ()) for way, ends in ways):
                for way, _ in ways:
                    found.setdefault(way, {})[thing.value] = None
    return found


def _terms(triple: ox.Quad | ox.Triple) -> Iterator[object]:
    """Give the terms of a statement, and those of the statements that are terms in it."""
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.Triple):
            yield from _terms(term)
        else:
            yield term


def _steps(quads: Iterable[ox.Quad]) -> Steps:
    """Return, for each subject, the properties that lead from it to blank nodes."""
    steps: Steps = {}
    for quad in quads:
        held = steps.setdefault(quad.subject, [])
        if isinstance(quad.object, ox.BlankNode):
            held.append((quad.predicate.value, quad.object))
    return steps


def _walked(thing: Subject, steps: Steps) -> list[tuple[tuple[str, ...], bool]]:
    """Return the ways from *thing* to blank nodes, and whether anything is said of these."""
    found: list[tuple[tuple[str, ...], bool]] = []
    seen: set[Subject] = {thing}
    to_go: list[tuple[Subject, tuple[str, ...]]] = [(thing, ())]
    while to_go:
        node, way = to_go.pop()
        if way[-1:] != (REST,) and any(predicate == REST for predicate, _ in steps[node]):
            way = (*way, REST)  # to every node of a list at once
        for predicate, blank in steps[node]:
            if blank not in seen:
                seen.add(blank)
                there = way if predicate == REST else (*way, predicate)
                found.append((there, blank in steps))
                if blank in steps:
                    to_go.append((blank, there))
    return found


def _without(quads: Iterable[ox.Quad], things: set[str]) -> Iterator[ox.Quad]:
    """Give *quads* without those about *things* and about the blank nodes in them."""
    quads = list(quads)
    steps = _steps(quads)
    kept: set[Subject] = {s for s in steps if isinstance(s, ox.NamedNode) and s.value not in things}
    to_go: list[Subject] = list(kept)
    while to_go:
        blanks = {blank for _, blank in steps.get(to_go.pop(), ())} - kept
        kept |= blanks
        to_go += blanks
    return (quad for quad in quads if quad.subject in kept)


def _behind(ways: Ways) -> str:
    """Return the question for what is said of the things in *ways* and at the end of these.

    A list is followed to its end by a path, but not from a blank node that the first answer
    has shown to be none: an engine such as Virtuoso is slow at paths. The path stands outside
    of GRAPH, where Virtuoso takes no step as well.
    """
    ends: Ways = {}
    for way, things in ways.items():
        end = way if len(way) == 1 or way[-1] == REST else (*way, REST)
        ends[end] = {**ends.get(end, {}), **things}
    every = {thing: None for things in ways.values() for thing in things}
    parts = [f"{_values('b0', list(every))} GRAPH ?g {{ ?b0 ?p ?o }} BIND (?b0 AS ?s)"]
    for way, things in ends.items():
        steps = " ".join(
            f"?b{n - 1} <{REST}>* ?b{n} ."
            if predicate == REST
            else f"GRAPH ?g {{ ?b{n - 1} {ox.NamedNode(predicate)} ?b{n} FILTER isBlank(?b{n}) }}"
            for n, predicate in enumerate(way, 1)
        )
        last = f"?b{len(way)}"
        parts.append(
            f"{_values('b0', list(things))} {steps} GRAPH ?g {{ {last} ?p ?o }} BIND ({last} AS ?s)"
        )
    union = " UNION ".join(f"{{ {part} }}" for part in parts)
    return f"SELECT DISTINCT ?s ?p ?o ?g {{ {union} }}"


def _given(text: str, variable: str, iris: Sequence[str]) -> str:
    """Return *text* with ?*variable* bound to each of *iris*."""
    at = outline.outline(text).where_open
    assert at is not None, "a question of ours has a pattern"
    return f"{text[:at]}\n  {_values(variable, iris)}{text[at:]}"


def filled(text: str, iris: Sequence[str]) -> str:
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


def _unbound(row: Solution, name: str) -> bool:
    """Say whether *row* has no term for a variable: a store leaves it out, or says None."""
    try:
        return row[name] is None
    except KeyError:
        return True


def _on_the_way(row: Solution) -> list[ox.Quad]:
    """Return the statements by which a name stands behind a node.

    None where the node is blank: in the description of something else, nothing could say that
    it is the same node as in the statements of the thing.
    """
    if not isinstance(row["node"], ox.NamedNode):
        return []
    return [
        ox.Quad(row["s"], row["p"], row["node"], row["g"]),
        ox.Quad(row["node"], row["last"], row["o"], row["in"]),
    ]
