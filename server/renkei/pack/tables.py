"""Make tables for people with spreadsheets: CSV with CSVW metadata, and one workbook of all.

What a table holds is data, not program: a file under `data/tables/` says its title, the
SELECT that gives its rows and what each column means (https://www.w3.org/TR/tabular-metadata/):

    <…/tables/members>  a csvw:Table ; dct:title … ; sh:select "…" ; csvw:aboutUrl "{+iri}" ;
                        sh:targetClass … ; csvw:column <…/tables/members#code> , … .
    <…/tables/members#code>  csvw:name "code" ; csvw:propertyUrl … ; csvw:title … .

Columns stand in the order of the SELECT. One without a title is named by the label of its
property; one without a property says nothing in RDF. Datatypes and languages are read off
the values. A column with dct:isFormatOf is another column written another way (`WAYS`) and
follows it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyoxigraph as ox
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from renkei.errors import RuleError
from renkei.language.japanese_calendar import in_eras
from renkei.language.numerals import finite, first_and_last
from renkei.naming import DEFAULT, Naming, texts
from renkei.pack.reading.source_files import TABLES
from renkei.pack.reading.sources import Publication
from renkei.pack.sealed import asks_others, sealed
from renkei.rdf import xml
from renkei.rdf.graph_builder import Notes, node
from renkei.rdf.iris import PREFIXES
from renkei.results import sheets

XSD = PREFIXES["xsd"]
# The datatypes that CSVW calls by another name than XML Schema, or by the same.
_DATATYPES = {
    XSD + name: name
    for name in ("string", "integer", "decimal", "boolean", "date", "dateTime", "gYear",
                 "gYearMonth", "anyURI", "double", "nonNegativeInteger")
}  # fmt: skip
_NUMBERS = ("integer", "decimal", "double", "nonNegativeInteger")
Term = ox.NamedNode | ox.BlankNode | ox.Literal | None


def katakana(text: str) -> str:
    """Return *text* with hiragana written as katakana; everything else stays."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" or c in "ゝゞ" else c for c in text)


# Ways of writing a value, by the BCP 47 tag that a column asks with (Unicode's extension for
# calendars, https://www.unicode.org/reports/tr35/#UnicodeCalendarIdentifier).
WAYS: dict[str, Callable[[str], str]] = {"ja-u-ca-japanese": in_eras, "ja-kana": katakana}


@dataclass(frozen=True)
class Column:
    """One column: its name, titles by language, and the cells' terms as the SELECT gave them.

    *property_url* is a URI template or None. *datatype* is CSVW's name for it; *language*
    that of the texts; *iris* says that the cells name things.
    """

    name: str
    titles: dict[str, str]
    property_url: str | None
    descriptions: dict[str, str]
    separator: str | None
    way: str | None
    cells: tuple[Term, ...]

    @property
    def iris(self) -> bool:
        """Whether every filled cell is an IRI."""
        filled = [c for c in self.cells if c is not None]
        return bool(filled) and all(isinstance(c, ox.NamedNode) for c in filled)

    @property
    def datatype(self) -> str:
        """The datatype that all literals share, else `string`."""
        if self.way or self.separator:
            return "string"
        if self.iris:
            return "anyURI"
        found = {c.datatype.value for c in self.cells if isinstance(c, ox.Literal)}
        return _DATATYPES.get(found.pop(), "string") if len(found) == 1 else "string"

    @property
    def language(self) -> str | None:
        """The language that all texts share."""
        found = {c.language for c in self.cells if isinstance(c, ox.Literal)}
        return found.pop() if len(found) == 1 and not self.way else None

    def text(self, row: int) -> str:
        """Return what stands in the cell of *row*."""
        term = self.cells[row]
        if term is None:
            return ""
        if self.way:
            return WAYS[self.way](term.value)
        if self.separator:
            return self.separator.join(sorted(set(term.value.split(self.separator))))
        return term.value


@dataclass(frozen=True)
class Table:
    """A table: its IRI, its words, its columns, and how many rows it has."""

    iri: ox.NamedNode
    stem: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    about: str | None
    classes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int


def tables(
    publication: Publication, statements: Iterable[ox.Quad], naming: Naming = DEFAULT
) -> list[Table]:
    """Return the tables of *publication* with their rows, in the order authors gave them.

    *statements* is everything there is to ask: named graphs and default graph; a column that has
    no title is called as its property is, by *naming*. Raises RuleError for a table whose SELECT
    cannot run or does not fit its columns.
    """
    graph = ox.NamedNode(publication.config.root + TABLES)
    own = [q for q in publication.quads if q.graph_name == graph]
    notes = Notes(graph, own)
    found = notes.typed(node("csvw", "Table"))
    if not found:
        return []
    store = ox.Store()
    store.bulk_extend(statements)
    labels = _labels(publication, naming)
    made = sealed(lambda: [_table(iri, notes, store, labels) for iri in found])
    return sorted(made, key=lambda t: (_position(notes, t.iri), t.stem))


def stem(table: ox.NamedNode) -> str:
    """Return what the files of *table* are called: the last part of its IRI."""
    return table.value.rstrip("/").rsplit("/", 1)[-1]


def _position(notes: Notes, iri: ox.NamedNode) -> float:
    value = notes.first(iri, node("schema", "position"))
    place = finite(value.value) if isinstance(value, ox.Literal) else None
    return 10_000 if place is None else place


def _labels(publication: Publication, naming: Naming) -> dict[str, dict[str, str]]:
    """Return the names of everything by IRI and language, the best of each language."""
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for iri, way, text in texts(publication.quads, naming.names):
        key, mark = (iri, text.language or ""), (naming.places[way], text.value)
        best[key] = min(mark, best.get(key, mark))
    found: dict[str, dict[str, str]] = {}
    for (iri, language), (_, name) in best.items():
        found.setdefault(iri, {})[language] = name
    return found


def _rows(iri: ox.NamedNode, query: str, store: ox.Store) -> tuple[list[str], list[list[Any]]]:
    """Return the names of the columns of *query*, and its rows. Raises RuleError."""
    others = RuleError(
        "%(table)s asks another server.", "Take the SERVICE out of sh:select.", table=iri.value
    )
    if asks_others(query):
        raise others
    try:
        answer = store.query(query)
    except SyntaxError as error:
        raise RuleError(
            "%(table)s: %(detail)s", "Correct its sh:select.", table=iri.value, detail=error.msg
        ) from error
    if not isinstance(answer, ox.QuerySolutions):
        raise RuleError(
            "%(table)s: this is not a SELECT.", "A table is the rows of a SELECT.", table=iri.value
        )
    names = [v.value for v in answer.variables]
    try:
        return names, [[row[name] for name in names] for row in answer]
    except OSError as error:  # what the kernel refused: only a SERVICE asks for it
        raise others from error


def _table(
    iri: ox.NamedNode,
    notes: Notes,
    store: ox.Store,
    labels: dict[str, dict[str, str]],
) -> Table:
    query = _one(notes, iri, "sh", "select")
    if query is None:
        raise RuleError("%(table)s has no query.", "Give it one sh:select.", table=iri.value)
    names, rows = _rows(iri, query, store)
    nodes = [c for c in notes.values(iri, node("csvw", "column")) if isinstance(c, ox.NamedNode)]
    by_name = {_one(notes, c, "csvw", "name"): c for c in nodes}
    columns: list[Column] = []
    for place, name in enumerate(names):
        if name not in by_name:
            raise RuleError(
                "%(table)s: the SELECT gives ?%(name)s, of which no csvw:column speaks.",
                'Describe a column with csvw:name "%(name)s", or leave it out of the SELECT.',
                table=iri.value,
                name=name,
            )
        cells = tuple(row[place] for row in rows)
        columns.append(_column(by_name[name], notes, cells, labels))
        columns += [
            _column(other, notes, cells, labels)
            for other in nodes
            if by_name[name] in notes.values(other, node("dct", "isFormatOf"))
        ]
    unused = set(by_name) - {c.name for c in columns}
    if unused:
        raise RuleError(
            "%(table)s: its SELECT does not give %(names)s.",
            "Add the variable, or take the column away.",
            table=iri.value,
            names=sorted(map(str, unused)),
        )
    return Table(
        iri,
        stem(iri),
        _texts(notes, iri, node("dct", "title")),
        _texts(notes, iri, node("dct", "description")),
        _one(notes, iri, "csvw", "aboutUrl"),
        tuple(c.value for c in notes.values(iri, node("sh", "targetClass"))),
        tuple(columns),
        len(rows),
    )


def _column(
    column: ox.NamedNode,
    notes: Notes,
    cells: tuple[Term, ...],
    labels: dict[str, dict[str, str]],
) -> Column:
    property_url = _one(notes, column, "csvw", "propertyUrl")
    titles = _texts(notes, column, node("csvw", "title")) or labels.get(property_url or "", {})
    way = _one(notes, column, "csvw", "lang")
    name = _one(notes, column, "csvw", "name") or column.value.rsplit("#", 1)[-1]
    derived = bool(notes.values(column, node("dct", "isFormatOf")))
    if derived and way not in WAYS:
        raise RuleError(
            '%(column)s: "%(way)s" is no way of writing that is known.',
            "csvw:lang is one of %(ways)s.",
            column=column.value,
            way=way,
            ways=sorted(WAYS),
        )
    return Column(
        name,
        titles or {"": name},
        property_url,
        _texts(notes, column, node("dct", "description")),
        _one(notes, column, "csvw", "separator"),
        way if derived else None,
        cells,
    )


def _one(notes: Notes, subject: ox.NamedNode, prefix: str, name: str) -> str | None:
    value = notes.first(subject, node(prefix, name))
    return value.value if value is not None else None


def _texts(notes: Notes, subject: ox.NamedNode, predicate: ox.NamedNode) -> dict[str, str]:
    return {
        v.language or "": v.value
        for v in notes.values(subject, predicate)
        if isinstance(v, ox.Literal)
    }


def nearest(texts: dict[str, str], languages: Sequence[str]) -> str:
    """Return the text in the first of *languages* that there is, else any."""
    return next((texts[tag] for tag in languages if tag in texts), next(iter(texts.values()), ""))


def as_csv(table: Table, languages: Sequence[str]) -> bytes:
    """Return *table* as RFC 4180 CSV in UTF-8 with a byte order mark, which spreadsheets need."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([nearest(c.titles, languages) for c in table.columns])
    writer.writerows([c.text(row) for c in table.columns] for row in range(table.rows))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_metadata(table: Table, languages: Sequence[str], licence: str | None) -> bytes:
    """Return what the columns of *table* mean, as CSVW metadata beside `<stem>.csv`."""
    first = languages[0] if languages else "und"
    schema: dict[str, object] = {"columns": [_described(c, languages) for c in table.columns]}
    if table.about:
        schema["aboutUrl"] = table.about
        schema["columns"] = [
            *(_described(c, languages) for c in table.columns),
            *(
                {"name": f"type{number}", "virtual": True, "propertyUrl": "rdf:type",
                 "valueUrl": class_}
                for number, class_ in enumerate(table.classes, start=1)
            ),
        ]  # fmt: skip
    body: dict[str, object] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": first}],
        "url": f"{table.stem}.csv",
        "dc:identifier": table.iri.value,
        "dc:title": _worded(table.titles),
        "dc:description": _worded(table.descriptions),
        "lang": first,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": schema,
    }
    if licence:
        body["dc:license"] = {"@id": licence}
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _worded(texts: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"@value": text, "@language": tag} if tag else {"@value": text}
        for tag, text in texts.items()
    ]


def _described(column: Column, languages: Sequence[str]) -> dict[str, object]:
    first = nearest(column.titles, languages)
    tag = next((t for t, text in column.titles.items() if text == first), "")
    titles: dict[str, list[str]] = {tag or "und": [first]}
    for other, text in column.titles.items():
        if other and other != tag:
            titles.setdefault(other, []).append(text)
    said: dict[str, object] = {"name": column.name, "titles": titles}
    if column.descriptions:
        said["dc:description"] = _worded(column.descriptions)
    said["datatype"] = column.datatype
    if column.datatype == "string":
        # Said even where there is none: else the language of the headings would be taken.
        said["lang"] = column.language or "und"
    if column.separator:
        said["separator"] = column.separator
    if column.property_url:
        said["propertyUrl"] = column.property_url
        if column.iris:
            said["valueUrl"] = "{+" + column.name + "}"
    else:
        said["suppressOutput"] = True
    return said


def as_workbook(
    tables: Sequence[Table], title: str, languages: Sequence[str], created: datetime
) -> bytes:
    """Return one XLSX workbook: a sheet that lists the tables, then a sheet a table.

    Codes stay text, so that no leading zero is lost; a text is never taken for a formula.
    The same tables and the same *created* give the same bytes.
    """
    book = Workbook()
    book.properties.title = title
    contents = book.active
    assert contents is not None
    contents.title = title[:31].translate(_NOT_IN_NAMES)
    names = _sheet_names(tables, languages, {contents.title})
    for row, table in enumerate(tables, start=1):
        cells = (names[table.stem], nearest(table.descriptions, languages), table.rows)
        for place, value in enumerate(cells, start=1):
            contents.cell(row, place).value = value
        contents.cell(row, 1).hyperlink = f"#'{names[table.stem]}'!A1"
    contents.column_dimensions["A"].width, contents.column_dimensions["B"].width = 28, 90
    for table in tables:
        sheet = book.create_sheet(names[table.stem])
        for place, column in enumerate(table.columns, start=1):
            head = sheet.cell(1, place)
            head.value = nearest(column.titles, languages)
            head.font, head.fill = sheets.HEAD_FONT, sheets.HEAD_FILL
            head.alignment = Alignment(wrap_text=True, vertical="top")
            for row in range(table.rows):
                text = column.text(row)
                if not text:
                    continue
                cell = sheet.cell(row + 2, place)
                if column.datatype in _NUMBERS and finite(text) is not None:
                    cell.value = finite(text)
                elif column.datatype == "date" and (days := first_and_last(text)):
                    cell.value, cell.number_format = days[0], "yyyy-mm-dd"
                else:
                    cell.value, cell.data_type = xml.shown(text), "s"
                    cell.number_format = "@"
            texts = (column.text(row) for row in range(table.rows))
            sheet.column_dimensions[get_column_letter(place)].width = sheets.width(texts)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    sheets.save(book, created, out)
    return out.getvalue()


_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def _sheet_names(
    tables: Sequence[Table], languages: Sequence[str], taken: set[str]
) -> dict[str, str]:
    """Return a sheet name for each table: its title, at most 31 characters, none twice."""
    names: dict[str, str] = {}
    for table in tables:
        wanted = nearest(table.titles, languages).translate(_NOT_IN_NAMES)[:31] or table.stem[:31]
        name = wanted if wanted not in taken else table.stem[:31]
        taken.add(name)
        names[table.stem] = name
    return names
