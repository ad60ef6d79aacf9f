"""The text of a cell as a literal of its datatype (Model for Tabular Data, 6.4 and 4.6).

What an author wrote is kept where it is a spelling of XML Schema; only a format makes it
another. A value that does not fit stays what it is, as a text, and is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from renkei.language.messages import Message, message
from renkei.pack.reading.csvw import formats
from renkei.pack.reading.csvw.vocabulary import BUILT_IN

STRINGS = {"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"}
STRINGS |= {"xml", "html", "json"}
BINARY = {"base64Binary", "binary", "hexBinary"}
_BOUNDS = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
NUMBERS = {*_BOUNDS, "decimal", "double", "float", "number"}
FLOATS = {"double", "float", "number"}
DATED = {"date", "dateTime", "datetime", "dateTimeStamp", "time"}
DATES = DATED | {"gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth"}
DURATIONS = {"duration", "dayTimeDuration", "yearMonthDuration"}
ORDERED = NUMBERS | DATES | DURATIONS
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_DAY = r"-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_SPELLINGS = {
    "date": rf"{_DAY}{_ZONE}?",
    "dateTime": rf"{_DAY}T{_CLOCK}{_ZONE}?",
    "datetime": rf"{_DAY}T{_CLOCK}{_ZONE}?",
    "dateTimeStamp": rf"{_DAY}T{_CLOCK}{_ZONE}",
    "time": rf"{_CLOCK}{_ZONE}?",
    "gDay": rf"---(?:0[1-9]|[12]\d|3[01]){_ZONE}?",
    "gMonth": rf"--(?:0[1-9]|1[0-2]){_ZONE}?",
    "gMonthDay": rf"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){_ZONE}?",
    "gYear": rf"-?\d{{4,}}{_ZONE}?",
    "gYearMonth": rf"-?\d{{4,}}-(?:0[1-9]|1[0-2]){_ZONE}?",
    "duration": r"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?"
    r"(?:\d+(?:\.\d+)?S)?)?",
    "dayTimeDuration": r"-?P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    "yearMonthDuration": r"-?P(?=\d)(?:\d+Y)?(?:\d+M)?",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}


@dataclass(frozen=True)
class Datatype:
    """A datatype of cells: what it is based on, its IRI, and what values of it must hold.

    *pattern* tells the format; for numbers with *group* and *decimal*. *limits* are those that
    metadata gives, by their names there (`minInclusive`, `maxLength` …).
    """

    base: str = "string"
    iri: str = BUILT_IN["string"]
    pattern: str | None = None
    group: str | None = None
    decimal: str = "."
    formatted: bool = False
    limits: dict[str, Any] = field(default_factory=dict)


class Unfit(Exception):
    """A value that is not one of its datatype; *said* is why."""

    def __init__(self, said: Message) -> None:
        super().__init__(said)
        self.said = said


Parse = Callable[[str], str]


def parser(datatype: Datatype) -> tuple[Parse, bool]:
    """Return what makes a text the lexical form of *datatype*, and whether its format is known.

    It raises Unfit for a text that is no value, or beyond the limits.
    """
    read, known = _reading(datatype)
    limits = datatype.limits

    def parse(text: str) -> str:
        lexical = read(text)
        if limits:
            _hold(lexical, datatype)
        return lexical

    return parse, known


def _reading(datatype: Datatype) -> tuple[Parse, bool]:
    base, pattern = datatype.base, datatype.pattern
    if base in NUMBERS:
        return _number(datatype)
    if base == "boolean":
        return _boolean(pattern)
    if base in DATED and pattern is not None:
        return _dated(base, pattern)
    known = True
    spelling = re.compile(_SPELLINGS[base], re.ASCII) if base in _SPELLINGS else None
    expression = None
    if pattern is not None:
        try:
            expression = re.compile(pattern) if base not in DATES else None
            known = expression is not None
        except re.error:
            known = False

    def read(text: str) -> str:
        if spelling is not None and not (spelling.fullmatch(text) and _there_is(text, base)):
            raise Unfit(_no(base))
        if expression is not None and not expression.fullmatch(text):
            raise Unfit(message("It does not have the format %(format)s.", format=str(pattern)))
        return text

    return read, known


def _no(base: str) -> Message:
    return message("It is no %(datatype)s.", datatype=base)


def _there_is(text: str, base: str) -> bool:
    """Say whether a date is one of the calendar: not the 30th of February."""
    day = re.match(r"(\d{4})-(\d\d)-(\d\d)", text) if base in DATED else None
    if day is None or day[1] == "0000":
        return True
    try:
        date(int(day[1]), int(day[2]), int(day[3]))
    except ValueError:
        return False
    return True


def _number(datatype: Datatype) -> tuple[Parse, bool]:
    base = datatype.base
    way = formats.number_format(datatype.pattern, datatype.group, datatype.decimal)
    known = way is not None
    if way is None:
        way = formats.number_format(None, datatype.group, datatype.decimal)
        assert way is not None
    whole = base in _BOUNDS
    least, most = _BOUNDS.get(base, (None, None))
    mark, patterned = way.decimal, known and datatype.pattern is not None

    def read(text: str) -> str:
        wrong = whole and mark in text and not patterned
        if base not in FLOATS:
            wrong = wrong or (not patterned and "E" in text) or "N" in text
        lexical = None if wrong else way.value(text)
        if lexical is None and not datatype.formatted and base in FLOATS:
            lexical = text if re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+", text) else None
        if lexical is None:
            raise Unfit(_no(base))
        if whole:
            count = Decimal(lexical)
            if count != count.to_integral_value():
                raise Unfit(_no(base))
            if (least is not None and count < least) or (most is not None and count > most):
                raise Unfit(_no(base))
        return lexical if datatype.formatted or not re.fullmatch(r"[+]\S+", text) else text

    return read, known


def _boolean(pattern: str | None) -> tuple[Parse, bool]:
    true, bar, false = (pattern or "").partition("|")
    known = pattern is None or bool(true and bar and false and "|" not in false)
    if pattern is None or not known:
        words = {"true": "true", "false": "false", "1": "1", "0": "0"}
    else:
        words = {true: "true", false: "false"}

    def read(text: str) -> str:
        if text not in words:
            raise Unfit(_no("boolean"))
        return words[text]

    return read, known


def _dated(base: str, pattern: str) -> tuple[Parse, bool]:
    kind = base if base in ("date", "time") else "dateTime"
    expression = formats.date_format(pattern, kind)
    spelling = re.compile(_SPELLINGS[base], re.ASCII)

    def read(text: str) -> str:
        if expression is None:
            lexical = text
        else:
            found = expression.fullmatch(text)
            if found is None:
                raise Unfit(message("It does not have the format %(format)s.", format=pattern))
            lexical = formats.in_xsd(found, kind)
        if not spelling.fullmatch(lexical) or not _there_is(lexical, base):
            raise Unfit(_no(base))
        return lexical

    return read, expression is not None


def _hold(lexical: str, datatype: Datatype) -> None:
    """Raise Unfit where *lexical* is beyond the limits of *datatype*."""
    limits, base = datatype.limits, datatype.base
    if base in STRINGS | BINARY | {"anyURI"}:
        length = _length(lexical, base)
        right = {
            "length": length == limits.get("length"),
            "minLength": length >= limits.get("minLength", 0),
            "maxLength": length <= limits.get("maxLength", length),
        }
    else:
        value = comparable(lexical, base)
        bounds = {name: comparable(str(limit), base) for name, limit in limits.items()}
        known = {name: bound for name, bound in bounds.items() if bound is not None}
        if value is None:
            return
        if isinstance(value, Decimal) and value.is_nan() and known:  # no number is near it
            raise Unfit(_beyond(*next(iter(limits.items()))))
        right = {
            "minInclusive": value >= known.get("minInclusive", value),
            "maxInclusive": value <= known.get("maxInclusive", value),
            "minExclusive": "minExclusive" not in known or value > known["minExclusive"],
            "maxExclusive": "maxExclusive" not in known or value < known["maxExclusive"],
        }
    for name, limit in limits.items():
        if not right.get(name, True):
            raise Unfit(_beyond(name, limit))


def _beyond(name: str, limit: object) -> Message:
    return message(
        "It is beyond what the table allows: %(name)s %(limit)s.", name=name, limit=str(limit)
    )


def _length(lexical: str, base: str) -> int:
    if base == "hexBinary":
        return len(lexical) // 2
    if base in BINARY:
        return len(re.sub(r"[\s=]", "", lexical)) * 3 // 4
    return len(lexical)


def comparable(lexical: str, base: str) -> Any:
    """Return what values of *base* are compared by; None where *lexical* is no value."""
    try:
        if base in NUMBERS:
            return Decimal(lexical.replace("INF", "Infinity"))
        if base in DURATIONS:
            return _seconds(lexical)
        if base == "time":
            return time.fromisoformat(lexical.replace("Z", "+00:00")).replace(tzinfo=None)
        if base in DATED:
            whole = (
                lexical if "T" in lexical else re.sub(r"(\d)(Z|[+-]\d\d:\d\d)?$", r"\1", lexical)
            )
            return datetime.fromisoformat(whole.replace("Z", "+00:00")).replace(tzinfo=None)
    except (ValueError, InvalidOperation):
        return None
    return lexical


def _seconds(lexical: str) -> Decimal:
    """Return how long a duration is, a month taken for 30.44 days."""
    sign = -1 if lexical.startswith("-") else 1
    days, _, clock = lexical.lstrip("-P").partition("T")
    total = Decimal(0)
    for text, sizes in (
        (days, {"Y": 31556952, "M": 2629746, "D": 86400}),
        (clock, {"H": 3600, "M": 60, "S": 1}),
    ):
        for number, unit in re.findall(r"([\d.]+)([A-Z])", text):
            total += Decimal(number) * sizes[unit]
    return sign * total
