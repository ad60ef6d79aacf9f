"""Hold what a client wrote against the answer that is right: whole, and say where they part."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

import pyoxigraph as ox

RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}

# In which format the right answer is had, for what a client gives.
SUFFIXES = {"csv": "csv", "rows": "csv", "geojson": "csv", "graph": "nt"}
SUFFIXES |= dict.fromkeys(RESULTS, "json")


def difference(right: bytes, said: bytes, gives: str) -> str:
    """Return how *said* differs from *right*, in a sentence; empty where it does not.

    *right* is CSV for `csv` and `rows` (JSON: an object a row, with values by name; `geojson`,
    features with these as properties), N-Triples for `graph`, else SPARQL JSON.
    """
    try:
        if gives == "csv":
            return _of_rows(_cells(right), _cells(said))
        if gives == "rows":
            return _of_rows(_cells(right), _objects(said, _cells(right)[0]))
        if gives == "geojson":
            return _of_rows(_cells(right), _features(said, _cells(right)[0]))
        if gives == "graph":
            return _of_sets(_triples(right), _triples(said))
        return _of_rows(_terms(right, "json"), _terms(said, gives))
    except (SyntaxError, ValueError, AttributeError, KeyError) as error:
        return f"cannot be read as {gives}: {error}; it begins {_begin(said)}"


def _cells(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def _objects(text: bytes, names: Sequence[str]) -> list[list[str]]:
    rows = json.loads(text)
    return [list(names), *([str(row.get(n) or "") for n in names] for row in rows)]


def _features(text: bytes, names: Sequence[str]) -> list[list[str]]:
    """Return the properties of features, whose points stand where these say."""
    rows = []
    for feature in json.loads(text)["features"]:
        told, place = feature["properties"], feature["geometry"]["coordinates"]
        if place != [float(told["long"]), float(told["lat"])]:
            raise ValueError(f"{place} is not where {told} is")
        rows.append([str(told.get(n) or "") for n in names])
    return [list(names), *rows]


def _terms(text: bytes, gives: str) -> list[list[str]]:
    if gives == "json":  # some writers say more than the format asks for, such as statistics
        told = json.loads(text)
        text = json.dumps(
            {n: told[n] for n in ("head", "results", "boolean") if n in told}
        ).encode()
    found = ox.parse_query_results(text, RESULTS[gives])
    if isinstance(found, ox.QueryBoolean):
        return [[str(bool(found))]]
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    rows = [["" if s[name] is None else str(s[name]) for name in names] for s in found]
    return [names, *rows]


def _triples(text: bytes) -> set[str]:
    """Return the statements of the default graph, blank nodes by their canonical names."""
    found = ox.Dataset(
        quad
        for quad in ox.parse(text, ox.RdfFormat.N_QUADS)
        if quad.graph_name == ox.DefaultGraph()
    )
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in found}


def _of_rows(right: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> str:
    if len(right) != len(said):
        return f"{len(said) - 1} rows, {len(right) - 1} are right"
    for number, (ours, theirs) in enumerate(zip(right, said, strict=True)):
        if list(ours) != list(theirs):
            place = f"row {number}" if number else "the names"
            return f"{place}: {list(theirs)} instead of {list(ours)}"
    return ""


def _of_sets(right: set[str], said: set[str]) -> str:
    if right == said:
        return ""
    lacking, more = right - said, said - right
    told = f"{len(said)} statements, {len(right)} are right"
    told += f"; lacking: {min(lacking)}" if lacking else ""
    return told + (f"; not ours: {min(more)}" if more else "")


def _begin(said: bytes) -> str:
    return repr(said[:200].decode("utf-8", "replace"))
