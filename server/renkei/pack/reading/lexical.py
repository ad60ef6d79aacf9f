"""Whether a literal is written as its datatype asks (XML Schema 1.1 Datatypes, section 3).

An ill-typed literal is legal RDF (RDF 1.1 Concepts section 3.3): it is kept and told, and
no query can calculate with it. Datatypes that are not known here are any text's.
"""

from __future__ import annotations

import calendar
import re

import pyoxigraph as ox

from renkei.rdf.iris import PREFIXES

_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DATE = rf"({_YEAR})-({_MONTH})-({_DAY})"
_INTEGER = r"[+-]?\d+"
_FLOAT = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"
_DURATION_DAYS = r"(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_FORMS = {
    "boolean": "true|false|0|1",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "integer": _INTEGER,
    "double": _FLOAT,
    "float": _FLOAT,
    "date": _DATE + _ZONE,
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE[:-1]}",
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": f"--(?:(?:0[13578]|1[02])-{_DAY}|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)"
    f"|02-(?:0[1-9]|[12]\\d)){_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "duration": rf"-?P(?=.)(?:\d+Y)?(?:\d+M)?{_DURATION_DAYS}",
    "yearMonthDuration": r"-?P(?=.)(?:\d+Y)?(?:\d+M)?",
    "dayTimeDuration": rf"-?P(?=.){_DURATION_DAYS}",
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}
# Integers that have bounds: the least and the most.
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{
        name: (-(1 << bits - 1), (1 << bits - 1) - 1)
        for name, bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))
    },
    **{
        f"unsigned{name}": (0, (1 << bits) - 1)
        for name, bits in (("Byte", 8), ("Short", 16), ("Int", 32), ("Long", 64))
    },
}
_PATTERNS = {name: re.compile(form, re.ASCII) for name, form in _FORMS.items()}
INTEGERS = frozenset(_BOUNDS)  # datatypes that are integers with bounds
_NUMBERS = frozenset(("decimal", "integer", *INTEGERS))
_MANY_DIGITS = 18  # in fewer the engine has every number
_EMPTY = ox.Store()


def is_ill_typed(literal: ox.Literal) -> bool:
    """Say whether the text of *literal* is none of those that its datatype has."""
    name = _name_of(literal)
    if name in _BOUNDS:
        return not _bounded(literal.value.strip(_SPACE), *_BOUNDS[name])
    if name not in _PATTERNS:
        return False
    found = _PATTERNS[name].fullmatch(literal.value.strip(_SPACE))
    return found is None or (name in _DATED and not _is_day(*found.groups()[:3]))


def is_beyond_reckoning(literal: ox.Literal) -> bool:
    """Say whether the query engine cannot calculate with this number, which is one."""
    if _name_of(literal) not in _NUMBERS or len(literal.value) < _MANY_DIGITS:
        return False
    return not _EMPTY.query(f"ASK {{ FILTER(isNumeric({literal})) }}")


_SPACE = " \t\r\n"  # left out by rule before a text is read (whiteSpace: collapse)
_DATED = frozenset(("date", "dateTime", "dateTimeStamp"))


def _name_of(literal: ox.Literal) -> str:
    iri = literal.datatype.value
    return iri.removeprefix(PREFIXES["xsd"]) if iri.startswith(PREFIXES["xsd"]) else ""


def _bounded(text: str, least: int | None, most: int | None) -> bool:
    if not _PATTERNS["integer"].fullmatch(text):
        return False
    if len(text) > 40:  # no bound is near, and Python would take long to read it
        return (most is None and text[0] != "-") or (least is None and text[0] == "-")
    number = int(text)
    return (least is None or number >= least) and (most is None or number <= most)


def _is_day(year: str, month: str, day: str) -> bool:
    """Say whether there is such a day; the calendar repeats every 400 years."""
    return int(day) <= calendar.monthrange(int(year[-4:]) % 400 + 400, int(month))[1]
