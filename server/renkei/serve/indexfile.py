"""The index of a release, as packing wrote it: a file of SQLite, opened to be read.

What stands in it is told in `release`; how a wish is compared with it, in `finding`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence

import pyoxigraph as ox

from renkei.release import INDEX, Release

MAPPED = 256 << 20  # bytes of the file that may be mapped into memory


class IndexFile:
    """Answers questions to the index; opened at the first, once in each thread.

    A release without an index raises ReleaseError then.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._own = threading.local()

    def ask(self, query: str, given: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run *query*, a text of ours, with *given* for its question marks."""
        if not hasattr(self._own, "file"):
            address = f"{self._release.path(INDEX).resolve().as_uri()}?mode=ro&immutable=1"
            self._own.file = sqlite3.connect(address, uri=True)
            self._own.file.execute(f"PRAGMA mmap_size = {MAPPED}")
        cursor: sqlite3.Cursor = self._own.file.execute(query, given)
        return cursor

    def pointing_count(self, iri: str) -> int | None:
        """Return how many statements point to *iri*; None where they are not listed here."""
        rows = self.ask("SELECT statements FROM pointed WHERE term = ?", (iri,))
        return next((number for (number,) in rows), None)

    def pointing(self, iri: str, limit: int, offset: int = 0) -> list[ox.Quad]:
        """Return statements that point to *iri*, by predicate, subject and graph."""
        rows = self.ask(
            "SELECT s.text, p.text, g.text FROM pointed"
            " JOIN pointing ON pointing.pointed = pointed.number"
            " JOIN term s ON s.number = subject"
            " JOIN term p ON p.number = predicate"
            " JOIN term g ON g.number = graph"
            " WHERE pointed.term = ? AND place >= ? AND place < ? ORDER BY place",
            (iri, offset, offset + limit),
        )
        this = ox.NamedNode(iri)
        return [
            ox.Quad(ox.NamedNode(s), ox.NamedNode(p), this, ox.NamedNode(g)) for s, p, g in rows
        ]
