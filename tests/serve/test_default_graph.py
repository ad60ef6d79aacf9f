"""The default graph means one thing: what the publication states, and nothing else."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from renkei.release import Release
from renkei.serve.api import service_description

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
N_TRIPLES = {"Accept": "application/n-triples"}
TABLE = {"Accept": "application/sparql-results+json"}
# A thing, a term, a concept, a graph, what describes the data, and an IRI at its own address.
DOCUMENTS = (
    "doc/municipality/hokkaido-otaru",
    "doc/agreement/sapporo-otaru-2019",
    "doc/area/sapporo",
    "ns",
    "ns/CooperationAgreement",
    "concept/municipality-kind",
    "graph/seed-L27",
    "dataset/sapporo",
    "shapes",
)
# What only describes the data: statistics, questions, shapes, catalogue, tables, findings.
DESCRIBING = (
    "<http://rdfs.org/ns/void#Dataset>",
    "<http://rdfs.org/ns/void#Linkset>",
    "<http://www.w3.org/ns/shacl#SPARQLExecutable>",
    "<http://www.w3.org/ns/shacl#NodeShape>",
    "<http://www.w3.org/ns/shacl#ValidationReport>",
    "<http://www.w3.org/ns/dcat#Dataset>",
    "<http://www.w3.org/ns/csvw#Table>",
    "<http://www.w3.org/2002/07/owl#Restriction>",
)


def triples(data: bytes) -> set[ox.Triple]:
    """Return the statements of N-Triples."""
    return {q.triple for q in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)}


def default(data: bytes, fmt: ox.RdfFormat) -> set[ox.Triple]:
    """Return the default graph of a document with graphs."""
    found = ox.parse(data, format=fmt)
    return {q.triple for q in found if isinstance(q.graph_name, ox.DefaultGraph)}


@pytest.fixture(scope="module")
def stated(client: FlaskClient) -> set[ox.Triple]:
    """The default graph, by the graph store."""
    return triples(client.get("/graphs?default", headers=N_TRIPLES).data)


def test_the_endpoint_counts_it_as_the_release_does(client: FlaskClient, release: Release) -> None:
    answer = client.get("/sparql", query_string={"query": COUNT}, headers=TABLE).get_json()
    counted = int(answer["results"]["bindings"][0]["n"]["value"])

    assert counted == release.manifest.counts["statements"]


def test_the_service_description_is_written_once_in_each_format(
    small: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As JSON-LD that takes seconds, and as long as a release stands it says the same."""
    forms = ("text/turtle", "application/ld+json", "application/n-triples")
    first = [small.get("/sparql", headers={"Accept": form}).data for form in forms]
    with monkeypatch.context() as patch:
        patch.delattr(service_description, "write")
        again = [small.get("/sparql", headers={"Accept": form}).data for form in forms]

    assert first == again
    assert len(set(first)) == len(forms)


def test_the_service_description_counts_it(client: FlaskClient, release: Release) -> None:
    described = triples(client.get("/sparql", headers=N_TRIPLES).data)
    graph = next(
        t.object
        for t in described
        if str(t.predicate) == "<http://www.w3.org/ns/sparql-service-description#defaultGraph>"
    )
    counted = [
        t.object.value  # type: ignore[union-attr]
        for t in described
        if t.subject == graph and str(t.predicate) == "<http://rdfs.org/ns/void#triples>"
    ]

    assert counted == [str(release.manifest.counts["statements"])]


def test_the_graph_store_and_construct_give_it(
    client: FlaskClient, stated: set[ox.Triple], release: Release
) -> None:
    asked = {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}
    constructed = client.get("/sparql", query_string=asked, headers=N_TRIPLES)

    assert len(stated) == release.manifest.counts["statements"]
    assert triples(constructed.data) == stated


@pytest.mark.parametrize("name", ["data.nq", "dumps/data.nq", "dumps/data.nt", "dumps/data.trig"])
def test_files_have_it(release: Release, stated: set[ox.Triple], name: str) -> None:
    fmt = ox.RdfFormat.from_extension(name.rsplit(".", 1)[1])
    assert fmt is not None

    assert default(release.path(name).read_bytes(), fmt) == stated


@pytest.mark.parametrize("kind", DESCRIBING)
def test_what_describes_the_data_is_not_in_it(client: FlaskClient, kind: str) -> None:
    asked = f"ASK {{ ?x a {kind} }}"
    answer = client.get("/sparql", query_string={"query": asked}, headers=TABLE)
    somewhere = f"ASK {{ GRAPH ?g {{ ?x a {kind} }} }}"
    named = client.get("/sparql", query_string={"query": somewhere}, headers=TABLE)

    assert answer.get_json()["boolean"] is False
    assert named.get_json()["boolean"] is True


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_with_graphs_has_the_document_in_it(client: FlaskClient, path: str) -> None:
    whole = triples(client.get(f"/{path}.nt").data)

    assert whole
    for suffix, fmt in (("trig", ox.RdfFormat.TRIG), ("nq", ox.RdfFormat.N_QUADS)):
        assert default(client.get(f"/{path}.{suffix}").data, fmt) == whole


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if not p.startswith("dataset/")])
def test_named_graphs_hold_the_document_again(client: FlaskClient, path: str) -> None:
    quads = list(ox.parse(client.get(f"/{path}.nq").data, format=ox.RdfFormat.N_QUADS))
    named = {q.triple for q in quads if isinstance(q.graph_name, ox.NamedNode)}

    assert named == {q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)}
