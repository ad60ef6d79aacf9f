"""Patterns of numbers and dates as CSVW takes them from UAX #35, as regular expressions.

Model for Tabular Data 6.4.2 and 6.4.4. A pattern that is none of these gives None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_PATTERN = re.compile(
    r"(?P<prefix>[+\-%‰]?)(?P<whole>[#0,]*)(?:\.(?P<part>[#0,]*))?"
    r"(?P<power>E[+-]?[#0]+)?(?P<suffix>[%‰]?)"
)


@dataclass(frozen=True)
class NumberFormat:
    """How numbers are written: the *expression* that fits, and what groups and decimals are."""

    expression: re.Pattern[str]
    group: str
    decimal: str

    def value(self, text: str) -> str | None:
        """Return the number that *text* writes, in digits of XML Schema; None where it is none."""
        if not self.expression.fullmatch(text):
            return None
        digits = text.replace(self.group, "") if self.group else text
        digits = digits.replace(self.decimal, ".")
        share = 100 if "%" in digits else 1000 if "‰" in digits else 1
        digits = digits.strip("%‰")
        if share == 1:
            return digits.removeprefix("+")
        return format(Decimal(digits) / share, "f")


def number_format(pattern: str | None, group: str | None, decimal: str) -> NumberFormat | None:
    """Return how numbers of *pattern* are written, None where it is no pattern we know.

    Without a *pattern*, digits may be grouped anywhere by *group*.
    """
    if pattern is None:
        mark, between = re.escape(decimal), re.escape(group) if group else ""
        many = rf"\d(?:{between}?\d)*" if between else r"\d+"
        digits = rf"(?:{many}(?:{mark}\d+)?|{mark}\d+)"
        expression = rf"[+-]?{digits}(?:E[+-]?\d+)?[%‰]?|NaN|-?INF"
        return NumberFormat(re.compile(expression, re.ASCII), group or "", decimal)
    comma = group or ","
    plain = pattern.replace(comma, "\0").replace(decimal, "\1")
    if (group and "," in plain and group != ",") or (decimal != "." and "." in plain):
        return None
    parts = _PATTERN.fullmatch(plain.replace("\0", ",").replace("\1", "."))
    if parts is None or not re.search("[#0]", plain):
        return None
    whole, part = parts["whole"], parts["part"]
    if re.search("0.*#", whole) or (part and re.search("#.*0", part)):
        return None
    if whole.endswith(",") or ",," in whole or whole.startswith(","):
        return None
    text = _sign(parts["prefix"]) + _whole(whole, re.escape(comma))
    if part is not None:
        text += _part(part, re.escape(decimal), re.escape(comma))
    text += _power(parts["power"]) + parts["suffix"]
    return NumberFormat(re.compile(text, re.ASCII), comma, decimal)


def _sign(prefix: str) -> str:
    if prefix == "+":
        return "[+-]"
    return "-" if prefix == "-" else f"{prefix}[+-]?"


def _whole(pattern: str, comma: str) -> str:
    """Return the expression of digits before the decimal sign."""
    least = pattern.count("0")
    if "," not in pattern:
        return rf"\d{{{least},}}"
    sizes = [len(group) for group in pattern.split(",")]
    first = sizes[-1]
    later = sizes[-2] if len(sizes) > 2 else first
    enough = rf"(?=(?:{comma}?\d){{{least}}})" if least else ""
    grouped = rf"\d{{1,{later}}}(?:{comma}\d{{{later}}})*{comma}\d{{{first}}}"
    some = rf"\d{{1,{first}}}" + ("" if least else "|")
    return rf"{enough}(?:{grouped}|{some})"


def _part(pattern: str, mark: str, comma: str) -> str:
    """Return the expression of decimal sign and digits after it."""
    digits = pattern.replace(",", "")
    least, most = digits.count("0"), len(digits)
    size = pattern.index(",") if "," in pattern else 0
    if not most:
        return f"(?:{mark})?"
    if not size:
        return rf"(?:{mark}\d{{{max(least, 1)},{most}}}){'' if least else '?'}"
    ways = "|".join(
        comma.join(rf"\d{{{min(size, count - at)}}}" for at in range(0, count, size))
        for count in range(most, max(least, 1) - 1, -1)
    )
    return rf"(?:{mark}(?:{ways})){'' if least else '?'}"


def _power(pattern: str | None) -> str:
    if not pattern:
        return ""
    sign = "[+-]" if "+" in pattern else "-?"
    return rf"E{sign}\d{{{max(pattern.count('0'), 1)},}}"


DATES = (
    "yyyy-MM-dd", "yyyyMMdd", "dd-MM-yyyy", "d-M-yyyy", "MM-dd-yyyy", "M-d-yyyy",
    "dd/MM/yyyy", "d/M/yyyy", "MM/dd/yyyy", "M/d/yyyy", "dd.MM.yyyy", "d.M.yyyy",
    "MM.dd.yyyy", "M.d.yyyy", "yyyy/MM/dd", "yyyy/M/d", "yyyy年M月d日",
)  # fmt: skip
_TIME = re.compile(r"HH:mm:ss(?:\.S+)?|HHmmss|HH:mm|HHmm")
_ZONE = re.compile(r" ?(?:X{1,3}|x{1,3})$")
_FIELDS = {
    "yyyy": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "dd": r"(?P<day>\d{2})",
    "d": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})",
    "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})",
    "X": r"(?P<zone>Z|[+-]\d{2}(?:\d{2})?)",
    "XX": r"(?P<zone>Z|[+-]\d{4})",
    "XXX": r"(?P<zone>Z|[+-]\d{2}:\d{2})",
    "x": r"(?P<zone>[+-]\d{2}(?:\d{2})?)",
    "xx": r"(?P<zone>[+-]\d{4})",
    "xxx": r"(?P<zone>[+-]\d{2}:\d{2})",
}
_FIELD = re.compile(r"yyyy|MM?|dd?|HH|mm|ss|\.S+|X{1,3}|x{1,3}|.")


def date_format(pattern: str, base: str) -> re.Pattern[str] | None:
    """Return the expression of *pattern* for date, time or dateTime; None where it is none."""
    zone = _ZONE.search(pattern)
    plain = pattern[: zone.start()] if zone else pattern
    if base == "date":
        known = plain in DATES
    elif base == "time":
        known = bool(_TIME.fullmatch(plain))
    else:
        first, _, second = plain.replace("T", " ", 1).partition(" ")
        dated = first in DATES and (" " in plain or first == "yyyy-MM-dd")
        known = dated and bool(_TIME.fullmatch(second))
    if not known:
        return None
    parts = []
    for field in _FIELD.findall(pattern):
        if field.startswith(".S"):
            parts.append(rf"(?P<part>\.\d{{1,{len(field) - 1}}})?")
        else:
            parts.append(_FIELDS.get(field) or re.escape(field))
    return re.compile("".join(parts), re.ASCII)


def in_xsd(found: re.Match[str], base: str) -> str:
    """Return the date, time or dateTime of *found* as XML Schema writes it."""
    part: dict[str, str] = {k: v or "" for k, v in found.groupdict().items()}
    zone = part.get("zone", "")
    if zone not in ("", "Z"):
        digits = zone.replace(":", "")
        zone = f"{digits[:3]}:{digits[3:] or '00'}"
    text = ""
    if base != "time":
        text = f"{part['year']}-{int(part['month']):02}-{int(part['day']):02}"
    if base != "date":
        clock = f"{part['hour']}:{part['minute']}:{part.get('second', '00')}{part.get('part', '')}"
        text = f"{text}T{clock}" if text else clock
    return text + zone
