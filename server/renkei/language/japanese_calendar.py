"""Japanese eras: write a date of XML Schema by them, and read one that is written by them.

The one table of eras, for pages, tables and what authors typed. It begins with 1873, when the
calendar of the West came into force: a day before that has another month and day in its era
than in XML Schema, so it is neither written nor read here.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

# First day, name, and the year before the era's first; the newest era first.
_ERAS = (
    (date(2019, 5, 1), "令和", 2018),
    (date(1989, 1, 8), "平成", 1988),
    (date(1926, 12, 25), "昭和", 1925),
    (date(1912, 7, 30), "大正", 1911),
    (date(1873, 1, 1), "明治", 1867),
)
_FIRST = _ERAS[-1][0]
_BEFORE = {name: before for _, name, before in _ERAS}
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_WRITTEN = re.compile(
    r"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\.?)?(?P<year>元|\d{1,4})(?:年|[-/.])"
    r"(?P<month>\d{1,2})(?:(?:月|[-/.])(?:(?P<day>\d{1,2})日?)?)?",
    re.IGNORECASE,
)


def in_eras(text: str) -> str:
    """Return an xsd:date, gYearMonth or gYear with its era: 2019-05-01 is 令和元年5月1日.

    A month or year that lies in two eras is told by both, since nobody knows the day: 1989-01
    is 昭和64年・平成元年1月. Empty for what began before 1873, and for a text that is no date.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return ""
    parts = [int(part) for part in found.groups() if part]
    try:
        first, last = _span(parts)
    except ValueError:
        return ""
    if first < _FIRST:
        return ""
    held = dict.fromkeys((_era_of(first), _era_of(last)))  # no era is shorter than a year
    years = "・".join(f"{name}{_counted(parts[0] - before)}年" for name, before in held)
    return years + "".join(f"{n}{unit}" for n, unit in zip(parts[1:], ("月", "日"), strict=False))


def _span(parts: list[int]) -> tuple[date, date]:
    """Return the first and last day of a year, month or day. Raises ValueError for none."""
    if len(parts) == 3:
        return date(*parts), date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    first = date(year, parts[1] if len(parts) == 2 else 1, 1)
    after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return first, after - timedelta(days=1)


def _era_of(day: date) -> tuple[str, int]:
    return next((name, before) for start, name, before in _ERAS if day >= start)


def _counted(year: int) -> str:
    return "元" if year == 1 else str(year)


def from_written(text: str) -> str | None:
    """Return a day or month written as people of Japan write it, as XML Schema does.

    2021/6/25, 2021年6月25日, 20210625, 令和3年6月25日 and R3.6.25, in half or full width, are
    2021-06-25. None for anything else, for what the calendar lacks, for days of Meiji before
    1873, and for what is right as it stands.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", plain)
    found = _WRITTEN.fullmatch(plain)
    if found is None:
        return None
    era, count = found["era"], found["year"]
    if era is None and len(count) != 4:
        return None
    year = 1 if count == "元" else int(count)
    if era is not None:
        year += _BEFORE[_LETTERS.get(era.upper(), era)]
    try:
        shown = date(year, int(found["month"]), int(found["day"] or 1))
    except ValueError:
        return None
    if era is not None and shown < _FIRST:
        return None
    written = shown.isoformat() if found["day"] else shown.isoformat()[:7]
    return None if written == text else written
