"""A difference as people read it: per thing and property what it was and is, and per source.

The default graph is a copy and is passed over: a statement is told with the graphs it stands in.
What rules derive is told apart from what a source says. Names are those of the newer release,
else those of the older.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from renkei.history.differences import SubjectChange, changes, quads_of
from renkei.language.messages import Message, message
from renkei.naming import texts
from renkei.rdf.iris import called, with_known
from renkei.rdf.known_terms import known_term
from renkei.release import DATA, Release

TOLD = 2_000  # things that are told one by one; all others are counted
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
DERIVED = "graph/derived"
Texts = Mapping[str, str]  # a name by language


@dataclass(frozen=True)
class PropertyChange:
    """What a thing had under a property and has now; *graphs* is where that is or was said."""

    predicate: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class ThingChange:
    """A thing that came, went or changed; of one that came or went the properties are all."""

    iri: str
    kind: str
    properties: tuple[PropertyChange, ...]


@dataclass
class Difference:
    """What became different from *older* to *newer*.

    *things* are the first TOLD of *total*; *graphs* counts the statements that each named graph
    lost and won; *names* has the names of all that is mentioned.
    """

    older: Release
    newer: Release
    things: list[ThingChange] = field(default_factory=list)
    total: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    names: dict[str, Texts] = field(default_factory=dict)

    @property
    def graphs(self) -> list[str]:
        """The named graphs that changed: those of sources first, what is derived last."""
        derived = self.newer.manifest.root + DERIVED
        return sorted(
            {*self.removed, *self.added}, key=lambda graph: (graph.startswith(derived), graph)
        )

    def name(self, iri: str, languages: Sequence[str]) -> str:
        """Return what *iri* is called in the first of *languages* that there is, else in any."""
        known = self.names.get(iri, {})
        found = next((known[tag] for tag in languages if tag in known), None)
        prefixes = with_known(self.newer.manifest.prefixes)
        manifest = self.newer.manifest
        return (
            found or next(iter(known.values()), None) or called(iri, prefixes, manifest.root, True)
        )

    def value(self, term: object, languages: Sequence[str]) -> str:
        """Return how a value is written: a thing by its name, a text as it stands."""
        if isinstance(term, ox.NamedNode):
            return self.name(term.value, languages)
        return term.value if isinstance(term, ox.Literal) else str(term)

    def sentences(self, thing: ThingChange, languages: Sequence[str]) -> list[Message]:
        """Return in words what became of *thing*: one sentence a property."""
        called = self.name(thing.iri, languages)
        if thing.kind != CHANGED:
            came = thing.kind == ADDED
            return [
                message("Added: %(thing)s", thing=called)
                if came
                else message("Removed: %(thing)s", thing=called)
            ]
        found = []
        for change in thing.properties:
            before, after = (
                ", ".join(self.value(term, languages) for term in side) or "—"
                for side in (change.before, change.after)
            )
            found.append(
                message(
                    "%(property)s of %(thing)s: %(before)s → %(after)s",
                    property=self.name(change.predicate, languages),
                    thing=called,
                    before=before,
                    after=after,
                )
            )
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the difference for programs."""
        return {
            "from": _release(self.older),
            "to": _release(self.newer),
            "total": {kind: self.total[kind] for kind in (ADDED, REMOVED, CHANGED)},
            "things": [self._thing(thing) for thing in self.things],
            "graphs": [
                {**self._named(g), "removed": self.removed[g], "added": self.added[g]}
                for g in self.graphs
            ],
        }

    def _thing(self, thing: ThingChange) -> dict[str, Any]:
        properties = [
            {
                **self._named(change.predicate),
                "before": [self._term(term) for term in change.before],
                "after": [self._term(term) for term in change.after],
                "graphs": list(change.graphs),
            }
            for change in thing.properties
        ]
        return {**self._named(thing.iri), "change": thing.kind, "properties": properties}

    def _named(self, iri: str) -> dict[str, Any]:
        return {"iri": iri, "name": dict(self.names.get(iri, {}))}

    def _term(self, term: object) -> dict[str, Any]:
        if isinstance(term, ox.NamedNode):
            return self._named(term.value)
        if not isinstance(term, ox.Literal):
            return {"value": str(term)}
        if term.language:
            return {"value": term.value, "language": term.language}
        return {"value": term.value, "datatype": term.datatype.value}


def _release(release: Release) -> dict[str, str]:
    manifest = release.manifest
    return {"id": manifest.id, "version": manifest.version, "created": manifest.created}


def difference(older: Release, newer: Release) -> Difference:
    """Return what became different. Raises ReleaseError for damaged statements."""
    found = Difference(older, newer)
    for change in changes(older, newer):
        if change.iri is not None:
            _take(found, change, change.iri)
    found.things.sort(key=lambda thing: thing.iri)
    _name(found)
    return found


def _take(found: Difference, change: SubjectChange, iri: str) -> None:
    sides = []
    for lines, count in ((change.removed, found.removed), (change.added, found.added)):
        named = [q for q in quads_of(lines) if isinstance(q.graph_name, ox.NamedNode)]
        count.update(q.graph_name.value for q in named)  # type: ignore[union-attr]
        sides.append(named)
    if not any(sides):
        return
    kind = CHANGED if change.older and change.newer else ADDED if change.newer else REMOVED
    found.total[kind] += 1
    if len(found.things) < TOLD:
        found.things.append(ThingChange(iri, kind, tuple(_properties(*sides))))


def _properties(removed: list[ox.Quad], added: list[ox.Quad]) -> Iterator[PropertyChange]:
    """Yield the properties in order. A value that only moved to another graph is on both sides."""
    held: dict[str, tuple[dict[Any, None], dict[Any, None], set[str]]] = defaultdict(
        lambda: ({}, {}, set())
    )
    for place, quads in enumerate((removed, added)):
        for quad in quads:
            entry = held[quad.predicate.value]
            entry[place][quad.object] = None  # type: ignore[index]
            entry[2].add(quad.graph_name.value)  # type: ignore[union-attr]
    for predicate, (before, after, graphs) in sorted(held.items()):
        yield PropertyChange(predicate, _sorted(before), _sorted(after), tuple(sorted(graphs)))


def _sorted(terms: Iterable[object]) -> tuple[object, ...]:
    return tuple(sorted(terms, key=str))


def _name(found: Difference) -> None:
    """Look up what everything that is mentioned is called: one pass over each release."""
    wanted = {*found.removed, *found.added}
    for thing in found.things:
        wanted.add(thing.iri)
        for change in thing.properties:
            wanted.add(change.predicate)
            terms = (*change.before, *change.after)
            wanted.update(term.value for term in terms if isinstance(term, ox.NamedNode))
    for release in (found.older, found.newer):
        found.names.update(names_in(release, wanted))
    for iri in wanted - found.names.keys():
        if (term := known_term(iri)) is not None:  # of a vocabulary of others
            found.names[iri] = term.labels
    passages = {**_passages(found.older, wanted), **_passages(found.newer, wanted)}
    for release in (found.older, found.newer):
        named = names_in(release, set(passages.values()))
        found.names.update(
            {g: named[p] for g, p in passages.items() if p in named and g not in found.names}
        )


def names_in(release: Release, wanted: set[str]) -> dict[str, Texts]:
    """Return the names that *release* has for those of *wanted* that it names, by language."""
    naming = release.manifest.naming
    lines = _lines(release, wanted, naming.straight)
    best: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for iri, way, text in texts(quads_of(lines), naming.names):
        place, tag = naming.places[way], text.language or ""
        if tag not in best[iri] or (place, text.value) < best[iri][tag]:
            best[iri][tag] = place, text.value
    return {iri: {tag: said[1] for tag, said in found.items()} for iri, found in best.items()}


def _passages(release: Release, graphs: set[str]) -> dict[str, str]:
    """Return the place in a source that each graph rests on."""
    role = release.manifest.roles.passage
    found = {}
    for quad in quads_of(_lines(release, graphs, (role,))) if role else ():
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            found[quad.subject.value] = quad.object.value
    return found


def _lines(release: Release, subjects: set[str], predicates: Iterable[str]) -> Iterator[bytes]:
    firsts = {f"<{iri}>".encode() for iri in subjects}
    seconds = {f"<{iri}>".encode() for iri in predicates}
    with release.path(DATA).open("rb") as file:
        for line in file:
            subject, predicate, _ = line.split(b" ", 2)
            if subject in firsts and predicate in seconds:
                yield line
