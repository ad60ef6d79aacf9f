"""VoID and questions: the tools that look for them find them with their own queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient

from renkei.pack import pipeline
from renkei.pack.catalogue import void
from renkei.rdf.iris import PREFIXES
from renkei.release import Release
from renkei.stores.base import Store

ROOT = "https://w3id.org/jp-ccua/"
Found = dict[str, Any]

# Word for word what sib-swiss/sparql-editor and sib-swiss/sparql-llm ask an endpoint.
EDITOR_PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace
WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }
ORDER BY ?prefix"""
EDITOR_EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
    ?sq a sh:SPARQLExecutable ;
        rdfs:comment ?comment ;
        sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?sq"""
EDITOR_VOID = """PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
WHERE {
    {
        ?cp void:class ?subjectClass ;
            void:propertyPartition ?pp .
        ?pp void:property ?prop .
        OPTIONAL {
            {
                ?pp  void:classPartition [ void:class ?objectClass ] .
            } UNION {
                ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] .
            }
        }
    } UNION {
        ?linkset void:subjectsTarget ?subjectClass ;
            void:linkPredicate ?prop ;
            void:objectsTarget ?objectClass .
    }
}"""
# What a client that plans joins wants of a data set (Comunica's VoID actor reads these terms).
COMUNICA = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?dataset ?triples ?subjects ?objects ?uriSpace WHERE {
    ?dataset a void:Dataset ; void:triples ?triples ;
        void:distinctSubjects ?subjects ; void:distinctObjects ?objects .
    OPTIONAL { ?dataset void:uriSpace ?uriSpace }
}"""
# How SPARQLES looks for a description of an endpoint inside the endpoint.
SPARQLES = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT DISTINCT ?ds WHERE { ?ds a void:Dataset . ?ds void:sparqlEndpoint <%ssparql> . }"""


@pytest.fixture(scope="module")
def described(app: Flask) -> rdflib.Graph:
    """The Service Description, as sparql-llm reads it."""
    answer = app.test_client().get("/sparql", headers={"Accept": "text/turtle"})
    return rdflib.Graph().parse(data=answer.text, format="turtle")


@pytest.fixture
def rows(client: FlaskClient, described: rdflib.Graph) -> Callable[[str], list[Found]]:
    """Ask as both loaders do: the endpoint, and where it gives no row its description."""

    def ask(query: str) -> list[Found]:
        wanted = {"Accept": "application/sparql-results+json"}
        answer = client.get("/sparql", query_string={"query": query}, headers=wanted)
        assert answer.get_json()["results"]["bindings"] == []
        return [
            {str(k): v for k, v in row.asdict().items()}  # type: ignore[union-attr]
            for row in described.query(query)
        ]

    return ask


def test_the_editor_finds_prefixes(rows: Callable[[str], list[Found]]) -> None:
    found = {str(r["prefix"]): str(r["namespace"]) for r in rows(EDITOR_PREFIXES)}

    assert found["ccua"] == ROOT + "ns#"
    assert len(found) >= 20


def test_the_editor_finds_every_question_in_both_languages(
    rows: Callable[[str], list[Found]], store: Store
) -> None:
    found = rows(EDITOR_EXAMPLES)
    told = Counter(str(r["sq"]) for r in found)
    languages = {r["comment"].language for r in found}

    [row] = store.select(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> "
        "SELECT (COUNT(DISTINCT ?q) AS ?n) { GRAPH ?g { ?q a sh:SPARQLExecutable } }"
    )
    assert len(told) == int(row["n"].value) >= 81
    assert set(told.values()) == {2}
    assert languages == {"en", "ja"}


def test_the_editor_finds_what_each_class_has(rows: Callable[[str], list[Found]]) -> None:
    """Object properties with the class they lead to, others with their datatype."""
    found = {
        tuple(str(r.get(n) or "") for n in
              ("subjectClass", "prop", "objectClass", "objectDatatype"))
        for r in rows(EDITOR_VOID)
    }  # fmt: skip
    agreement, municipality = ROOT + "ns#CooperationAgreement", ROOT + "ns#Municipality"
    date = "http://www.w3.org/2001/XMLSchema#date"

    assert (agreement, ROOT + "ns#counterparty", municipality, "") in found
    assert (agreement, ROOT + "ns#concludedOn", "", date) in found


def test_a_planner_finds_the_figures(rows: Callable[[str], list[Found]], release: Release) -> None:
    row = next(r for r in rows(COMUNICA) if str(r["dataset"]) == release.manifest.dataset)

    assert int(row["triples"]) == release.manifest.counts["statements"]
    assert str(row["uriSpace"]) == ROOT


def test_an_observatory_finds_the_endpoint(
    rows: Callable[[str], list[Found]], release: Release
) -> None:
    assert [str(r["ds"]) for r in rows(SPARQLES % ROOT)] == [release.manifest.dataset]


def test_the_default_graph_counts_what_the_papers_name(store: Store, release: Release) -> None:
    [row] = store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert int(row["n"].value) == release.manifest.counts["statements"]


# What Umaka/YummyData, SPARQLES and KGHeartbeat look for, by the criteria that they publish.
CRITERIA = {
    "licence": "?set dct:license ?x FILTER (isIRI(?x))",
    "publisher": "?set dct:publisher/foaf:name ?x",
    "contact": "?set dcat:contactPoint/(vcard:hasURL|vcard:hasEmail) ?x",
    "title": "?set dct:title ?x",
    "description": "?set dct:description ?x",
    "issued": "?set dct:issued ?x",
    "modified": "?set dct:modified ?x FILTER (datatype(?x) IN (xsd:date, xsd:dateTime))",
    "vocabularies": "?set void:vocabulary ?x",
    "size": "?set void:triples ?x FILTER (?x > 0)",
    "dump": "?set void:dataDump ?x",
    "links": "?l a void:Linkset ; void:subjectsTarget ?set ; void:objectsTarget ?x",
}


@pytest.mark.parametrize("wanted", CRITERIA)
@pytest.mark.parametrize("path", ["/.well-known/void", "/sparql"])
def test_an_observatory_finds_what_it_asks_for(client: FlaskClient, path: str, wanted: str) -> None:
    """In VoID, and in the Service Description, which holds it."""
    answer = client.get(path, headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    prefixes = {n: PREFIXES[n] for n in ("dct", "foaf", "dcat", "vcard", "void", "xsd")}

    assert graph.query(f"ASK {{ ?set a void:Dataset . {CRITERIA[wanted]} }}", initNs=prefixes)


def test_both_descriptions_stand_in_their_graphs(store: Store) -> None:
    """The graphs are named after the root, so a release is the same wherever it is served."""
    count = "SELECT (COUNT(*) AS ?n) { GRAPH <%s.well-known/%s> { ?s ?p ?o } }"
    figures = [int(store.select(count % (ROOT, n))[0]["n"].value)
               for n in ("void", "sparql-examples")]  # fmt: skip
    target = store.select(
        f"SELECT DISTINCT ?t {{ GRAPH <{ROOT}.well-known/sparql-examples> "
        "{ ?q a <http://www.w3.org/ns/shacl#SPARQLExecutable> ; <https://schema.org/target> ?t } }"
    )

    assert min(figures) > 500
    assert [r["t"].value for r in target] == [ROOT + "sparql"]


def test_every_partition_counts_right(checked: pipeline.Checked) -> None:
    """Asked again with SPARQL, class by class and property by property."""
    data = ox.Store()
    data.bulk_extend(checked.default)
    description = ox.Store()
    description.extend(
        ox.Quad(q.subject, q.predicate, q.object)
        for q in void.void(checked.publication, checked.default)
    )

    def pairs(store: ox.Store, query: str) -> dict[tuple[str, ...], int]:
        rows = store.query(query)
        assert isinstance(rows, ox.QuerySolutions)
        names = [v.value for v in rows.variables]
        return {tuple(r[n].value for n in names[:-1]): int(r[names[-1]].value) for r in rows}

    void_ = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX x: <http://ldf.fi/void-ext#> "
    for told, counted in (
        ("SELECT ?c ?n { ?d a void:Dataset ; void:classPartition ?p ."
         " ?p void:class ?c ; void:entities ?n }",
         "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"),
        ("SELECT ?c ?p ?n { ?x void:class ?c ; void:propertyPartition ?y ."
         " ?y void:property ?p ; void:triples ?n }",
         "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p"),
        ("SELECT ?c ?p ?t ?n { ?x void:class ?c ; void:propertyPartition ?y ."
         " ?y void:property ?p ; x:datatypePartition ?z . ?z x:datatype ?t ; void:triples ?n }",
         "SELECT ?c ?p ?t (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o ."
         " FILTER (isLiteral(?o)) BIND (DATATYPE(?o) AS ?t) } GROUP BY ?c ?p ?t"),
    ):  # fmt: skip
        assert pairs(description, void_ + told) == pairs(data, counted)


def test_linksets_name_each_outside_data_set(store: Store) -> None:
    rows = store.select(
        "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?space (SUM(?n) AS ?links) "
        f"{{ GRAPH <{ROOT}.well-known/void> {{ ?l a void:Linkset ; void:objectsTarget ?t ;"
        " void:triples ?n . ?t void:uriSpace ?space } } GROUP BY ?space"
    )
    found = {r["space"].value: int(r["links"].value) for r in rows}

    assert {"http://www.wikidata.org/entity/", "http://data.e-stat.go.jp/lod/",
            "http://sws.geonames.org/", "http://id.ndl.go.jp/auth/"} <= set(found)  # fmt: skip
    assert all(found.values())


@pytest.mark.parametrize("suffix", ["", ".ttl", ".rdf", ".nt"])
def test_void_is_served_with_public_addresses(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/.well-known/void{suffix}")

    assert answer.status_code == 200
    assert "http://data.example.org/portal/sparql" in answer.text
    assert "http://data.example.org/portal/dumps/data.ttl" in answer.text


def test_the_miniature_describes_itself(small: FlaskClient) -> None:
    assert (
        "https://daten.example.de/hafenverbund/ns#Harbour" in small.get("/.well-known/void.nt").text
    )
