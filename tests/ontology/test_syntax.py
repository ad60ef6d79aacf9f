"""Gate 1: every authored file is read alike by two parsers."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from tests.ontology.conftest import TERMS

# rdflib 7.6 reads a dataset through names that it has itself deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("ontology", "shapes", "data")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".ttl", ".trig")
)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_two_parsers_read_the_file_alike(path):
    """The same statements, in the same graphs; blank nodes may be named differently."""
    theirs = rdflib.Dataset()
    theirs.parse(
        data=ox.serialize(ox.parse(path=path), format=ox.RdfFormat.N_QUADS), format="nquads"
    )
    ours = rdflib.Dataset()
    ours.parse(path)

    graphs = {g.identifier for g in ours.graphs()} | {g.identifier for g in theirs.graphs()}
    for name in graphs:
        assert isomorphic(ours.graph(name), theirs.graph(name)), name


@pytest.mark.parametrize("name", TERMS)
def test_the_prefixes_stand_in_alphabetical_order(name):
    lines = (ROOT / "ontology" / name).read_text("utf-8").splitlines()
    prefixes = [line.split()[1] for line in lines if line.startswith("@prefix")]

    assert prefixes == sorted(prefixes)


def test_blank_nodes_are_restrictions_and_lists_only(terms):
    """Everything that has an identity of its own has an IRI."""
    allowed = {rdflib.OWL.Restriction, rdflib.OWL.AllDisjointClasses}
    stray = [
        node
        for node in set(terms.subjects())
        if isinstance(node, rdflib.BNode)
        and not allowed & set(terms.objects(node, rdflib.RDF.type))
        and (node, rdflib.RDF.first, None) not in terms
    ]

    assert stray == []
