"""What the data speak of is answered by the data, where a page of the program stands as well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.rdf import iris
from renkei.rooms import CLAIMABLE, FIXED, OF_THE_DATA
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = "https://data.example.org/"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
CLAIMED = (
    "search", "about", "things", "questions", "catalogue", "report", "tables", "releases", "mcp",
    "dataset/one", "questions/q1", "pictures/map", "things/Town", "dumps/d1", "releases/r1",
    "tables/t1", "problems/p1", "api/3/x", "static/s1", "doc/d1", "openapi.json", "reconcile",
    "sparql-not", "sparql.xls", "x.ttl", "context.jsonld", "graphs",
)  # fmt: skip
MEETING = (
    *("pct/あ", "pct/%E3%81%82", "q?code=1", "札幌?code=市", "a%2Fb?x=1", "q", ""),
    *("sparql#x", "sparql.csv", "sparql.ttl", "mi\u200cx"),
)


@pytest.fixture(scope="module")
def lod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A publication that names its things as the program names its pages."""
    folder = tmp_path_factory.mktemp("claims")
    (folder / "data").mkdir()
    names = (*CLAIMED, "id/town", "x", "robots.txt", "doc/town", *MEETING)
    lines = [f'<{ROOT}{name}> <{LABEL.value}> "the thing {name}" .' for name in names]
    (folder / "data" / "things.ttl").write_text("\n".join(lines), "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Claims")
    settings = Settings(public_url="http://127.0.0.1:8000/")
    store = open_store(release, settings)
    try:
        yield create_app(release, store, settings).test_client()
    finally:
        store.close()


@pytest.mark.parametrize("name", CLAIMED)
def test_data_come_before_a_page_of_the_program(lod: FlaskClient, name: str) -> None:
    answer = lod.get(f"/{name}", headers={"Accept": "application/n-triples"}, buffered=True)

    labels = {
        t.object.value  # type: ignore[union-attr]
        for t in ox.parse(answer.data, ox.RdfFormat.N_TRIPLES)
        if t.subject == ox.NamedNode(ROOT + name) and t.predicate == LABEL
    }
    assert (answer.status_code, labels) == (200, {f"the thing {name}"})


# /catalogue is the catalogue as well, whose title is its name.
@pytest.mark.parametrize("name", [name for name in CLAIMED if name != "catalogue"])
def test_a_page_of_data_comes_before_a_page_of_the_program(lod: FlaskClient, name: str) -> None:
    page = lod.get(f"/{name}", headers={"Accept": "text/html"}, buffered=True)

    assert page.status_code == 200
    assert f"<bdi>the thing {name}</bdi></h1>" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("home", "heading"),
    [
        ("/-/search", "<h1>Search</h1>"),
        ("/-/about", "<h1>How this is made</h1>"),
        ("/-/things", "<h1>What there is</h1>"),
        ("/-/report", "<h1>Validation report</h1>"),
    ],
)
def test_a_page_of_the_program_has_a_home_of_its_own(
    lod: FlaskClient, home: str, heading: str
) -> None:
    page = lod.get(f"{home}?lang=en", headers={"Accept": "text/html"})

    assert (page.status_code, heading in page.get_data(as_text=True)) == (200, True)


def test_the_document_of_hash_iris_comes_before_a_page_of_the_program(tmp_path: Path) -> None:
    label = f'<{ROOT}things#a> {LABEL} "A" .'
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text(label)
    release, _ = pipeline.pack(tmp_path, tmp_path / "releases", root=ROOT, title="Hash")
    store = open_store(release, Settings())
    try:
        client = create_app(release, store, Settings()).test_client()
        document = client.get("/things", headers={"Accept": "application/n-triples"})
        page = client.get("/-/things", headers={"Accept": "application/json"})
    finally:
        store.close()

    assert label in document.text.splitlines()
    assert isinstance(page.json, list)  # of all classes


def test_what_a_page_reads_it_reads_at_its_home_as_well(lod: FlaskClient) -> None:
    page = lod.get("/-/search?q=town&lang=en", headers={"Accept": "text/html"})

    assert "the thing id/town" in page.get_data(as_text=True)


def test_links_lead_to_the_home_where_the_address_is_claimed(lod: FlaskClient) -> None:
    page = lod.get("/?lang=en", headers={"Accept": "text/html"}).get_data(as_text=True)

    assert ('href="/-/things"' in page, 'href="/things"' in page) == (True, False)
    assert ('href="/shapes"' in page, 'href="/-/shapes"' in page) == (True, False)


def test_a_format_is_not_offered_where_its_address_is_another_thing(lod: FlaskClient) -> None:
    links = lod.get("/x", headers={"Accept": "text/html"}).headers["Link"]

    assert ("/x.jsonld>" in links, "/x.ttl>" in links) == (True, False)


def test_a_document_of_ours_is_one_though_data_speak_of_it(lod: FlaskClient) -> None:
    body = lod.get("/doc/town", headers={"Accept": "text/html"}).get_data(as_text=True)

    assert "<bdi>the thing id/town</bdi></h1>" in body


def test_fixed_doors_and_style_are_not_claimed(lod: FlaskClient) -> None:
    assert lod.get("/robots.txt").mimetype == "text/plain"
    assert lod.get("/static/renkei.css", buffered=True).mimetype == "text/css"


def test_a_publication_whose_names_are_its_own_claims_nothing(client: FlaskClient) -> None:
    site = client.application.extensions["renkei"]

    assert site.claims == frozenset()


def test_the_rooms_that_data_may_claim_are_those_of_the_routes(lod: FlaskClient) -> None:
    """The first parts of their paths, less what answers for the data anyway."""
    rules = [rule.rule for rule in lod.application.url_map.iter_rules()]
    firsts = {re.split(r"[/<.]", rule.lstrip("/"))[0] for rule in rules}

    assert firsts - FIXED - OF_THE_DATA == CLAIMABLE


SHARED = {
    "search": "The program has a page at /search. This thing is answered there; the page is at "
    "/-/search.",
    "robots.txt": "/robots.txt is a fixed address of every server: this thing is answered at "
    "/-/resource?iri=.",
    "sparql.ttl": "/sparql.ttl is a fixed address of every server: this thing is answered at "
    "/-/resource?iri=.",
    "x.ttl": f"This is where {ROOT}x would be had as a file of that format. This thing is answered "
    "there; the other by Accept.",
    "pct/あ": f"This IRI and {ROOT}pct/%E3%81%82 are one address. That one is answered there; this "
    "one at /-/resource?iri=.",
}


@pytest.mark.parametrize("name", SHARED)
def test_packing_says_where_the_data_and_the_program_meet(lod: FlaskClient, name: str) -> None:
    report = json.loads(lod.get("/report.json").data)
    said = {
        f["focus"]: f["messages"]["en"] for f in report["findings"] if f["identifier"] == "address"
    }

    assert said[f"<{ROOT}{name}>"] == SHARED[name]


@pytest.mark.parametrize(
    "name",
    [
        *("pct/あ", "pct/%E3%81%82", "robots.txt", "q?code=1", "q", "sparql#x", "sparql.csv"),
        *("sparql.ttl", "mi\u200cx"),
    ],
)
def test_every_thing_is_reached_by_the_link_to_it(lod: FlaskClient, name: str) -> None:
    """Whoever else has its address."""
    link = lod.application.extensions["renkei"].href(ROOT + name)
    page = lod.get(link, headers={"Accept": "text/html"})
    data = lod.get(f"/-/resource?iri={quote(ROOT + name, safe='')}&format=nt").data

    assert f"<bdi>the thing {name}</bdi></h1>" in page.get_data(as_text=True)
    assert f'"the thing {name}"'.encode() in data


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
@pytest.mark.parametrize("name", ["q?code=1", "札幌?code=市", "a%2Fb?x=1"])
def test_an_iri_with_a_query_answers_at_its_own_address(
    lod: FlaskClient, name: str, accept: str
) -> None:
    """What the program would take for parameters of another page is a part of its name."""
    address = "/" + iris.encoded(name)
    answer = lod.get(address, headers={"Accept": accept}, follow_redirects=True)

    assert f"the thing {name}" in answer.get_data(as_text=True)
    assert "the thing q?code=1" not in lod.get("/q?code=2").get_data(as_text=True)


def test_the_root_itself_is_reached_by_the_link_to_it(lod: FlaskClient) -> None:
    """The first page stands at its address."""
    link = lod.application.extensions["renkei"].href(ROOT)
    page = lod.get(link, headers={"Accept": "text/html"}).get_data(as_text=True)

    assert "the thing <" in re.sub("</?bdi>", "<", page)
