"""The statements in which two releases differ, and the difference as an RDF Patch.

`data.nq` is sorted, so that all lines of a subject stand together: two releases are read line
beside line, and only what is said of one subject is in memory at a time. A blank node is another
one where its canonical name is: an axiom that moves is told as taken away and added.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pyoxigraph as ox

from renkei.errors import ReleaseError
from renkei.integrity import State
from renkei.release import DATA, Release

PATCH_MEDIA_TYPE = "application/rdf-patch"


@dataclass(frozen=True)
class SubjectChange:
    """What is said of one subject, as lines of N-Quads, in the older and in the newer release."""

    subject: bytes
    older: frozenset[bytes]
    newer: frozenset[bytes]

    @property
    def removed(self) -> list[bytes]:
        """The lines that are not there any more."""
        return sorted(self.older - self.newer)

    @property
    def added(self) -> list[bytes]:
        """The lines that were not there."""
        return sorted(self.newer - self.older)

    @property
    def iri(self) -> str | None:
        """The subject, if it has an IRI."""
        text = self.subject.decode()
        return text[1:-1] if text.startswith("<") else None


def changes(older: Release | None, newer: Release) -> Iterator[SubjectChange]:
    """Yield each subject of which the releases say something else, in the order of their lines.

    Without an *older* one everything is new. Raises ReleaseError for damaged statements.
    """
    with ExitStack() as stack:
        sides = []
        for release in (older, newer):
            lines: Iterable[bytes] = ()
            if release is not None:
                lines = stack.enter_context(_whole(release).path(DATA).open("rb"))
            sides.append(lines)
        yield from side_by_side(*sides)


def _subject(line: bytes) -> bytes:
    """Return what a line of N-Quads begins with; a triple term (RDF 1.2) with all in it."""
    if not line.startswith(b"<<"):
        return line.partition(b" ")[0]
    return line[: line.rindex(b")>>") + 3]


def side_by_side(older: Iterable[bytes], newer: Iterable[bytes]) -> Iterator[SubjectChange]:
    """Yield each subject of which two lists of sorted lines say something else."""
    olds, news = itertools.groupby(older, _subject), itertools.groupby(newer, _subject)
    old, new = next(olds, None), next(news, None)
    while old or new:
        # Lines are sorted with the blank that ends the subject.
        first = min(side[0] + b" " for side in (old, new) if side)[:-1]
        before, after = frozenset[bytes](), frozenset[bytes]()
        if old and old[0] == first:
            before, old = frozenset(old[1]), next(olds, None)
        if new and new[0] == first:
            after, new = frozenset(new[1]), next(news, None)
        if before != after:
            yield SubjectChange(first, before, after)


def _whole(release: Release) -> Release:
    """Return *release*, whose statements are what was packed. Raises ReleaseError."""
    if release.compared.state(DATA) in (State.DAMAGED, State.MISSING):
        raise ReleaseError(
            "The statements of release %(id)s are damaged: they cannot be compared.",
            "Copy the release again, or pack it again.",
            id=release.manifest.id,
        )
    return release


def patch(older: Release, newer: Release) -> Iterator[bytes]:
    """Yield the difference as an RDF Patch: applied to the older statements it gives the newer.

    https://afs.github.io/rdf-delta/rdf-patch: the default graph as triples, the others as quads.
    """
    root = newer.manifest.root
    yield f"H id <{root}releases/{newer.manifest.id}> .\n".encode()
    yield f"H prev <{root}releases/{older.manifest.id}> .\n".encode()
    yield b"TX .\n"
    for change in changes(older, newer):
        yield from (b"D " + line for line in change.removed)
        yield from (b"A " + line for line in change.added)
    yield b"TC .\n"


def quads_of(lines: Iterable[bytes]) -> list[ox.Quad]:
    """Return the statements of *lines*, their terms as they are written."""
    return list(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))
