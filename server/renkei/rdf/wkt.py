"""Geometries as literals write them: WKT with its coordinate reference system.

GeoSPARQL 1.1, section 8.5.1 (`wktLiteral`): an IRI of a coordinate reference system may stand
before the geometry, and decides the order of the axes; CRS84, longitude first, where none does.
Pure. What a system means for a picture or a file is said by whoever draws or writes it.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from geomet import wkt

from renkei.rdf import iris

GEOSPARQL = iris.PREFIXES["geosparql"]
WKT, GEOJSON = GEOSPARQL + "wktLiteral", GEOSPARQL + "geoJSONLiteral"
_SYSTEM = re.compile(r"\s*<([^<>\s]*)>\s*")
_LONGITUDE_FIRST = re.compile(r"OGC(?:/|:)[\d.]*(?:/|:)CRS84h?$")
_EPSG = re.compile(r"EPSG(?:/|:)[\d.]*(?:/|:)(\d+)$")
_WGS84 = {"4326", "4979"}
# Systems of degrees, latitude first, that agree with WGS 84 within metres: WGS 84, ETRS89,
# NAD83, JGD2000, JGD2011, GDA94 and GDA2020.
_LATITUDE_FIRST = {*_WGS84, "4258", "4269", "4612", "6668", "6697", "4283", "7844"}
_MEASURES = re.compile(r"([A-Z]{4,}?)\s*(?:ZM|Z|M)?\s*(?=\(|EMPTY)")


class WrittenGeometry(NamedTuple):
    """What a WKT literal writes: the IRI of its *system* ("" where none stands), and the geometry.

    *read* has the types and the nesting of GeoJSON, and the coordinates in the order written.
    *axes* is how many of the numbers of a position say where it is: not the last of a measured one.
    """

    system: str
    read: dict[str, Any]
    axes: int


def parsed(text: str) -> WrittenGeometry:
    """Return what *text* writes in WKT. Raises ValueError for what is no geometry."""
    system = _SYSTEM.match(text)
    if system:
        if not system[1]:
            raise ValueError("an IRI without a letter names no system")
        text = text[system.end() :]
    text = " ".join(text.upper().split())
    axes = 2 if re.search(r"[A-Z] ?(?<!Z)M ?\(", text) else 3
    try:
        read = wkt.loads(_MEASURES.sub(r"\1 ", text))
        return WrittenGeometry(system[1] if system else _postgis(read), read, axes)
    # geomet raises ValueError, and others where a text ends too early or goes too deep.
    except (ArithmeticError, StopIteration, RuntimeError, TypeError, LookupError) as error:
        raise ValueError("no geometry in WKT") from error


def _postgis(read: dict[str, Any]) -> str:
    """Return the system that PostGIS writes before WKT: "" for WGS 84, which has longitude first.

    Any other is given as it is written, not as an IRI: that would turn the axes round.
    """
    srid = str(read.pop("meta", {}).get("srid", "4326"))
    return "" if srid == "4326" else f"SRID={srid}"


def first_axis(system: str) -> Literal["latitude", "longitude"] | None:
    """Return what comes first in a coordinate *system* of degrees; None for any other."""
    epsg = _EPSG.search(system)
    if epsg is not None and epsg[1] in _LATITUDE_FIRST:
        return "latitude"
    return "longitude" if not system or _LONGITUDE_FIRST.search(system) else None


def is_wgs84(system: str) -> bool:
    """Say whether a coordinate *system* is WGS 84 itself, in either order of its axes."""
    epsg = _EPSG.search(system)
    return first_axis(system) == "longitude" or (epsg is not None and epsg[1] in _WGS84)
