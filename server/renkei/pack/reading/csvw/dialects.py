"""The bytes of a file as rows of text, as a dialect describes them (Model for Tabular Data, 8).

A row knows its number in the file, counted from 1: in a spreadsheet, the number beside it.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import openpyxl

from renkei.language.messages import Message, message

# What the web calls Shift_JIS is Microsoft's code page (WHATWG Encoding).
_ENCODINGS = dict.fromkeys(
    ("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932"), "cp932"
)


@dataclass(frozen=True)
class Dialect:
    """How a file is written: the flags of the specification (Model for Tabular Data, 8).

    The defaults are those of a file of which no dialect is told; one that is told has `#` for
    comments (Metadata Vocabulary, 5.9).
    """

    commentPrefix: str | None = None  # noqa: N815 - the specification's name, as all below
    delimiter: str = ","
    doubleQuote: bool = True  # noqa: N815
    encoding: str = "utf-8"
    header: bool = True
    headerRowCount: int | None = None  # noqa: N815
    lineTerminators: tuple[str, ...] = ("\r\n", "\n")  # noqa: N815
    quoteChar: str | None = '"'  # noqa: N815
    skipBlankRows: bool = False  # noqa: N815
    skipColumns: int = 0  # noqa: N815
    skipInitialSpace: bool = False  # noqa: N815
    skipRows: int = 0  # noqa: N815
    trim: str = "false"

    @property
    def headers(self) -> int:
        """How many rows at the beginning name the columns."""
        return int(self.header) if self.headerRowCount is None else self.headerRowCount


NAMES = tuple(field.name for field in fields(Dialect))


class Unreadable(Exception):
    """A file that is not what its dialect says; *said* is why, *row* where."""

    def __init__(self, said: Message, row: int | None = None, remedy: Message | None = None):
        super().__init__(said)
        self.said, self.row, self.remedy = said, row, remedy


class Row(NamedTuple):
    """A row of a file: its number there, its cells, and what it is instead if it is a comment."""

    number: int
    cells: list[str]
    comment: str | None = None


class Sheet(NamedTuple):
    """A file as read: the titles of its columns, comments at its head, and its rows."""

    titles: list[list[str]]
    comments: list[str]
    rows: Iterator[Row]


def sheet_of(content: bytes, dialect: Dialect, name: str, page: str = "") -> Sheet:
    """Return the *content* of the file *name* as rows; of a workbook, those of the sheet *page*.

    Raises Unreadable, also while rows are taken.
    """
    if name.lower().endswith((".xlsx", ".xlsm")):
        lines: Iterator[Row] = _of_workbook(content, page)
    else:
        lines = _of_text(_decoded(content, dialect.encoding), dialect)
    comments: list[str] = []
    titles: list[list[str]] = []
    skipped = waiting = 0
    while skipped < dialect.skipRows and (row := next(lines, None)) is not None:
        skipped += 1
        text = dialect.delimiter.join(row.cells) if row.comment is None else row.comment
        if text.strip():
            comments.append(text)
    while waiting < dialect.headers and (row := next(lines, None)) is not None:
        if row.comment is not None:
            comments.append(row.comment)
            continue
        waiting += 1
        for place, cell in enumerate(row.cells[dialect.skipColumns :]):
            while len(titles) <= place:
                titles.append([])
            if cell.strip():
                titles[place].append(cell.strip())
    return Sheet(titles, comments, _kept(lines, dialect, comments))


def _kept(lines: Iterator[Row], dialect: Dialect, comments: list[str]) -> Iterator[Row]:
    for row in lines:
        if row.comment is not None:
            comments.append(row.comment)
        elif any(row.cells) or not dialect.skipBlankRows:
            yield Row(row.number, row.cells[dialect.skipColumns :])


def is_encoding(name: str) -> bool:
    """Say whether text can be read that is encoded as *name* says."""
    try:
        codecs.lookup(_ENCODINGS.get(name.strip().lower(), name))
    except LookupError:
        return False
    return True


def _decoded(content: bytes, encoding: str) -> str:
    codec = codecs.lookup(_ENCODINGS.get(encoding.strip().lower(), encoding)).name
    try:
        return content.decode("utf-8-sig" if codec == "utf-8" else codec)
    except UnicodeDecodeError as error:
        raise Unreadable(
            message("this is not %(encoding)s.", encoding=encoding),
            content.count(b"\n", 0, error.start) + 1,
            message(
                'Save the file as UTF-8, or say in its metadata how it is: "dialect": '
                '{"encoding": "Shift_JIS"}.'
            ),
        ) from error


def _of_text(text: str, dialect: Dialect) -> Iterator[Row]:
    for ending in dialect.lineTerminators:
        if ending not in ("\r\n", "\n", "\r"):
            text = text.replace(ending, "\n")
    csv.field_size_limit(1 << 30)
    quote = dialect.quoteChar
    lines = _Lines(text, dialect.commentPrefix)
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=dialect.doubleQuote,
        escapechar=None if dialect.doubleQuote else "\\",
        skipinitialspace=dialect.skipInitialSpace,
    )
    number = 0
    try:
        while True:
            lines.begins, lines.comment = True, None
            cells = next(reader, None)
            if cells is None:
                return
            number += 1
            yield Row(number, _trimmed(cells or [""], dialect.trim), lines.comment)
    except csv.Error as error:
        raise Unreadable(
            message("reading stopped here: %(said)s.", said=str(error)), number + 1
        ) from error


class _Lines:
    """The lines of a text. One that begins a row with *prefix* is a comment, and goes as empty.

    Only here is a `#` that is quoted still another than one that is not.
    """

    def __init__(self, text: str, prefix: str | None) -> None:
        self._lines, self._prefix = io.StringIO(text, newline=""), prefix
        self.begins = True
        self.comment: str | None = None

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if self.begins and self._prefix and line.startswith(self._prefix):
            self.comment = line[len(self._prefix) :].strip()
            line = "\n"
        self.begins = False
        return line


def _trimmed(cells: list[str], trim: str) -> list[str]:
    if trim == "true":
        return [cell.strip() for cell in cells]
    if trim == "start":
        return [cell.lstrip() for cell in cells]
    return [cell.rstrip() for cell in cells] if trim == "end" else cells


def _of_workbook(content: bytes, page: str) -> Iterator[Row]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Unreadable(message("this is no workbook (.xlsx).")) from error
    try:
        if page and page not in book.sheetnames:
            raise Unreadable(
                message(
                    'there is no sheet "%(page)s"; there are %(names)s.',
                    page=page,
                    names=list(book.sheetnames),
                )
            )
        sheet = book[page] if page else book.worksheets[0]
        rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
        for number, cells in enumerate(rows, start=1):
            yield Row(number, [_written(cell) for cell in cells])
    finally:
        book.close()


def _written(cell: Any) -> str:
    """Return the value of a cell of a workbook as XML Schema writes it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        if cell.time() == datetime.time():
            return cell.date().isoformat()
        return cell.isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
