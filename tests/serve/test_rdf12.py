"""RDF 1.2: triple terms and base directions go wherever a format has a way to write them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.config import Settings
from renkei.pack import pipeline
from renkei.pack.pipeline import Checked
from renkei.rdf.formats import GRAPH_FORMATS, JSON_LD, Format
from renkei.rehearsal import rehearse
from renkei.release import Release
from renkei.serve.app import create_app
from renkei.stores import open_store

ROOT = "https://data.example.org/lod/"
DATA = f"""PREFIX : <{ROOT}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:town rdfs:label "Aa" ; :in :area ~ :claim {{| :certain 0.90 |}} .
<< :town :in _:x >> :said :somebody . _:x :part 1 .
:area rdfs:label "Cc" . :in rdfs:label "lies in" .
:says :that <<( :town :size "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> )>> .
:name :written "اسم"@ar--rtl , "اسم"@ar .
"""
ABLE = [fmt for fmt in GRAPH_FORMATS if fmt is not JSON_LD]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Checked]:
    """A release of statements about statements, rehearsed."""
    folder = tmp_path_factory.mktemp("rdf12")
    (folder / "data").mkdir()
    (folder / "data" / "main.ttl").write_text(DATA, "utf-8")
    return pipeline.pack(folder, folder / "releases", root=ROOT, title="1.2", rehearse=rehearse)


@pytest.fixture(scope="module")
def client(packed: tuple[Release, Checked]) -> Iterator[FlaskClient]:
    """A reader of that release."""
    store = open_store(packed[0], Settings())
    try:
        yield create_app(packed[0], store, Settings()).test_client()
    finally:
        store.close()


def about(name: str, triples: list[ox.Triple]) -> set[ox.Triple]:
    """Return the statements about the thing *name*."""
    return {t for t in triples if t.subject == ox.NamedNode(ROOT + name)}


WRITTEN = [quad.triple for quad in ox.parse(DATA, format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize("name", ["claim", "says", "name"])
@pytest.mark.parametrize("fmt", ABLE, ids=lambda fmt: fmt.suffix)
def test_a_document_has_what_was_written(client: FlaskClient, fmt: Format, name: str) -> None:
    """Triple terms with their own terms as authored, and the direction of a text."""
    answer = client.get(f"/{name}.{fmt.suffix}")
    assert fmt.rdf is not None
    held = [quad.triple for quad in ox.parse(answer.data, format=fmt.rdf, base_iri=ROOT)]

    assert about(name, held) == about(name, WRITTEN)


def test_blank_nodes_in_a_triple_term_are_those_beside_it(client: FlaskClient) -> None:
    """In the dump, whose nodes have canonical names."""
    held = list(ox.parse(client.get("/dumps/data.nt").data, format=ox.RdfFormat.N_TRIPLES))
    (term,) = [q.object for q in held if isinstance(q.object, ox.Triple) and "_:" in str(q.object)]
    (part,) = [q.subject for q in held if q.predicate.value == ROOT + "part"]

    assert term.object == part


@pytest.mark.parametrize("name", ["claim", "says"])
def test_a_format_without_triple_terms_is_neither_given_nor_offered(
    client: FlaskClient, name: str
) -> None:
    refused = client.get(f"/{name}.jsonld")
    links = client.get(f"/{name}", headers={"Accept": "text/html"}).headers["Link"]

    assert (refused.status_code, refused.json["format"]) == (406, "JSON-LD")
    assert f"/{name}.jsonld" not in links
    assert f"/{name}.ttl" in links


def test_what_says_nothing_about_statements_is_offered_in_every_format(client: FlaskClient) -> None:
    links = client.get("/area", headers={"Accept": "text/html"}).headers["Link"]

    assert all(f"/area.{fmt.suffix}>" in links for fmt in GRAPH_FORMATS)


def test_json_ld_has_the_direction(client: FlaskClient) -> None:
    """As `@direction` (JSON-LD 1.1, section 4.2.4.1)."""
    (node,) = [n for n in client.get("/name.jsonld").json["@graph"] if n["@id"] == f"{ROOT}name"]

    assert node[ROOT + "written"] == [
        {"@value": "اسم", "@language": "ar"},
        {"@value": "اسم", "@language": "ar", "@direction": "rtl"},
    ]


def test_a_query_that_makes_triple_terms_is_refused_as_json_ld(client: FlaskClient) -> None:
    """Before the first byte."""
    query = "CONSTRUCT { ?s <urn:says> <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o FILTER isIRI(?o) }"
    answers = {
        fmt.suffix: client.get(f"/sparql?query={quote(query)}&format={fmt.suffix}").status_code
        for fmt in GRAPH_FORMATS
    }

    assert answers == {**{fmt.suffix: 200 for fmt in ABLE}, "jsonld": 406}


def test_authors_are_told_once_for_each_and_no_dump_is_made(
    packed: tuple[Release, Checked],
) -> None:
    release, checked = packed
    told = [f.messages["en"] for f in checked.findings if f.identifier == "RDF 1.2"]

    assert (
        told
        == [
            "A statement about a statement (RDF 1.2). What cannot carry it: JSON-LD. Shapes do not "
            "see it."
        ]
        * 3
    )
    assert any(note.startswith("No dump is made as JSON-LD") for note in checked.notes)
    assert [
        f.suffix for f in GRAPH_FORMATS if f"dumps/data.{f.suffix}" not in release.manifest.files
    ] == ["jsonld"]


def test_a_page_shows_the_statement_in_words(client: FlaskClient) -> None:
    text = client.get("/claim", headers={"Accept": "text/html"}).text

    assert all(word in text for word in ("Aa", "lies in", "Cc", "0.9"))
