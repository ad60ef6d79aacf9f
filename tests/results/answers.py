"""Answers as a store gives them in JSON, made of terms; and terms of every kind."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

import pyoxigraph as ox
from hypothesis import strategies as st

from renkei.rdf.formats import Format
from renkei.rdf.iris import PREFIXES
from renkei.results.writing import written

XSD = PREFIXES["xsd"]
CREATED = datetime(2024, 3, 31, 12, 0)
ROOMY = 1 << 30
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None


def typed(text: str, name: str) -> ox.Literal:
    """Return a literal of a datatype of XML Schema."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + name))


def answer(columns: Sequence[str], rows: Sequence[Sequence[Term]]) -> bytes:
    """Return solutions as SPARQL 1.1 Query Results JSON."""
    bindings = [
        {name: _json(term) for name, term in zip(columns, row, strict=True) if term is not None}
        for row in rows
    ]
    said = {"head": {"vars": list(columns)}, "results": {"bindings": bindings}}
    return json.dumps(said).encode()


def _json(term: Term) -> dict[str, object]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.Literal):
        said: dict[str, object] = {"type": "literal", "value": term.value}
        if term.language:
            return {**said, "xml:lang": term.language}
        return {**said, "datatype": term.datatype.value}
    assert isinstance(term, ox.BlankNode)
    return {"type": "bnode", "value": term.value}


def made(pieces: Sequence[bytes], fmt: Format) -> bytes:
    """Return the file in *fmt* that is made of an answer in JSON."""
    with written(pieces, fmt, ROOMY, CREATED).file as found:
        return found.read()


def file(fmt: Format, columns: Sequence[str], rows: Sequence[Sequence[Term]]) -> bytes:
    """Return solutions as a file in *fmt*."""
    return made([answer(columns, rows)], fmt)


def column(fmt: Format, *terms: Term) -> bytes:
    """Return a file in *fmt* with one column `x`."""
    return file(fmt, ["x"], [[term] for term in terms])


_SMALL_AND_HUGE = st.integers(-100, 100) | st.integers(-(10**25), 10**25)
_OFFSETS = st.sampled_from(["", "Z", "+09:00", "-03:30"])
_YEARS = st.sampled_from(["-0044", "0001", "1899", "1900", "2024", "9999", "10000", "123456"])
LITERALS = st.one_of(
    st.text().map(ox.Literal),
    st.sampled_from(["=1+1", "#N/A", "+1", "-x", "@x", "_x0041_", "\r\n", "0123", "TRUE", ""]).map(
        ox.Literal
    ),
    st.text(max_size=5).map(lambda text: ox.Literal(text, language="ja")),
    _SMALL_AND_HUGE.map(lambda n: typed(str(n), "integer")),
    st.decimals(allow_nan=False, allow_infinity=False, places=6).map(
        lambda d: typed(f"{d:f}", "decimal")
    ),
    st.decimals(-100, 100, places=18).map(lambda d: typed(f"{d:f}", "decimal")),
    st.floats().map(
        lambda x: typed(
            "NaN" if math.isnan(x) else repr(x).replace("inf", "INF"),
            "double",
        )
    ),
    st.booleans().map(ox.Literal),
    st.dates().map(lambda d: typed(d.isoformat(), "date")),
    st.tuples(_YEARS, _OFFSETS).map(lambda p: typed(f"{p[0]}-02-28{p[1]}", "date")),
    st.tuples(st.datetimes(), _OFFSETS).map(
        lambda p: typed(f"{p[0].isoformat()}{p[1]}", "dateTime")
    ),
    st.tuples(_YEARS, _OFFSETS).map(lambda p: typed(f"{p[0]}-02-28T10:11:12.5{p[1]}", "dateTime")),
    st.sampled_from(["x", "1_000", "１２", "2024-02-30", " 5"]).flatmap(
        lambda text: st.sampled_from(["integer", "decimal", "double", "date", "boolean"]).map(
            lambda name: typed(text, name)
        )
    ),
)
TERMS = st.one_of(
    st.none(),
    st.sampled_from(["https://example.org/札幌?x=1#y", "urn:x:y", "mailto:a@example.org"]).map(
        ox.NamedNode
    ),
    st.just(ox.BlankNode("b0")),
    LITERALS,
)


def offset(hours: int) -> timezone:
    """Return a time zone some hours east of Greenwich."""
    return timezone(timedelta(hours=hours))


DAY = date(2019, 3, 29)
