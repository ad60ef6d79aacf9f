"""Check a catalogue as a harvester would: what it could not take must not become a release.

The shapes are the program's own, one set for every publication (`catalogue/shapes.ttl`),
named under the publication's root. They look at the catalogue's graph alone, as a harvester
does: nothing that the data says elsewhere helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pyoxigraph as ox

from renkei.pack import checks
from renkei.pack.notes import parsed
from renkei.pack.sources import SHAPES

GRAPH = f"{SHAPES}-catalogue"


def shapes(root: str) -> list[ox.Quad]:
    """Return the shapes of a catalogue, named under *root*, in a graph of their own."""
    graph = ox.NamedNode(root + GRAPH)
    return [
        ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed("shapes.ttl", base=root)
    ]


def check(
    catalogue: Iterable[ox.Quad], root: str, authored: Iterable[ox.Quad] = ()
) -> list[checks.Finding]:
    """Return what a harvester would stumble over in *catalogue*.

    Warnings are hints to authors: of entries that packing makes from theirs, only those
    whose subject stands in *authored* are told, each once where it can be mended.
    """
    # Not an Oxigraph store: that one turns xsd:nonNegativeInteger into xsd:integer.
    graph = cast(ox.Store, checks.shapes_graph(catalogue))
    mine = {str(q.subject) for q in authored}
    return [
        finding
        for finding in checks.validate(graph, checks.shapes_graph(shapes(root)))
        if finding.severity == "Violation" or finding.focus in mine
    ]
