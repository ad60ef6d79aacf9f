"""Each IRI of the data is answered at the path it is sent as, and by no other thing's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.rdf.iris import encoded, spellings
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = "https://data.example.org/lod/"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
NAMES = (
    "idiom/%E3%81%82", "item/11I62%28AARON%2971", "item/T07%3A14", "item/555%25",
    "item/630%2FSchn", "item/630/Schn", "item/%c3%a6", "item/report", "item/report.rdf",
    "item/report.rdf.ttl", "item//double", "item/種別", "item/e\u0301", "item/𠮷", "item/a'b",
    "item/a%23b", "item/a%3Fb", "item/(x)", "item/x;y=1,2", "item/~t", "item/%7Et", "item/..x",
)  # fmt: skip
PIECES = (
    "a", "Z", "0", "-", ".", "_", "~", "é", "ß", "市", "が", "か\u3099", "𠮷", "🏯", "%20", "%28",
    "%2F", "%3a", "%C3%A6", "%25", "(", ")", "!", "'", "*", ",", ";", "=", "@", ":", "&", "+", "$",
    ".ttl", ".html", "/",
)  # fmt: skip


def drawn(number: int) -> list[str]:
    """Return names made of whatever may stand in an IRI, the same each time."""
    chance = random.Random(11)
    made = ("".join(chance.choices(PIECES, k=chance.randint(1, 6))) for _ in range(number))
    return [f"drawn/x{name}x" for name in dict.fromkeys(made)]


def _no_two_of_one_address() -> list[str]:
    """Return the names of which no other has the very same URI (RFC 3987 section 3.1)."""
    names = [*NAMES, *drawn(150)]
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(encoded(name), name)
    return list(seen.values())


PUBLISHED = _no_two_of_one_address()


@pytest.fixture(scope="module")
def lod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A publication of things with all kinds of names."""
    folder = tmp_path_factory.mktemp("iris")
    (folder / "data").mkdir()
    lines = [f'<{ROOT}id/{name}> <{LABEL.value}> "thing {n}" .' for n, name in enumerate(PUBLISHED)]
    (folder / "data" / "things.ttl").write_text("\n".join(lines), "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Names")
    settings = Settings(public_url="http://127.0.0.1:8000/")
    store = open_store(release, settings)
    try:
        yield create_app(release, store, settings).test_client()
    finally:
        store.close()


def _sent(client: FlaskClient, target: str, accept: str) -> tuple[int, str, bytes]:
    """Ask for *target* exactly as it is written; return status, Location and body."""
    builder = EnvironBuilder("/", method="GET", headers={"Accept": accept})
    environ = builder.get_environ()
    path, _, query = target.partition("?")
    octets = path.encode("latin-1")
    decoded = bytearray()
    at = 0
    while at < len(octets):
        is_escape = octets[at : at + 1] == b"%"
        decoded += bytes([int(octets[at + 1 : at + 3], 16)]) if is_escape else octets[at : at + 1]
        at += 3 if is_escape else 1
    environ.update(PATH_INFO=decoded.decode("latin-1"), RAW_URI=target, QUERY_STRING=query)
    body, status, headers = run_wsgi_app(client.application, environ)
    for _, value in headers:
        value.encode("ascii")
    return int(status.split()[0]), headers.get("Location", ""), b"".join(body)


def _described(client: FlaskClient, name: str, accept: str) -> tuple[str, bytes]:
    """Follow the thing *name* to its document; return its address and body."""
    status, location, _ = _sent(client, f"/{encoded(f'id/{name}')}", accept)
    assert status == 303, name
    target = urlsplit(location).path
    status, _, body = _sent(client, target, accept)
    assert status == 200, target
    return target, body


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_document_speaks_of_the_thing_that_was_asked_for(lod: FlaskClient, name: str) -> None:
    _, body = _described(lod, name, "application/n-triples")

    labels = {
        (t.subject, t.object)
        for t in ox.parse(body, ox.RdfFormat.N_TRIPLES)
        if t.predicate == LABEL
    }
    said = ox.Literal(f"thing {PUBLISHED.index(name)}")
    assert labels == {(ox.NamedNode(f"{ROOT}id/{name}"), said)}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_page_of_a_thing_is_its_own(lod: FlaskClient, name: str) -> None:
    _, body = _described(lod, name, "text/html")

    assert f"<bdi>thing {PUBLISHED.index(name)}</bdi></h1>" in body.decode()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_page_is_linked_by_an_address_that_leads_to_it(lod: FlaskClient, name: str) -> None:
    site = lod.application.extensions["renkei"]

    status, _, body = _sent(lod, site.href(f"{ROOT}id/{name}"), "text/html")

    assert (status, f"thing {PUBLISHED.index(name)}</bdi></h1>" in body.decode()) == (200, True)


@pytest.mark.parametrize(
    ("sent", "published"),
    [
        ("/id/item/11I62(AARON)71", "item/11I62%28AARON%2971"),
        ("/id/item/%C3%A6", "item/%c3%a6"),
        ("/id/item/%28x%29", "item/(x)"),
        ("/id/item/%E7%A8%AE%E5%88%A5", "item/種別"),
        ("/id/item/%e7%a8%ae%e5%88%a5", "item/種別"),
        ("/id/item/%C3%A9", "item/e\u0301"),
    ],
)
def test_another_spelling_of_one_iri_leads_to_it(
    lod: FlaskClient, sent: str, published: str
) -> None:
    status, location, _ = _sent(lod, sent, "text/turtle")

    assert (status, urlsplit(location).path) == (303, "/" + encoded(f"doc/{published}.ttl"))


@pytest.mark.parametrize(
    "sent", ["/id/item/555", "/id/item/630%2fschn", "/id/item/a/b", "/id/item/%25c3%25a6"]
)
def test_what_is_no_spelling_of_it_is_not_found(lod: FlaskClient, sent: str) -> None:
    assert _sent(lod, sent, "text/turtle")[0] == 404


def test_the_spelling_that_was_sent_comes_first() -> None:
    for name in (*NAMES, *drawn(50)):
        assert spellings(ROOT + name)[0] == ROOT + name


# --- hash IRIs, and IRIs without a path of their own ---

DOCUMENTS = f"""
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<{ROOT}onto> a owl:Ontology ; rdfs:label "The ontology" .
<{ROOT}onto#A> a owl:Class ; rdfs:label "Class A" .
<{ROOT}onto#p> a owl:ObjectProperty ; rdfs:label "property p" ; rdfs:domain <{ROOT}onto#A> .
<{ROOT}id/item/hash#it> rdfs:label "it" ; rdfs:comment "A thing in a document." .
<{ROOT}ns/市町村> a owl:Class ; rdfs:label "市町村"@ja .
<http://elsewhere.example/thing/1> rdfs:label "from elsewhere" .
<{ROOT}id/search?q=a> rdfs:label "with a query" .
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A publication with documents that speak of several things."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "data").mkdir()
    (folder / "data" / "things.ttl").write_text(DOCUMENTS, "utf-8")
    release, _ = pipeline.pack(folder, folder / "releases", root=ROOT, title="Documents")
    settings = Settings(public_url="http://127.0.0.1:8000/")
    store = open_store(release, settings)
    try:
        yield create_app(release, store, settings).test_client()
    finally:
        store.close()


def _labels(body: bytes) -> set[str]:
    triples = ox.parse(body, ox.RdfFormat.N_TRIPLES)
    return {t.object.value for t in triples if t.predicate == LABEL}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/onto", {"The ontology", "Class A", "property p"}),
        ("/doc/item/hash", {"it"}),
        ("/ns/%E5%B8%82%E7%94%BA%E6%9D%91", {"市町村"}),
        ("/-/resource?iri=http://elsewhere.example/thing/1", {"from elsewhere"}),
        (f"/-/resource?iri={ROOT}id/search%3Fq%3Da", {"with a query"}),
        (f"/-/resource?iri={ROOT}id/item/hash%23it", {"it"}),
        ("/-/resource?iri=http://elsewhere.example/thing/1&format=nt", {"from elsewhere"}),
    ],
)
def test_a_document_has_all_that_it_speaks_of(
    documents: FlaskClient, path: str, labels: set[str]
) -> None:
    status, _, body = _sent(documents, path, "application/n-triples")

    assert (status, _labels(body)) == (200, labels)


def test_the_page_of_a_document_shows_each_of_its_things_under_its_fragment(
    documents: FlaskClient,
) -> None:
    page = documents.get("/onto?lang=en", headers={"Accept": "text/html"}).get_data(as_text=True)

    assert '<section class="term" id="A">\n<h3><span>Class A</span> <a href="' in page
    assert '<section class="term" id="p">\n<h3><span>property p</span> <a href="' in page


def test_a_thing_with_a_hash_leads_to_the_document_of_its_base(documents: FlaskClient) -> None:
    status, location, _ = _sent(documents, "/id/item/hash", "text/turtle")

    assert (status, urlsplit(location).path) == (303, "/doc/item/hash.ttl")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/-/resource", 400),
        ("/-/resource?iri=", 400),
        ("/-/resource?iri=no%20iri", 404),
        ("/-/resource?iri=http://elsewhere.example/thing/2", 404),
        ("/doc/item/has", 404),
    ],
)
def test_what_nothing_is_said_of_is_told(documents: FlaskClient, path: str, status: int) -> None:
    assert _sent(documents, path, "text/turtle")[0] == status
