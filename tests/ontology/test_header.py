"""Gate 15: each header says who, what, when, under which licence and in which version."""

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Literal, URIRef

from tests.ontology.conftest import DOCUMENTS, NS

CORE = URIRef(f"{NS}#")
SCHEMA = rdflib.Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def documents(served):
    """Address -> the document that the server gives there."""
    return {address: rdflib.Graph().parse(file) for address, file in served.items()}


each_document = pytest.mark.parametrize("address", DOCUMENTS)


@each_document
def test_a_document_has_one_header_which_is_its_own(documents, address):
    """OWL 2: one ontology a document, at its own address."""
    assert list(documents[address].subjects(RDF.type, OWL.Ontology)) == [URIRef(DOCUMENTS[address])]


def test_the_documents_are_five(documents):
    """No two addresses give the same."""
    assert len({frozenset(graph) for graph in documents.values()}) == len(DOCUMENTS)


@pytest.mark.parametrize(
    "address, imported",
    [
        ("ns", set()),
        ("ns/jp", {"ns"}),
        ("ns/restrictions", {"ns", "ns/jp"}),
        ("ns/alignments", {"ns", "ns/jp"}),
        ("ns/all", {"ns", "ns/jp", "ns/restrictions", "ns/alignments"}),
    ],
)
def test_a_document_imports_what_it_speaks_of_and_the_core_nothing(documents, address, imported):
    found = set(documents[address].objects(None, OWL.imports))

    assert found == {URIRef(DOCUMENTS[name]) for name in imported}


def test_each_other_document_is_part_of_the_whole(documents):
    whole = URIRef(DOCUMENTS["ns/all"])
    parts = {URIRef(iri) for address, iri in DOCUMENTS.items() if address != "ns/all"}

    assert {
        s for graph in documents.values() for s in graph.subjects(DCTERMS.isPartOf, whole)
    } == parts


def test_whoever_follows_a_term_of_the_profile_learns_where_it_is_defined(documents):
    """All terms share a namespace, whose document is the core."""
    namespace = str(CORE)
    profile = set(documents["ns/jp"].subjects(RDFS.isDefinedBy))

    assert profile
    assert set(documents["ns"].subjects(RDFS.isDefinedBy, URIRef(f"{NS}/jp"))) == profile
    assert {
        s
        for graph in documents.values()
        for s in graph.subjects(RDFS.isDefinedBy)
        if not str(s).startswith(namespace)
    } == set()


@each_document
@pytest.mark.parametrize(
    "prop",
    [DCTERMS.title, DCTERMS.description, DCTERMS.bibliographicCitation, SKOS.changeNote],
    ids=lambda p: p.n3(),
)
def test_the_header_speaks_japanese_and_english(documents, address, prop):
    texts = documents[address].objects(URIRef(DOCUMENTS[address]), prop)

    assert sorted(text.language for text in texts) == ["en", "ja"]


@each_document
@pytest.mark.parametrize(
    "prop",
    [
        DCTERMS.creator,
        DCTERMS.publisher,
        DCTERMS.created,
        DCTERMS.modified,
        SCHEMA.creativeWorkStatus,
    ],
    ids=lambda p: p.n3(),
)
def test_the_header_says_it_once(documents, address, prop):
    assert len(list(documents[address].objects(URIRef(DOCUMENTS[address]), prop))) == 1


@each_document
def test_the_header_has_the_licence(documents, address):
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")

    assert list(documents[address].objects(URIRef(DOCUMENTS[address]), DCTERMS.license)) == [
        licence
    ]


@pytest.mark.parametrize(
    "prop, value",
    [
        (VANN.preferredNamespacePrefix, Literal("ccua")),
        (VANN.preferredNamespaceUri, Literal(str(CORE))),
    ],
    ids=["prefix", "namespace"],
)
def test_the_core_names_the_namespace(documents, prop, value):
    assert list(documents["ns"].objects(CORE, prop)) == [value]


@each_document
def test_the_version_iri_is_the_address_and_the_version(documents, address):
    iri = URIRef(DOCUMENTS[address])
    [version] = documents[address].objects(iri, OWL.versionInfo)
    [version_iri] = documents[address].objects(iri, OWL.versionIRI)

    assert version_iri == URIRef(f"https://w3id.org/jp-ccua/{address}/{version}")


@each_document
def test_a_later_version_names_the_one_before(documents, address):
    """1.0.0 is the first; from the second on owl:priorVersion is asked for."""
    iri = URIRef(DOCUMENTS[address])
    [version] = documents[address].objects(iri, OWL.versionInfo)
    before = list(documents[address].objects(iri, OWL.priorVersion))

    assert len(before) == (0 if str(version) == "1.0.0" else 1)


@each_document
def test_a_document_was_not_changed_before_it_was_made(documents, address):
    iri = URIRef(DOCUMENTS[address])
    [created] = documents[address].objects(iri, DCTERMS.created)
    [modified] = documents[address].objects(iri, DCTERMS.modified)

    assert created.toPython() <= modified.toPython()
