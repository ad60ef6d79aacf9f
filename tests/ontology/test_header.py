"""Gate 15: the header says who, what, when, under which licence and in which version."""

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, VANN, Literal, URIRef

ONTOLOGY = URIRef("https://w3id.org/jp-ccua/ns#")
SCHEMA = rdflib.Namespace("https://schema.org/")


def test_the_files_hold_the_ontologies_we_know(terms):
    assert set(terms.subjects(RDF.type, OWL.Ontology)) == {
        ONTOLOGY,
        URIRef("https://w3id.org/jp-ccua/ns/alignments"),
        URIRef("https://w3id.org/jp-ccua/ns/restrictions"),
    }


@pytest.mark.parametrize(
    "prop",
    [DCTERMS.title, DCTERMS.description, DCTERMS.bibliographicCitation],
    ids=lambda p: p.n3(),
)
def test_the_header_speaks_japanese_and_english(vocabulary, prop):
    languages = sorted(text.language for text in vocabulary.objects(ONTOLOGY, prop))

    assert languages == ["en", "ja"]


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
def test_the_header_says_it_once(vocabulary, prop):
    assert len(list(vocabulary.objects(ONTOLOGY, prop))) == 1


@pytest.mark.parametrize(
    "prop, value",
    [
        (DCTERMS.license, URIRef("https://creativecommons.org/licenses/by/4.0/")),
        (VANN.preferredNamespacePrefix, Literal("ccua")),
        (VANN.preferredNamespaceUri, Literal(str(ONTOLOGY))),
    ],
    ids=["licence", "prefix", "namespace"],
)
def test_the_header_has_the_value(vocabulary, prop, value):
    assert list(vocabulary.objects(ONTOLOGY, prop)) == [value]


def test_the_version_iri_ends_in_the_version(vocabulary):
    [version] = vocabulary.objects(ONTOLOGY, OWL.versionInfo)
    [iri] = vocabulary.objects(ONTOLOGY, OWL.versionIRI)

    assert iri == URIRef(f"https://w3id.org/jp-ccua/ns/{version}")


def test_a_later_version_names_the_one_before(vocabulary):
    """1.0.0 is the first; from the second on owl:priorVersion is asked for."""
    [version] = vocabulary.objects(ONTOLOGY, OWL.versionInfo)
    before = list(vocabulary.objects(ONTOLOGY, OWL.priorVersion))

    assert len(before) == (0 if str(version) == "1.0.0" else 1)


def test_the_vocabulary_was_not_changed_before_it_was_made(vocabulary):
    [created] = vocabulary.objects(ONTOLOGY, DCTERMS.created)
    [modified] = vocabulary.objects(ONTOLOGY, DCTERMS.modified)

    assert created.toPython() <= modified.toPython()
