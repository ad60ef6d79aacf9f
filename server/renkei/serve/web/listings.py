"""Lists of the program as data: the rows that a page shows, also as JSON and as CSV.

JSON is an array with an object for each row; CSV has the same names in its first line. What a
row has several of is an array in JSON, and stands with semicolons between in CSV.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from flask import Response, request

from renkei.errors import NotKnown
from renkei.rdf.formats import CSV, HTML, Format
from renkei.serve.web import responses
from renkei.serve.web.site import reader_language

JSON = Format("list", "application/json", "json", "JSON", "table")
FORMATS = (HTML, JSON, CSV)
BOM = "\ufeff"  # by which spreadsheets know UTF-8
BETWEEN = "; "  # several values in one cell

Row = Mapping[str, object]


def wanted(suffix: str, formats: Sequence[Format] = FORMATS) -> Format:
    """Return the one of *formats* that the present request wishes; the page for who says nothing.

    Raises NotKnown for a *suffix* of no format of a list, and NothingAcceptable.
    """
    named = next((fmt for fmt in formats if fmt.suffix == suffix), None)
    if suffix and named is None:
        raise NotKnown(
            "Nothing is published at %(path)s.",
            "Use one of these suffixes: %(suffixes)s.",
            path=request.path,
            suffixes=[f".{fmt.suffix}" for fmt in formats],
        )
    return responses.wanted(named, formats, HTML)


def answer(
    fmt: Format,
    page: Callable[[], str],
    names: Sequence[str],
    rows: Callable[[], Sequence[Row]],
    path: str = "",
    formats: Sequence[Format] = FORMATS,
) -> Response:
    """Answer with a list in *fmt*: its *page*, or its *rows*, whose cells have *names*."""

    def make() -> str:
        if fmt is HTML:
            return page()
        return as_json(rows()) if fmt is JSON else as_csv(names, rows())

    return made(make, fmt, path, formats)


def made(
    make: Callable[[], str | Iterable[bytes]],
    fmt: Format,
    path: str = "",
    formats: Sequence[Format] = FORMATS,
) -> Response:
    """Answer with what *make* gives in *fmt*, in the reader's language.

    *path* is where it is found with the suffix of each of *formats*, if it is.
    """
    lang = reader_language()
    response = responses.answer(
        make,
        fmt,
        variant=lang.tag,
        vary=("Accept", "Accept-Language"),
        links=responses.alternates(path, fmt, formats) if path else (),
    )
    response.headers["Content-Language"] = lang.tag
    return response


def as_json(rows: Sequence[Row]) -> str:
    """Return *rows* as an array of objects."""
    return json.dumps([*rows], ensure_ascii=False, indent=1) + "\n"


def as_csv(names: Sequence[str], rows: Sequence[Row]) -> str:
    """Return *rows* as CSV under the head *names*."""
    return csv_of(names, ([cell(row.get(name)) for name in names] for row in rows))


def csv_of(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the cells of *rows* as CSV under *head*, as spreadsheets open it (RFC 4180)."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(head)
    table.writerows(rows)
    return BOM + out.getvalue()


def cell(value: object) -> str:
    """Return what stands in a cell for *value*."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return BETWEEN.join(map(cell, value))
    return str(value)
