"""What the questions are asked of: the publication, in both engines, loaded once a session.

Read and derived as for a release, but not validated: the shapes have tests of their own.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.plugins.sparql

from renkei.pack.inference import default_graph, derive
from renkei.pack.reading.sources import read

HOUSE = Path(__file__).parents[2]
ROOT = "https://w3id.org/jp-ccua/"
QUESTION = ROOT + "questions/"
SH = "http://www.w3.org/ns/shacl#"
SCHEMA = "https://schema.org/"
DCT = "http://purl.org/dc/terms/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False  # a query never fetches


@dataclasses.dataclass(frozen=True)
class Question:
    """One file of data/questions, as the tests want it."""

    path: Path
    slug: str
    statements: dict[str, tuple[ox.NamedNode | ox.Literal, ...]]

    def literals(self, predicate: str) -> list[ox.Literal]:
        return [v for v in self.statements.get(predicate, ()) if isinstance(v, ox.Literal)]

    @property
    def number(self) -> str:
        return self.literals(DCT + "identifier")[0].value

    @property
    def kind(self) -> str:
        """Say which form the query has: select or ask."""
        return next(k for k in ("select", "ask") if SH + k in self.statements)

    @property
    def query(self) -> str:
        return self.literals(SH + self.kind)[0].value


def read_question(path: Path) -> Question:
    statements: dict[str, list[ox.NamedNode | ox.Literal]] = {}
    subjects = set()
    for quad in ox.parse(path=path):
        assert isinstance(quad.subject, ox.NamedNode), f"{path.name} has a blank node"
        assert isinstance(quad.object, ox.NamedNode | ox.Literal), f"{path.name} has a blank node"
        subjects.add(quad.subject.value)
        statements.setdefault(quad.predicate.value, []).append(quad.object)
    assert len(subjects) == 1, (
        f"{path.name} describes {sorted(subjects)}; one question was expected"
    )
    return Question(
        path,
        subjects.pop().removeprefix(QUESTION),
        {predicate: tuple(values) for predicate, values in statements.items()},
    )


QUESTIONS = [
    read_question(path)
    for path in sorted((HOUSE / "data" / "questions").glob("*.ttl"))
    if re.match(r"\d", path.name)
]


@pytest.fixture(scope="session")
def publication() -> ox.Store:
    """Give the store of the publication; a test that changes it takes a copy."""
    source = read(HOUSE)
    named = [*source.quads, *derive(source)]
    store = ox.Store()
    store.extend(named)
    store.extend(default_graph(source.config.root, named))
    return store


@pytest.fixture
def copy_of_publication(publication: ox.Store) -> ox.Store:
    copy = ox.Store()
    copy.extend(publication)
    return copy


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


@pytest.fixture(scope="session")
def dataset(publication: ox.Store) -> rdflib.Dataset:
    """Give the same statements to the second engine."""
    copy = rdflib.Dataset(default_union=False)
    for quad in publication:
        triple = (_term(quad.subject), _term(quad.predicate), _term(quad.object))
        if quad.graph_name == ox.DefaultGraph():
            copy.default_graph.add(triple)
        else:
            copy.graph(rdflib.URIRef(quad.graph_name.value)).add(triple)
    return copy
