"""Find the line of a statement in the file it was written in.

The fast parser used for packing does not tell where a statement stood. So a file is read
again, by rdflib, only when something in it has to be pointed at. rdflib counts lines
wrongly in TriG; here each value's place in the text is taken, and lines are counted anew.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib import Dataset
from rdflib.graph import Graph
from rdflib.plugins.parsers import notation3, trig

from renkei.pack.reading.source_files import content_of, format_of
from renkei.pack.reading.terms import spelt
from renkei.rdf.iris import PREFIXES

_TYPE = f"<{PREFIXES['rdf']}type>"


@dataclass(frozen=True, order=True)
class Found:
    """A line, and how near it is: 0 the statement itself, 1 its property, 2 and 3 its subject."""

    distance: int
    line: int | None


class Lines:
    """The lines of one file's statements.

    *seen* maps (subject, property, value) in N-Triples spelling to the line, counted
    from 1, on which the value starts. Statements of a table come with their *rows*, which
    count as lines.
    """

    def __init__(
        self, path: Path, base: str, rows: Iterable[tuple[ox.Quad, int]] | None = None
    ) -> None:
        self.seen: dict[tuple[str, str, str], int] = {}
        self._text = ""
        if rows is None:
            self._read(path, base)
        else:
            for q, row in rows:
                self.seen.setdefault((str(q.subject), str(q.predicate), str(q.object)), row)
        self._by_subject: dict[str, dict[tuple[str, str], int]] = {}
        for (s, p, o), line in self.seen.items():
            self._by_subject.setdefault(s, {})[p, o] = line

    def _read(self, path: Path, base: str) -> None:
        self._text = content_of(path).decode("utf-8").removeprefix("\ufeff")
        form = format_of(path, self._text)
        if form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG):
            self._read_turtle(form, base)
        elif form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS):
            self._read_lines(form)

    def find(self, subject: str, predicate: str | None, value: str | None) -> Found:
        """Return the nearest line: of the statement, else of the property, else of the subject.

        Without a *predicate*, a statement is known by its *value*. Of a subject, the line
        that says what it is counts before others.
        """
        stated = self._by_subject.get(subject, {})
        exact = [line for (p, o), line in stated.items() if o == value and predicate in (None, p)]
        if exact and value is not None:
            return Found(0, min(exact))
        of_property = [line for (p, _), line in stated.items() if p == predicate]
        if of_property:
            return Found(1, min(of_property))
        types = [line for (p, _), line in stated.items() if p == _TYPE]
        if types:
            return Found(2, min(types))
        return Found(3, min(stated.values()) if stated else self._mentioned(subject))

    def all_of(self, subject: str, predicate: str) -> list[int]:
        """Return every line that states *predicate* of *subject*."""
        stated = self._by_subject.get(subject, {})
        return sorted({line for (p, _), line in stated.items() if p == predicate})

    def of_blank(self, predicate: str, value: str, number: int) -> int | None:
        """Return the line of the statement that is *number*-th (from 0) of those alike.

        Alike are statements of any blank node with this *predicate* and *value*, where one
        blank value is like another: their labels are the parser's, and their order is not.
        """
        found = [
            line
            for (s, p, o), line in self.seen.items()
            if s.startswith("_:") and p == predicate and alike(o) == alike(value)
        ]
        return found[number] if number < len(found) else None

    def _mentioned(self, subject: str) -> int | None:
        """Return the line where a JSON-LD or RDF/XML file first names *subject* in full."""
        at = self._text.find(f'"{subject[1:-1]}"')
        return self._text.count("\n", 0, at) + 1 if at >= 0 else None

    def _read_turtle(self, form: ox.RdfFormat, base: str) -> None:
        breaks = [i for i, character in enumerate(self._text) if character == "\n"]

        def note(s: str, p: str, o: str, at: int) -> None:
            self.seen.setdefault((s, p, o), bisect_right(breaks, at) + 1)

        sink = _NotingSink(Dataset(), note)
        kind = _PlacedTriG if form == ox.RdfFormat.TRIG else _PlacedTurtle
        sink.parser = kind(sink, baseURI=base, turtle=True)
        with warnings.catch_warnings():  # rdflib's own TriG parser asks for what rdflib deprecates
            warnings.simplefilter("ignore", DeprecationWarning)
            # rdflib reads no RDF 1.2 and no number of 5,000 digits: of what comes after, the
            # file is known and no line, which a finding then names without.
            with _as_written(), suppress(Exception):
                sink.parser.loadBuf(self._text)

    def _read_lines(self, form: ox.RdfFormat) -> None:
        for number, text in enumerate(self._text.split("\n"), start=1):
            for q in ox.parse(text, format=form):
                self.seen.setdefault((str(q.subject), str(q.predicate), str(q.object)), number)


@contextmanager
def _as_written() -> Iterator[None]:
    """Have rdflib keep literals as they are written."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def alike(value: str) -> str:
    """Return a value in N-Triples spelling without what tells blank nodes from each other."""
    return "_:" if value.startswith("_:") else value


class _Placed:
    """A parser of rdflib's that keeps where in the text each value starts."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self.at = 0
        self.starts: dict[int, int] = {}
        self._kept: list[object] = []  # so that no id is used twice

    def object(self, argstr: str, i: int, res: Any) -> int:
        start = self.skipSpace(argstr, i)  # type: ignore[attr-defined]
        end = int(super().object(argstr, i, res))  # type: ignore[misc]
        if end >= 0 and res:
            self.starts[id(res[-1])] = self.at = start
            self._kept.append(res[-1])
        return end


class _PlacedTurtle(_Placed, notation3.SinkParser):
    """Turtle."""


class _PlacedTriG(_Placed, trig.TrigSinkParser):
    """TriG."""


class _NotingSink(notation3.RDFSink):
    """rdflib's sink, which also tells where each statement was made."""

    def __init__(self, graph: Graph, note: Any) -> None:
        super().__init__(graph)
        self.note = note
        self.parser: Any = None

    def makeStatement(self, quadruple: Any, why: Any = None) -> None:  # noqa: N802
        _, predicate, subject, value = (self.normalise(quadruple[0], term) for term in quadruple)
        at = self.parser.starts.get(id(quadruple[3]), self.parser.at)
        self.note(spelt(subject), spelt(predicate), spelt(value), at)
