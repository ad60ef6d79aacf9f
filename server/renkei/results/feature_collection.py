"""Write solutions as GeoJSON (RFC 7946): one feature a row, for maps and GIS.

The place of a row stands, in this order of preference, in the first column that holds a WKT or
GeoJSON literal (GeoSPARQL 1.1, sections 8.5.1 and 8.5.2); in one of texts that is called `wkt` or
`geojson`; in two that are called `lat` and `long` (or `latitude`, `office_lon` …). A row without
one is a feature without a place. All other columns are properties: numbers and booleans are what
they are, and anything else is text. Positions are longitude and latitude in WGS 84, whatever order
a literal has them in (RFC 7946, section 4). Another coordinate system, and what is no place, is
refused with its row.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import IO, Any

import pyoxigraph as ox

from renkei.errors import CannotCarry
from renkei.language.numerals import finite
from renkei.rdf import formats, wkt
from renkei.results import values
from renkei.results.solutions import Row, Solutions, Term

LATITUDE = re.compile(r"(?:.*_)?(?:lat|latitude|緯度)")
LONGITUDE = re.compile(r"(?:.*_)?(?:long|lon|lng|longitude|経度)")
TEXTS = ("wkt", "geojson")
KINDS = {wkt.WKT: "wkt", wkt.GEOJSON: "geojson"}
EXACT = 2**53  # from here on a reader of JSON does not keep every digit (RFC 7493, section 2.2)
# How deep the positions of a geometry are nested (section 3.1).
NESTED = {
    "Point": 0, "MultiPoint": 1, "LineString": 1,
    "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip

GeoJson = dict[str, Any]
Position = list[float]
Place = Callable[[int, Row], GeoJson | None]


def write(solutions: Solutions, out: IO[bytes]) -> None:
    """Write *solutions* to *out*.

    Raises CannotCarry where no column has places, or a row has something else there.
    """
    placed, place = _places(solutions)
    told = [(n, name) for n, name in enumerate(solutions.columns) if n not in placed]
    out.write(b'{"type":"FeatureCollection","features":[')
    for number, row in enumerate(solutions, start=1):
        feature = {
            "type": "Feature",
            "geometry": place(number, row),
            "properties": {name: _property(row[n]) for n, name in told},
        }
        out.write(b",\n" if number > 1 else b"\n")
        out.write(json.dumps(feature, ensure_ascii=False, allow_nan=False).encode())
    out.write(b"\n]}\n")


def has_places(solutions: Solutions) -> bool:
    """Say whether *solutions* have a column of places, or nothing at all."""
    try:
        _places(solutions)
    except CannotCarry:
        return False
    return True


def _property(term: Term | None) -> str | int | float | bool | None:
    """Return what stands for *term* in JSON: no number that a reader would round to a whole one."""
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        truth = values.truth(term)
        if truth is not None:
            return truth
        number = values.near(values.number(term), EXACT)
        if number is not None:
            return number
    return values.text(term)


# --- where the places are ---


def _places(solutions: Solutions) -> tuple[set[int], Place]:
    """Return the columns that have the places, and what reads the place of a row."""
    columns = [name.casefold() for name in solutions.columns]
    geometries: set[int] = set()
    is_empty = True
    for row in solutions:
        is_empty = False
        geometries |= {n for n, term in enumerate(row) if _kind(term)}
    geometries = geometries or {n for n, name in enumerate(columns) if name in TEXTS}
    if geometries:
        n = min(geometries)
        return {n}, lambda number, row: _written(number, row[n], solutions.columns[n], columns[n])
    latitude, longitude = (
        next((n for n, name in enumerate(columns) if pattern.fullmatch(name)), None)
        for pattern in (LATITUDE, LONGITUDE)
    )
    if latitude is not None and longitude is not None:
        named = solutions.columns[latitude], solutions.columns[longitude]
        return {latitude, longitude}, lambda number, row: _pair(
            number, row[latitude], row[longitude], named
        )
    if is_empty:
        return set(), lambda number, row: None
    raise CannotCarry(
        "No column of this answer has places.",
        "Ask for one of geo:wktLiteral or geo:geoJSONLiteral, as geo:asWKT has them, or for two "
        "that are called ?lat and ?long; or take CSV.",
        format=formats.GEOJSON.label,
    )


def _kind(term: Term | None) -> str | None:
    return KINDS.get(term.datatype.value) if isinstance(term, ox.Literal) else None


def _pair(
    number: int, latitude: Term | None, longitude: Term | None, columns: tuple[str, str]
) -> GeoJson | None:
    if latitude is None and longitude is None:
        return None
    read = [finite(t.value) if isinstance(t, ox.Literal) else None for t in (longitude, latitude)]
    try:
        return {"type": "Point", "coordinates": _position(read, 2, False)}
    except (ValueError, TypeError):
        raise CannotCarry(
            "Row %(row)s: ?%(column)s and ?%(other)s are no place in degrees.",
            "Leave such rows out with a FILTER, or take CSV.",
            row=number,
            column=columns[0],
            other=columns[1],
            format=formats.GEOJSON.label,
        ) from None


def _written(number: int, term: Term | None, column: str, name: str) -> GeoJson | None:
    """Return the geometry that a literal writes; None for none, and for one that is empty."""
    if term is None:
        return None
    try:
        if not isinstance(term, ox.Literal):
            raise ValueError("no literal")
        if (_kind(term) or name) == "geojson":
            return _geometry(json.loads(term.value), 3, False)
        system, read, axes = wkt.parsed(term.value)
        if not wkt.is_wgs84(system):
            raise CannotCarry(
                "Row %(row)s, ?%(column)s: GeoJSON is in WGS 84 (CRS84, EPSG:4326), and this "
                "geometry in %(system)s.",
                "Ask for geometries in WGS 84 or take CSV, which has them as they are written.",
                row=number,
                column=column,
                system=system,
                format=formats.GEOJSON.label,
            )
        return _geometry(read, axes, wkt.first_axis(system) == "latitude")
    except (ValueError, ArithmeticError, RuntimeError, TypeError, LookupError, AttributeError):
        raise CannotCarry(
            "Row %(row)s, ?%(column)s: “%(text)s” is no geometry on earth.",
            "Leave such rows out with a FILTER, or take CSV.",
            row=number,
            column=column,
            text=values.text(term),
            format=formats.GEOJSON.label,
        ) from None


# --- geometries ---


def _geometry(read: GeoJson, axes: int, is_swapped: bool) -> GeoJson | None:
    """Return a geometry as RFC 7946 has it, of at most *axes* numbers a position.

    Raises ValueError and what else reading what is none may raise.
    """
    kind = read["type"]
    if kind == "GeometryCollection":
        parts = [_geometry(part, axes, is_swapped) for part in read["geometries"]]
        filled = [part for part in parts if part is not None]
        return {"type": kind, "geometries": filled} if filled else None
    if not read["coordinates"]:
        return None

    def nested(held: Any, depth: int) -> Any:
        if depth == 0:
            return _position(held, axes, is_swapped)
        return [nested(part, depth - 1) for part in held]

    coordinates = nested(read["coordinates"], NESTED[kind])
    lines = {"LineString": [coordinates], "MultiLineString": coordinates}.get(kind, [])
    if any(len(line) < 2 for line in lines):
        raise ValueError("a line has two positions")
    if kind == "Polygon":
        coordinates = _polygon(coordinates)
    elif kind == "MultiPolygon":
        coordinates = [_polygon(rings) for rings in coordinates]
    return {"type": kind, "coordinates": coordinates}


def _position(read: Iterable[Any], axes: int, is_swapped: bool) -> Position:
    """Return longitude, latitude and, where it is told, altitude. Raises ValueError."""
    numbers = list(read)
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in numbers):
        raise ValueError("a position has numbers")
    first, second, *more = map(float, numbers)
    long, lat = (second, first) if is_swapped else (first, second)
    position = [long, lat, *more][:axes]
    if not all(map(math.isfinite, position)) or abs(long) > 180 or abs(lat) > 90:
        raise ValueError("nowhere on earth")
    return position


def _polygon(rings: list[list[Position]]) -> list[list[Position]]:
    """Return *rings* by the right-hand rule: the outer one counterclockwise (section 3.1.6)."""
    wound = []
    for number, ring in enumerate(rings):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise ValueError("a ring ends where it begins")
        twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
        is_wound = twice > 0 if number == 0 else twice < 0
        wound.append(ring if is_wound else ring[::-1])
    return wound
