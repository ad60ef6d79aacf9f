"""Places as data write them, read into latitude and longitude."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest

from renkei.serve.pages.charts import geometry
from renkei.serve.pages.charts.geometry import Geometry, from_geojson, from_wkt

CRS = "http://www.opengis.net/def/crs"
HERE = Geometry(points=((43.06, 141.35),))
RING = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0))
HOLE = ((0.2, 0.2), (0.2, 0.4), (0.4, 0.4), (0.2, 0.2))


@pytest.mark.parametrize(
    "text",
    [
        "POINT(141.35 43.06)",
        "  point  ( 141.35\n43.06 ) ",
        "POINT Z (141.35 43.06 12)",
        "POINTZ(141.35 43.06 12)",
        "MULTIPOINT((141.35 43.06))",
        "GEOMETRYCOLLECTION(POINT Z (141.35 43.06 1))",
        f"<{CRS}/OGC/1.3/CRS84> POINT(141.35 43.06)",
        f"<{CRS}/EPSG/0/4326> POINT(43.06 141.35)",
        f"<{CRS.replace('http', 'https')}/EPSG/9.9.1/6668>POINT(43.06 141.35)",
        "<urn:ogc:def:crs:EPSG::4326> POINT(43.06 141.35)",
        "<urn:ogc:def:crs:OGC:1.3:CRS84> POINT(141.35 43.06)",
    ],
)
def test_a_point_is_read_in_any_spelling_and_order_of_axes(text: str) -> None:
    """The system that stands before it decides the order; CRS84 where none does."""
    assert from_wkt(text) == HERE


def test_lines_and_areas_with_holes_are_read() -> None:
    holed = "((0 0,1 0,1 1,0 0),(0.2 0.2,0.4 0.2,0.4 0.4,0.2 0.2))"

    assert from_wkt("LINESTRING(0 0,1 0,1 1,0 0)") == Geometry(lines=(RING,))
    assert from_wkt(f"POLYGON{holed}") == Geometry(areas=((RING, HOLE),))
    assert from_wkt(f"MULTIPOLYGON({holed})") == Geometry(areas=((RING, HOLE),))


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "POINT", "POINT EMPTY", "POLYGON((0 0,1", "POINT(a b)", "POINT(NaN 1)",
        "POINT(1e400 1)", "POINT(43 141)", "CIRCLE(1 2)", "<not an IRI POINT(1 2)",
        f"<{CRS}/EPSG/0/2443> POINT(1 2)", "POLYGON(((((((0 0", "GEOMETRYCOLLECTION(" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_place_on_earth_is_no_geometry(text: str) -> None:
    assert from_wkt(text) is None


@pytest.mark.parametrize("text", ["POLYGON((" + "(" * 99_000, "LINESTRING(" + "1 " * 99_000])
def test_what_cannot_be_read_takes_no_longer_than_what_can(text: str) -> None:
    started = time.process_time()

    assert from_wkt(text) is None
    assert time.process_time() - started < 5


def test_geojson_is_read() -> None:
    point = '{"type": "Point", "coordinates": [141.35, 43.06, 9]}'
    feature = f'{{"type": "Feature", "geometry": {point}}}'

    assert from_geojson(point) == from_geojson(feature) == HERE
    far = f'{{"type": "Point", "coordinates": [{"9" * 400}, 1]}}'
    for text in ("", "[]", "1", "{}", '{"type": "Point", "coordinates": [1]}', "[" * 9999, far):
        assert from_geojson(text) is None, text
    assert from_wkt(f"POINT({'9' * 400} 1)") is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"http://schema.org/latitude": "43.06", "http://schema.org/longitude": "141.35"}, HERE),
        ({geometry.WGS + "lat_long": "43.06,141.35"}, HERE),
        ({geometry.GEORSS + "point": "43.06 141.35"}, HERE),
        (
            {"https://schema.org/box": "0 0 1 2"},
            Geometry(areas=((((0, 0), (0, 2), (1, 2), (1, 0), (0, 0)),),)),
        ),
        ({"https://schema.org/polygon": "0 0 0 1 1 1 0 0"}, Geometry(areas=((RING,),))),
        ({geometry.WGS + "lat": "43.06"}, None),
        ({geometry.WGS + "lat": "141.35", geometry.WGS + "long": "43.06"}, None),
        ({"https://schema.org/polygon": "0 0 0"}, None),
    ],
)
def test_numbers_of_well_known_vocabularies_are_places(
    said: dict[str, str], expected: Geometry | None
) -> None:
    thing = ox.NamedNode("https://example.com/thing")
    quads = [ox.Quad(thing, ox.NamedNode(p), ox.Literal(text)) for p, text in said.items()]

    assert geometry.found(quads) == ([expected] if expected else [], False)


def test_a_geometry_that_is_too_long_is_left_and_said() -> None:
    text = "POINT(141.35 43.06)" + " " * geometry.LONGEST
    long = ox.Literal(text, datatype=ox.NamedNode(geometry.WKT))
    thing, written = ox.NamedNode("https://example.com/thing"), ox.NamedNode(geometry.WKT)

    assert geometry.found([ox.Quad(thing, written, long)]) == ([], True)
