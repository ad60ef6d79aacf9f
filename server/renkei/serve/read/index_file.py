"""The index of a release, as packing wrote it: a file of SQLite, opened to be read.

What stands in it is told in `release`; how a wish is compared with it, in `search_index`. It is
read piece by piece and never mapped into memory: where a mapped file is cut, the system ends
whoever reads it. Before each question it is looked at whether the file is still the one that
was compared (see `integrity`), so that a changed index answers nothing.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox

from renkei.errors import StoreUnavailable
from renkei.integrity import AT_ONCE, Seal, State
from renkei.release import INDEX, Release

TRIES = 3  # questions asked anew where the file is exchanged meanwhile
KEPT = 8 << 10  # KiB of the file that each thread keeps at hand
Row = tuple[Any, ...]


class Below(NamedTuple):
    """What stands below another: its notation, and how much stands below it in turn."""

    iri: str
    notation: str
    number: int


class IndexFile:
    """Answers questions to the index; opened at the first, once in each thread.

    A release without an index raises ReleaseError then, a damaged one FileDamaged. One too
    large to be compared at once is read until its comparison ends.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._own = threading.local()

    def ask(self, query: str, given: Sequence[object] = ()) -> list[Row]:
        """Return the rows of *query*, a text of ours, with *given* for its question marks."""
        for _ in range(TRIES):
            seal = self._seal()
            try:
                rows: list[Row] = self._file(seal).execute(query, given).fetchall()
            except sqlite3.DatabaseError:
                self._release.compared.require(INDEX)
                if self._release.compared.seen(INDEX)[1] == seal:
                    raise
                continue  # it was exchanged meanwhile
            if self._release.compared.seen(INDEX)[1] == seal:
                return rows
        raise StoreUnavailable("The index is being exchanged.", "Ask again.", 1)

    def known(self) -> tuple[str, str] | None:
        """Return a spelling in the index, and what is spelt so; None where it is empty."""
        rows = self.ask(
            "SELECT key.text, entry.iri FROM (SELECT key AS k, entry AS e FROM form LIMIT 1)"
            " JOIN key ON key.number = k JOIN entry ON entry.number = e"
        )
        return rows[0] if rows else None

    def finds(self, spelling: str, iri: str) -> bool:
        """Say whether *iri* is found by *spelling*."""
        rows = self.ask(
            "SELECT 1 FROM key JOIN form ON form.key = key.number"
            " JOIN entry ON entry.number = form.entry WHERE key.text = ? AND entry.iri = ?",
            (spelling, iri),
        )
        return bool(rows)

    def _seal(self) -> Seal:
        """Return what the system says of the file, which is whole or still to be compared."""
        self._release.path(INDEX)  # raises where the release has no index
        size, compared = self._release.manifest.files[INDEX].size, self._release.compared
        state, seal = compared.seen(INDEX)
        if state is not State.WHOLE and size <= AT_ONCE:
            compared.require(INDEX)
            state, seal = compared.seen(INDEX)
        if state in (State.DAMAGED, State.MISSING) or seal is None:
            raise compared.damage(INDEX)
        return seal

    def _file(self, seal: Seal) -> sqlite3.Connection:
        """Return this thread's connection to the file that has *seal*."""
        if getattr(self._own, "seal", None) != seal:
            address = f"{self._release.path(INDEX).resolve().as_uri()}?mode=ro&immutable=1"
            self._own.file = sqlite3.connect(address, uri=True)
            self._own.file.execute(f"PRAGMA cache_size = -{KEPT}")
            self._own.seal = seal
        file: sqlite3.Connection = self._own.file
        return file

    def spelt(self, plain: str) -> str | None:
        """Return the thing whose IRI, in its plain spelling (`iris.plain`), is *plain*."""
        entry = "SELECT entry FROM spelled WHERE iri = ?"
        rows = self.ask(f"SELECT iri FROM entry WHERE number = ({entry})", (plain,))
        return next((iri for (iri,) in rows), None)

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

    def below(self, iri: str, limit: int, offset: int = 0) -> list[Below]:
        """Return what stands below *iri* in its hierarchy, in order, from *offset* on.

        Nothing where nothing does.
        """
        rows = self.ask(
            "SELECT n.iri, n.notation, (SELECT COUNT(*) FROM branch WHERE above = n.number)"
            " FROM branch JOIN node n ON n.number = below"
            " WHERE above = (SELECT number FROM node WHERE iri = ?)"
            " AND place >= ? AND place < ? ORDER BY place",
            (iri, offset, offset + limit),
        )
        return [Below(*row) for row in rows]

    def below_count(self, iri: str) -> int:
        """Return how much stands below *iri*."""
        above = "(SELECT number FROM node WHERE iri = ?)"
        rows = self.ask(f"SELECT COUNT(*) FROM branch WHERE above = {above}", (iri,))
        return int(rows[0][0])

    def notation(self, iri: str) -> str:
        """Return the notation of what stands in a hierarchy; empty where it has none."""
        rows = self.ask("SELECT notation FROM node WHERE iri = ?", (iri,))
        return next((notation for (notation,) in rows), "")

    def above(self, iri: str, limit: int) -> list[str]:
        """Return what stands right above *iri* in its hierarchies, *limit* at most."""
        rows = self.ask(
            "SELECT n.iri FROM branch JOIN node n ON n.number = above"
            " WHERE below = (SELECT number FROM node WHERE iri = ?) ORDER BY n.iri LIMIT ?",
            (iri, limit),
        )
        return [above for (above,) in rows]

    def defined(self, ontology: str, limit: int, offset: int = 0) -> list[tuple[str, str]]:
        """Return term and kind of what *ontology* defines, in order, from *offset* on."""
        rows = self.ask(
            "SELECT term, kind FROM defined"
            " WHERE ontology = ? AND place >= ? AND place < ? ORDER BY place",
            (ontology, offset, offset + limit),
        )
        return [(term, kind) for term, kind in rows]

    def defined_counts(self, ontology: str) -> dict[str, int]:
        """Return how many terms of each kind *ontology* defines; nothing for what is none."""
        rows = self.ask(
            "SELECT kind, COUNT(*) FROM defined WHERE ontology = ?"
            " GROUP BY kind ORDER BY MIN(place)",
            (ontology,),
        )
        return dict(rows)
