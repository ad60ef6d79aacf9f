"""Pictures take rows, not classes: of well-known vocabularies, or of what a publication asks."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.serve.app import create_app
from renkei.serve.pages.charts import pictures
from renkei.stores import open_store

HTML = {"Accept": "text/html", "Accept-Language": "en"}
PREFIXES = """\
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix geosparql: <http://www.opengis.net/ont/geosparql#> .
@prefix ns: <https://example.org/ns#> .
@prefix page: <https://example.org/pages/> .
@prefix pages: <https://w3id.org/renkei/pages#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://example.org/id/> .
"""
DATA = {
    "data/catalogue.ttl": """\
<https://example.org/dataset/main> <http://rdfs.org/ns/void#uriSpace> "https://example.org/" ;
    <http://purl.org/dc/terms/title> "Woods"@en ; <http://purl.org/dc/terms/language> "en" .
""",
    "data/woods.ttl": PREFIXES
    + """\
<north> a ns:Wood ; skos:prefLabel "North"@en ; wgs:lat "53.7" ; wgs:long "14.3" ;
    schema:startDate "1900"^^xsd:gYear ; schema:endDate "1910-05-01"^^xsd:date ; ns:trees 7 .
<south> a ns:Wood ; skos:prefLabel "South"@en ; schema:geo <place> ;
    dct:created "1905-03"^^xsd:gYearMonth ; skos:broader <north> ; ns:trees 2.5 .
<place> schema:latitude 53.1 ; schema:longitude 14.1 .
<west> a ns:Wood ; skos:prefLabel "West"@en ; geosparql:hasGeometry <shape> ;
    skos:broader <south> ; ns:trees "many" .
<shape> geosparql:asWKT "POINT(13.5 53.3)"^^geosparql:wktLiteral .
<nowhere> skos:prefLabel "Nowhere"@en ; wgs:lat "unknown" ; wgs:long "14" .
""",
}
OWN = {
    "data/pages/pages.ttl": PREFIXES
    + """\
page:where a pages:Map ; dct:description "%(number)s woods, the first in %(group)s."@en ;
    pages:query "where.rq" ;
    pages:legend ( [ csvw:name "a" ; csvw:title "old woods"@en ] ) .
page:trees a pages:Bars ; pages:query "trees.rq" .
page:near a pages:Tree ; pages:query "near.rq" .
""",
    "data/pages/where.rq": """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?lat ?long ?group ?ring {
  VALUES (?name ?lat ?long ?group ?ring)
    { ("North" 53.7 14.3 "a" "") ("South" 53.1 14.1 "b" "x") ("West" 53.3 13.5 "c" "") }
  ?thing skos:prefLabel ?label FILTER (STR(?label) = ?name)
} ORDER BY ?group
""",
    "data/pages/trees.rq": """\
PREFIX ns: <https://example.org/ns#>
SELECT ?thing ?series ?value { ?thing ns:trees ?value BIND ("trees" AS ?series) }
""",
    "data/pages/near.rq": """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?above { ?thing skos:broader+ <https://example.org/id/north> BIND (<https://example.org/id/north> AS ?above) }
ORDER BY ?thing
""",  # noqa: E501
}


def _served(folder: Path, files: dict[str, str]) -> Iterator[FlaskClient]:
    for name, text in files.items():
        path = folder / "publication" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    release, checked = pipeline.pack(folder / "publication", folder / "releases")
    assert checked.findings == []
    store = open_store(release, Settings())
    try:
        yield create_app(release, store, Settings()).test_client()
    finally:
        store.close()


@pytest.fixture(scope="module")
def general(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A publication that brings no pages."""
    yield from _served(tmp_path_factory.mktemp("general"), DATA)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """One that says which rows its pictures take."""
    yield from _served(tmp_path_factory.mktemp("own"), DATA | OWN)


def table(client: FlaskClient, name: str) -> list[list[str]]:
    text = client.get(f"/pictures/{name}.csv").text.removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def shapes(client: FlaskClient, name: str, kind: str) -> list[str]:
    svg = ET.fromstring(client.get(f"/pictures/{name}.svg", headers=HTML).data)
    return [str(e.get("class")) for e in svg.iter() if str(e.tag).endswith(f"}}{kind}")]


def test_a_map_has_what_any_vocabulary_of_places_says(general: FlaskClient) -> None:
    """Of the thing itself, of its place or of its geometry; what is no number is left out."""
    rows = table(general, "map")

    assert rows[0][0] == "Thing"
    assert sorted(row[0] for row in rows[1:]) == ["North", "South", "West"]
    assert shapes(general, "map", "circle") == ["core"] * 3


def test_a_timeline_has_days_months_and_years_of_any_vocabulary(general: FlaskClient) -> None:
    assert [row[:2] for row in table(general, "timeline")[1:]] == [
        ["1900 – 1 May 1910", "North"],
        ["March 1905", "South"],
    ]


def test_a_tree_has_a_line_for_each_under_the_one_above(general: FlaskClient) -> None:
    svg = ET.fromstring(general.get("/pictures/tree.svg", headers=HTML).data)
    texts = [e for e in svg.iter() if str(e.tag).endswith("}text")]

    assert [(e.text, e.get("x")) for e in texts] == [
        ("North", "16.0"), ("South", "44.0"), ("West", "72.0"),
    ]  # fmt: skip


def test_the_first_page_has_kinds_and_the_pictures_there_are(general: FlaskClient) -> None:
    page = general.get("/", headers=HTML).text

    assert re.findall(r"<h2>(.*?)</h2>", page)[:4] == [
        "What there is", "Map", "Timeline", "Structure",
    ]  # fmt: skip
    assert '<a href="/things/Wood">' in page


def test_of_very_much_no_picture_is_drawn_that_nobody_asked_for(
    general: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a tree of a million things nobody sees anything; the kinds are counted beforehand."""
    site = general.application.extensions["renkei"]
    monkeypatch.setattr(pictures, "MANY", 1)
    monkeypatch.setattr(site, "memory", {})
    page = general.get("/", headers=HTML).text

    assert re.findall(r"<h2>(.*?)</h2>", page)[:2] == ["What there is", "Take it with you"]
    assert general.get("/pictures/tree", headers=HTML).status_code == 404


def test_what_a_publication_does_not_say_is_no_picture_of_it(own: FlaskClient) -> None:
    refused = own.get("/pictures/timeline", headers=HTML)

    assert refused.status_code == 404
    assert "near, trees, where, classes" in refused.text


def test_groups_have_looks_of_their_own_and_a_legend(own: FlaskClient) -> None:
    """A group that nobody names is called as it is; a ring stands around those that have one."""
    page = own.get("/pictures/where", headers=HTML).text
    svg = own.get("/pictures/where.svg", headers=HTML).text

    assert shapes(own, "where", "circle")[:4] == ["core", "member", "ring", "third"]
    assert "3 woods, the first in a." in page
    assert all(f">{text}</text>" in svg for text in ("old woods", "b", "c", "x"))


def test_bars_have_whole_and_broken_figures_and_pass_over_what_is_none(own: FlaskClient) -> None:
    assert table(own, "trees") == [["Thing", "trees"], ["North", "7"], ["South", "2.5"]]


def test_what_stands_all_under_one_is_drawn_around_it(own: FlaskClient) -> None:
    assert shapes(own, "near", "circle") == ["member", "member"]
    assert shapes(own, "near", "path") == ["None", "tie"] * 2
    assert table(own, "near") == [["Thing", "Broader"], ["South", "North"], ["West", "North"]]


def test_things_in_a_circle_are_drawn_once() -> None:
    """Data may say that each of two stands under the other."""
    from renkei.serve.pages.charts import outline

    assert outline.lines({"a": ["b"], "b": ["a"], "c": []}, str) == [(0, "c"), (0, "a"), (1, "b")]
