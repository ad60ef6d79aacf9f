"""The rows of a table as statements, each with the number of its row (W3C csv2rdf, 4).

In *minimal* mode there is what the cells say; *standard* mode adds the rows, tables and groups
that say it. A publication is read in minimal mode: where a statement stood is known by the row.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any
from urllib.parse import unquote, urljoin

import pyoxigraph as ox
import uritemplate

from renkei.language.messages import Message, message
from renkei.pack.reading.csvw import common_properties, datatypes
from renkei.pack.reading.csvw.dialects import Row, Sheet, Unreadable, sheet_of
from renkei.pack.reading.csvw.metadata import (
    Load,
    TableColumn,
    TableDescription,
    TableGroup,
    column_of,
    name_of,
)
from renkei.pack.reading.csvw.vocabulary import PREFIXES, expanded

Subject = ox.NamedNode | ox.BlankNode
Tell = Callable[[Message, int | None], None]

_CSVW, _RDF, _XSD = PREFIXES["csvw"], PREFIXES["rdf"], PREFIXES["xsd"]
_TYPE = ox.NamedNode(_RDF + "type")
_FIRST, _REST = ox.NamedNode(_RDF + "first"), ox.NamedNode(_RDF + "rest")
_NIL = ox.NamedNode(_RDF + "nil")
_SPACED = {"string", "json", "xml", "html", "anyAtomicType", "any"}


def _csvw(name: str) -> ox.NamedNode:
    return ox.NamedNode(_CSVW + name)


@dataclass
class RowStatements:
    """RowStatements of a table; *rows* has for each the row of the file, 0 for none."""

    triples: list[ox.Triple] = field(default_factory=list)
    rows: array[int] = field(default_factory=lambda: array("L"))

    def add(self, triple: ox.Triple, row: int = 0) -> None:
        """Add a statement that stands in *row*."""
        self.triples.append(triple)
        self.rows.append(row)


def convert(group: TableGroup, load: Load, tell: Tell, standard: bool = False) -> RowStatements:
    """Return what all tables of *group* say. Raises Unreadable."""
    made = RowStatements()
    node: Subject = ox.NamedNode(group.id) if group.id else ox.BlankNode()
    if standard:
        made.add(ox.Triple(node, _TYPE, _csvw("TableGroup")))
        for triple in common_properties.triples(node, group.said):
            made.add(triple)
    for table in group.tables:
        if not table.suppressed:
            convert_table(table, load, tell, made, node if standard else None)
    return made


def convert_table(
    table: TableDescription,
    load: Load,
    tell: Tell,
    made: RowStatements,
    group: Subject | None = None,
) -> None:
    """Add to *made* what *table* says; in standard mode as part of *group*. Raises Unreadable."""
    url, _, page = table.url.partition("#")
    sheet = sheet_of(load(url), table.dialect, url.partition("?")[0], unquote(page))
    table, sheet = _with_columns(table, sheet, tell)
    node: Subject = ox.NamedNode(table.id) if table.id else ox.BlankNode()
    if group is not None:
        made.add(ox.Triple(group, _csvw("table"), node))
        made.add(ox.Triple(node, _TYPE, _csvw("Table")))
        made.add(ox.Triple(node, _csvw("url"), ox.NamedNode(table.url)))
        for triple in common_properties.triples(node, table.said):
            made.add(triple)
    rows = _Rows(table, made, tell, node if group is not None else None)
    for number, row in enumerate(sheet.rows, start=1):
        rows.add(number, row)
    if group is not None:
        for comment in sheet.comments:
            said = ox.NamedNode(PREFIXES["rdfs"] + "comment")
            made.add(ox.Triple(node, said, ox.Literal(comment)))


def _with_columns(
    table: TableDescription, sheet: Sheet, tell: Tell
) -> tuple[TableDescription, Sheet]:
    """Return *table* with its columns: those described, else those that the file names itself."""
    described = [column for column in table.columns if not column.virtual]
    virtual = tuple(column for column in table.columns if column.virtual)
    if not described and not table.described:
        sheet, found = _columns_in(table, sheet)
        return replace(table, columns=(*found, *virtual)), sheet
    if table.dialect.headers and len(sheet.titles) != len(described):
        tell(
            message(
                "The file has another number of columns than its metadata: %(here)s, %(there)s.",
                here=len(sheet.titles),
                there=len(described),
            ),
            None,
        )
    for number, (column, titles) in enumerate(zip(described, sheet.titles, strict=False), start=1):
        if not _agree(column, titles, str(table.inherited.get("lang", "und"))):
            tell(
                message(
                    'Column %(number)s is called "%(here)s" in the file, and not as its metadata '
                    "say.",
                    number=number,
                    here=", ".join(titles),
                ),
                None,
            )
    more = range(len(described) + 1, len(sheet.titles) + 1)
    spare = tuple(replace(column_of(table.inherited), name=f"_col.{number}") for number in more)
    return replace(table, columns=(*described, *spare, *virtual)), sheet


def _columns_in(table: TableDescription, sheet: Sheet) -> tuple[Sheet, list[TableColumn]]:
    """Return columns with the titles of the file; where it has no header, as many as it has.

    And the sheet, as it is to be read from then on.
    """
    titles = list(sheet.titles)
    if not titles:
        first = next(sheet.rows, None)
        if first is not None:
            titles = [[] for _ in first.cells]
            sheet = sheet._replace(rows=chain((first,), sheet.rows))
    plain = column_of(table.inherited)
    columns = [
        replace(plain, name=name_of(found[0]) if found else f"_col.{number}", titles={"und": found})
        for number, found in enumerate(titles, start=1)
    ]
    return sheet, columns


def _agree(column: TableColumn, titles: list[str], language: str) -> bool:
    """Say whether a described column may be the one with *titles* (Metadata, 5.5.1)."""
    if not titles or not column.titles:
        return True
    return any(
        title in texts and _alike(tag, language)
        for tag, texts in column.titles.items()
        for title in titles
    )


def _alike(tag: str, other: str) -> bool:
    short, long = sorted((tag.lower(), other.lower()), key=len)
    return "und" in (short, long) or long == short or long.startswith(f"{short}-")


class _Template:
    """A URI template of a column, which may need nothing of the row, or nothing of the cell.

    *made* has what was made of it before: for ever of a template without variables, as long as
    a row lasts of one that no column has a part in.
    """

    def __init__(self, text: str, base: str) -> None:
        self.text, self._base = text, base
        self._template = uritemplate.URITemplate(text) if "{" in text else None
        names = set(self._template.variable_names) if self._template else set()
        self.of_cell = bool(names & _OF_CELL)
        self.of_row = bool(names) and not self.of_cell
        self._made: ox.NamedNode | None = None

    def expand(self, known: dict[str, Any], made: dict[str, ox.NamedNode]) -> ox.NamedNode:
        """Return the IRI for what is *known* of a cell. Raises ValueError where it is none."""
        if self._template is None:
            if self._made is None:
                self._made = self._node(self.text)
            return self._made
        if self.of_cell:
            return self._node(self._template.expand(known))
        if self.text not in made:
            made[self.text] = self._node(self._template.expand(known))
        return made[self.text]

    def _node(self, text: str) -> ox.NamedNode:
        return ox.NamedNode(urljoin(self._base, expanded(text)))


_OF_CELL = {"_column", "_sourceColumn", "_name"}


class _Cells:
    """What is made of the cells of one column."""

    def __init__(self, column: TableColumn, number: int, skipped: int, url: str) -> None:
        self.column, self.number = column, number
        self.parse, _ = datatypes.parser(column.datatype)
        self.about = _Template(column.about, url) if column.about is not None else None
        self.value = _Template(column.value, url) if column.value is not None else None
        named = f"#{column.name}" if column.property is None else column.property
        self.property = _Template(named, url)
        self.known = {
            "_column": number,
            "_sourceColumn": number + skipped,
            "_name": unquote(column.name),
        }
        templates = [t for t in (self.about, self.property, self.value) if t]
        self.of_cell = any(template.of_cell for template in templates)
        self.templated = self.of_cell or any(template.of_row for template in templates)
        self._datatype = ox.NamedNode(column.datatype.iri)
        self._textual = column.datatype.iri == _XSD + "string"
        self.faults: list[Message] = []

    def values(self, text: str) -> list[ox.Literal] | ox.Literal | None:
        """Return what a cell with *text* holds (Model, 6.4): nothing, a value, or a list."""
        column, base = self.column, self.column.datatype.base
        if base not in _SPACED:
            text = text.replace("\r", " ").replace("\n", " ").replace("\t", " ")
            if base != "normalizedString":
                text = " ".join(text.split())
        if not text:
            text = column.default
        if column.separator is None:
            return self._value(text, column.required)
        if not text:
            self._require(column.required)
            return []
        if text in column.null:
            return None
        parts = text.split(column.separator)
        if base not in ("string", "anyAtomicType", "any"):
            parts = [part.strip() for part in parts]
        found = (self._value(part or column.default, False) for part in parts)
        return [value for value in found if value is not None]

    def _require(self, required: bool) -> None:
        if required:
            self.faults.append(message("A value is required here."))

    def _value(self, text: str, required: bool) -> ox.Literal | None:
        if text in self.column.null:
            self._require(required)
            return None
        try:
            lexical = self.parse(text)
        except datatypes.Unfit as error:
            self.faults.append(error.said)
            return self._text(text)
        return (
            self._text(lexical) if self._textual else ox.Literal(lexical, datatype=self._datatype)
        )

    def _text(self, text: str) -> ox.Literal:
        language = self.column.language
        if language == "und" or self.column.datatype.base not in ("string",):
            return ox.Literal(text)
        return ox.Literal(text, language=language)


class _Rows:
    """The rows of a table being written."""

    def __init__(
        self, table: TableDescription, made: RowStatements, tell: Tell, node: Subject | None
    ) -> None:
        self._table, self._made, self._tell, self._node = table, made, tell, node
        self._url = table.url.partition("#")[0]
        skipped = table.dialect.skipColumns
        self._cells = [
            _Cells(column, n, skipped, self._url) for n, column in enumerate(table.columns, start=1)
        ]
        self._in_file = sum(not column.virtual for column in table.columns)
        self._templated = any(cell.templated for cell in self._cells)
        self._keys: set[tuple[str, ...]] = set()

    def add(self, number: int, row: Row) -> None:
        """Add what a *row* says, which is the *number*-th after the header."""
        if len(row.cells) != self._in_file:
            self._say_width(row)
        texts = row.cells + [""] * (len(self._cells) - len(row.cells))
        if len(row.cells) > self._in_file:
            texts[self._in_file :] = [""] * (len(self._cells) - self._in_file)
        values = [cell.values(text) for cell, text in zip(self._cells, texts, strict=False)]
        self._say_faults(row.number)
        known: dict[str, Any] = {}
        if self._templated:
            known = {c.column.name: _plain(v) for c, v in zip(self._cells, values, strict=True)}
            known |= {"_row": number, "_sourceRow": row.number}
        self._check_key(values, row.number)
        node = self._describe(number, row, values) if self._node is not None else None
        default = ox.BlankNode()
        made: dict[str, ox.NamedNode] = {}
        described: set[Subject] = set()
        for cell, value in zip(self._cells, values, strict=True):
            if cell.column.suppressed:
                continue
            try:
                subject = self._cell(cell, value, known, made, default, row.number)
            except ValueError as error:
                self._say(cell, message("It makes no IRI: %(said)s.", said=str(error)), row.number)
                continue
            if node is not None and subject not in described:
                described.add(subject)
                self._made.add(ox.Triple(node, _csvw("describes"), subject), row.number)

    def _cell(
        self,
        cell: _Cells,
        value: list[ox.Literal] | ox.Literal | None,
        known: dict[str, Any],
        made: dict[str, ox.NamedNode],
        default: ox.BlankNode,
        row: int,
    ) -> Subject:
        """Add what one cell says, and return whom it says it of. Raises ValueError for no IRI."""
        if cell.of_cell:
            known = known | cell.known
        subject: Subject = cell.about.expand(known, made) if cell.about else default
        predicate = cell.property.expand(known, made)
        if cell.value is not None and (value is not None or cell.column.virtual):
            self._made.add(ox.Triple(subject, predicate, cell.value.expand(known, made)), row)
        elif isinstance(value, list) and cell.column.ordered:
            self._made.add(ox.Triple(subject, predicate, self._list(value, row)), row)
        else:
            listed = value if isinstance(value, list) else [] if value is None else [value]
            for literal in listed:
                self._made.add(ox.Triple(subject, predicate, literal), row)
        return subject

    def _list(self, values: list[ox.Literal], row: int) -> Subject:
        """Add an rdf:List of *values* and return it."""
        rest: Subject = _NIL
        for value in reversed(values):
            node = ox.BlankNode()
            self._made.add(ox.Triple(node, _FIRST, value), row)
            self._made.add(ox.Triple(node, _REST, rest), row)
            rest = node
        return rest

    def _describe(self, number: int, row: Row, values: list[Any]) -> Subject:
        """Add the row itself, as standard mode does (4.6.2 to 4.6.7)."""
        assert self._node is not None
        node = ox.BlankNode()
        integer = ox.NamedNode(_XSD + "integer")
        place = ox.NamedNode(f"{self._url}#row={row.number}")
        for triple in (
            ox.Triple(self._node, _csvw("row"), node),
            ox.Triple(node, _TYPE, _csvw("Row")),
            ox.Triple(node, _csvw("rownum"), ox.Literal(str(number), datatype=integer)),
            ox.Triple(node, _csvw("url"), place),
        ):
            self._made.add(triple, row.number)
        for cell, value in zip(self._cells, values, strict=True):
            if cell.column.name in self._table.row_titles:
                for title in value if isinstance(value, list) else [value]:
                    if title is not None:
                        self._made.add(ox.Triple(node, _csvw("title"), title), row.number)
        return node

    def _check_key(self, values: list[Any], row: int) -> None:
        """Tell of a row that has the primary key of an earlier one."""
        if not self._table.primary:
            return
        named = {c.column.name: str(v) for c, v in zip(self._cells, values, strict=True)}
        key = tuple(named[name] for name in self._table.primary)
        if key in self._keys:
            self._tell(
                message(
                    "An earlier row has the same primary key: %(names)s.",
                    names=list(self._table.primary),
                ),
                row,
            )
        self._keys.add(key)

    def _say_width(self, row: Row) -> None:
        self._tell(
            message(
                "This row has another number of cells than there are columns: %(here)s, %(there)s.",
                here=len(row.cells),
                there=self._in_file,
            ),
            row.number,
        )

    def _say_faults(self, row: int) -> None:
        for cell in self._cells:
            for fault in cell.faults:
                self._say(cell, fault, row)
            cell.faults.clear()

    def _say(self, cell: _Cells, fault: Message, row: int) -> None:
        column = unquote(cell.column.name)
        self._tell(message('Column "%(column)s": %(fault)s', column=column, fault=fault), row)


def _plain(value: list[ox.Literal] | ox.Literal | None) -> Any:
    """Return a value as a URI template takes it."""
    if isinstance(value, list):
        return [literal.value for literal in value] or ""
    return "" if value is None else value.value


__all__ = ["RowStatements", "Unreadable", "convert", "convert_table"]
