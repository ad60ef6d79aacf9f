"""Write solutions as a workbook (Office Open XML, ECMA-376): one sheet, one row a solution.

A number, a day and a boolean are what they are, an IRI is a link, and anything else a text that is
never taken for a formula. As in the CSV of SPARQL, language tags and datatypes are not told. What
a spreadsheet would change is written as text instead: a whole number of more than 15 digits, a day
before March 1900 (spreadsheets disagree about February) or with a time zone, a part of a
millisecond. What it has no way to hold is refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any

import pyoxigraph as ox
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from renkei.errors import CannotCarry
from renkei.rdf import iris
from renkei.rdf.formats import XLSX
from renkei.rdf.xml import FORBIDDEN
from renkei.results import sheets, values
from renkei.results.solutions import Row, Solutions, Term

MOST_COLUMNS = 16_384  # of a sheet; it has 1,048,576 rows, more than there are cells here
MOST_CELLS = 500_000  # more would take longer than a query may
MOST_LETTERS = 32_767  # of a cell, in UTF-16
MOST_LINKS = 65_530  # of a sheet; further IRIs are plain text
LONGEST_LINK = 2_079  # letters
LOOKED_AT = 200  # rows that decide how wide a column opens
EXACT = 10**15  # from here on a spreadsheet does not keep every digit
FIRST_DAY = date(1900, 3, 1)
# What XML has not or reads otherwise, and the escapes of ECMA-376 (22.9.2.19): a program for
# spreadsheets reads `_x0041_` as A.
_UNHOLDABLE = re.compile(rf"{FORBIDDEN.pattern}|\r|_x[0-9A-Fa-f]{{4}}_")

Cell = Any  # a cell of openpyxl, or what it makes one of


def write(solutions: Solutions, out: IO[bytes], created: datetime) -> None:
    """Write *solutions* to *out* with the time *created*.

    Raises CannotCarry, before anything is written, where a sheet cannot hold them.
    """
    widths = _looked_at(solutions)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answer")
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    writer = _SheetWriter(sheet)
    sheet.append(list(writer.heading(solutions.columns)))
    for row in solutions:
        sheet.append([writer.cell(term) for term in row])
    sheets.save(book, created, out)


class _SheetWriter:
    """Makes the cells of one sheet, and counts its links."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._sheet = sheet
        self._links = 0

    def heading(self, columns: tuple[str, ...]) -> Iterator[WriteOnlyCell]:
        """Give the cells of the first row."""
        for name in columns:
            cell = self._text(name)
            cell.font, cell.fill = sheets.HEAD_FONT, sheets.HEAD_FILL
            yield cell

    def cell(self, term: Term | None) -> Cell:
        """Return what stands for *term*."""
        if term is None:
            return None
        if isinstance(term, ox.NamedNode):
            return self._link(term.value)
        if isinstance(term, ox.Literal):
            found = self._value(term)
            if found is not None:
                return found
        text = values.text(term)
        return self._text(text) if text.startswith("=") or text in ERROR_CODES else text

    def _value(self, literal: ox.Literal) -> Cell:
        truth = values.truth(literal)
        if truth is not None:
            return truth
        number = values.near(values.number(literal), EXACT)
        if number is not None:
            return self._number(number)
        day, moment = values.day(literal), values.moment(literal)
        if day is not None:
            return day if day >= FIRST_DAY else None
        if moment is None or moment.tzinfo or moment.microsecond % 1000:
            return None
        return moment if moment.date() >= FIRST_DAY else None

    def _number(self, number: int | float) -> Cell:
        if isinstance(number, int) or float(f"{number:.16g}") == number:
            return number
        cell = WriteOnlyCell(self._sheet, number)
        cell._value = repr(number)  # openpyxl would write 16 digits
        return cell

    def _link(self, iri: str) -> Cell:
        if not iri.startswith(("http://", "https://")) or len(iri) > LONGEST_LINK:
            return self._text(iri)
        if self._links == MOST_LINKS:
            return iri
        self._links += 1
        cell = self._text(iri)
        cell.hyperlink = iris.encoded(iri)
        return cell

    def _text(self, text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"  # also where it looks like a formula
        return cell


def _looked_at(solutions: Solutions) -> list[int]:
    """Return the width of each column. Raises CannotCarry for what a sheet cannot hold."""
    shown: list[list[str]] = [[name] for name in solutions.columns]
    rows = 0
    for rows, row in enumerate(solutions, start=1):
        _check_size(rows, len(shown))
        _check_row(rows, row, solutions.columns)
        if rows <= LOOKED_AT:
            for column, term in zip(shown, row, strict=True):
                column.append("" if term is None else values.text(term))
    _check_size(rows, len(shown))
    return [sheets.width(column) for column in shown]


def _check_size(rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise CannotCarry(
            "This answer is too large for a workbook: the bound is %(cells)s for its cells and "
            "%(columns)s for its columns.",
            "Add a LIMIT, or ask for CSV or Parquet.",
            columns=f"{MOST_COLUMNS:,}",
            cells=f"{MOST_CELLS:,}",
            format=XLSX.label,
        )


def _check_row(number: int, row: Row, columns: tuple[str, ...]) -> None:
    for column, term in zip(columns, row, strict=True):
        text = "" if term is None else values.text(term)
        if len(text) > MOST_LETTERS // 2:
            letters = len(text.encode("utf-16-le")) // 2
            if letters > MOST_LETTERS:
                raise CannotCarry(
                    "Row %(row)s, ?%(column)s: the length of this text is %(letters)s, and the "
                    "longest that a cell holds is %(most)s.",
                    "Cut it in the query with SUBSTR(), or ask for CSV or Parquet.",
                    row=number,
                    column=column,
                    most=f"{MOST_LETTERS:,}",
                    letters=f"{letters:,}",
                    format=XLSX.label,
                )
        found = _UNHOLDABLE.search(text)
        if found is not None:
            character = found[0] if len(found[0]) > 1 else f"U+{ord(found[0]):04X}"
            raise CannotCarry(
                "Row %(row)s, ?%(column)s: a workbook has no way to hold “%(character)s”, which "
                "this text has.",
                "Take it out in the query with REPLACE(), or ask for CSV or Parquet.",
                row=number,
                column=column,
                character=character,
                format=XLSX.label,
            )
