"""No value costs a page: each is written as a person writes it, else shown as it stands."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.language.locale import named
from renkei.pack import pipeline
from renkei.serve.app import create_app
from renkei.serve.pages.charts.material import Material
from renkei.serve.pages.charts.pictures import DRAW
from renkei.stores import open_store
from renkei.stores.base import Row

ROOT = "https://data.example.org/lod/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SH = "http://www.w3.org/ns/shacl#"
SCHEMA = "https://schema.org/"
TAGS = ("ja", "en", "de")
DATATYPES = (
    "anyURI", "base64Binary", "boolean", "byte", "date", "dateTime", "dateTimeStamp",
    "dayTimeDuration", "decimal", "double", "duration", "float", "gDay", "gMonth", "gMonthDay",
    "gYear", "gYearMonth", "hexBinary", "int", "integer", "language", "long", "Name", "NCName",
    "negativeInteger", "NMTOKEN", "nonNegativeInteger", "nonPositiveInteger",
    "normalizedString", "positiveInteger", "short", "string", "time", "token", "unsignedByte",
    "unsignedInt", "unsignedLong", "unsignedShort", "yearMonthDuration", "QName", "untold",
)  # fmt: skip
FORMS = (
    "", " ", "0", "-0", "+7", "007", "12", "-3", "1_000", "1,200", "１２", "²", "--5", "5-", "1.",
    ".5",    "1.50", "3.4789E25", "1.5E-10", "1e400", "-1e400", "NaN", "INF", "-INF", "+INF", "nan",
    "Infinity", "abc", "平成21年", "true", "1", "yes", "9" * 30, "9" * 5000, "0." + "0" * 40 + "1",
    "0.00001666666666666666666666666666666667", "2024-03-31", "2024-02-30", "2024-3-1",
    "2024-03-31Z", "2024-03-31+09:00", "-0044-03-15", "12020-03-15", "0000-01-01",
    "9999-12-31", "2024-12", "9999-12", "2024-13", "2024", "9999", "0000", "-0044", "20240",
    "2024Z", "--", "-", "---", "99", "2024-03-31T24:00:00", "2024-04-01T00:00:00Z", "24:00:00",
    "P1Y", "https://data.example.org/a b", "http://[", "javascript:alert(1)", "<p>&amp;</p>",
    "POINT(NaN 91)", "POINT(1e400 1)", "%", "%(number)s", "{{ 7 * 7 }}", "a\u0007b", "\ufffe",
)  # fmt: skip
PLACED = ("http://www.w3.org/2003/01/geo/wgs84_pos#lat", "http://www.w3.org/2003/01/geo/wgs84_pos#long",
          "http://purl.org/dc/terms/issued", SCHEMA + "startDate", SCHEMA + "endDate",
          SCHEMA + "position", SCHEMA + "telephone", "http://www.w3.org/ns/shacl#order",
          "http://purl.org/dc/terms/identifier", "http://www.opengis.net/ont/geosparql#asWKT",
          "http://www.w3.org/ns/dcat#bbox")  # fmt: skip
GRAPH = "values"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def _literals() -> Iterator[tuple[str, str, ox.Literal]]:
    """Give thing, property and value: each form under each datatype, and where it is read."""
    for datatype in (*(XSD + name for name in DATATYPES), RDF + "HTML", RDF + "XMLLiteral"):
        thing = f"of/{datatype.rpartition('#')[2]}"
        for form in FORMS:
            yield thing, ROOT + "ns#v", ox.Literal(form, datatype=ox.NamedNode(datatype))
    for number, form in enumerate(FORMS):
        for datatype in ("decimal", "date", "boolean", "double"):
            yield "of/mixed", ROOT + "ns#v", ox.Literal(form, datatype=ox.NamedNode(XSD + datatype))
        for name in PLACED:
            for datatype in ("string", "decimal", "date", "gYear", "dateTime"):
                kind = ox.NamedNode(XSD + datatype)
                yield f"at/{number}", name, ox.Literal(form, datatype=kind)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A publication of values of all datatypes, right, odd and wrong, and of names like them."""
    folder = tmp_path_factory.mktemp("values")
    (folder / "data").mkdir()
    lines = []
    things: dict[str, None] = {}
    for thing, name, value in _literals():
        things[thing] = None
        lines.append(f"<{ROOT}id/{thing}> <{name}> {value} .")
    for thing in things:
        lines.append(
            f'<{ROOT}id/{thing}> <{LABEL}> "{thing}" ; a <{ROOT}ns#Odd>, <{SH}NodeShape> .'
        )
        lines.append(f"<{ROOT}id/{thing}> <{SH}group> <{ROOT}id/{thing}> .")
        lines.append(f"<{ROOT}id/all> <{ROOT}ns#has> <{ROOT}id/{thing}> .")
    for tail in ("²", "１", "9" * 400, "--"):
        lines.append(f"<{ROOT}id/all> <{ROOT}ns#has> <{ROOT}id/x-{tail}> .")
    lines.append(f'<{ROOT}ns#v> <{LABEL}> "value" ; a <{RDF}Property> .')
    lines.append(f"<{ROOT}ns#> a <http://www.w3.org/2002/07/owl#Ontology> .")
    (folder / "data" / "values.ttl").write_text("\n".join(lines), "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Values")
    store = open_store(release, Settings())
    try:
        yield create_app(release, store, Settings()).test_client()
    finally:
        store.close()


def _page(client: FlaskClient, path: str, tag: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": tag})
    assert answer.status_code == 200, (path, tag)
    for script in re.findall(r'ld\+json">(.*?)</script>', answer.text, flags=re.S):
        json.loads(script)
    return answer.text


@pytest.mark.parametrize("tag", TAGS)
def test_no_value_costs_a_page(odd: FlaskClient, tag: str) -> None:
    """Of things, of the property, of the class; with the JSON-LD for search engines in them."""
    things = dict.fromkeys(thing for thing, _, _ in _literals())

    for path in (
        *(f"/doc/{t}" for t in things),
        "/doc/all",
        "/ns/v",
        "/ns/Odd",
        "/things/Odd",
        "/shapes",
        "/graph",
        f"/graph/{GRAPH}",
        "/",
    ):
        _page(odd, path, tag)
    for path in ("/things/Odd.csv", "/pictures/timeline.csv", "/pictures/map.csv"):
        answer = odd.get(path, headers={"Accept-Language": tag})
        assert answer.status_code in (200, 404), path
        assert list(csv.reader(io.StringIO(answer.text)))


NUMBERS = [
    ("12", "12"),
    ("1200", "1,200"),
    ("1200.50", "1,200.50"),
    ("-1200", "-1,200"),
    ("3.4789E25", "3.4789E25"),
    ("01100", "01100"),
    ("+7", "+7"),
    ("1,200", "1,200"),
    ("1_000", "1_000"),
    ("１２", "１２"),
    ("NaN", "NaN"),
    ("", ""),
    ("0.00001666666666666666666666666666666667", "0.00001666666666666666666666666666666667"),
    ("9" * 30, ("999," * 10)[:-1]),
]


@pytest.mark.parametrize("form, written", NUMBERS)
def test_a_number_has_its_marks_and_what_is_none_stands_as_it_is(form: str, written: str) -> None:
    assert named("en").number(form) == written


@pytest.mark.parametrize("value", [1.5e-10, 3.4789e25, float("nan"), float("inf")])
def test_a_figure_beyond_measure_is_written_as_it_is(value: float) -> None:
    assert [named(tag).number(value) for tag in TAGS] == [str(value)] * 3


@pytest.mark.parametrize(
    "form, precision",
    [
        ("平成21年", "date"), ("２０２４-03-31", "date"), ("2024-3-1", "date"),
        ("2024-02-30", "date"),
        ("2024-03-31Z", "date"), ("-0044-03-15", "date"), ("-0044", "gYear"), ("12020", "gYear"),
        ("0000", "gYear"), ("1_24", "gYear"), ("2024-1", "gYearMonth"), ("", "date"), ("", "gYear"),
    ],
)  # fmt: skip
def test_a_date_that_the_calendar_lacks_stands_as_it_is(form: str, precision: str) -> None:
    assert [named(tag).date(form, precision) for tag in TAGS] == [form] * 3


def test_an_ill_typed_literal_is_on_the_page_as_it_stands(odd: FlaskClient) -> None:
    page = html.unescape(_page(odd, "/doc/of/integer", "en"))

    for form in ("1,200", "平成21年", "3.4789E25", "NaN", "<p>&amp;</p>", "{{ 7 * 7 }}"):
        assert f"<bdi>{form}</bdi>" in page, form


@pytest.mark.parametrize("kind", ["map", "timeline", "bars"])
def test_no_value_costs_a_picture(odd: FlaskClient, kind: str) -> None:
    """Each form in each column; where nothing can be read there is nothing to draw."""
    from renkei.page_plan import PicturePlan
    from renkei.serve.pages import views

    columns = {"map": ("lat", "long", "wkt", "value"), "bars": ("value", "series"),
               "timeline": ("date", "from", "through")}[kind]  # fmt: skip
    site = odd.application.extensions["renkei"]
    terms = [ox.Literal(form, datatype=ox.NamedNode(XSD + d))
             for form in FORMS for d in ("string", "decimal", "date", "gYear")]  # fmt: skip
    good = {"lat": "43.06", "long": "141.35", "value": "5", "series": "s", "date": "2020-01-01"}
    for term in terms:
        for column in columns:
            row: Row = {name: ox.Literal(value) for name, value in good.items() if name in columns}
            other = {"date": ox.Literal("2021")} if kind == "timeline" else {}
            rows: list[Row] = [
                {**row, "thing": ox.NamedNode(ROOT + "id/a")},
                {**row, **other, "thing": ox.NamedNode(ROOT + "id/b")},
                {**row, "thing": ox.NamedNode(ROOT + "id/c"), column: term},
            ]
            if column in ("from", "through"):
                rows[2].pop("date")
                rows[2].setdefault("from", ox.Literal("2019-01-01"))
            with odd.application.test_request_context("/"):
                for tag in TAGS:
                    view = views.view_of(site, named(tag), site.reader.known(()))
                    drawn = DRAW[kind](Material(site, view, kind, PicturePlan(kind), rows))
                    assert drawn is not None
                    assert not re.search(r'="-?(?:nan|inf)', str(drawn.svg)), term
