"""The columns that a publication names for its lists, in `data/pages/pages.ttl`, with their values.

A column of `pages:Lists` has a query that gives what has a value, and the value; all properties
that are a `pages:ListedDate` have one column together, with the first day of each thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from renkei.errors import RuleError
from renkei.pack.index.class_lists import NamedColumn
from renkei.pack.index.suggested_columns import Value
from renkei.pack.sealed import sealed
from renkei.page_plan import ListColumn, Plan

Rows = Mapping[str, Sequence[Value]]


def named(
    plan: Plan,
    texts: Mapping[str, str],
    default: Iterable[ox.Quad],
    statements: Iterable[ox.Quad],
) -> tuple[NamedColumn, ...]:
    """Return the columns that *plan* names, the dates first.

    *texts* are its queries by file; *default* is the default graph, *statements* all there is to
    ask. Raises RuleError for a query that cannot be run.
    """
    found = []
    if plan.dates:
        dates = frozenset(plan.dates)
        found.append(NamedColumn("date", "year", {}, _first_days(default, dates), dates))
    if plan.columns:
        store = ox.Store()
        store.bulk_extend(statements)
        rows = sealed(lambda: [_rows(c, texts[c.query], store) for c in plan.columns])
        found += [
            NamedColumn(c.name, c.name, c.title, held)
            for c, held in zip(plan.columns, rows, strict=True)
        ]
    return tuple(found)


def _first_days(default: Iterable[ox.Quad], dates: frozenset[str]) -> Rows:
    found: dict[str, Value] = {}
    for quad in default:
        subject, value = quad.subject, quad.object
        if (
            quad.predicate.value in dates
            and isinstance(subject, ox.NamedNode)
            and isinstance(value, ox.Literal)
        ):
            known = found.setdefault(subject.value, value)
            found[subject.value] = min(known, value, key=str)
    return {iri: [value] for iri, value in found.items()}


def _rows(column: ListColumn, text: str, store: ox.Store) -> Rows:
    """Return the values of each thing in a column. Raises RuleError."""
    try:
        answer = store.query(text)
        assert isinstance(answer, ox.QuerySolutions)
        rows = [(row["thing"], row["value"]) for row in answer]
    except (SyntaxError, OSError) as error:
        raise RuleError(
            "%(file)s: %(detail)s", "Correct the query.", file=column.query, detail=str(error)
        ) from error
    found: dict[str, dict[Value, None]] = {}
    for thing, value in rows:
        if isinstance(thing, ox.NamedNode) and isinstance(value, (ox.NamedNode, ox.Literal)):
            found.setdefault(thing.value, {})[value] = None
    return {iri: sorted(values, key=str) for iri, values in found.items()}
