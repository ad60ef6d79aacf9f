"""Write a value the way people of a place write it: dates in Japanese eras, readings in katakana.

Which way is meant is said by a BCP 47 tag, so that a table can ask for it: `ja-u-ca-japanese`
(Unicode's calendar extension) and `ja-kana`. Pure; knows no table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

# Since 1873, when the calendar of the West came into force (days before keep no year of an era).
_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1873, 1, 1), "明治"),
)
_MEIJI = 1868


def japanese_calendar(text: str) -> str:
    """Return a day, month or year of XML Schema with its era: 2019-05-01 is 令和元年5月1日.

    A month or year that is not whole within one era is named by the era of its last day,
    as files of the public offices do; a text that is no date comes back empty.
    """
    parts = text.split("-")
    try:
        numbers = [int(part) for part in parts]
        year, month, day = (*numbers, 12, 31)[:3] if len(numbers) < 3 else numbers
        if len(numbers) == 2:
            month, day = numbers[1], _last_day(year, numbers[1])
        shown = date(year, month, day)
    except ValueError:
        return ""
    found = next(((start, era) for start, era in _ERAS if shown >= start), None)
    if found is None:
        return ""
    start, era = found
    first = _MEIJI if era == "明治" else start.year
    count = year - first + 1
    written = f"{era}{'元' if count == 1 else count}年"
    for number, unit in zip(numbers[1:], ("月", "日"), strict=False):
        written += f"{number}{unit}"
    return written


_WRITTEN = re.compile(
    r"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\.?)?(?P<year>元|\d{1,4})(?:年|[-/.])"
    r"(?P<month>\d{1,2})(?:(?:月|[-/.])(?:(?P<day>\d{1,2})日?)?)?",
    re.IGNORECASE,
)
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}


def iso(text: str) -> str | None:
    """Return a day or month written as people of Japan write it, as XML Schema does.

    2021/6/25, 2021年6月25日, 20210625, 令和3年6月25日 and R3.6.25, in half or full width, are
    2021-06-25. None for anything else, for what the calendar lacks, and for what is right as
    it stands.
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
        name = _LETTERS.get(era.upper(), era)
        start = next(start for start, known in _ERAS if known == name)
        year += (_MEIJI if name == "明治" else start.year) - 1
    month, day = int(found["month"]), found["day"]
    try:
        shown = date(year, month, int(day or 1)).isoformat()
    except ValueError:
        return None
    shown = shown if day else shown[:7]
    return None if shown == text else shown


def _last_day(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date.resolution).day


def katakana(text: str) -> str:
    """Return *text* with hiragana written as katakana; everything else stays."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" or c in "ゝゞ" else c for c in text)


WAYS: dict[str, Callable[[str], str]] = {
    "ja-u-ca-japanese": japanese_calendar,
    "ja-kana": katakana,
}
