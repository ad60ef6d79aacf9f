"""The functions that the embedded engine knows beyond SPARQL 1.1, and what they compute.

They stand in `functions.ttl`. The engine does not tell them, so a test asks it for each.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

FUNCTION = ox.NamedNode("http://www.w3.org/ns/sparql-service-description#Function")


@cache
def described() -> tuple[ox.Triple, ...]:
    """Return what is said of each: type, name and comment, in English and Japanese."""
    path = Path(__file__).with_name("functions.ttl")
    return tuple(quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))


@cache
def known() -> tuple[str, ...]:
    """Return the IRIs of all, in their order."""
    subjects = (t.subject for t in described() if t.object == FUNCTION)
    return tuple(s.value for s in subjects if isinstance(s, ox.NamedNode))
