"""Things and documents over HTTP: which answer, in which format, under which headers."""

from __future__ import annotations

import json
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.formats import DOCUMENT_FORMATS, Format

ROOT = "https://w3id.org/jp-ccua/"
PUBLIC = "https://data.example.org/area/"
OTARU = "agreement/sapporo-otaru-2019"
CCUA = ROOT + "ns#"
DATA = [f for f in DOCUMENT_FORMATS if f.rdf is not None]


def _triples(body: bytes, fmt: Format) -> set[ox.Triple]:
    assert fmt.rdf is not None
    return {q.triple for q in ox.parse(body, format=fmt.rdf)}


def test_a_thing_leads_to_the_document_that_fits(client: FlaskClient) -> None:
    """The address of the document is the public one, which has a path of its own."""
    data = client.get(f"/id/{OTARU}", headers={"Accept": "application/ld+json"})
    page = client.get(f"/id/{OTARU}?lang=en", headers={"Accept": "text/html"})

    assert (data.status_code, data.location) == (303, f"{PUBLIC}doc/{OTARU}.jsonld")
    assert (page.status_code, page.location) == (303, f"{PUBLIC}doc/{OTARU}?lang=en")
    assert "Accept" in data.headers["Vary"]


def test_a_document_names_parties_date_file_and_passages(client: FlaskClient) -> None:
    body = client.get(f"/doc/{OTARU}.ttl").data
    found = {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in ox.parse(body, format=ox.RdfFormat.TURTLE)
    }
    this = f"{ROOT}id/{OTARU}"
    file = f"{ROOT}id/file/agreement-otaru"

    assert found >= {
        (this, CCUA + "hasParty", f"{ROOT}id/municipality/hokkaido-sapporo"),
        (this, CCUA + "hasParty", f"{ROOT}id/municipality/hokkaido-otaru"),
        (this, CCUA + "concludedOn", "2019-03-29"),
        (f"{ROOT}id/document/agreement-otaru", CCUA + "publishesTextOf", this),
        (file, CCUA + "statedSizeKB", "2285"),
        (f"{ROOT}graph/seed-L27", CCUA + "supportedBy", f"{ROOT}id/passage/seed-l27"),
        (f"{ROOT}id/passage/seed-l27", "https://schema.org/position", "27"),
    }


@pytest.mark.parametrize("fmt", DATA, ids=lambda f: f.suffix)
@pytest.mark.parametrize(
    "path", ["doc/" + OTARU, "concept/role", "graph/seed-L79", "dataset/sapporo", "ns", "shapes"]
)
def test_every_document_comes_in_every_format(client: FlaskClient, path: str, fmt: Format) -> None:
    """A suffix and an Accept header get the same bytes; JSON-LD is read by its own test."""
    by_suffix = client.get(f"/{path}.{fmt.suffix}", headers={"Accept": "text/html"})
    by_accept = client.get(f"/{path}", headers={"Accept": fmt.media_type})

    assert by_suffix.status_code == by_accept.status_code == 200
    assert by_suffix.mimetype == by_accept.mimetype == fmt.media_type
    assert by_suffix.data == by_accept.data
    assert by_accept.headers["Content-Location"] == f"{PUBLIC}{path}.{fmt.suffix}"
    if fmt.suffix != "jsonld":
        assert _triples(by_accept.data, fmt)


def test_formats_without_graphs_say_the_same(client: FlaskClient) -> None:
    said = [
        _triples(client.get(f"/doc/{OTARU}.{f.suffix}").data, f)
        for f in DATA
        if f.kind == "graph" and f.suffix != "jsonld"
    ]

    assert all(s == said[0] for s in said)


def test_trig_keeps_the_graph_of_each_statement(client: FlaskClient) -> None:
    quads = list(ox.parse(client.get(f"/doc/{OTARU}.trig").data, format=ox.RdfFormat.TRIG))
    size = [q.graph_name.value for q in quads if q.predicate.value == CCUA + "statedSizeKB"]

    assert size == [f"{ROOT}graph/seed-L27"]


def test_json_ld_is_compact_and_names_our_context(client: FlaskClient) -> None:
    document = json.loads(client.get(f"/doc/{OTARU}.jsonld").data)

    assert document["@context"] == PUBLIC + "context.jsonld"
    assert client.get("/context.jsonld", buffered=True).mimetype == "application/ld+json"
    assert not any(
        key.startswith("http") or key == "rdf:type" for node in document["@graph"] for key in node
    )


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("doc/municipality/hokkaido-sapporo", id="plain"),
        pytest.param(
            "doc/municipality/" + quote("hokkaido-sapporo").replace("s", "%73"), id="escaped"
        ),
    ],
)
def test_every_spelling_of_an_iri_finds_the_same(client: FlaskClient, spelling: str) -> None:
    plain = client.get("/doc/municipality/hokkaido-sapporo.nt").data

    assert client.get(f"/{spelling}", headers={"Accept": "application/n-triples"}).data == plain


def test_what_is_not_published_is_404(client: FlaskClient) -> None:
    for path in (
        "/id/agreement/none",
        "/doc/agreement/none",
        "/doc/agreement/none.ttl",
        "/graph/none",
        "/ns/9.9.9",
        "/dumps/none",
        "/nothing",
    ):
        response = client.get(path)
        assert (path, response.status_code) == (path, 404)
        assert response.mimetype == "application/problem+json"


def test_what_cannot_be_had_is_406_with_a_list(client: FlaskClient) -> None:
    response = client.get(f"/doc/{OTARU}", headers={"Accept": "image/png"})

    assert response.status_code == 406
    assert "text/turtle" in response.get_json()["available"]


def test_an_answer_the_client_has_is_304_and_an_etag_is_of_its_variant(
    client: FlaskClient,
) -> None:
    turtle = client.get(f"/doc/{OTARU}.ttl")
    again = client.get(f"/doc/{OTARU}.ttl", headers={"If-None-Match": turtle.headers["ETag"]})
    coded = turtle.headers["ETag"][:-1] + '-gzip"'
    compressed = client.get(f"/doc/{OTARU}.ttl", headers={"If-None-Match": coded})
    tags = {
        client.get(
            f"/doc/{OTARU}", headers={"Accept": "text/html", "Accept-Language": lang}
        ).headers["ETag"]
        for lang in ("ja", "en")
    }

    assert not turtle.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data, compressed.status_code) == (304, b"", 304)
    assert len(tags | {turtle.headers["ETag"]}) == 3


def test_head_and_options_answer_and_every_answer_is_for_every_origin(client: FlaskClient) -> None:
    for path in ("/", f"/doc/{OTARU}.ttl", "/nothing", "/health/live"):
        get, head = client.get(path), client.head(path)
        assert (head.status_code, head.data) == (get.status_code, b"")
        assert head.headers.get("Content-Type") == get.headers.get("Content-Type")
        for response in (get, head, client.options(path)):
            assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in client.options(f"/doc/{OTARU}").headers["Access-Control-Allow-Methods"]


def test_files_of_the_release_come_whole_and_in_ranges(client: FlaskClient) -> None:
    whole = client.get("/dumps/data.ttl", buffered=True)
    part = client.get("/dumps/data.ttl", headers={"Range": "bytes=10-19"}, buffered=True)

    assert (whole.status_code, part.status_code) == (200, 206)
    assert part.data == whole.data[10:20]
    assert client.get("/dumps/..%2Fmanifest.json").status_code == 404


def test_health_says_whether_the_store_answers(client: FlaskClient) -> None:
    assert client.get("/health/live").get_json() == {"ok": True}
    assert client.get("/health/ready").get_json()["ok"] is True
    assert b"renkei_requests_total" in client.get("/metrics").data


def test_links_go_to_the_served_address_and_data_keeps_the_canonical_one(
    client: FlaskClient,
) -> None:
    page = client.get(f"/doc/{OTARU}.html").text
    data = client.get(f"/doc/{OTARU}.ttl").text

    assert 'href="/area/doc/municipality/hokkaido-otaru"' in page
    assert "data.example.org" not in data
