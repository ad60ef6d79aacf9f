"""Read what literals write: numbers and days of XML Schema, and nothing that only looks like one.

Python reads more than XML Schema does (`1_000`, `１２`, `nan`), and less (a year of five digits).
Whoever computes with a value of the data or writes it for people asks here first; what is not
read stands as it is.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

LONGEST = 400  # digits of a number that is computed with or written with its marks
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_WRITTEN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_BLANK = " \t\r\n"  # which XML Schema collapses around a number (part 2, section 4.3.6)


def finite(text: str) -> int | float | None:
    """Return the number of an xsd:integer, decimal, double or float, whole where it is so written.

    None for what is no such number, for NaN and for those beyond measure.
    """
    plain = text.strip(_BLANK)
    if len(plain) > LONGEST or _NUMBER.fullmatch(plain) is None:
        return None
    number = float(plain)
    if not math.isfinite(number):
        return None
    return int(plain) if plain.lstrip("+-").isdigit() else number


def is_written_plainly(text: str) -> bool:
    """Say whether *text* is a number as people write it: no sign +, leading zero or exponent.

    01100 is a code, and a group mark in it would be wrong.
    """
    return len(text) <= LONGEST and _WRITTEN.fullmatch(text) is not None


def first_and_last(text: str) -> tuple[date, date] | None:
    """Return the first and last day of an xsd:date, gYearMonth or gYear.

    None for any other text, for what the calendar lacks, for a time zone, and for years before 1
    or after 9998.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        after = date(first.year + (month in (None, 12)), month % 12 + 1 if month else 1, 1)
    except ValueError:
        return None
    if first.year == date.max.year:
        return None
    return first, first if day is not None else after - timedelta(days=1)
