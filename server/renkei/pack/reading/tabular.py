"""The tables of a publication: which metadata describe which files, and what they say.

    data/towns.csv-metadata.json      the table of its "url", data/towns.csv
    data/any.json                     likewise, with the @context http://www.w3.org/ns/csvw

A table has the IRI of its url from the root, as relative IRIs of every other file have: the
template `id/town/{code}` is what `<id/town/1>` is in Turtle. Nothing is fetched: a url that
lies elsewhere is sought beside the metadata, by its last name.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import pyoxigraph as ox

from renkei.errors import SourceError
from renkei.language.messages import Message, counted, message
from renkei.pack.reading import source_files
from renkei.pack.reading.csvw import conversion, metadata
from renkei.pack.reading.csvw.dialects import Unreadable
from renkei.pack.reading.csvw.vocabulary import CONTEXT, PREFIXES

TOLD = 1000  # of one table, in full; more are counted
_PARTS = {"tables", "url", "columns", "tableSchema", "delimiter", "encoding", "header", "base"}


@dataclass
class Sayings:
    """What is to be said of a table, each with the row or None; see TOLD."""

    told: list[tuple[Message, int | None]] = field(default_factory=list)
    more: int = 0

    def add(self, said: Message, row: int | None) -> None:
        """Say something of *row*."""
        if len(self.told) < TOLD:
            self.told.append((said, row))
        else:
            self.more += 1

    def all(self) -> tuple[tuple[Message, int | None], ...]:
        """Return what is said, and how much more there is to say."""
        if not self.more:
            return tuple(self.told)
        last = counted("%(number)s more of this kind in this file.",
                       "%(number)s more of this kind in this file.", self.more)  # fmt: skip
        return (*self.told, (last, None))


@dataclass(frozen=True)
class TableFile:
    """One file of rows as read: its statements, the row of each, and what is to be said."""

    path: Path
    quads: list[ox.Quad]
    rows: array[int]
    told: tuple[tuple[Message, int | None], ...]

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes of CSVW that its properties are written with."""
        names = {quad.predicate.value for quad in self.quads}
        return {p: ns for p, ns in PREFIXES.items() if any(name.startswith(ns) for name in names)}


JSON = (".json", ".jsonld", ".json-ld")


def is_metadata(path: Path, text: str) -> bool:
    """Say whether the JSON *text* of *path* is of CSVW: describes tables, or a part of them."""
    named = path.name.endswith("-metadata.json")
    if source_files.suffix_of(path) not in JSON or (not named and CONTEXT not in text):
        return False
    try:
        document = json.loads(text)
    except ValueError:
        return named
    if not isinstance(document, dict):
        return False
    context = document.get("@context")
    first = context[0] if isinstance(context, list) and context else context
    if first == CONTEXT:
        return named or bool(_PARTS & document.keys())
    return named and context is None and bool({"tables", "url"} & document.keys())


def beside(path: Path) -> list[Path]:
    """Return the files that belong to *path* alone: tables to metadata, metadata to a table."""
    if source_files.suffix_of(path) in source_files.TABULAR:
        names = (f"{path.name}-metadata.json", f"{source_files.stem_of(path)}-metadata.json",
                 "csv-metadata.json")  # fmt: skip
        found = [path.parent / name for name in names if (path.parent / name).is_file()]
        return [*found[:1], *(other for one in found[:1] for other in beside(one))]
    if source_files.suffix_of(path) not in JSON:
        return []
    try:
        text = path.read_text("utf-8-sig")
        document = json.loads(text) if is_metadata(path, text) else {}
    except ValueError:
        return []
    described = document.get("tables", [document]) if isinstance(document, dict) else []
    described = described if isinstance(described, list) else []
    urls = [t.get("url") for t in described if isinstance(t, dict)]
    urls += [t.get("tableSchema") for t in [document, *described] if isinstance(t, dict)]
    files = [path.parent / unquote(url.partition("#")[0]) for url in urls if isinstance(url, str)]
    return [file for file in files if file.is_file()]


def read(
    folder: Path, described: Iterable[Path], base: str, shown: Callable[[Path], Path]
) -> Iterator[tuple[Path, TableFile]]:
    """Yield the tables of the metadata files *described* in the publication at *folder*.

    *base* is what relative IRIs begin with, *shown* gives the name of a file in errors. Raises
    SourceError for metadata or a table that cannot be read, with the row.
    """
    for path in described:
        reader = _DescribedTables(folder, path, base, shown)
        document = reader.document()
        if "tables" not in document and "url" not in document and document.keys() & _PARTS:
            continue  # a schema or a dialect, to which metadata refer
        yield from reader.tables()


class _DescribedTables:
    """One metadata file being read."""

    def __init__(self, folder: Path, path: Path, base: str, shown: Callable[[Path], Path]) -> None:
        self._folder, self._path, self._base, self._shown = folder, path, base, shown
        self._said: list[Message] = []

    def document(self) -> dict[str, Any]:
        """Return the metadata as JSON. Raises SourceError."""
        try:
            return metadata.parsed(source_files.content_of(self._path))
        except metadata.Forbidden as error:
            raise self._refused(error.said) from error

    def tables(self) -> Iterator[tuple[Path, TableFile]]:
        """Yield every table with the path of its file. Raises SourceError."""
        content = source_files.content_of(self._path)
        location = urljoin(self._base, self._path.name)
        try:
            group = metadata.read(content, location, self._load, self._said.append)
        except metadata.Forbidden as error:
            raise self._refused(error.said) from error
        for table in group.tables:
            if table.suppressed:
                continue
            path = self._file(table.url)
            yield path, self._table(table, path)

    def _table(self, table: metadata.TableDescription, path: Path) -> TableFile:
        said, made = Sayings(), conversion.RowStatements()
        for of_metadata in self._said:
            name = source_files.authored_name(self._folder, self._path)
            said.add(message("%(file)s: %(said)s", file=name, said=of_metadata), None)
        self._said = []
        try:
            conversion.convert_table(table, self._load, said.add, made)
        except Unreadable as error:
            raise SourceError(
                self._shown(path),
                error.row,
                None,
                error.said,
                error.remedy or message("See to the file and to the dialect in its metadata."),
            ) from error
        if all(column.about is None for column in table.columns) and made.triples:
            said.add(message("No aboutUrl names what the rows are of: they have no IRI."), None)
        quads = [
            ox.Quad(triple.subject, triple.predicate, triple.object) for triple in made.triples
        ]
        return TableFile(path, quads, made.rows, said.all())

    def _load(self, url: str) -> bytes:
        return source_files.content_of(self._file(url))

    def _file(self, url: str) -> Path:
        """Return the file of *url*, which must lie in the publication. Raises SourceError."""
        plain = unquote(url.partition("#")[0].partition("?")[0])
        inside = plain.startswith(self._base)
        name = plain[len(self._base) :] if inside else plain.rsplit("/", 1)[-1]
        for suffix in ("", *source_files.COMPRESSED):
            path = Path(os.path.normpath(self._path.parent / f"{name}{suffix}"))
            if name and path.is_relative_to(self._folder) and path.is_file():
                return path
        raise SourceError(
            self._shown(self._path),
            None,
            None,
            "%(name)s, of which it speaks, is not here.",
            "Put the file beside these metadata, or write its name as it is; nothing is fetched.",
            name=name or url,
        )

    def _refused(self, said: Message) -> SourceError:
        return SourceError(
            self._shown(self._path),
            None,
            None,
            said,
            "What metadata of tables may say: https://www.w3.org/TR/tabular-metadata/.",
        )
