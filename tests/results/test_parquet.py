"""Parquet has the values of the terms in columns of their types."""

from __future__ import annotations

import io
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet as pq

from renkei.rdf.formats import PARQUET
from renkei.results import parquet, values
from tests.results.answers import TERMS, Term, column, file, made, typed

JAPAN = timezone(timedelta(hours=9))


def table(body: bytes) -> pa.Table:
    """The table of a file."""
    return pq.read_table(io.BytesIO(body))


@pytest.mark.parametrize(
    ("terms", "kind", "found"),
    [
        pytest.param(
            [typed("1", "integer"), None, typed("-2", "integer")],
            pa.int64(),
            [1, None, -2],
            id="whole numbers",
        ),
        pytest.param(
            [typed(str(2**63), "integer"), typed("1", "integer")],
            pa.string(),
            [str(2**63), "1"],
            id="a number beyond int64",
        ),
        pytest.param(
            [typed("1121.26", "decimal"), typed("10", "integer")],
            pa.decimal128(6, 2),
            [Decimal("1121.26"), Decimal("10.00")],
            id="decimals with every digit",
        ),
        pytest.param(
            [typed("0.05", "decimal")], pa.decimal128(2, 2), [Decimal("0.05")], id="a small decimal"
        ),
        pytest.param(
            [typed("9" * 30, "decimal"), typed("0." + "1" * 9, "decimal")],
            pa.string(),
            ["9" * 30, "0." + "1" * 9],
            id="more digits than a decimal has",
        ),
        pytest.param(
            [typed("1.5E0", "double"), typed("2", "integer"), typed("0.1", "decimal")],
            pa.float64(),
            [1.5, 2.0, 0.1],
            id="the wider number",
        ),
        pytest.param(
            [typed("1.5E0", "double"), typed(str(2**53 + 1), "integer")],
            pa.string(),
            ["1.5E0", str(2**53 + 1)],
            id="a whole number that no double keeps",
        ),
        pytest.param(
            [typed("1.5E0", "double"), typed("0.1000000000000000055", "decimal")],
            pa.string(),
            ["1.5E0", "0.1000000000000000055"],
            id="a decimal of which a double does not keep every digit",
        ),
        pytest.param([typed("true", "boolean")], pa.bool_(), [True], id="booleans"),
        pytest.param(
            [typed("2019-03-29", "date"), typed("0001-01-01", "date")],
            pa.date32(),
            [date(2019, 3, 29), date(1, 1, 1)],
            id="days",
        ),
        pytest.param(
            [typed("2019-03-29", "date"), typed("10000-01-01", "date")],
            pa.string(),
            ["2019-03-29", "10000-01-01"],
            id="a year beyond 9999",
        ),
        pytest.param(
            [typed("2019-03-29T10:11:12.000001", "dateTime")],
            pa.timestamp("us"),
            [datetime(2019, 3, 29, 10, 11, 12, 1)],
            id="times without an offset",
        ),
        pytest.param(
            [typed("2019-03-29T10:11:12+09:00", "dateTime")],
            pa.timestamp("us", "+09:00"),
            [datetime(2019, 3, 29, 10, 11, 12, tzinfo=JAPAN)],
            id="times of one offset",
        ),
        pytest.param(
            [typed("2019-03-29T10:11:12Z", "dateTime")],
            pa.timestamp("us", "UTC"),
            [datetime(2019, 3, 29, 10, 11, 12, tzinfo=UTC)],
            id="times of Greenwich",
        ),
        pytest.param(
            [typed("2019-03-29T10:11:12Z", "dateTime"), typed("2019-03-29T10:11:12", "dateTime")],
            pa.string(),
            ["2019-03-29T10:11:12Z", "2019-03-29T10:11:12"],
            id="times of which one has no offset",
        ),
        pytest.param(
            [ox.NamedNode("http://example.org/x"), ox.Literal("x"), typed("1", "integer")],
            pa.string(),
            ["http://example.org/x", "x", "1"],
            id="a mixture",
        ),
        pytest.param(
            [typed("x", "integer"), typed("1", "integer")], pa.string(), ["x", "1"], id="ill-typed"
        ),
        pytest.param([ox.Literal("a\x00\r\n")], pa.string(), ["a\x00\r\n"], id="any character"),
        pytest.param([None, None], pa.string(), [None, None], id="nothing"),
        pytest.param([], pa.string(), [], id="no rows"),
    ],
)
def test_a_column_has_the_type_that_all_its_values_have(
    terms: list[Term], kind: pa.DataType, found: list[object]
) -> None:
    read = table(column(PARQUET, *terms))

    assert (read.schema.field("x").type, read["x"].to_pylist()) == (kind, found)


def test_nothing_below_zero_keeps_its_sign() -> None:
    """-0.0 == 0.0, so the values alone would not show it."""
    found = table(column(PARQUET, typed("-0.0E0", "double"), typed("0.0E0", "double")))

    assert [math.copysign(1, value) for value in found.column("x").to_pylist()] == [-1, 1]


def test_a_field_says_the_datatype_and_the_language_that_all_have() -> None:
    read = table(
        file(
            PARQUET,
            ["name", "year", "mixed"],
            [[ox.Literal("小樽市", language="ja"), typed("1922", "gYear"), typed("1", "integer")],
             [ox.Literal("札幌市", language="ja"), typed("1922", "gYear"), typed("1", "decimal")]],
        )
    )  # fmt: skip

    assert [read.schema.field(name).metadata for name in ("name", "year", "mixed")] == [
        {
            b"datatype": b"http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
            b"language": b"ja",
        },
        {b"datatype": b"http://www.w3.org/2001/XMLSchema#gYear"},
        None,
    ]


def test_rows_beyond_one_batch_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BATCH", 2)

    assert table(column(PARQUET, *(typed(str(n), "integer") for n in range(5))))[
        "x"
    ].to_pylist() == list(range(5))


def test_the_answer_to_an_ask_is_one_boolean() -> None:
    body = made([b'{"head":{},"boolean":false}'], PARQUET)

    assert table(body).to_pylist() == [{"boolean": False}]


def test_an_answer_without_columns_is_a_file_without_columns() -> None:
    assert table(file(PARQUET, [], [[]])).schema == pa.schema([])


def test_the_same_answer_gives_the_same_bytes() -> None:
    terms = [typed("1.5", "decimal"), typed("2", "decimal")]

    assert column(PARQUET, *terms) == column(PARQUET, *terms)


@given(st.lists(TERMS, max_size=6))
def test_any_terms_stand_in_parquet_unharmed(terms: list[Term]) -> None:
    """By value where the column has a type of values, else by what they say."""
    read = table(column(PARQUET, *terms))

    for term, value in zip(terms, read["x"].to_pylist(), strict=True):
        if isinstance(value, str) or value is None:
            assert value == (None if term is None else values.text(term))
            continue
        assert isinstance(term, ox.Literal)
        held = (values.truth(term), values.day(term), values.moment(term), values.number(term))
        expected = next(one for one in held if one is not None)
        if isinstance(value, float):
            expected = float(expected)  # type: ignore[arg-type]
        assert value == expected or (value != value and expected != expected)
