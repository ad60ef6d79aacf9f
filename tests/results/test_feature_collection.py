"""GeoJSON has a feature for each row, where RFC 7946 wants it."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from geomet import wkt
from hypothesis import given
from hypothesis import strategies as st

from renkei.errors import CannotCarry
from renkei.rdf.formats import GEOJSON
from renkei.rdf.wkt import GEOSPARQL
from renkei.results import values
from renkei.results.writing import written
from tests.results.answers import CREATED, TERMS, Term, file, typed

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
RING = "((0 0, 0 1, 1 1, 1 0, 0 0))"
LOOP = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
SOURCE = ox.Literal("a place")


def as_wkt(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(GEOSPARQL + "wktLiteral"))


def as_geojson(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(GEOSPARQL + "geoJSONLiteral"))


def features(columns: list[str], *rows: list[Term]) -> list[dict[str, Any]]:
    read = json.loads(file(GEOJSON, columns, rows))
    assert read["type"] == "FeatureCollection"
    return list(read["features"])


def place(term: Term, column: str = "g") -> object:
    """The geometry that a term gives."""
    (feature,) = features([column], [term])
    return feature["geometry"]


@pytest.mark.parametrize(
    ("term", "geometry"),
    [
        pytest.param(
            as_wkt("POINT(141.35 43.06)"),
            {"type": "Point", "coordinates": [141.35, 43.06]},
            id="longitude first, where nothing is said",
        ),
        pytest.param(
            as_wkt(f"<{CRS84}> POINT(141.35 43.06)"),
            {"type": "Point", "coordinates": [141.35, 43.06]},
            id="longitude first in CRS84",
        ),
        pytest.param(
            as_wkt(f"<{EPSG}4326> POINT(43.06 141.35)"),
            {"type": "Point", "coordinates": [141.35, 43.06]},
            id="latitude first in EPSG:4326",
        ),
        pytest.param(
            as_wkt("POINT Z (141.35 43.06 20)"),
            {"type": "Point", "coordinates": [141.35, 43.06, 20]},
            id="with an altitude",
        ),
        pytest.param(
            as_wkt("POINT M (141.35 43.06 20)"),
            {"type": "Point", "coordinates": [141.35, 43.06]},
            id="a measure is no altitude",
        ),
        pytest.param(
            as_wkt("POINT ZM (141.35 43.06 20 7)"),
            {"type": "Point", "coordinates": [141.35, 43.06, 20]},
            id="with both",
        ),
        pytest.param(
            as_wkt("MULTIPOINT((1 2), (3 4))"),
            {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]},
            id="points",
        ),
        pytest.param(
            as_wkt("LINESTRING(1 2, 3 4)"),
            {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
            id="a line",
        ),
        pytest.param(
            as_wkt(f"POLYGON{RING}"),
            {"type": "Polygon", "coordinates": [LOOP]},
            id="an area, wound by the right-hand rule",
        ),
        pytest.param(
            as_wkt("POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))"),
            {
                "type": "Polygon",
                "coordinates": [
                    [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]],
                    [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]],
                ],
            },
            id="a hole is wound the other way",
        ),
        pytest.param(
            as_wkt(f"MULTIPOLYGON({RING})"),
            {"type": "MultiPolygon", "coordinates": [[LOOP]]},
            id="areas",
        ),
        pytest.param(
            as_wkt("GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(1 2, 3 4))"),
            {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Point", "coordinates": [1, 2]},
                    {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
                ],
            },
            id="a collection",
        ),
        pytest.param(
            as_wkt("SRID=4326;POINT(141.35 43.06)"),
            {"type": "Point", "coordinates": [141.35, 43.06]},
            id="as PostGIS writes it",
        ),
        pytest.param(as_wkt("POINT EMPTY"), None, id="a point that is nowhere"),
        pytest.param(
            as_geojson('{"type": "Point", "coordinates": [141.35, 43.06]}'),
            {"type": "Point", "coordinates": [141.35, 43.06]},
            id="GeoJSON",
        ),
    ],
)
def test_a_geometry_is_written_as_rfc_7946_has_it(term: Term, geometry: object) -> None:
    assert place(term) == geometry


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (["lat", "long"], [typed("43.06", "decimal"), typed("141.35", "decimal")]),
        (["LONGITUDE", "latitude"], [typed("141.35", "double"), typed("43.06", "float")]),
        (["office_lon", "office_lat"], [ox.Literal("141.35"), ox.Literal("43.06")]),
        (["緯度", "経度"], [typed("43.06", "decimal"), typed("141.35", "decimal")]),
        (["wkt", "lat", "long"], [ox.Literal("POINT(141.35 43.06)"), None, None]),
        (["lat", "long", "g"], [None, None, as_wkt("POINT(141.35 43.06)")]),
        (["GeoJSON"], [ox.Literal('{"type": "Point", "coordinates": [141.35, 43.06]}')]),
    ],
)
def test_places_are_found_by_datatype_and_by_name(columns: list[str], row: list[Term]) -> None:
    (feature,) = features(columns, row)

    assert feature["geometry"] == {"type": "Point", "coordinates": [141.35, 43.06]}


def test_the_other_columns_are_properties() -> None:
    """Each in every feature; a number that a reader of JSON would round is text."""
    first, second = features(
        ["s", "lat", "long", "n", "d", "big", "b", "day", "name"],
        [
            *(ox.NamedNode("https://example.org/札幌"), typed("43", "integer")),
            *(typed("141", "integer"), typed("5", "integer"), typed("1121.26", "decimal")),
            *(typed(str(2**53), "integer"), typed("true", "boolean")),
            *(typed("2019-03-29", "date"), ox.Literal("札幌市", language="ja")),
        ],
        [None] * 9,
    )

    assert first["properties"] == {
        "s": "https://example.org/札幌",
        "n": 5,
        "d": 1121.26,
        "big": "9007199254740992",
        "b": True,
        "day": "2019-03-29",
        "name": "札幌市",
    }
    assert second == {
        "type": "Feature",
        "geometry": None,
        "properties": dict.fromkeys(first["properties"]),
    }


@pytest.mark.parametrize(
    "columns", [["x", "y"], ["lat", "x"], ["flat", "long"]], ids=["none", "half", "no latitude"]
)
def test_an_answer_without_places_is_refused_with_the_way_to_ask(columns: list[str]) -> None:
    with pytest.raises(CannotCarry, match=r"No column .* \?lat and \?long"):
        file(GEOJSON, columns, [[typed("1", "integer"), typed("2", "integer")]])


def test_the_answer_to_an_ask_is_no_place() -> None:
    with pytest.raises(CannotCarry, match="No column"):
        written([b'{"head":{},"boolean":true}'], GEOJSON, 1 << 20, CREATED)


def test_no_rows_are_no_features() -> None:
    assert features(["x"]) == []


@pytest.mark.parametrize(
    ("term", "said"),
    [
        pytest.param(as_wkt(f"<{EPSG}3857> POINT(0 0)"), f"{EPSG}3857", id="metres"),
        pytest.param(as_wkt(f"<{EPSG}6668> POINT(43 141)"), f"{EPSG}6668", id="JGD2011"),
        pytest.param(as_wkt("SRID=3857;POINT(0 0)"), "in SRID=3857.", id="an SRID"),
        pytest.param(as_wkt("POINT(43.06 141.35)"), "no geometry on earth", id="nowhere"),
        pytest.param(as_wkt("POINT(1)"), "no geometry", id="half a point"),
        pytest.param(as_wkt("POLYGON((0 0, 1 1, 0 0))"), "no geometry", id="no area"),
        pytest.param(as_wkt("POLYGON((0 0, 1 0, 1 1, 0 1))"), "no geometry", id="an open ring"),
        pytest.param(as_wkt("LINESTRING(0 0)"), "no geometry", id="no line"),
        pytest.param(as_wkt("小樽市"), "no geometry", id="a name"),
        pytest.param(as_geojson('{"type": "Feature"}'), "no geometry", id="a feature"),
        pytest.param(as_geojson("[1, 2]"), "no geometry", id="no object"),
        *(
            pytest.param(
                as_geojson(f'{{"type": "Point", "coordinates": {position}}}'),
                "no geometry",
                id=name,
            )
            for position, name in (
                ('["141.35", "43.06"]', "texts for numbers"),
                ("[true, false]", "booleans for numbers"),
                ("[1, null]", "half a position"),
                ("[1, 2, true]", "a boolean for a height"),
            )
        ),
        pytest.param(as_geojson("[" * 100_000), "no geometry", id="too deep"),
        pytest.param(ox.NamedNode("https://example.org/x"), "no geometry", id="an IRI"),
    ],
)
def test_what_is_no_place_in_wgs84_is_refused_with_its_row(term: Term, said: str) -> None:
    with pytest.raises(CannotCarry) as refused:
        features(["g"], [as_wkt("POINT(1 2)")], [term])

    assert (refused.value.facts["row"], refused.value.facts["column"]) == (2, "g")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "row",
    [
        [typed("43", "integer"), None],
        [typed("91", "integer"), typed("0", "integer")],
        [ox.Literal("north"), typed("0", "integer")],
        [typed("NaN", "double"), typed("0", "integer")],
        [ox.NamedNode("https://example.org/x"), typed("0", "integer")],
    ],
)
def test_half_a_place_and_one_that_is_none_are_refused(row: list[Term]) -> None:
    with pytest.raises(CannotCarry, match=r"Row 1: \?lat and \?long are no place"):
        features(["lat", "long"], row)


DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(DEGREES, st.booleans())
def test_a_place_in_either_order_comes_out_where_it_is(
    degrees: tuple[float, float], is_swapped: bool
) -> None:
    long, lat = degrees
    written_as = {"type": "Point", "coordinates": [lat, long] if is_swapped else [long, lat]}
    system = f"<{EPSG}4326> " if is_swapped else ""
    found = place(as_wkt(system + wkt.dumps(written_as, decimals=12)))

    assert found["coordinates"] == pytest.approx([long, lat], abs=1e-11)  # type: ignore[index]


@given(TERMS)
def test_any_term_is_a_property_unharmed(term: Term) -> None:
    (feature,) = features(
        ["x", "lat", "long"], [term, typed("1", "integer"), typed("2", "integer")]
    )
    value = feature["properties"]["x"]

    if isinstance(value, (int, float)) and isinstance(term, ox.Literal):
        held = [values.truth(term), values.number(term)]
        expected = next(one for one in held if one is not None)
        assert value == (float(expected) if isinstance(value, float) else expected)
    else:
        assert value == (None if term is None else values.text(term))
