"""Places as data write them: pairs of numbers, WKT and GeoJSON, read into latitude and longitude.

GeoSPARQL 1.1, sections 8.5.1 (`wktLiteral`, see `rdf.wkt`) and 8.5.2 (`geoJSONLiteral`); RFC 7946.
Pure. What cannot be read, lies nowhere on earth, or is measured in a system that is not of degrees,
is no geometry: its page shows it as text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from renkei.language.numerals import finite
from renkei.rdf import iris, wkt
from renkei.rdf.wkt import GEOJSON, GEOSPARQL, WKT

Spot = tuple[float, float]  # latitude and longitude

SCHEMAS = ("https://schema.org/", "http://schema.org/")
WGS, GEORSS = iris.PREFIXES["wgs"], "http://www.georss.org/georss/"
# Properties whose values are latitude and longitude, each by itself.
PAIRS = (
    (WGS + "lat", WGS + "long"),
    *((schema + "latitude", schema + "longitude") for schema in SCHEMAS),
)
# Properties whose values are texts of latitude and longitude in turn, and what they draw.
RUNS = {
    WGS + "lat_long": "point",
    GEORSS + "point": "point",
    GEORSS + "line": "line",
    GEORSS + "polygon": "area",
    GEORSS + "box": "box",
    **{schema + "line": "line" for schema in SCHEMAS},
    **{schema + "polygon": "area" for schema in SCHEMAS},
    **{schema + "box": "box" for schema in SCHEMAS},
}
# Properties whose values are WKT, whatever their datatype says.
WRITTEN = {GEOSPARQL + "asWKT", iris.PREFIXES["locn"] + "geometry"}
LONGEST = 400_000  # letters of all geometries of a page


@dataclass(frozen=True)
class Geometry:
    """Points, lines, and areas, each of rings: the outer one, then the holes in it."""

    points: tuple[Spot, ...] = ()
    lines: tuple[tuple[Spot, ...], ...] = ()
    areas: tuple[tuple[tuple[Spot, ...], ...], ...] = ()

    def spots(self) -> Iterator[Spot]:
        """Give every place in it."""
        yield from self.points
        for line in self.lines:
            yield from line
        for area in self.areas:
            for ring in area:
                yield from ring

    def middle(self) -> Spot:
        """Return the middle of the box around it."""
        lats, longs = zip(*self.spots(), strict=True)
        return (min(lats) + max(lats)) / 2, (min(longs) + max(longs)) / 2


def found(quads: Iterable[ox.Quad]) -> tuple[list[Geometry], bool]:
    """Return the geometries that *quads* give, each once, and whether one was too long to read."""
    said: dict[object, dict[str, list[str]]] = {}
    texts: dict[tuple[str, str], None] = {}
    for quad in quads:
        if isinstance(quad.object, ox.Literal):
            predicate, value = quad.predicate.value, quad.object.value
            datatype = quad.object.datatype.value
            if datatype in (WKT, GEOJSON):
                texts[datatype, value] = None
            elif predicate in WRITTEN:
                texts[WKT, value] = None
            else:
                said.setdefault(quad.subject, {}).setdefault(predicate, []).append(value)
    geometries: dict[Geometry, None] = {}
    room, is_cut = LONGEST, False
    for kind, text in texts:
        room -= len(text)
        if room < 0:
            is_cut = True
            continue
        geometry = from_wkt(text) if kind == WKT else from_geojson(text)
        if geometry is not None:
            geometries[geometry] = None
    for values in said.values():
        geometries |= dict.fromkeys(_told(values))
    return list(geometries), is_cut


def from_wkt(text: str) -> Geometry | None:
    """Return the geometry that *text* writes in WKT; None for what is none."""
    try:
        system, read, _ = wkt.parsed(text)
        first = wkt.first_axis(system)
        return _geometry(read, first == "latitude") if first else None
    except (ValueError, ArithmeticError, RuntimeError, TypeError, LookupError):
        return None


def from_geojson(text: str) -> Geometry | None:
    """Return the geometry that *text* writes in GeoJSON (RFC 7946); None for what is none."""
    try:
        return _geometry(json.loads(text), False)
    except (ValueError, ArithmeticError, RuntimeError, TypeError, LookupError, AttributeError):
        return None


def _geometry(read: dict[str, Any], is_swapped: bool) -> Geometry | None:
    """Return a geometry as GeoJSON has it; None for one without a place, or with one nowhere."""
    points: list[Spot] = []
    lines: list[tuple[Spot, ...]] = []
    areas: list[tuple[tuple[Spot, ...], ...]] = []

    def spot(pair: Any) -> Spot:
        first, second = float(pair[0]), float(pair[1])
        lat, long = (first, second) if is_swapped else (second, first)
        if not (math.isfinite(lat) and math.isfinite(long) and abs(lat) <= 90 and abs(long) <= 180):
            raise ValueError("nowhere on earth")
        return lat, long

    def line(pairs: Any) -> tuple[Spot, ...]:
        return tuple(spot(pair) for pair in pairs)

    def take(one: dict[str, Any]) -> None:
        kind, held = one["type"], one.get("coordinates", ())
        if kind == "Feature":
            take(one["geometry"])
        elif kind in ("GeometryCollection", "FeatureCollection"):
            for part in one["geometries" if kind == "GeometryCollection" else "features"]:
                take(part)
        elif kind == "Point" and held:
            points.append(spot(held))
        elif kind == "MultiPoint":
            points.extend(line(held))
        elif kind == "LineString" and held:
            lines.append(line(held))
        elif kind == "MultiLineString":
            lines.extend(line(part) for part in held)
        elif kind == "Polygon" and held:
            areas.append(tuple(line(ring) for ring in held))
        elif kind == "MultiPolygon":
            areas.extend(tuple(line(ring) for ring in part) for part in held)

    take(read)
    found = Geometry(tuple(points), tuple(lines), tuple(areas))
    return found if any(True for _ in found.spots()) else None


def _told(values: dict[str, list[str]]) -> Iterator[Geometry]:
    """Give the geometries that are told of one subject by numbers, or by texts of numbers."""
    for lat, long in PAIRS:
        if len(values.get(lat, ())) == len(values.get(long, ())) == 1:
            spots = _run(f"{values[lat][0]} {values[long][0]}")
            if spots and len(spots) == 1:
                yield Geometry(points=spots)
    for predicate, kind in RUNS.items():
        for text in values.get(predicate, ()):
            spots = _run(text) if len(text) < LONGEST else None
            if not spots:
                continue
            if kind == "point":
                yield Geometry(points=spots)
            elif kind == "line":
                yield Geometry(lines=(spots,))
            elif kind == "area":
                yield Geometry(areas=((spots,),))
            elif len(spots) == 2:
                (south, west), (north, east) = spots
                ring = ((south, west), (south, east), (north, east), (north, west), (south, west))
                yield Geometry(areas=((ring,),))


def _run(text: str) -> tuple[Spot, ...] | None:
    """Return latitudes and longitudes that stand in turn in *text*; None for anything else."""
    numbers = [finite(part) for part in text.replace(",", " ").split()]
    if not numbers or len(numbers) % 2 or any(number is None for number in numbers):
        return None
    values = [float(number) for number in numbers if number is not None]
    spots = tuple(zip(values[::2], values[1::2], strict=True))
    if any(abs(lat) > 90 or abs(long) > 180 for lat, long in spots):
        return None
    return spots
