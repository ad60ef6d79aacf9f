"""What the release tells of is a click away: things outside its root, parts of long documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.serve.app import create_app
from renkei.serve.pages.thing import PARTS
from renkei.stores import open_store

ROOT = "https://data.example.org/"
DATA = """
@prefix e: <https://data.example.org/> .
@prefix o: <http://other.example.net/id#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:stop rdfs:label "Stop" ; e:line o:line1 , o:line2 .
o:line1 rdfs:label "Line 1" ; e:colour "red" .
"""


@pytest.fixture(scope="module")
def lod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Lines of somebody else, one of which is told of; a document of more parts than a page."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "data").mkdir()
    told = DATA + "\n".join(f"<{ROOT}long#n{n}> e:number {n} ." for n in range(PARTS + 3))
    (folder / "data" / "stops.ttl").write_text(told, "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Outside")
    store = open_store(release, Settings())
    try:
        yield create_app(release, store, Settings()).test_client()
    finally:
        store.close()


def page(lod: FlaskClient, path: str) -> str:
    answer = lod.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def resource(iri: str) -> str:
    return f"/-/resource?iri={quote(iri, safe='')}"


def test_a_thing_of_somebody_else_that_is_told_of_leads_to_what_is_told(lod: FlaskClient) -> None:
    href = resource("http://other.example.net/id#line1")

    assert f'href="{href}"' in page(lod, "/stop")
    assert "red" in page(lod, href)


def test_a_thing_of_which_nothing_is_told_leads_away(lod: FlaskClient) -> None:
    assert 'href="http://other.example.net/id#line2"' in page(lod, "/stop")


def test_a_part_that_its_document_only_names_has_a_place_and_is_told_elsewhere(
    lod: FlaskClient,
) -> None:
    text = page(lod, "/long")
    href = resource(f"{ROOT}long#n99")  # the last by name

    assert re.search(rf'<li id="n99"><a href="{re.escape(href)}"', text)
    assert len(re.findall(r'\bid="n\d+"', text)) == PARTS + 3
    assert "99" in page(lod, href)
