"""Terms and graphs of rdflib beside those of pyoxigraph: what was written stays as written."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node


def spelt(term: object) -> str:
    """Return an rdflib term as pyoxigraph spells it, so that terms of both can be compared."""
    if isinstance(term, Literal):
        if term.language:
            return str(ox.Literal(str(term), language=term.language))
        return str(
            ox.Literal(str(term), datatype=ox.NamedNode(term.datatype) if term.datatype else None)
        )
    return f"<{term}>" if isinstance(term, URIRef) else f"_:{term}"


def as_rdflib(term: object) -> Node:
    """Return a pyoxigraph term as rdflib's, with the spelling and datatype that it has."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def graph_of(quads: Iterable[ox.Quad]) -> Graph:
    """Return the triples of *quads* as an rdflib graph; blank nodes keep their labels.

    Without those about statements, which rdflib has no term for.
    """
    graph = Graph(store="SimpleMemory", bind_namespaces="none")  # it has one graph to keep
    known: dict[object, Node] = {}  # an IRI is checked anew each time that it is made

    def made(term: object) -> Node:
        if term not in known:
            known[term] = as_rdflib(term)
        return known[term]

    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            continue
        graph.add((made(quad.subject), made(quad.predicate), made(quad.object)))
    return graph
