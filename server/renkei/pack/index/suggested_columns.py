"""Which columns and facets the data of a list suggest, and how its values are put together.

As Datasette does it for a table: a property suggests a facet where it has few different values
and some of them more than once. Days are put together by year, numbers by range. Pure: what is
known here of a property is what its values were counted to be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, log10
from typing import Literal

import pyoxigraph as ox

from renkei.language.numerals import finite
from renkei.rdf.iris import INTEGERS, PREFIXES

COUNTED = 500  # different values that are counted one by one
FACET = 50  # different values that are offered one by one
FEW_NUMBERS = 12  # different numbers that are offered one by one
YEARS = (
    40  # different years that are offered one by one; more are put together by ten, by a hundred
)
RANGES = 5  # into which numbers are put
SHOWN, FACETS = 6, 8  # columns and facets of one list, at most
SHARE = 0.3  # of the members that have a value, for a column to be shown
FACET_SHARE = 0.05  # for a facet
LEAST = 3  # members that have a value, for a facet
MOST_VALUES = 20  # of one member, in a column
LONGEST, LONG = 300, 80  # letters of a text in a column: of any, and of most
LONGEST_CHOICE = 80  # letters of a text that can be chosen

Kind = Literal["term", "number", "date", "boolean"]
Value = ox.NamedNode | ox.Literal

XSD = PREFIXES["xsd"]
BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
_NUMBERS = {*INTEGERS, *(XSD + name for name in ("decimal", "double", "float"))}
_DATES = {XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth")}
_YEAR = re.compile(r"(-?)(\d{4,9})(?=-|T|Z|\+|$)")


@dataclass
class Profile:
    """What the values of a property are, among things of the same classes."""

    having: int = 0
    most: int = 0
    values: int = 0
    letters: int = 0
    longest: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    different: set[Value] | None = field(default_factory=set)

    def count(self, values: Sequence[Value]) -> None:
        """Count the values of one thing."""
        self.having += 1
        self.most = max(self.most, len(values))
        self.values += len(values)
        for value in values:
            self.kinds[kind_of(value)] += 1
            if isinstance(value, ox.Literal):
                self.letters += len(value.value)
                self.longest = max(self.longest, len(value.value))
        if self.different is not None:
            self.different.update(values)
            self._forget()

    def add(self, other: Profile) -> None:
        """Count what *other* has counted."""
        self.having += other.having
        self.most = max(self.most, other.most)
        self.values += other.values
        self.letters += other.letters
        self.longest = max(self.longest, other.longest)
        self.kinds.update(other.kinds)
        if self.different is not None:
            self.different = None if other.different is None else self.different | other.different
            self._forget()

    def _forget(self) -> None:
        if self.different is not None and len(self.different) > COUNTED:
            self.different = None

    @property
    def kind(self) -> Kind:
        """What nearly all values are; terms where they differ."""
        (kind, number), *_ = self.kinds.most_common(1)
        return kind if number >= 0.9 * self.values else "term"  # type: ignore[return-value]

    def is_column(self, members: int) -> bool:
        """Say whether the property tells things apart, and fits into the cells of a table."""
        return (
            self.having >= SHARE * members
            and self.most <= MOST_VALUES
            and self.longest <= LONGEST
            and self.letters <= LONG * self.values
            and (members == 1 or self.having < members or not self.is_one())
        )

    def is_one(self) -> bool:
        return self.different is not None and len(self.different) < 2

    def is_facet(self, members: int) -> bool:
        """Say whether few values, some repeated, or days and numbers put things together."""
        if self.having < max(LEAST, FACET_SHARE * members) or self.is_one():
            return False
        different = COUNTED + 1 if self.different is None else len(self.different)
        repeated = 3 * different <= 2 * self.values
        if self.kind in ("date", "number"):
            return repeated or self.having >= 2 * RANGES
        return different <= FACET and repeated and self.longest <= LONGEST_CHOICE


def kind_of(value: Value) -> Kind:
    """Return what a value is, by its datatype and how it is written."""
    if not isinstance(value, ox.Literal):
        return "term"
    datatype = value.datatype.value
    if datatype in _NUMBERS and finite(value.value) is not None:
        return "number"
    if datatype in _DATES and year_of(value.value) is not None:
        return "date"
    if datatype == XSD + "boolean" and value.value in BOOLEANS:
        return "boolean"
    return "term"


def year_of(text: str) -> int | None:
    """Return the year of a day, month or year; None where it is none (XML Schema 1.1, 3.3.9)."""
    found = _YEAR.match(text)
    return int(found[1] + found[2]) if found else None


@dataclass
class ValueGroup:
    """A value of a facet: what stands for it in an address, the term it is, and its places."""

    word: str
    term: Value | None
    places: list[int]


def choices(kind: Kind, rows: Sequence[Sequence[Value]]) -> list[ValueGroup]:
    """Return what *rows*, the values of each place of a list, can be chosen by, in order.

    Terms by how many have them, days by year (or ten, a hundred …), numbers by size.
    """
    if kind == "date":
        return _by_year(rows)
    if kind == "number":
        return _by_size(rows)
    found: dict[str, ValueGroup] = {}
    for place, values in enumerate(rows):
        for value in (v for v in dict.fromkeys(values) if v.value):
            word = _word(kind, value)
            choice = found.setdefault(word, ValueGroup(word, value, []))
            if not choice.places or choice.places[-1] != place:
                choice.places.append(place)
    return sorted(found.values(), key=lambda c: (-len(c.places), c.word))


def _word(kind: Kind, value: Value) -> str:
    if kind == "boolean":
        return BOOLEANS.get(value.value, value.value)
    return value.value


def _by_year(rows: Sequence[Sequence[Value]]) -> list[ValueGroup]:
    years = [[y for v in values if (y := _year(v)) is not None] for values in rows]
    different = {year for held in years for year in held}
    step = next(s for s in (10**n for n in range(10)) if len({y // s for y in different}) <= YEARS)
    found: dict[int, list[int]] = {}
    for place, held in enumerate(years):
        for start in dict.fromkeys(year // step * step for year in held):
            found.setdefault(start, []).append(place)

    def word(start: int) -> str:
        return f"{start}" if step == 1 else f"{start}..{start + step - 1}"

    return [ValueGroup(word(start), None, found[start]) for start in sorted(found)]


def _year(value: Value) -> int | None:
    return year_of(value.value) if kind_of(value) == "date" else None


def _by_size(rows: Sequence[Sequence[Value]]) -> list[ValueGroup]:
    sizes = [[n for v in values if (n := number_of(v)) is not None] for values in rows]
    listed = sorted(n for held in sizes for n in held)
    different = sorted(set(listed))
    if len(different) <= FEW_NUMBERS:
        return _each_size(different, sizes)
    edges = _edges(listed)
    found: dict[int, list[int]] = {}
    for place, held in enumerate(sizes):
        for bin_ in dict.fromkeys(sum(edge <= n for edge in edges) for n in held):
            found.setdefault(bin_, []).append(place)
    marks = ["", *(_written(edge) for edge in edges), ""]
    return [ValueGroup(f"{marks[b]}..{marks[b + 1]}", None, found[b]) for b in sorted(found)]


def _each_size(different: Iterable[float], sizes: Sequence[Sequence[float]]) -> list[ValueGroup]:
    found = {size: ValueGroup(_written(size), None, []) for size in different}
    for place, held in enumerate(sizes):
        for size in dict.fromkeys(held):
            found[size].places.append(place)
    return list(found.values())


def _edges(listed: Sequence[float]) -> list[float]:
    """Return what parts sorted numbers into ranges of about as many, rounded to be read."""
    wished = (listed[len(listed) * part // RANGES] for part in range(1, RANGES))
    rounded = {_rounded(edge) for edge in wished}
    return sorted(edge for edge in rounded if listed[0] < edge <= listed[-1])


def _rounded(number: float) -> float:
    """Return *number* with two significant digits."""
    if not number:
        return 0.0
    unit = Fraction(10) ** (floor(log10(abs(number))) - 1)
    try:
        return float(round(Fraction(number) / unit) * unit)
    except OverflowError:
        return number


def _written(number: float) -> str:
    """Return a number as it stands in an address: the shortest text that is it."""
    whole = number == floor(number) and abs(number) < 1e15
    return str(int(number)) if whole else repr(number)


def number_of(value: Value) -> float | None:
    """Return the number that a value is, or None."""
    found = finite(value.value) if kind_of(value) == "number" else None
    return None if found is None else float(found)
