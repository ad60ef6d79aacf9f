"""The 24 checks of FOOPS! (oeg-upm/fair_ontologies), written after their descriptions.

Each runs over the live server. Two ask registries of others and one a licence on the web: no
test needs the network, so these look for what we say ourselves, as the checks allow
(`schema:includedInDataCatalog`), or at what is looked up there.
"""

from __future__ import annotations

import pytest
import rdflib
from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, URIRef

from tests.fair.conftest import ROOT, Live

ONTOLOGY = URIRef(f"{ROOT}ns#")
RDF_TYPES = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
}
VANN = rdflib.Namespace("http://purl.org/vocab/vann/")
PAV = rdflib.Namespace("http://purl.org/pav/")
BIBO = rdflib.Namespace("http://purl.org/ontology/bibo/")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
SCHEMAS = [rdflib.Namespace("https://schema.org/"), rdflib.Namespace("http://schema.org/")]


def schema(*names: str) -> list[URIRef]:
    return [s[n] for s in SCHEMAS for n in names]


@pytest.fixture(scope="module")
def graph(live: Live) -> rdflib.Graph:
    return rdflib.Graph().parse(data=live.get(ONTOLOGY, "text/turtle").text, format="turtle")


def has(graph: rdflib.Graph, *properties: URIRef) -> bool:
    return any((ONTOLOGY, p, None) in graph for p in properties)


def own_terms(graph: rdflib.Graph) -> set[URIRef]:
    return {
        s
        for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
        for s in graph.subjects(RDF.type, kind)
        if isinstance(s, URIRef) and s.startswith(ONTOLOGY)
    }


def test_purl1_the_iri_is_persistent() -> None:
    assert ONTOLOGY.startswith("https://w3id.org/")


def test_http1_the_protocol_is_open() -> None:
    assert str(ONTOLOGY).startswith(("http://", "https://"))


@pytest.mark.parametrize("accept", RDF_TYPES)
def test_uri1_the_iri_resolves(live: Live, accept: str) -> None:
    found = live.get(ONTOLOGY, accept)
    assert found.status_code == 200
    assert found.headers["Content-Type"].partition(";")[0] == accept


def test_uri2_the_id_is_the_iri(graph: rdflib.Graph) -> None:
    assert list(graph.subjects(RDF.type, OWL.Ontology)).count(ONTOLOGY) == 1


@pytest.mark.parametrize("accept", ["text/html", *RDF_TYPES])
def test_cn1_content_is_negotiated(live: Live, accept: str) -> None:
    assert live.get(ONTOLOGY, accept).headers["Content-Type"].startswith(accept)


def test_doc1_there_is_documentation(live: Live) -> None:
    page = live.get(ONTOLOGY, "text/html")
    assert page.status_code == 200
    assert "Municipality" in page.text


def test_rdf1_rdf_is_available(live: Live) -> None:
    """Every form holds the same statements."""
    graphs = [
        rdflib.Graph().parse(data=live.get(ONTOLOGY, accept).text, format=name)
        for accept, name in RDF_TYPES.items()
        if name != "json-ld"
    ]
    assert len({len(g) for g in graphs}) == 1 and len(graphs[0]) > 500


def test_ver1_a_version_iri_is_declared(graph: rdflib.Graph) -> None:
    versions = list(graph.objects(ONTOLOGY, OWL.versionIRI))
    assert len(versions) == 1 and versions[0] != ONTOLOGY


def test_ver2_the_version_iri_resolves(live: Live, graph: rdflib.Graph) -> None:
    version = str(graph.value(ONTOLOGY, OWL.versionIRI))
    assert live.get(version, "text/turtle").status_code == 200


def test_om1_minimum_metadata(graph: rdflib.Graph) -> None:
    assert has(graph, DCTERMS.title, DC.title, *schema("name"))
    assert has(graph, DCTERMS.description, DCTERMS.abstract, RDFS.comment, SKOS.note)
    assert has(graph, DCTERMS.license, *schema("license"))
    assert has(graph, OWL.versionIRI)
    assert has(graph, VANN.preferredNamespaceUri)


def test_om2_recommended_metadata(graph: rdflib.Graph) -> None:
    for wanted in (
        [VANN.preferredNamespacePrefix],
        [OWL.versionInfo],
        [DCTERMS.created, *schema("dateCreated")],
        [DCTERMS.creator, DC.creator],
        [DCTERMS.bibliographicCitation],
    ):
        assert has(graph, *wanted), wanted


def test_om3_detailed_metadata(graph: rdflib.Graph) -> None:
    """A DOI, a logo and a journal are asked for as well; there is none to declare."""
    for wanted in (
        [DCTERMS.publisher, *schema("publisher")],
        [DCTERMS.modified, *schema("dateModified")],
        [BIBO.status, *schema("creativeWorkStatus")],
        [DCTERMS.issued, *schema("datePublished")],
    ):
        assert has(graph, *wanted), wanted


def test_om4_1_there_is_a_licence(graph: rdflib.Graph) -> None:
    assert has(graph, DCTERMS.license, *schema("license"))


def test_om4_2_the_licence_can_be_resolved(graph: rdflib.Graph) -> None:
    licence = graph.value(ONTOLOGY, DCTERMS.license)
    assert isinstance(licence, URIRef)
    assert licence.startswith("https://creativecommons.org/licenses/")


def test_om5_1_basic_provenance(graph: rdflib.Graph) -> None:
    assert has(graph, DCTERMS.creator, DC.creator, PAV.createdBy, *schema("creator"))
    assert has(graph, DCTERMS.created, PAV.createdOn, *schema("dateCreated"))


def test_om5_2_detailed_provenance(graph: rdflib.Graph) -> None:
    assert has(graph, DCTERMS.issued, DCTERMS.dateSubmitted, *schema("datePublished"))
    assert has(graph, DCTERMS.publisher, DC.publisher, *schema("publisher"))


def test_find1_the_prefix_is_declared(graph: rdflib.Graph) -> None:
    assert str(graph.value(ONTOLOGY, VANN.preferredNamespacePrefix)) == "ccua"


def test_find2_the_prefix_can_be_registered(graph: rdflib.Graph) -> None:
    """prefix.cc and LOV take a prefix of small letters and the namespace it stands for."""
    assert str(graph.value(ONTOLOGY, VANN.preferredNamespaceUri)) == str(ONTOLOGY)
    assert str(graph.value(ONTOLOGY, VANN.preferredNamespacePrefix)).islower()


def test_find3_the_ontology_is_in_a_catalogue(live: Live, graph: rdflib.Graph) -> None:
    """The check takes `schema:includedInDataCatalog` for an entry in a registry."""
    catalogues = [o for p in schema("includedInDataCatalog") for o in graph.objects(ONTOLOGY, p)]
    assert catalogues
    assert live.get(str(catalogues[0]), "text/turtle").status_code == 200


def test_find3_bis_metadata_outlive_the_ontology(live: Live) -> None:
    """The catalogue describes the vocabulary, apart from the vocabulary."""
    found = rdflib.Graph().parse(data=live.get("catalogue.ttl").text, format="turtle")
    assert (ONTOLOGY, None, None) in found


def test_voc1_metadata_reuse_vocabularies(graph: rdflib.Graph) -> None:
    used = {str(p) for p in graph.predicates(ONTOLOGY)}
    assert sum(any(p.startswith(str(ns)) for p in used) for ns in (DCTERMS, VANN, *SCHEMAS)) >= 3


def test_voc2_vocabularies_are_reused(graph: rdflib.Graph) -> None:
    outer = {
        o
        for p in (RDFS.subClassOf, RDFS.subPropertyOf)
        for o in graph.objects(None, p)
        if isinstance(o, URIRef) and not o.startswith(ROOT)
    }
    assert len(outer) > 10


def test_voc3_every_term_has_a_label(graph: rdflib.Graph) -> None:
    terms = own_terms(graph)
    assert len(terms) > 80
    assert [t for t in terms if (t, RDFS.label, None) not in graph] == []


def test_voc4_every_term_has_a_definition(graph: rdflib.Graph) -> None:
    assert [t for t in own_terms(graph) if (t, SKOS.definition, None) not in graph] == []
