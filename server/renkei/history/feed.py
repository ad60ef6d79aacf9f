"""The changes from one release to the next as activities: what came, was changed, went.

Of things, with the statements about each in the default graph; and of named graphs, with all
that each holds: the two together are a release, statement for statement. An activity carries the
whole of its object as it is then, so that who follows replaces and never patches. Pages are cut
once: where each begins is kept, and a page is read from there.

https://semiceu.github.io/LDES-DCAT-AP-feeds: LDES whose members are Activity Streams.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from renkei.history.differences import Place, quads_of, subjects
from renkei.release import DATA, Release

THINGS, GRAPHS = "things", "graphs"
PAGE = {THINGS: 250, GRAPHS: 50}  # activities of one page
CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
Lines = frozenset[bytes]


@dataclass(frozen=True)
class Activity:
    """That *iri* came, was changed or went; *payload* is what is said of it from then on."""

    kind: str
    iri: str
    payload: tuple[ox.Triple, ...]


def kind_of(before: object, after: object) -> str:
    """Return what happened to something that was *before* and is *after*."""
    return UPDATE if before and after else CREATE if after else DELETE


class ThingFeed:
    """The activities about things, from *older* (or nothing) to *newer*."""

    def __init__(self, older: Release | None, newer: Release) -> None:
        self._older, self._newer = older, newer
        self._blank = tuple(_blank(release) for release in (older, newer))
        self._pages: list[Place] = []
        for number, (_, place) in enumerate(self._activities((0, 0))):
            if number % PAGE[THINGS] == 0:
                self._pages.append(place)

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self._pages)

    def page(self, number: int) -> list[Activity]:
        """Return the activities of page *number*, from 0."""
        found = itertools.islice(self._activities(self._pages[number]), PAGE[THINGS])
        return [
            Activity(kind, iri, tuple(quad.triple for quad in quads_of(sorted(lines))))
            for (kind, iri, lines), _ in found
        ]

    def _activities(self, start: Place) -> Iterator[tuple[tuple[str, str, Lines], Place]]:
        for change, place in subjects(self._older, self._newer, start):
            if change.iri is None or (change.older == change.newer and not any(self._blank)):
                continue
            before, after = (
                _with_blanks(filter(_in_default, lines), blank)
                for lines, blank in zip((change.older, change.newer), self._blank, strict=True)
            )
            if before != after:
                yield (kind_of(before, after), change.iri, after), place


class GraphFeed:
    """The activities about named graphs, from *older* (or nothing) to *newer*."""

    def __init__(self, older: Release | None, newer: Release) -> None:
        self._newer = newer
        before, after = (_digests(release) for release in (older, newer))
        changed = sorted(g for g in {*before, *after} if before.get(g) != after.get(g))
        self._changed = [(g, kind_of(g in before, g in after)) for g in changed]

    def __len__(self) -> int:
        """Return the number of pages."""
        return -(-len(self._changed) // PAGE[GRAPHS])

    def page(self, number: int) -> list[Activity]:
        """Return the activities of page *number*, from 0."""
        size = PAGE[GRAPHS]
        here = self._changed[number * size : (number + 1) * size]
        held: dict[bytes, list[bytes]] = {graph: [] for graph, _ in here}
        for graph, line in _graphs(self._newer):
            if graph in held:
                held[graph].append(line)
        return [
            Activity(kind, graph.decode()[1:-1], tuple(q.triple for q in quads_of(held[graph])))
            for graph, kind in here
        ]


def _graph(line: bytes) -> bytes:
    """Return the name of the graph of a line of N-Quads; nothing in the default graph.

    A literal ends in a quotation mark, a language or a datatype: what follows a blank behind it,
    behind an IRI or a blank node, is the graph.
    """
    body = line.rstrip(b" .\n")
    if not body.endswith(b">"):
        return b""
    head, _, last = body.rpartition(b" ")
    # subject, predicate and object stand before it; an object that is a literal may hold blanks
    second = head.split(b" ", 2)
    named = last.startswith(b"<") and b"<" not in last[1:]
    return last if len(second) == 3 and named and _is_whole(second[2]) else b""


def _is_whole(term: bytes) -> bool:
    """Say whether *term* is one whole object of a line, and not the beginning of a literal."""
    if not term.startswith(b'"'):
        return True
    end = term.rfind(b'"')
    return end > 0 and b" " not in term[end:]


def _in_default(line: bytes) -> bool:
    return not _graph(line)


def _graphs(release: Release | None) -> Iterator[tuple[bytes, bytes]]:
    if release is None:
        return
    with release.path(DATA).open("rb") as file:
        for line in file:
            if graph := _graph(line):
                yield graph, line


def _digests(release: Release | None) -> Mapping[bytes, str]:
    found: dict[bytes, hashlib._Hash] = defaultdict(hashlib.sha256)
    for graph, line in _graphs(release):
        found[graph].update(line)
    return {graph: digest.hexdigest() for graph, digest in found.items()}


def _blank(release: Release | None) -> Mapping[bytes, list[bytes]]:
    """Return what the default graph says of each blank node."""
    found: dict[bytes, list[bytes]] = defaultdict(list)
    if release is not None:
        with release.path(DATA).open("rb") as file:
            for line in file:
                if line.startswith(b"_:") and _in_default(line):
                    found[line.partition(b" ")[0]].append(line)
    return found


def _with_blanks(lines: Iterable[bytes], blank: Mapping[bytes, list[bytes]]) -> Lines:
    """Return *lines* and all that is said of the blank nodes that they lead to."""
    found = dict.fromkeys(lines)
    if not blank:
        return frozenset(found)
    waiting = list(found)
    while waiting:
        last = waiting.pop().rstrip(b" .\n").rpartition(b" ")[2]
        for line in blank.get(last, ()):
            if line not in found:
                found[line] = None
                waiting.append(line)
    return frozenset(found)
