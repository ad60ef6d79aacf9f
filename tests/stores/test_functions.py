"""Functions beyond SPARQL 1.1: the list is what the engine answers, and says what it computes."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from renkei.errors import NotSupported, QueryError
from renkei.stores.oxigraph import functions
from renkei.stores.oxigraph.store import EmbeddedStore

GEOF = "http://www.opengis.net/def/function/geosparql/"
GEO = "http://www.opengis.net/ont/geosparql#"
UNIT = "http://www.opengis.net/def/uom/OGC/1.0/"
XSD = "http://www.w3.org/2001/XMLSchema#"
# What other engines know: all of GeoSPARQL 1.1, the datatypes of XML Schema, and more.
OF_GEOSPARQL = re.findall(
    r"\w+",
    "distance metricDistance buffer metricBuffer convexHull concaveHull intersection union "
    "difference symDifference envelope boundary boundingCircle getSRID area metricArea length "
    "metricLength perimeter metricPerimeter centroid asWKT asGeoJSON asGML asKML asDGGS relate "
    "sfEquals sfDisjoint sfIntersects sfTouches sfCrosses sfWithin sfContains sfOverlaps ehEquals "
    "ehDisjoint ehMeet ehOverlap ehCovers ehCoveredBy ehInside ehContains rcc8eq rcc8dc rcc8ec "
    "rcc8po rcc8tppi rcc8tpp rcc8ntpp rcc8ntppi dimension coordinateDimension spatialDimension "
    "isEmpty isSimple isMeasured is3D geometryType numGeometries geometryN maxX minX maxY minY "
    "maxZ minZ transform aggBoundingBox aggBoundingCircle aggCentroid aggConvexHull "
    "aggConcaveHull aggUnion",
)
OF_XSD = re.findall(
    r"\w+",
    "date time duration yearMonthDuration dayTimeDuration gYear gYearMonth gMonth gMonthDay gDay "
    "dateTimeStamp int long short byte nonNegativeInteger positiveInteger nonPositiveInteger "
    "negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte anyURI base64Binary "
    "hexBinary language token normalizedString Name NCName NMTOKEN QName NOTATION",
)
ELSEWHERE = [
    "http://www.w3.org/2005/xpath-functions/math#sqrt",
    "http://www.w3.org/2005/xpath-functions#concat",
    "http://jena.apache.org/ARQ/function#strjoin",
    "http://www.ontotext.com/sparql/functions/median",
]
ALL = [*(GEOF + n for n in OF_GEOSPARQL), *(XSD + n for n in OF_XSD), *ELSEWHERE]


def wkt(text: str) -> str:
    return f'"{text}"^^<{GEO}wktLiteral>'


def value(call: str) -> str | None:
    """Return what the engine says to a call of a function."""
    solutions = ox.Store().query(f"SELECT ({call} AS ?x) {{ }}")
    assert isinstance(solutions, ox.QuerySolutions)
    term = next(solutions)["x"]
    assert term is None or isinstance(term, ox.Literal)
    return None if term is None else term.value


def is_known(iri: str) -> bool:
    try:
        value(f"<{iri}>()")
    except RuntimeError as error:
        return "is not supported" not in str(error)  # else it misses its arguments
    return True


def test_the_functions_that_are_listed_are_those_that_the_engine_knows() -> None:
    """It tells none by itself; so each that somebody else knows is asked for."""
    assert set(functions.known()) == {iri for iri in ALL if is_known(iri)}


@pytest.mark.parametrize("iri", functions.known())
def test_each_function_has_a_name_and_a_comment_in_both_languages(iri: str) -> None:
    found = [
        (t.predicate.value.partition("#")[2], t.object.language)
        for t in functions.described()
        if t.subject.value == iri and isinstance(t.object, ox.Literal)
    ]
    assert sorted(found) == [(n, tag) for n in ("comment", "label") for tag in ("en", "ja")]


def test_distances_are_along_a_sphere_and_areas_on_the_ellipsoid() -> None:
    """A quarter of a meridian has 10,001,966 m and an eighth of the Earth 63,758,202,715,511 m²."""
    quarter = f"<{GEOF}distance>({wkt('POINT(0 0)')}, {wkt('POINT(0 90)')}, <{UNIT}metre>)"
    octant = f"<{GEOF}area>({wkt('POLYGON((0 0,90 0,0 90,0 0))')}, <{UNIT}square_metre>)"
    radius = 6_371_008.8

    assert float(value(quarter) or 0) == pytest.approx(radius * 3.141592653589793 / 2, abs=0.01)
    assert float(value(octant) or 0) == pytest.approx(63_758_202_715_511, abs=1)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            f"<{GEOF}distance>({wkt('POINT(0 0)')}, {wkt('LINESTRING(1 1,2 2)')}, <{UNIT}metre>)",
            None,
        ),
        (f"<{GEOF}distance>({wkt('POINT(0 0)')}, {wkt('POINT(1 1)')}, <{UNIT}degree>)", None),
        (
            f"<{GEOF}getSRID>({wkt('<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(1 1)')})",
            None,
        ),
        (f"<{GEOF}isSimple>({wkt('LINESTRING(0 0,2 2,2 0,0 2)')})", "true"),
        (f"<{GEOF}coordinateDimension>({wkt('POINT Z(1 1 1)')})", "2"),
        (f"<{GEOF}union>({wkt('POINT(0 0)')}, {wkt('POINT(1 1)')})", None),
        (f'<{XSD}gYear>("2019")', "2019"),
        (f'<{XSD}date>("a day")', None),
    ],
)
def test_what_is_told_of_a_function_is_what_it_does(call: str, expected: str | None) -> None:
    assert value(call) == expected


def test_a_function_that_is_not_known_is_told_with_those_that_are(store: EmbeddedStore) -> None:
    with pytest.raises(NotSupported) as refused:
        store.select(f"SELECT (<{GEOF}buffer>(1) AS ?x) {{ }}")

    assert refused.value.facts == {
        "function": f"{GEOF}buffer",
        "known": list(functions.known()),
    }


def test_a_function_with_too_few_arguments_is_a_query_to_correct(store: EmbeddedStore) -> None:
    with pytest.raises(QueryError, match="number of arguments: 0"):
        store.select(f"SELECT (<{XSD}date>() AS ?x) {{ }}")
