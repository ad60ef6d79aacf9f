"""Say whether two results mean the same: tables and graphs, blank nodes up to renaming.

A table is turned into a graph (a node a row, its number of occurrences or its place as one
more value), so that both questions are one: are the canonical forms (RDFC-1.0) equal?
Literals are compared as written first; where only the writing differs, and not the value,
`same` says so with the word `value`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

import pyoxigraph as ox

from tests.conformance.w3c.lists import RDF, Statements, Term

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGERS = frozenset(
    XSD + name
    for name in [
        "integer",
        "nonPositiveInteger",
        "negativeInteger",
        "long",
        "int",
        "short",
        "byte",
        "nonNegativeInteger",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
        "positiveInteger",
    ]
)
Row = tuple[tuple[str, Term], ...]
Sameness = Literal["no", "value", "yes"]


@dataclass(frozen=True)
class Table:
    """Solutions of a SELECT. *ordered* says that the order is part of the answer."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table as CSV gives it: texts, and no more."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Result = bool | Table | Sheet | frozenset[ox.Triple]


def from_engine(content: bytes, fmt: ox.QueryResultsFormat) -> bool | Table:
    """Read a table or a boolean in JSON, XML or TSV."""
    found = ox.parse_query_results(content, fmt)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    variables = [v.value for v in found.variables]
    rows = tuple(
        tuple((name, term) for name, term in zip(variables, solution, strict=True) if term)
        for solution in found
    )
    return Table(frozenset(variables), rows)


def from_graph(statements: Statements) -> bool | Table | None:
    """Read a result written with the DAWG vocabulary; None where there is none."""
    heads = statements.subjects(RDF + "type", RS + "ResultSet")
    if not heads:
        return None
    head = heads[0]
    boolean = statements.text(head, RS + "boolean")
    if boolean:
        return boolean == "true"
    found = []
    for solution in statements.all(head, RS + "solution"):
        row = tuple(
            (statements.text(binding, RS + "variable"), value)
            for binding in statements.all(solution, RS + "binding")
            if (value := statements.one(binding, RS + "value")) is not None
        )
        place = statements.text(solution, RS + "index")
        found.append((int(place) if place else -1, row))
    ordered = bool(found) and all(place >= 0 for place, _ in found)
    found.sort(key=lambda pair: pair[0])
    variables = frozenset(
        term.value
        for term in statements.all(head, RS + "resultVariable")
        if isinstance(term, ox.Literal)
    )
    return Table(variables, tuple(row for _, row in found), ordered)


def from_csv(content: bytes) -> Sheet:
    """Read CSV."""
    rows = [tuple(row) for row in csv.reader(io.StringIO(content.decode("utf-8"), newline=""))]
    return Sheet(rows[0] if rows else (), tuple(rows[1:]))


def same(expected: Result, found: Result, ordered: bool = False, lax: bool = False) -> Sameness:
    """Say whether *found* is *expected*: `yes`, `value` (literals written otherwise), or `no`."""
    if isinstance(expected, Sheet) and isinstance(found, Sheet):
        return _same_sheets(expected, found)
    if type(expected) is not type(found):
        return "no"
    if isinstance(expected, bool):
        return "yes" if expected == found else "no"
    if isinstance(expected, Table) and isinstance(found, Table):
        if expected.variables != found.variables:
            return "no"
        if lax:
            return _same_lax(expected, found)
        ordered = ordered or expected.ordered
        if len(expected.rows) != len(found.rows):
            return "no"
        return _by_form(lambda table, way: _form(_as_graph(table, ordered, way)), expected, found)
    return _by_form(
        lambda triples, way: _form(
            ox.Triple(t.subject, t.predicate, way(t.object)) for t in triples
        ),
        expected,
        found,
    )


def _by_form(form: Callable, expected: object, found: object) -> Sameness:
    if form(expected, _as_written) == form(found, _as_written):
        return "yes"
    return "value" if form(expected, by_value) == form(found, by_value) else "no"


def _as_written(term: Term) -> Term:
    return term


def by_value(term: Term) -> Term:
    """Return a literal in one writing for its value and datatype; all else as it is."""
    if not isinstance(term, ox.Literal) or term.language:
        return term
    kind = term.datatype.value
    try:
        if kind in INTEGERS:
            return ox.Literal(str(int(term.value)), datatype=term.datatype)
        if kind == XSD + "boolean":
            return ox.Literal(term.value in ("1", "true"))
        if kind in (XSD + "date", XSD + "dateTime"):
            utc = re.sub(r"[+-]00:00$", "Z", term.value)
            return ox.Literal(utc, datatype=term.datatype)
        if kind == XSD + "decimal":
            return ox.Literal(format(Decimal(term.value).normalize(), "f"), datatype=term.datatype)
        if kind in (XSD + "double", XSD + "float"):
            return ox.Literal(repr(float(term.value)), datatype=term.datatype)
    except (ValueError, InvalidOperation):
        return term
    return term


def _form(triples: Iterable[ox.Triple]) -> frozenset[str]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(str(quad) for quad in dataset)


def _as_graph(table: Table, ordered: bool, way: Callable[[Term], Term]) -> Iterable[ox.Triple]:
    rows = [tuple(sorted((name, way(term)) for name, term in row)) for row in _sortable(table)]
    if ordered:
        told = [(place, row) for place, row in enumerate(rows)]
    else:
        told = [(count, row) for row, count in Counter(rows).items()]
    for number, row in told:
        node = ox.BlankNode()
        yield ox.Triple(node, ox.NamedNode("row:number"), ox.Literal(number))
        for name, term in row:
            yield ox.Triple(node, ox.NamedNode(f"variable:{name}"), term)


def _sortable(table: Table) -> Iterable[Row]:
    for row in table.rows:
        yield tuple(sorted(row, key=lambda pair: pair[0]))


def _same_lax(expected: Table, found: Table) -> Sameness:
    """Compare under REDUCED: every row at least once, and no more often than expected."""
    counts = [Counter(frozenset(row) for row in table.rows) for table in (expected, found)]
    fits = counts[0].keys() == counts[1].keys() and all(
        0 < counts[1][row] <= number for row, number in counts[0].items()
    )
    return "yes" if fits else "no"


def _same_sheets(expected: Sheet, found: Sheet) -> Sameness:
    """Compare sheets column by column: SELECT * gives them in no order."""
    if sorted(expected.variables) != sorted(found.variables):
        return "no"
    places = [found.variables.index(name) for name in expected.variables]
    found = Sheet(
        expected.variables, tuple(tuple(row[place] for place in places) for row in found.rows)
    )
    plain = [Counter(_renamed(sheet.rows, str)) for sheet in (expected, found)]
    if plain[0] == plain[1]:
        return "yes"
    by_number = [Counter(_renamed(sheet.rows, _number)) for sheet in (expected, found)]
    return "value" if by_number[0] == by_number[1] else "no"


def _renamed(
    rows: Iterable[tuple[str, ...]], way: Callable[[str], str]
) -> Iterable[tuple[str, ...]]:
    """Yield rows with blank nodes by order of appearance: CSV has no other way to say them."""
    names: dict[str, str] = {}
    for row in rows:
        yield tuple(
            names.setdefault(cell, f"_:{len(names)}") if cell.startswith("_:") else way(cell)
            for cell in row
        )


def _number(cell: str) -> str:
    try:
        return repr(float(cell))
    except ValueError:
        return cell
