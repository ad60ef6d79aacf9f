"""The values that literals write (XML Schema 1.1, part 2), where Python has the very same.

A lexical form that XML Schema does not know, a day that the calendar of Python lacks (years before
1 and beyond 9999), and a time of more digits than it holds are no value here: whoever asked writes
the text as it stands. Nothing is rounded.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal

import pyoxigraph as ox

from renkei.rdf.iris import INTEGERS, PREFIXES

XSD = PREFIXES["xsd"]
STRING, BOOLEAN, DATE, MOMENT = (XSD + n for n in ("string", "boolean", "date", "dateTime"))
DECIMAL = XSD + "decimal"
FLOATING = frozenset((XSD + "double", XSD + "float"))
MOMENTS = frozenset((MOMENT, XSD + "dateTimeStamp"))
LONGEST = 400  # digits of a number that is read
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_DOUBLE = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)

Number = int | Decimal | float


def number(literal: ox.Literal) -> Number | None:
    """Return the number of *literal*: whole, decimal or of floating point, as its datatype is."""
    kind, text = literal.datatype.value, literal.value
    if len(text) > LONGEST:
        return None
    if kind in INTEGERS:
        return int(text) if _INTEGER.fullmatch(text) else None
    if kind == DECIMAL:
        return Decimal(text) if _DECIMAL.fullmatch(text) else None
    if kind in FLOATING and _DOUBLE.fullmatch(text):
        return float(text.replace("INF", "inf"))
    return None


def truth(literal: ox.Literal) -> bool | None:
    """Return the value of an xsd:boolean."""
    if literal.datatype.value != BOOLEAN:
        return None
    return {"true": True, "1": True, "false": False, "0": False}.get(literal.value)


def day(literal: ox.Literal) -> date | None:
    """Return the day of an xsd:date without a time zone, of the years 1 to 9999."""
    if literal.datatype.value != DATE or not _DATE.fullmatch(literal.value):
        return None
    try:
        return date.fromisoformat(literal.value)
    except ValueError:
        return None


def moment(literal: ox.Literal) -> datetime | None:
    """Return the time of an xsd:dateTime, with its offset where one is written."""
    if literal.datatype.value not in MOMENTS or not _MOMENT.fullmatch(literal.value):
        return None
    try:
        return datetime.fromisoformat(literal.value)
    except ValueError:
        return None


def text(term: object) -> str:
    """Return what *term* is as text: its IRI, its lexical form, or as Turtle writes it."""
    return term.value if isinstance(term, (ox.NamedNode, ox.Literal)) else str(term)


def near(found: Number | None, exact: int) -> int | float | None:
    """Return *found* as a program that calculates with doubles has it; None where it cannot.

    A whole number stays whole or is none: from *exact* on not every digit would be kept. A
    fraction is the nearest double.
    """
    if found is None or isinstance(found, float):
        return found if found is not None and math.isfinite(found) else None
    if not -exact < found < exact:
        return None
    return int(found) if found == int(found) else float(found)
