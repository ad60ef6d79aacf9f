"""The statements in which two releases differ, and the difference as an RDF Patch.

`data.nq` is sorted, so that all lines of a subject stand together: two releases are read line
beside line, and only what is said of one subject is in memory at a time. A blank node is another
one where its canonical name is: an axiom that moves is told as taken away and added.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

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


Place = tuple[int, int]  # in the older and in the newer `data.nq`: how many bytes are before


def changes(older: Release | None, newer: Release) -> Iterator[SubjectChange]:
    """Yield each subject of which the releases say something else, in the order of their lines.

    Without an *older* one everything is new. Raises ReleaseError for damaged statements.
    """
    return (c for c, _ in subjects(older, newer) if c.older != c.newer)


def subjects(
    older: Release | None, newer: Release, start: Place = (0, 0)
) -> Iterator[tuple[SubjectChange, Place]]:
    """Yield every subject with the place where its lines begin, from *start* on."""
    with ExitStack() as stack:
        files = [
            stack.enter_context(_whole(release).path(DATA).open("rb")) if release else None
            for release in (older, newer)
        ]
        yield from side_by_side(files[0] or io.BytesIO(), files[1] or io.BytesIO(), start)


class _Side:
    """The lines of one release, taken subject by subject."""

    def __init__(self, file: IO[bytes], start: int) -> None:
        file.seek(start)
        self._file, self.place = file, start
        self._line = file.readline()

    @property
    def subject(self) -> bytes:
        """The subject that comes next; nothing at the end."""
        return _subject(self._line)

    def take(self, subject: bytes) -> frozenset[bytes]:
        """Return the lines of *subject*, if it is the next."""
        found = []
        while self._line and self.subject == subject:
            found.append(self._line)
            self.place += len(self._line)
            self._line = self._file.readline()
        return frozenset(found)


def side_by_side(
    older: IO[bytes], newer: IO[bytes], start: Place = (0, 0)
) -> Iterator[tuple[SubjectChange, Place]]:
    """Yield every subject of two files of sorted lines, with what each says of it."""
    old, new = _Side(older, start[0]), _Side(newer, start[1])
    # Lines are sorted with the blank that ends the subject.
    while coming := [side.subject + b" " for side in (old, new) if side.subject]:
        first, place = min(coming)[:-1], (old.place, new.place)
        yield SubjectChange(first, old.take(first), new.take(first)), place


def _subject(line: bytes) -> bytes:
    """Return what a line of N-Quads begins with; a triple term (RDF 1.2) with all in it."""
    if not line.startswith(b"<<"):
        return line.partition(b" ")[0]
    return line[: line.rindex(b")>>") + 3]


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
