"""JSON-LD contexts, made short enough to write with.

PyLD tries every name of a context for every IRI: with the hundreds of prefixes that an author
declares by habit, a dump of 14,000 statements took half a minute.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterable
from typing import Any

import pyoxigraph as ox


def iris_of(triples: Iterable[ox.Triple]) -> set[str]:
    """Return the IRIs in *triples*, those of datatypes too."""
    found: set[str] = set()
    waiting = list(triples)
    while waiting:
        for term in waiting.pop():
            if isinstance(term, ox.Triple):
                waiting.append(term)
            elif isinstance(term, ox.NamedNode):
                found.add(term.value)
            elif isinstance(term, ox.Literal):
                found.add(term.datatype.value)
    return found


def narrowed(context: dict[str, Any], iris: Collection[str]) -> dict[str, Any]:
    """Return *context* without the names that no IRI of *iris* can be written with.

    What is written with it means the same under the whole one: kept is also what others are
    built of, and what *iris* could be mistaken for (JSON-LD 1.1 API section 6.2.2). Only a
    plain table of names is narrowed; any other context comes back as it is.
    """
    names = context.get("@context")
    if not isinstance(names, dict) or not all(isinstance(iri, str) for iri in names.values()):
        return context
    ordered = sorted(iris)
    needed = {iri.partition(":")[0] for iri in (*names.values(), *ordered)}

    def is_used(name: str, iri: str) -> bool:
        place = bisect.bisect_left(ordered, iri)
        within = place < len(ordered) and ordered[place].startswith(iri)
        return within or name.startswith("@") or "://" not in iri or name in needed

    return {
        **context,
        "@context": {name: iri for name, iri in names.items() if is_used(name, iri)},
    }
