"""Things and documents over HTTP: which answer, in which format, under which headers."""

from __future__ import annotations

import json
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.rdf.formats import DOCUMENT_FORMATS, Format

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
    """A suffix and an Accept header get the same bytes."""
    by_suffix = client.get(f"/{path}.{fmt.suffix}", headers={"Accept": "text/html"})
    by_accept = client.get(f"/{path}", headers={"Accept": fmt.media_type})

    assert by_suffix.status_code == by_accept.status_code == 200
    assert by_suffix.mimetype == by_accept.mimetype == fmt.media_type
    assert by_suffix.data == by_accept.data
    assert by_accept.headers["Content-Location"] == f"{PUBLIC}{path}.{fmt.suffix}"
    assert _triples(by_accept.data, fmt)


@pytest.mark.parametrize(
    "asked, media_type",
    [
        pytest.param("?format=n3", "text/turtle", id="a word"),
        pytest.param(
            "?format=xlsx&format=csv,rdf%2Bxml", "application/rdf+xml", id="the first had"
        ),
        pytest.param("?format=xlsx", "application/n-quads", id="else Accept"),
        pytest.param(".nt?format=ttl", "application/n-triples", id="a suffix wins"),
        pytest.param("?output=ttl", "application/n-quads", id="a name that is SPARQL's alone"),
    ],
)
@pytest.mark.parametrize("path", ["doc/" + OTARU, "concept/role", "ns", "catalogue", "report"])
def test_an_address_says_the_format_in_the_words_of_the_endpoint(
    client: FlaskClient, path: str, asked: str, media_type: str
) -> None:
    answer = client.get(f"/{path}{asked}", headers={"Accept": "application/n-quads"})

    assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_a_thing_leads_to_the_document_in_the_format_of_its_address(client: FlaskClient) -> None:
    answer = client.get(f"/id/{OTARU}?format=n3", headers={"Accept": "text/html"})

    assert answer.location == f"{PUBLIC}doc/{OTARU}.ttl?format=n3"


@pytest.mark.parametrize("path", ["doc/" + OTARU, "ns", "dataset/sapporo"])
def test_the_place_of_what_was_given_gives_it_again(client: FlaskClient, path: str) -> None:
    """Also of a form of JSON-LD, which has no suffix (RFC 9110, section 8.7)."""
    wish = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"'
    answer = client.get(f"/{path}", headers={"Accept": wish})
    place = answer.headers["Content-Location"].removeprefix(PUBLIC)

    assert client.get(f"/{place}").data == answer.data


@pytest.mark.parametrize(
    "path",
    ["things/Municipality", "tables/municipalities", "pictures/structure", "questions/declaration"],
)
def test_every_line_of_a_csv_has_its_end(client: FlaskClient, path: str) -> None:
    assert client.get(f"/{path}.csv").data.endswith(b"\r\n")


def test_formats_without_graphs_say_the_same(client: FlaskClient) -> None:
    said = [
        _triples(client.get(f"/doc/{OTARU}.{f.suffix}").data, f) for f in DATA if f.kind == "graph"
    ]

    assert all(s == said[0] for s in said)


def test_trig_keeps_the_graph_of_each_statement(client: FlaskClient) -> None:
    quads = list(ox.parse(client.get(f"/doc/{OTARU}.trig").data, format=ox.RdfFormat.TRIG))
    size = [q.graph_name for q in quads if q.predicate.value == CCUA + "statedSizeKB"]

    assert size == [ox.DefaultGraph(), ox.NamedNode(f"{ROOT}graph/seed-L27")]


def test_json_ld_is_compact(client: FlaskClient) -> None:
    document = json.loads(client.get(f"/doc/{OTARU}.jsonld").data)

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


def test_options_says_what_is_allowed_and_nothing_more(client: FlaskClient) -> None:
    for path, allowed in (
        ("/", {"GET", "HEAD", "OPTIONS"}),
        (f"/id/{OTARU}", {"GET", "HEAD", "OPTIONS"}),
        ("/sparql", {"GET", "HEAD", "OPTIONS", "POST", "QUERY"}),
    ):
        answer = client.options(path)
        assert (answer.status_code, answer.data, set(answer.allow)) == (204, b"", allowed)
        assert "Content-Type" not in answer.headers


def test_what_leads_elsewhere_has_no_body(client: FlaskClient) -> None:
    """A sentence of the framework, in English and HTML, would fit no reader."""
    for path, accept in ((f"/id/{OTARU}", "text/html"), ("/tables/members", "text/csv"),
                         ("/catalog", "*/*")):  # fmt: skip
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code in (301, 303) and answer.location
        assert (answer.data, "Content-Type" in answer.headers) == (b"", False)


@pytest.mark.parametrize("accept", ["application/json", "application/ld+json"])
def test_whoever_asks_for_json_is_led_to_json_ld(client: FlaskClient, accept: str) -> None:
    answer = client.get(f"/id/{OTARU}", headers={"Accept": accept})

    assert answer.status_code == 303
    assert answer.location.endswith(f"/doc/{OTARU}.jsonld")


@pytest.mark.parametrize(
    "path, media_type",
    [
        ("/", "application/ld+json"),
        (f"/doc/{OTARU}", "application/ld+json"),
        ("/ns", "application/ld+json"),
        ("/catalogue", "application/ld+json"),
        ("/releases", "application/ld+json"),
        ("/report", "application/json"),
        ("/questions/members", "application/sparql-results+json"),
        ("/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20a%20%3Fo%7D%20LIMIT%201",
         "application/ld+json"),
        ("/sparql?query=ASK%7B%7D", "application/sparql-results+json"),
    ],
)  # fmt: skip
def test_json_is_what_json_is_at_each_address(
    client: FlaskClient, path: str, media_type: str
) -> None:
    """A table is a table of results, a document JSON-LD; what has a JSON of its own keeps it."""
    answer = client.get(path, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_schemes_and_graphs_are_listed_where_their_names_begin(
    client: FlaskClient, small: FlaskClient
) -> None:
    """As a page, and as data that says how large each graph is."""
    schemes, graphs = client.get("/concept.ttl").text, client.get("/graph.nt").text
    page = client.get("/graph", headers={"Accept": "text/html"}).text

    assert schemes.count("a skos:ConceptScheme") >= 5
    assert graphs.count("sparql-service-description#Graph>") > 100
    assert f"<{ROOT}graph/seed-L79> <http://rdfs.org/ns/void#triples>" in graphs
    assert "/graph/seed-L79" in page
    assert small.get("/graph.ttl").status_code == 200
    assert small.get("/concept").status_code == 404


def test_no_name_of_a_file_leads_out_of_the_release(client: FlaskClient) -> None:
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
