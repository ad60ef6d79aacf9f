"""Gate 5: what OWL 2 RL rules conclude from terms and data holds no contradiction."""

import owlrl
import pytest
import rdflib
from rdflib import DCAT, OWL, RDF, RDFS

CCUA = rdflib.Namespace("https://w3id.org/jp-ccua/ns#")
SCHEMA = rdflib.Namespace("https://schema.org/")
ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")


@pytest.fixture(scope="module")
def closed(publication):
    graph = rdflib.Graph()
    graph += publication
    # owlrl 7.6.2 leaves the last property of a key out when it compares, so that a key of one
    # makes all things the same. The keys are asked of the data by packing (renkei/pack/axioms.py).
    graph.remove((None, OWL.hasKey, None))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def test_nothing_belongs_to_the_empty_class(closed):
    assert list(closed.subjects(RDF.type, OWL.Nothing)) == []


def test_the_closure_reports_no_contradiction(closed):
    assert [str(o) for s in closed.subjects(RDF.type, ERROR) for o in closed.objects(s)] == []


def test_no_two_municipalities_are_concluded_to_be_one(closed, publication):
    """A functional property with two values would make them the same."""
    kinds = CCUA.Municipality, CCUA.CooperationAgreement, CCUA.Event
    things = {s for kind in kinds for s in publication.subjects(RDF.type, kind)}

    assert [
        (a, b)
        for a, b in closed.subject_objects(OWL.sameAs)
        if a != b and a in things and b in things
    ] == []


def test_a_thing_keeps_to_its_branch(closed):
    """Domains and ranges make no agent out of a text and no text out of an agent."""
    for one, other in (
        (CCUA.Instrument, CCUA.Municipality),
        (CCUA.Event, CCUA.Instrument),
        (CCUA.DigitalFile, CCUA.PublishedDocument),
    ):
        both = set(closed.subjects(RDF.type, one)) & set(closed.subjects(RDF.type, other))
        assert both == set(), (one, other)


def test_the_file_of_a_paper_is_a_media_object_and_no_distribution(closed):
    """A distribution is one of a dataset, and a paper is none."""
    files = set(closed.subjects(RDF.type, CCUA.DigitalFile))
    of_distributions = {DCAT.mediaType, DCAT.byteSize, DCAT.downloadURL, DCAT.accessURL}

    assert len(files) == 16
    assert files <= set(closed.subjects(RDF.type, SCHEMA.MediaObject))
    assert files & set(closed.subjects(RDF.type, DCAT.Distribution)) == set()
    assert of_distributions & {p for file in files for p in closed.predicates(file)} == set()


def test_a_reading_never_comes_back_as_a_label(closed):
    """Else a query for Japanese names would return two: the name and its kana."""
    assert [
        o for o in closed.objects(None, RDFS.label) if getattr(o, "language", None) == "ja-hrkt"
    ] == []
