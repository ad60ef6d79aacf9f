"""Write solutions as Parquet, with the column types that their datatypes say.

A column has the type that all its values have: whole numbers int64, decimals DECIMAL with every
digit, doubles float64, and where they are mixed the wider one (XPath 3.1, section B.1), if that
keeps every digit; days date32; times timestamps in microseconds, with the offset that all of them
have or none has; booleans boolean. Any other column is text: IRIs, languages, mixtures, and values
that Parquet has no way to hold. Where all literals of a column have one datatype, or one language,
its field says which. pyarrow is an extra, and is imported where it is needed.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from renkei.results import values
from renkei.results.solutions import Solutions, Term

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 50_000  # rows written together
MOST_DIGITS = 38  # of a decimal
INT64 = range(-(2**63), 2**63)
EXACT = 2**53  # beyond this a double does not keep a whole number


def write(solutions: Solutions, out: IO[bytes]) -> None:
    """Write *solutions* to *out*. Raises ImportError where pyarrow is not installed."""
    # An allocator of its own would take a GiB of addresses ahead; a process that grows is replaced.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    import pyarrow as pa
    from pyarrow import parquet

    kinds = [ColumnKind() for _ in solutions.columns]
    for row in solutions:
        for kind, term in zip(kinds, row, strict=True):
            if term is not None:
                kind.see(term)
    types = [kind.arrow() for kind in kinds]
    schema = pa.schema(
        [
            pa.field(name, type_, metadata=kind.described())
            for name, type_, kind in zip(solutions.columns, types, kinds, strict=True)
        ]
    )
    readers = [_reader(type_) for type_ in types]
    rows = iter(solutions)
    with parquet.ParquetWriter(pa.PythonFile(out, "w"), schema, compression="zstd") as writer:
        while batch := list(itertools.islice(rows, BATCH)):
            columns = [
                pa.array([None if t is None else read(t) for t in column], type_)
                for column, type_, read in zip(
                    zip(*batch, strict=True), types, readers, strict=True
                )
            ]
            writer.write_batch(pa.record_batch(columns, schema))


@dataclass
class ColumnKind:
    """What the terms of a column have in common, as far as they have been seen.

    *sorts* are the kinds of their values; *whole* and *fraction* are the most digits before and
    after the point; *is_near* says that each number comes back from a double as it was written.
    """

    sorts: set[str] = field(default_factory=set)
    whole: int = 0
    fraction: int = 0
    is_near: bool = True
    offsets: set[timedelta | None] = field(default_factory=set)
    datatypes: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)

    def see(self, term: Term) -> None:
        """Take *term* into account."""
        if not isinstance(term, ox.Literal):
            self.sorts.add("text")
            self.datatypes.add("")
            return
        self.datatypes.add(term.datatype.value)
        self.languages.add(term.language or "")
        self.sorts.add(self._sort(term))

    def _sort(self, literal: ox.Literal) -> str:
        number = values.number(literal)
        if isinstance(number, float):
            return "double"
        if isinstance(number, Decimal):
            self.is_near &= Decimal(repr(float(number))) == number
            _, digits, exponent = number.as_tuple()
            assert isinstance(exponent, int)
            self.fraction = max(self.fraction, -exponent)
            self.whole = max(self.whole, len(digits) + exponent)
            return "decimal"
        if number is not None:
            self.whole = max(self.whole, len(str(abs(number))))
            self.is_near &= abs(number) <= EXACT
            return "integer" if number in INT64 else "text"
        if values.truth(literal) is not None:
            return "boolean"
        if values.day(literal) is not None:
            return "day"
        moment = values.moment(literal)
        if moment is not None:
            self.offsets.add(moment.utcoffset())
            return "moment"
        return "text"

    def arrow(self) -> pa.DataType:
        """Return the type of the column."""
        import pyarrow as pa

        if self.sorts == {"integer"}:
            return pa.int64()
        if self.sorts and self.sorts <= {"integer", "decimal"}:
            digits = self.whole + self.fraction
            return pa.decimal128(digits, self.fraction) if digits <= MOST_DIGITS else pa.string()
        if self.sorts and self.sorts <= {"integer", "decimal", "double"} and self.is_near:
            return pa.float64()
        if self.sorts == {"boolean"}:
            return pa.bool_()
        if self.sorts == {"day"}:
            return pa.date32()
        if self.sorts == {"moment"} and len(self.offsets) == 1:
            return pa.timestamp("us", _zone(next(iter(self.offsets))))
        return pa.string()

    def described(self) -> dict[str, str]:
        """Return what the field says of its literals: the one datatype, the one language."""
        told = {}
        if len(self.datatypes) == 1 and (datatype := next(iter(self.datatypes))):
            told["datatype"] = datatype
            if len(self.languages) == 1 and (language := next(iter(self.languages))):
                told["language"] = language
        return told


def _zone(offset: timedelta | None) -> str | None:
    """Return an offset as Arrow names it (`+09:00`)."""
    if offset is None:
        return None
    minutes = round(abs(offset).total_seconds() / 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" if minutes else "UTC"


def _reader(type_: pa.DataType) -> Callable[[Any], object]:
    """Return what reads a term as the value of a column of *type_*."""
    from pyarrow import types

    for is_one, read in (
        (types.is_int64, values.number),
        (types.is_decimal, lambda term: Decimal(term.value)),
        (types.is_float64, lambda term: float(term.value.replace("INF", "inf"))),
        (types.is_boolean, values.truth),
        (types.is_date32, values.day),
        (types.is_timestamp, values.moment),
    ):
        if is_one(type_):
            return read
    return values.text
